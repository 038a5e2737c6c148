"""Where facts are asked: participants, potential and completeness of area cells at a month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Max, Q

from accounts.models import User
from coverage.as_of import rows_of
from coverage.models import CoverageRecord, Regency, Revision, WorkforceEstimate
from coverage.models.facts import CHANGED_SINCE_VERIFIED
from coverage.models.querysets import CellQuerySet, RegencyQuerySet
from reporting import months

from .cache import Kept
from .position import Basis, Cell, Position, Rated, Stock, Value
from .potentials import Potentials
from .rates import field_of, heads_of, rated_months
from .segments import SegmentSum, positions_by_cell

KEPT: Kept[dict[date, Potentials]] = Kept(Revision.POTENTIALS)
#: Province, regency, segment, effective from, workers, source.
Vintage = tuple[str, str | None, str, date, int, str]
#: Month, province, regency, segment, origin, working and verified participants, whether it was verified.
Figure = tuple[date, str, str | None, str, str, int | None, int | None, bool]


@dataclass(frozen=True)
class Facts:
    """What one reader may see, narrowed to the areas asked for. Every question about figures is asked here."""

    records: CellQuerySet
    estimates: CellQuerySet
    regencies: RegencyQuerySet
    #: Whether potentials may be kept in memory: where nothing but the potentials themselves says which are seen,
    #: neither the office of the reader nor a past day.
    is_kept: bool = field(default=False, kw_only=True)

    @classmethod
    def visible_to(cls, user: User, known_on: date | None = None) -> Facts:
        """As they stand, or as they were known at the end of a past day. Areas are those of today in both cases."""
        records: Any = rows_of(CoverageRecord, known_on)
        estimates: Any = rows_of(WorkforceEstimate, known_on)
        return cls(
            records.visible_to(user),
            estimates.visible_to(user),
            Regency.objects.visible_to(user).filter(is_active=True),
            is_kept=user.reads_all_areas and known_on is None,
        )

    def in_provinces(self, codes: Iterable[str]) -> Facts:
        provinces = list(codes)
        return Facts(
            self.records.filter(province__in=provinces),
            self.estimates.filter(province__in=provinces),
            self.regencies.filter(province__in=provinces),
            is_kept=self.is_kept and bool(provinces),
        )

    def in_regency(self, code: str) -> Facts:
        return Facts(
            self.records.filter(regency=code), self.estimates.filter(regency=code), self.regencies.filter(code=code)
        )

    def potentials(self, codes: Iterable[str], at_months: Iterable[date]) -> dict[date, Potentials]:
        """For each month the estimates with the latest `effective_from` not after its end. At most three queries.

        Not to be changed: others read them, too.
        """
        parts, wanted = sorted(codes), sorted(at_months)
        if not self.is_kept:
            return self._potentials(parts, wanted)
        # however they were narrowed, by the query one knows which potentials were meant
        question = (str(self.estimates.query), tuple(parts), tuple(wanted))
        return KEPT.get(question, lambda: self._potentials(parts, wanted))

    def _potentials(self, codes: list[str], wanted: list[date]) -> dict[date, Potentials]:
        rows = self.vintages(codes, months.month_end(wanted[0]), months.month_end(wanted[-1]))
        found: dict[date, Potentials] = {}
        current, taken = Potentials({}, {}), 0
        for month in wanted:
            end, start = months.month_end(month), taken
            while taken < len(rows) and rows[taken][3] <= end:
                taken += 1
            if taken > start:  # a new vintage: copy, so that the earlier months keep theirs
                current = Potentials(dict(current.workers), dict(current.origins))
                for province, regency, segment, since, count, source in rows[start:taken]:
                    key = ((province, regency), segment)
                    current.workers[key] = count
                    current.origins[key] = (source, since)
            found[month] = current
        return found

    def vintages(self, codes: list[str], first: date, last: date) -> list[Vintage]:
        """Estimates of these segments in force on the first day, or beginning after it until the last; oldest first.

        Two queries. The first finds the dates of what is in force on the first day: older vintages, more with every
        year, are left alone.
        """
        of_segments = self.estimates.filter(segment__in=codes).order_by()
        in_force = of_segments.filter(effective_from__lte=first).values("province", "regency", "segment")
        starts = set(in_force.annotate(start=Max("effective_from")).values_list("start", flat=True).distinct())
        return list(
            of_segments.filter(Q(effective_from__in=starts) | Q(effective_from__gt=first, effective_from__lte=last))
            .order_by("effective_from")
            .values_list("province", "regency", "segment", "effective_from", "workers", "source")
        )

    def figures(self, at_months: list[date], codes: list[str]) -> Iterable[Figure]:
        """The records of these months and segments. One query."""
        # Whether it was verified, not when: ten thousand moments take longer to read than all the rest.
        is_verified = ExpressionWrapper(Q(verified_at__isnull=False), BooleanField())
        return (
            self.records.filter(period__in=at_months, segment__in=codes)
            .order_by()
            .values_list(
                "period",
                "province",
                "regency",
                "segment",
                "origin",
                "participants",
                "verified_participants",
                is_verified,
            )
        )

    def of_month(self, month: date, codes: Iterable[str], basis: Basis) -> CellQuerySet:
        """The records of a month that have a figure on this basis."""
        known = {f"{field_of(basis)}__isnull": False}
        return self.records.filter(period=month, segment__in=list(codes), **known).order_by()

    def values(self, month: date, codes: Iterable[str], basis: Basis) -> Iterable[tuple[str, str, str | None, int]]:
        """Segment, province, regency and heads of every figure of a month, and nothing else. One query."""
        return self.of_month(month, codes, basis).values_list("segment", "province", "regency", field_of(basis))

    def changed(self, month: date, codes: Iterable[str]) -> Iterable[tuple[str, str | None, str]]:
        """Province, regency and segment of verified figures that were changed since. One query."""
        records = self.records.filter(CHANGED_SINCE_VERIFIED, period=month, segment__in=list(codes))
        return records.order_by().values_list("province", "regency", "segment")

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the regencies in use, by code. One query, once."""
        return dict(self.regencies.order_by("code").values_list("code", "name"))

    def served(self) -> list[Cell]:
        """The regencies in use."""
        return [(code[:2], code) for code in self.names]

    def positions(
        self, segments: SegmentSum, at_months: Iterable[date], basis: Basis
    ) -> dict[date, tuple[dict[Cell, Position], Potentials]]:
        """The position of every cell at each month. Four queries, whatever the number of areas and months."""
        return self.positions_of_each([segments], at_months, basis)[segments.segment.pk]

    def positions_of_each(
        self, sums: Iterable[SegmentSum], at_months: Iterable[date], basis: Basis
    ) -> dict[str, dict[date, tuple[dict[Cell, Position], Potentials]]]:
        """`positions` for several segments side by side, by segment code. The same four queries."""
        wanted, sums = list(at_months), list(sums)
        together = list({part.pk: part for segments in sums for part in segments.stored}.values())
        potentials = self.potentials([part.pk for part in together if part.has_potential], wanted)
        rows: dict[date, dict[str, dict[Cell, Value]]] = {month: defaultdict(dict) for month in wanted}
        reads_verified, own = basis == Basis.VERIFIED, CoverageRecord.OWN
        for month, province, regency, segment, origin, working, verified, counts in self.figures(
            wanted, [part.pk for part in together]
        ):
            is_changed = counts and working != verified
            rows[month][segment][province, regency] = (
                (verified, counts, is_changed) if reads_verified else (working, origin in own, is_changed)
            )
        served = self.served()
        return {
            segments.segment.pk: {
                month: (
                    positions_by_cell(rows[month], potentials[month].by_segment, segments, served),
                    potentials[month].of(segments.codes),
                )
                for month in wanted
            }
            for segments in sums
        }

    def series(
        self, segments: SegmentSum, first: date, last: date, *, by_province: bool = False
    ) -> dict[Cell, dict[date, Stock]]:
        """Participants per cell and month from `first` to `last`, both months included. One query.

        `by_province` adds the cells of a province in the database; its sum stands under (province, None).
        """
        return _series(self.of_sum(segments, months.span(first, last)), by_province=by_province)

    def series_of(
        self, cells: Iterable[Cell], segments: SegmentSum, first: date, last: date
    ) -> dict[Cell, dict[date, Stock]]:
        """The same for a few cells. One query."""
        cells = list(cells)
        here = Q(regency__in=[regency for _province, regency in cells if regency])
        if wide := [province for province, regency in cells if regency is None]:
            here |= Q(regency__isnull=True, province__in=wide)
        # the months as a range: PostgreSQL then goes by the index of the regencies instead of looking through all
        records = self.records.filter(here, segment__in=segments.codes, period__gte=first, period__lte=last)
        return _series(records.order_by())

    def stock(self, segments: SegmentSum, first: date, last: date) -> dict[date, Stock]:
        """Participants of all areas together, by month; both months included. One query."""
        rows = self.of_sum(segments, months.span(first, last))
        by_month = rows.values_list("period").annotate(
            working=heads_of("participants"), verified=heads_of("verified_participants")
        )
        return {month: Stock(working, verified) for month, working, verified in by_month}

    def rates(self, segments: SegmentSum, first: date, last: date, basis: Basis) -> dict[date, Rated]:
        """Coverage of all areas together, month by month. At most six queries, two of them for the potentials."""
        span = months.span(first, last)
        in_force = workers_of(self.potentials(segments.with_potential, span))
        records, known = self.of_sum(segments, span), field_of(basis)
        by_month = records.values_list("period").annotate(heads=heads_of(known), figures=Count(known))
        totals = {month: (heads or 0, figures) for month, heads, figures in by_month}

        def known_in(month: date) -> Iterable[tuple[Cell, str]]:
            for segment, province, regency, _heads in self.values(month, segments.codes, basis):
                yield (province, regency), segment

        return rated_months(records, basis, segments.with_potential, in_force, span, totals, known_in)

    def of_sum(self, segments: SegmentSum, span: Iterable[date]) -> CellQuerySet:
        """The records that make up a sum in these months."""
        return self.records.filter(period__in=span, segment__in=segments.codes).order_by()


def workers_of(potentials: Mapping[date, Potentials]) -> dict[date, dict[tuple[Cell, str], int]]:
    """Only their workers, month by month."""
    return {month: one.workers for month, one in potentials.items()}


def _series(records: CellQuerySet, *, by_province: bool = False) -> dict[Cell, dict[date, Stock]]:
    found: dict[Cell, dict[date, Stock]] = {}
    area = ("province",) if by_province else ("province", "regency")
    for *cell, month, working, verified in records.values_list(*area, "period").annotate(
        working=heads_of("participants"), verified=heads_of("verified_participants")
    ):
        key = (cell[0], None if by_province else cell[1])
        found.setdefault(key, {})[month] = Stock(working, verified)
    return found
