"""Reads figures: participants and potential by month, area, segment and basis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import BigIntegerField, BooleanField, Count, ExpressionWrapper, Max, Q, Sum
from django.db.models.functions import Cast

from accounts.models import User
from coverage.as_of import rows_as_of
from coverage.models import CoverageRecord, Regency, WorkforceEstimate
from coverage.models.figures import CHANGED_SINCE_VERIFIED
from coverage.models.querysets import CellQuerySet, RegencyQuerySet
from reporting import months

from .position import Basis, Cell, Participants, Position, RateParts, add
from .positions import Figure, MonthPositions, positions_of_each
from .potentials import Potentials, Vintage, cached, in_force
from .rates import Heads, all_together, rate_parts
from .segments import SegmentGroup

FIGURE_FIELDS = ("period", "province", "regency", "segment", "origin", "participants", "verified_participants")
#: A boolean instead of the time: parsing ten thousand datetimes takes longer than the rest of the query.
IS_VERIFIED = ExpressionWrapper(Q(verified_at__isnull=False), BooleanField())


def field_of(basis: Basis) -> str:
    """Return the name of the record's field for this basis."""
    return "verified_participants" if basis == Basis.VERIFIED else "participants"


def heads_of(field: str) -> Cast:
    """Return the sum of a field as an integer; PostgreSQL would return a decimal."""
    return Cast(Sum(field), BigIntegerField())


