"""Figures of a few areas, read once for a page with many tables and charts of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Max, Q

from coverage.models import CoverageRecord
from coverage.models.querysets import CellQuerySet
from reporting import months

from .position import Basis, Cell, Participants, RateParts, add_by_month
from .positions import Figure, MonthPositions, heads_in, positions_of_each
from .potentials import Potentials, Vintage, in_force
from .rates import Heads, all_together, rate_parts
from .reader import FIGURE_FIELDS, IS_VERIFIED, FigureReader, stored_segments
from .segments import SegmentGroup

#: Month, cell and stored segment.
Record = tuple[date, Cell, str]


@dataclass(frozen=True)
class PrefetchedFigures:
    """The interface of `FigureReader` on what `prefetch` read. Raises KeyError for a month that was not read."""

    reader: FigureReader
    by_month: Mapping[date, list[Figure]]
    vintages: list[Vintage]
    #: End of the first prefetched month.
    since: date
    #: Label of the reason, and note, by record.
    remarks: Mapping[Record, str]
    #: Potentials derived from a published count and percentage: cell, segment and start.
    derived: frozenset[tuple[Cell, str, date]]

    @property
    def records(self) -> CellQuerySet:
        return self.reader.records

    @cached_property
    def names(self) -> dict[str, str]:
        return self.reader.names

    def potentials(self, codes: Iterable[str], at_months: Iterable[date]) -> dict[date, Potentials]:
        """Return the potentials in force; months before `since` are read from the database."""
        wanted, at_months = set(codes), sorted(at_months)
        if months.month_end(at_months[0]) < self.since:
            return self.reader.potentials(wanted, at_months)
        return in_force([row for row in self.vintages if row[2] in wanted], at_months)

    def figures(self, at_months: Iterable[date], codes: Iterable[str]) -> list[Figure]:
        wanted = set(codes)
        return [row for month in at_months for row in self.by_month[month] if row[3] in wanted]

    def positions(self, segments: SegmentGroup, at_months: Iterable[date], basis: Basis) -> dict[date, MonthPositions]:
        return self.positions_of_each([segments], at_months, basis)[segments.segment.pk]

    def positions_of_each(
        self, groups: Iterable[SegmentGroup], at_months: Iterable[date], basis: Basis
    ) -> dict[str, dict[date, MonthPositions]]:
        wanted, groups = list(at_months), list(groups)
        stored = stored_segments(groups)
        potentials = self.potentials([code for code, part in stored.items() if part.has_potential], wanted)
        return positions_of_each(groups, self.figures(wanted, stored), potentials, self.names, basis)

    def monthly_participants(
        self, segments: SegmentGroup, first: date, last: date, *, by_province: bool = False
    ) -> dict[Cell, dict[date, Participants]]:
        found: dict[Cell, dict[date, Participants]] = defaultdict(dict)
        for month, province, regency, _segment, _origin, working, verified, _is in self.figures(
            months.span(first, last), segments.codes
        ):
            of_cell, heads = found[province, None if by_province else regency], Participants(working, verified)
            of_cell[month] = of_cell[month] + heads if month in of_cell else heads
        return dict(found)

    def monthly_participants_of(
        self, cells: Iterable[Cell], segments: SegmentGroup, first: date, last: date
    ) -> dict[Cell, dict[date, Participants]]:
        found = self.monthly_participants(segments, first, last)
        return {cell: found[cell] for cell in cells if cell in found}

    def monthly_total(self, segments: SegmentGroup, first: date, last: date) -> dict[date, Participants]:
        return add_by_month(self.monthly_participants(segments, first, last).values())

    def monthly_rates(
        self,
        segments: SegmentGroup,
        first: date,
        last: date,
        basis: Basis,
        potentials: Mapping[date, Potentials] | None = None,
        of_last: Heads | None = None,
    ) -> dict[date, RateParts]:
        span = months.span(first, last)
        potentials = potentials or self.potentials(segments.with_potential, span)
        heads = heads_in(self.figures(span, segments.codes), basis)
        return {
            month: rate_parts(heads[month], potentials[month].workers, segments, all_together).get(None, RateParts())
            for month in span
        }


def prefetch(
    reader: FigureReader, groups: Iterable[SegmentGroup], chosen: SegmentGroup, span: Iterable[date], at: Iterable[date]
) -> PrefetchedFigures:
    """Read `chosen` in every month of `span`, and all of `groups` in the months `at`. Two queries."""
    stored = stored_segments([*groups, chosen])
    wide, narrow = sorted(span), sorted(at)
    since, until = months.month_end(min(wide[0], narrow[0])), months.month_end(max(wide[-1], narrow[-1]))
    of_segments = reader.estimates.filter(segment__in=[code for code, part in stored.items() if part.has_potential])
    starting = of_segments.filter(effective_from__lte=since).order_by().values("province", "regency", "segment")
    estimates = list(
        of_segments.filter(
            Q(effective_from__in=starting.annotate(start=Max("effective_from")).values("start"))
            | Q(effective_from__gt=since, effective_from__lte=until)
        )
        .order_by("effective_from")
        .values_list("province", "regency", "segment", "effective_from", "workers", "source", "is_derived")
    )
    by_month: dict[date, list[Figure]] = {month: [] for month in (*wide, *narrow)}
    remarks: dict[Record, str] = {}
    labels = dict(CoverageRecord.Reason.choices)
    of_span = Q(period__in=wide, segment__in=chosen.codes)
    for *figure, was_verified, reason, note in (
        reader.records.filter(of_span | Q(period__in=narrow, segment__in=list(stored)))
        .order_by()
        .values_list(*FIGURE_FIELDS, IS_VERIFIED, "change_reason", "note")
    ):
        month, province, regency, segment = figure[:4]
        by_month[month].append((*figure, was_verified))  # type: ignore[arg-type]
        if words := ": ".join(part for part in (labels.get(reason, ""), note) if part):
            remarks[month, (province, regency), segment] = words
    return PrefetchedFigures(
        reader,
        by_month,
        [row[:6] for row in estimates],
        since,
        remarks,
        frozenset(((row[0], row[1]), row[2], row[3]) for row in estimates if row[6]),
    )
