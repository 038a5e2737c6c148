"""The facts of one area read ahead: a page that shows them from ten sides asks for them once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, ExpressionWrapper, Max, Q

from coverage.models import CoverageRecord
from reporting import months

from .position import Basis, Cell, Rated, Stock, add
from .reader import Facts, Figure, Vintage
from .segments import SegmentSum

#: Month, cell and stored segment.
Record = tuple[date, Cell, str]


@dataclass(frozen=True)
class FactsAtHand(Facts):
    """Answers like `Facts`, from memory as far as it was read ahead; whatever else is asked goes to the database."""

    #: Months and segments read throughout, and the months of which every segment in `codes` was read.
    span: frozenset[date]
    span_codes: frozenset[str]
    months: frozenset[date]
    codes: frozenset[str]
    #: Days between which potentials are known.
    since: date
    until: date
    by_month: Mapping[date, list[Figure]]
    read_vintages: list[Vintage]
    #: What was said about a record: label of the reason and note.
    said: Mapping[Record, str]
    #: Potentials worked out from a published count and percentage: cell, segment and start.
    derived: frozenset[tuple[Cell, str, date]]

    def vintages(self, codes: list[str], first: date, last: date) -> list[Vintage]:
        if first < self.since or last > self.until or not self.codes.issuperset(codes):
            return super().vintages(codes, first, last)
        wanted = set(codes)
        return [row for row in self.read_vintages if row[3] <= last and row[2] in wanted]

    def figures(self, at_months: list[date], codes: list[str]) -> Iterable[Figure]:
        if not self._has(at_months, codes):
            return super().figures(at_months, codes)
        wanted = set(codes)
        return [row for month in at_months for row in self.by_month.get(month, ()) if row[3] in wanted]

    def series(
        self, segments: SegmentSum, first: date, last: date, *, by_province: bool = False
    ) -> dict[Cell, dict[date, Stock]]:
        span = months.span(first, last)
        if by_province or not self._has(span, segments.codes):
            return super().series(segments, first, last, by_province=by_province)
        found: dict[Cell, dict[date, Stock]] = defaultdict(dict)
        for month, province, regency, _segment, _origin, working, verified, _is in self.figures(span, segments.codes):
            of_cell, stock = found[province, regency], Stock(working, verified)
            of_cell[month] = of_cell[month] + stock if month in of_cell else stock
        return dict(found)

    def rates(self, segments: SegmentSum, first: date, last: date, basis: Basis) -> dict[date, Rated]:
        span = months.span(first, last)
        if not self._has(span, segments.codes):
            return super().rates(segments, first, last, basis)
        potentials = self.potentials(segments.with_potential, span)
        found = {}
        for month in span:
            heads = (
                (province, regency, segment, verified if basis == Basis.VERIFIED else working)
                for _, province, regency, segment, _, working, verified, _ in self.figures([month], segments.codes)
            )
            found[month] = together(rated_cells(heads, potentials[month].workers, segments).values())
        return found

    def _has(self, at_months: Iterable[date], codes: Iterable[str]) -> bool:
        if self.span.issuperset(at_months) and self.span_codes.issuperset(codes):
            return True
        return self.months.issuperset(at_months) and self.codes.issuperset(codes)


def read_ahead(
    facts: Facts, sums: Iterable[SegmentSum], chosen: SegmentSum, span: Iterable[date], at: Iterable[date]
) -> FactsAtHand:
    """Reads `chosen` in every month of `span`, and all of `sums` in the months `at`. Two queries."""
    stored = {part.pk: part for one in (*sums, chosen) for part in one.stored}
    wide, narrow, parts = sorted(span), sorted(at), chosen.codes
    since, until = months.month_end(min(wide[0], narrow[0])), months.month_end(max(wide[-1], narrow[-1]))
    of_segments = facts.estimates.filter(segment__in=[code for code, part in stored.items() if part.has_potential])
    in_force = of_segments.filter(effective_from__lte=since).order_by().values("province", "regency", "segment")
    starts = in_force.annotate(start=Max("effective_from")).values("start")
    estimates = list(
        of_segments.filter(Q(effective_from__in=starts) | Q(effective_from__gt=since, effective_from__lte=until))
        .order_by("effective_from")
        .values_list("province", "regency", "segment", "effective_from", "workers", "source", "is_derived")
    )
    by_month, said = _records(facts, wide, parts, narrow, list(stored))
    return FactsAtHand(
        facts.records,
        facts.estimates,
        facts.regencies,
        span=frozenset(wide),
        span_codes=frozenset(parts),
        months=frozenset(narrow),
        codes=frozenset(stored),
        since=since,
        until=until,
        by_month=by_month,
        read_vintages=[row[:6] for row in estimates],
        said=said,
        derived=frozenset(((row[0], row[1]), row[2], row[3]) for row in estimates if row[6]),
    )


def _records(
    facts: Facts, span: list[date], parts: list[str], at: list[date], codes: list[str]
) -> tuple[Mapping[date, list[Figure]], Mapping[Record, str]]:
    """Figures by month, and what was said about them. One query."""
    by_month: dict[date, list[Figure]] = defaultdict(list)
    said: dict[Record, str] = {}
    labels = dict(CoverageRecord.Reason.choices)
    for *figure, reason, note in (
        facts.records.filter(Q(period__in=span, segment__in=parts) | Q(period__in=at, segment__in=codes))
        .order_by()
        .values_list(
            "period",
            "province",
            "regency",
            "segment",
            "origin",
            "participants",
            "verified_participants",
            ExpressionWrapper(Q(verified_at__isnull=False), BooleanField()),
            "change_reason",
            "note",
        )
    ):
        month, province, regency, segment = figure[:4]
        by_month[month].append(tuple(figure))
        if reason or note:
            words = ": ".join(part for part in (labels.get(reason, ""), note) if part)
            said[month, (province, regency), segment] = words
    return by_month, said


def rates_of_cells(facts: Facts, segments: SegmentSum, month: date, basis: Basis) -> dict[Cell, Rated]:
    """What the rate of every cell with a figure is made of: for a ranking, which shows nothing else. Three queries."""
    field = "verified_participants" if basis == Basis.VERIFIED else "participants"
    in_force = facts.potentials(segments.with_potential, [month])[month].workers
    known = facts.records.filter(period=month, segment__in=segments.codes, **{f"{field}__isnull": False})
    return rated_cells(known.order_by().values_list("province", "regency", "segment", field), in_force, segments)


def rated_cells(
    figures: Iterable[tuple[str, str | None, str, int | None]],
    in_force: Mapping[tuple[Cell, str], int],
    segments: SegmentSum,
) -> dict[Cell, Rated]:
    """By the rule of `Position.coverage_rate`: a cell counts with its whole potential once it has a figure.

    `figures` are province, regency, segment and heads in one month, `in_force` the workers of these segments then.
    """
    with_potential = set(segments.with_potential)
    heads: dict[Cell, int | None] = {}
    for province, regency, segment, value in figures:
        if value is None:
            continue
        cell = (province, regency)
        counts = segment not in with_potential or (cell, segment) in in_force
        heads[cell] = add(heads.get(cell), value if counts else None)
    workers: dict[Cell, int] = {}
    for (cell, _segment), count in in_force.items():
        if cell in heads:
            workers[cell] = workers.get(cell, 0) + count
    return {cell: Rated(participants, workers.get(cell)) for cell, participants in heads.items()}


def together(cells: Iterable[Rated]) -> Rated:
    """The sum of these cells."""
    participants = potential = None
    for rated in cells:
        participants, potential = add(participants, rated.participants), add(potential, rated.potential)
    return Rated(participants, potential)