@dataclass(frozen=True)
class FigureReader:
    """Reads the figures one user may see, optionally narrowed to some areas. The one place to query figures."""

    records: CellQuerySet
    estimates: CellQuerySet
    #: The regencies asked for, including those out of use.
    areas: RegencyQuerySet
    #: Potentials are cached only when they depend on nothing else, neither on the user's office nor on a past day.
    may_cache: bool = field(default=False, kw_only=True)

    @classmethod
    def visible_to(cls, user: User, known_on: date | None = None) -> FigureReader:
        """Return a reader of the present figures, or of those known at the end of a day. Areas are those of today."""
        records: Any = rows_as_of(CoverageRecord, known_on)
        estimates: Any = rows_as_of(WorkforceEstimate, known_on)
        return cls(
            records.visible_to(user),
            estimates.visible_to(user),
            Regency.objects.visible_to(user),
            may_cache=user.reads_all_areas and known_on is None,
        )

    def in_provinces(self, codes: Iterable[str]) -> FigureReader:
        provinces = list(codes)
        return FigureReader(
            self.records.filter(province__in=provinces),
            self.estimates.filter(province__in=provinces),
            self.areas.filter(province__in=provinces),
            may_cache=self.may_cache and bool(provinces),
        )

    def in_regency(self, code: str) -> FigureReader:
        return FigureReader(
            self.records.filter(regency=code), self.estimates.filter(regency=code), self.areas.filter(code=code)
        )

    @property
    def regencies(self) -> RegencyQuerySet:
        """Return the regencies in use."""
        return self.areas.filter(is_active=True)

    @cached_property
    def _known_areas(self) -> list[tuple[str, str, bool]]:
        """Return code, name and `is_active` of every regency asked for. One query, once."""
        return list(self.areas.order_by("code").values_list("code", "name", "is_active"))

    @cached_property
    def names(self) -> dict[str, str]:
        """Return the names of the regencies in use, by code. One query, once."""
        return {code: name for code, name, is_active in self._known_areas if is_active}

    # --- potentials

    def potentials(self, codes: Iterable[str], at_months: Iterable[date]) -> dict[date, Potentials]:
        """Return the potentials of these segments in force in each month. Three queries, or one when cached.

        Months share the objects, so they must not be changed.
        """
        parts, wanted = sorted(codes), sorted(at_months)

        def read() -> dict[date, Potentials]:
            return in_force(self.vintages(parts, months.month_end(wanted[0]), months.month_end(wanted[-1])), wanted)

        if not self.may_cache:
            return read()
        # the SQL identifies the scope and the areas, however they were narrowed
        return cached(f"{self.estimates.query} {parts} {wanted}", read)

    def vintages(self, codes: list[str], first: date, last: date) -> list[Vintage]:
        """Return the estimates of these segments in force on some day from `first` to `last`, oldest first.

        Two queries. The first finds the dates of those in force on the first day, so that older vintages, of which
        there are more every year, are not read.
        """
        of_segments = self.estimates.filter(segment__in=codes).order_by()
        starting = of_segments.filter(effective_from__lte=first).values("province", "regency", "segment")
        starts = set(starting.annotate(start=Max("effective_from")).values_list("start", flat=True).distinct())
        return list(
            of_segments.filter(Q(effective_from__in=starts) | Q(effective_from__gt=first, effective_from__lte=last))
            .order_by("effective_from")
            .values_list("province", "regency", "segment", "effective_from", "workers", "source")
        )

    # --- records

    def records_of(self, segments: SegmentGroup, span: Iterable[date]) -> CellQuerySet:
        """Return the records of a group of segments in these months."""
        # months listed one by one: each is then a short range of the index `record_report_reads`
        return self.records.filter(period__in=span, segment__in=segments.codes).order_by()

    def figures(self, at_months: Iterable[date], codes: Iterable[str]) -> Iterable[Figure]:
        """Return the records of these months and segments as tuples. One query."""
        records = self.records.filter(period__in=list(at_months), segment__in=list(codes)).order_by()
        return records.values_list(*FIGURE_FIELDS, IS_VERIFIED)

    def known(self, month: date, codes: Iterable[str], basis: Basis) -> CellQuerySet:
        """Return the records of a month that have a figure on this basis."""
        known = {f"{field_of(basis)}__isnull": False}
        return self.records.filter(period=month, segment__in=list(codes), **known).order_by()

    def heads(self, month: date, codes: Iterable[str], basis: Basis) -> dict[str, dict[Cell, int]]:
        """Return the participants of a month by stored segment and cell, without blanks. One query."""
        found: dict[str, dict[Cell, int]] = defaultdict(dict)
        rows = self.known(month, codes, basis).values_list("segment", "province", "regency", field_of(basis))
        for segment, province, regency, value in rows:
            found[segment][province, regency] = value
        return found

    # --- positions

    def positions(self, segments: SegmentGroup, at_months: Iterable[date], basis: Basis) -> dict[date, MonthPositions]:
        """Return the position of every cell in each month. Five queries, whatever the number of areas and months."""
        return self.positions_of_each([segments], at_months, basis)[segments.segment.pk]

    def positions_of_each(
        self, groups: Iterable[SegmentGroup], at_months: Iterable[date], basis: Basis
    ) -> dict[str, dict[date, MonthPositions]]:
        """Return `positions` of several segments, by segment code. The same five queries."""
        wanted, groups = list(at_months), list(groups)
        stored = stored_segments(groups)
        potentials = self.potentials([code for code, part in stored.items() if part.has_potential], wanted)
        return positions_of_each(groups, self.figures(wanted, stored), potentials, self.names, basis)

    def positions_by_area(
        self, groups: Iterable[SegmentGroup], month: date, basis: Basis, area_of: Callable[[Cell], str]
    ) -> dict[str, dict[str, Position]]:
        """Return positions by segment code and area for many segments; `area_of` maps a cell to its area.

        The counts of reports (`reported`, `carried`, `expected`, `province_wide`) stay 0. At most five queries. Summed
        by area because a page of twenty segments would else build forty thousand positions to show eight hundred.
        """
        groups = list(groups)
        stored = stored_segments(groups)
        with_potential = [code for code, part in stored.items() if part.has_potential]
        workers = self.potentials(with_potential, [month])[month].workers
        heads = self.heads(month, stored, basis)
        changed: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        records = self.records.filter(CHANGED_SINCE_VERIFIED, period=month, segment__in=list(stored)).order_by()
        for segment, *cell in records.values_list("segment", "province", "regency"):
            changed[segment][area_of((cell[0], cell[1]))] += 1
        participants = {code: _by_area(heads.get(code, {}), area_of) for code in stored}
        potential = {code: _by_area(workers.get(code, {}), area_of) for code in with_potential}
        found = {}
        for group in groups:
            rated = rate_parts(heads, workers, group, area_of)
            summed = [_summed(source, group.codes) for source in (participants, potential, changed)]
            found[group.segment.pk] = {
                area: Position(
                    summed[0].get(area),
                    summed[1].get(area),
                    *rated.get(area, RateParts()),
                    changed=summed[2].get(area, 0),
                )
                for area in dict.fromkeys([*summed[0], *summed[1], *summed[2]])
            }
        return found

    def participants_by_area(
        self, groups: Iterable[SegmentGroup], month: date, basis: Basis, *, by_province: bool
    ) -> dict[str, dict[str, int]]:
        """Return only the participants by segment code and area, summed by the database. One query."""
        groups = list(groups)
        areas = ("province",) if by_province else ("province", "regency")
        rows = self.known(month, stored_segments(groups), basis).values_list("segment", *areas)
        heads: dict[str, dict[str, int]] = defaultdict(dict)
        for segment, province, *regency, value in rows.annotate(heads=heads_of(field_of(basis))):
            heads[segment][(regency[0] if regency else None) or province] = value
        return {group.segment.pk: _summed(heads, group.codes) for group in groups}

    def rate_parts(
        self, segments: SegmentGroup, month: date, basis: Basis, area_of: Callable[[Cell], str]
    ) -> dict[str, RateParts]:
        """Return the parts of the rate of every area with a figure, for a ranking. At most four queries."""
        workers = self.potentials(segments.with_potential, [month])[month].workers
        return rate_parts(self.heads(month, segments.codes, basis), workers, segments, area_of)

    # --- month by month

    def monthly_participants(
        self, segments: SegmentGroup, first: date, last: date, *, by_province: bool = False
    ) -> dict[Cell, dict[date, Participants]]:
        """Return participants by cell and month from `first` to `last`, both included. One query.

        `by_province` sums the cells of a province in the database, under (province, None).
        """
        records = self.records_of(segments, months.span(first, last))
        return _by_cell_and_month(records, by_province=by_province)

    def monthly_participants_of(
        self, cells: Iterable[Cell], segments: SegmentGroup, first: date, last: date
    ) -> dict[Cell, dict[date, Participants]]:
        """Return `monthly_participants` of a few cells. One query."""
        # the months as a range: PostgreSQL then uses the index of the regencies instead of scanning all cells
        records = self.records.filter(in_cells(cells), segment__in=segments.codes)
        return _by_cell_and_month(records.filter(period__gte=first, period__lte=last).order_by())

    def monthly_total(self, segments: SegmentGroup, first: date, last: date) -> dict[date, Participants]:
        """Return the participants of all areas together, by month; both months included. One query."""
        rows = self.records_of(segments, months.span(first, last)).values_list("period")
        rows = rows.annotate(working=heads_of("participants"), verified=heads_of("verified_participants"))
        return {month: Participants(working, verified) for month, working, verified in rows}

    def monthly_rates(
        self,
        segments: SegmentGroup,
        first: date,
        last: date,
        basis: Basis,
        potentials: Mapping[date, Potentials] | None = None,
        of_last: Heads | None = None,
    ) -> dict[date, RateParts]:
        """Return the parts of the rate of all areas together, by month. At most eight queries.

        Pass `potentials` of these months and segments, and the participants of the last month, if already read.

        The database sums each month. A cell with a figure in every month adds its whole potential to each, so only
        the other cells are read one by one and go through `rate_parts`.
        """
        span = months.span(first, last)
        found = dict.fromkeys(span, RateParts())
        potentials = potentials or self.potentials(segments.with_potential, span)
        totals = self._totals(segments, span, basis)
        # months before the first figure of all have no rate
        reported = [month for month in span if month in totals]
        if not reported:
            return found
        if of_last is None or reported[-1] != last:
            of_last = self.heads(reported[-1], segments.codes, basis)
        with_gaps = set() if self._all_reported(segments, totals) else self._with_gaps(segments, reported, basis)
        distinct = {id(one): one for one in (potentials[month] for month in reported)}.values()
        with_gaps |= {
            cell
            for part in segments.stored
            if part.has_potential
            for one in distinct
            for cell in of_last.get(part.pk, {}).keys() - one.workers.get(part.pk, {}).keys()
        }
        gapless = {cell for at in of_last.values() for cell in at} - with_gaps
        steady = {
            id(one): _sum_of(count for at in one.workers.values() for cell, count in at.items() if cell in gapless)
            for one in distinct
        }
        values_with_gaps = self._heads_of_cells(with_gaps, segments, reported, basis)
        for month in reported:
            heads, figures = totals[month].heads, totals[month].figures
            one_by_one = [value for at in values_with_gaps[month].values() for value in at.values()]
            rated = rate_parts(values_with_gaps[month], potentials[month].workers, segments, all_together).get(
                None, RateParts()
            )
            summed = heads - sum(one_by_one) if figures > len(one_by_one) else None
            found[month] = RateParts(
                add(summed, rated.participants), add(steady[id(potentials[month])], rated.potential)
            )
        return found

    def _totals(self, segments: SegmentGroup, span: Sequence[date], basis: Basis) -> dict[date, _MonthTotal]:
        """Return the sums of the months that have a figure."""
        known, of_regency = field_of(basis), Q(regency__isnull=False)
        rows = (
            self.records_of(segments, span)
            .values_list("period", "segment")
            .annotate(heads=heads_of(known), figures=Count(known), regencies=Count(known, filter=of_regency))
        )
        found: dict[date, _MonthTotal] = {}
        for month, segment, heads, figures, regencies in rows:
            if figures:
                at = found.setdefault(month, _MonthTotal())
                at.heads += heads
                at.figures += figures
                at.of_segment[segment] = (figures, regencies)
        return found

    def _all_reported(self, segments: SegmentGroup, totals: Mapping[date, _MonthTotal]) -> bool:
        """Return whether every regency, in use or not, has a figure in every month, so that no cell has gaps."""
        first, *others = (at.of_segment for at in totals.values())
        if any(other != first for other in others) or any(figures != regs for figures, regs in first.values()):
            return False
        count = len(self._known_areas)
        return all(figures == count for figures, _regencies in first.values())

    def _with_gaps(self, segments: SegmentGroup, reported: Sequence[date], basis: Basis) -> set[Cell]:
        """Return the cells with a figure of a segment in some of these months but not in all. One query."""
        rows = self.records_of(segments, reported).values_list("province", "regency", "segment")
        counted = rows.annotate(known=Count(field_of(basis))).filter(known__gt=0, known__lt=len(reported))
        return {(province, regency) for province, regency, _segment, _known in counted}

    def _heads_of_cells(
        self, cells: Iterable[Cell], segments: SegmentGroup, span: Sequence[date], basis: Basis
    ) -> dict[date, dict[str, dict[Cell, int]]]:
        """Return participants of a few cells by month, stored segment and cell, without blanks. One query at most."""
        found: dict[date, dict[str, dict[Cell, int]]] = {month: defaultdict(dict) for month in span}
        if cells := list(cells):
            known = {f"{field_of(basis)}__isnull": False}
            rows = self.records_of(segments, span).filter(in_cells(cells), **known)
            for month, province, regency, segment, value in rows.values_list(
                "period", "province", "regency", "segment", field_of(basis)
            ):
                found[month][segment][province, regency] = value
        return found


@dataclass
class _MonthTotal:
    """Sum of a month: participants, number of figures, and per segment the number of figures and of regencies."""

    heads: int = 0
    figures: int = 0
    of_segment: dict[str, tuple[int, int]] = field(default_factory=dict)


def in_cells(cells: Iterable[Cell]) -> Q:
    """Return the condition for records of these cells; one without a regency is province-wide."""
    cells = list(cells)
    found = Q(regency__in=[regency for _province, regency in cells if regency])
    if wide := [province for province, regency in cells if regency is None]:
        found |= Q(regency__isnull=True, province__in=wide)
    return found


def stored_segments(groups: Iterable[SegmentGroup]) -> dict[str, Any]:
    """Return the stored segments of several groups by code, each once."""
    return {part.pk: part for group in groups for part in group.stored}


def _by_area(values: Mapping[Cell, int], area_of: Callable[[Cell], str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for cell, count in values.items():
        area = area_of(cell)
        found[area] = found.get(area, 0) + count
    return found


def _summed(by_segment: Mapping[str, Mapping[str, int]], codes: Iterable[str]) -> dict[str, int]:
    """Return the sum of several segments by area."""
    found: dict[str, int] = {}
    for code in codes:
        for area, count in by_segment.get(code, {}).items():
            found[area] = found.get(area, 0) + count
    return found


def _sum_of(values: Iterable[int]) -> int | None:
    """Return the sum, None without values."""
    known = list(values)
    return sum(known) if known else None


def _by_cell_and_month(records: CellQuerySet, *, by_province: bool = False) -> dict[Cell, dict[date, Participants]]:
    found: dict[Cell, dict[date, Participants]] = {}
    area = ("province",) if by_province else ("province", "regency")
    for *cell, month, working, verified in records.values_list(*area, "period").annotate(
        working=heads_of("participants"), verified=heads_of("verified_participants")
    ):
        key = (cell[0], None if by_province else cell[1])
        found.setdefault(key, {})[month] = Participants(working, verified)
    return found
