"""Reads figures: how many take part, of how many, when, and on which basis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, BooleanField, Count, ExpressionWrapper, Max, Q, Sum
from django.db.models.functions import Cast

from accounts.models import User
from coverage.as_of import rows_as_of
from coverage.models import CoverageRecord, Regency, WorkforceEstimate
from coverage.models.facts import CHANGED_SINCE_VERIFIED
from coverage.models.querysets import CellQuerySet, RegencyQuerySet
from reporting import months

from .position import Basis, Cell, Participants, Position, RateParts, Value, add
from .potentials import Potentials, Vintage, cached, in_force
from .rates import Heads, all_together, rate_parts, rate_sums
from .segments import SegmentGroup

#: Month, province, regency, segment, origin, working and verified participants, whether it was verified.
Figure = tuple[date, str, str | None, str, str, int | None, int | None, bool]
FIGURE_FIELDS = ("period", "province", "regency", "segment", "origin", "participants", "verified_participants")
#: Whether it was verified, not when: ten thousand moments take longer to read than all the rest.
IS_VERIFIED = ExpressionWrapper(Q(verified_at__isnull=False), BooleanField())


class MonthPositions(NamedTuple):
    """The position of every cell at a month, and the potentials it was measured against."""

    by_cell: dict[Cell, Position]
    potentials: Potentials
    #: Participants by stored segment and cell, blanks left out.
    heads: Heads


def field_of(basis: Basis) -> str:
    """The field of a record that counts."""
    return "verified_participants" if basis == Basis.VERIFIED else "participants"


def heads_of(field: str) -> Cast:
    """The sum of a field of heads, as the whole number it is: PostgreSQL would answer with a decimal."""
    return Cast(Sum(field), BigIntegerField())


@dataclass(frozen=True)
class FigureReader:
    """What one reader may see, narrowed to the areas asked for. Every question about figures is asked here."""

    records: CellQuerySet
    estimates: CellQuerySet
    #: The regencies asked for, those out of use among them.
    areas: RegencyQuerySet
    #: Potentials may be cached where nothing but the potentials themselves says which are seen, neither the office of
    #: the reader nor a past day.
    may_cache: bool = field(default=False, kw_only=True)

    @classmethod
    def visible_to(cls, user: User, known_on: date | None = None) -> FigureReader:
        """As they stand, or as they were known at the end of a past day. Areas are those of today in both cases."""
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
        """The regencies in use."""
        return self.areas.filter(is_active=True)

    @cached_property
    def _known_areas(self) -> list[tuple[str, str, bool]]:
        """Code, name and whether it is in use of every regency asked for. One query, once."""
        return list(self.areas.order_by("code").values_list("code", "name", "is_active"))

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the regencies in use, by code. One query, once."""
        return {code: name for code, name, is_active in self._known_areas if is_active}

    # --- potentials

    def potentials(self, codes: Iterable[str], at_months: Iterable[date]) -> dict[date, Potentials]:
        """The potentials of these segments in force in each month. Three queries, or one where they are cached.

        Not to be changed: months share them.
        """
        parts, wanted = sorted(codes), sorted(at_months)

        def read() -> dict[date, Potentials]:
            return in_force(self.vintages(parts, months.month_end(wanted[0]), months.month_end(wanted[-1])), wanted)

        if not self.may_cache:
            return read()
        # the query says which areas and reader are meant, however they were narrowed
        return cached(f"{self.estimates.query} {parts} {wanted}", read)

    def vintages(self, codes: list[str], first: date, last: date) -> list[Vintage]:
        """Estimates of these segments in force on the first day, or beginning after it until the last; oldest first.

        Two queries. The first finds the dates of what is in force on the first day, so that older vintages are left
        alone: there are more of them every year.
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
        """The records that make up a group of segments in these months."""
        # months named one by one: each is then a short stretch of the index `record_report_reads`
        return self.records.filter(period__in=span, segment__in=segments.codes).order_by()

    def figures(self, at_months: Iterable[date], codes: Iterable[str]) -> Iterable[Figure]:
        """The records of these months and segments. One query."""
        records = self.records.filter(period__in=list(at_months), segment__in=list(codes)).order_by()
        return records.values_list(*FIGURE_FIELDS, IS_VERIFIED)

    def known(self, month: date, codes: Iterable[str], basis: Basis) -> CellQuerySet:
        """The records of a month that have a figure on this basis."""
        known = {f"{field_of(basis)}__isnull": False}
        return self.records.filter(period=month, segment__in=list(codes), **known).order_by()

    def heads(self, month: date, codes: Iterable[str], basis: Basis) -> dict[str, dict[Cell, int]]:
        """Participants of a month by stored segment and cell, blanks left out. One query."""
        found: dict[str, dict[Cell, int]] = defaultdict(dict)
        rows = self.known(month, codes, basis).values_list("segment", "province", "regency", field_of(basis))
        for segment, province, regency, value in rows:
            found[segment][province, regency] = value
        return found

    # --- positions

    def positions(self, segments: SegmentGroup, at_months: Iterable[date], basis: Basis) -> dict[date, MonthPositions]:
        """The position of every cell at each month. Five queries, whatever the number of areas and months."""
        return self.positions_of_each([segments], at_months, basis)[segments.segment.pk]

    def positions_of_each(
        self, groups: Iterable[SegmentGroup], at_months: Iterable[date], basis: Basis
    ) -> dict[str, dict[date, MonthPositions]]:
        """`positions` of several segments side by side, by segment code. The same five queries."""
        wanted, groups = list(at_months), list(groups)
        stored = stored_segments(groups)
        potentials = self.potentials([code for code, part in stored.items() if part.has_potential], wanted)
        return positions_of_each(groups, self.figures(wanted, stored), potentials, self.names, basis)

    def positions_by_area(
        self, groups: Iterable[SegmentGroup], month: date, basis: Basis, area_of: Callable[[Cell], str]
    ) -> dict[str, dict[str, Position]]:
        """Positions by segment code and area, for many segments side by side; `area_of` says where a cell is counted.

        Nothing is said about reports (`reported`, `carried`, `expected` and `province_wide` stay 0). At most five
        queries. Cell by cell a page of twenty segments would hold forty thousand positions to show eight hundred.
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
        """Participants alone by segment code and area, added up by the database. One query."""
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
        """What the rate of every area with a figure is made of, for a ranking. At most four queries."""
        workers = self.potentials(segments.with_potential, [month])[month].workers
        return rate_parts(self.heads(month, segments.codes, basis), workers, segments, area_of)

    # --- month by month

    def monthly_participants(
        self, segments: SegmentGroup, first: date, last: date, *, by_province: bool = False
    ) -> dict[Cell, dict[date, Participants]]:
        """Participants per cell and month from `first` to `last`, both included. One query.

        `by_province` adds the cells of a province in the database; its sum stands under (province, None).
        """
        records = self.records_of(segments, months.span(first, last))
        return _by_cell_and_month(records, by_province=by_province)

    def monthly_participants_of(
        self, cells: Iterable[Cell], segments: SegmentGroup, first: date, last: date
    ) -> dict[Cell, dict[date, Participants]]:
        """The same for a few cells. One query."""
        # the months as a range: PostgreSQL then goes by the index of the regencies instead of looking through all
        records = self.records.filter(in_cells(cells), segment__in=segments.codes)
        return _by_cell_and_month(records.filter(period__gte=first, period__lte=last).order_by())

    def monthly_total(self, segments: SegmentGroup, first: date, last: date) -> dict[date, Participants]:
        """Participants of all areas together, by month; both months included. One query."""
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
        """What the rate of all areas together is made of, month by month. At most eight queries.

        `potentials` of these months and segments, and the participants of the last month, where they were read before.

        The database adds up the months; a cell that has a figure in every month adds all of its potential to each.
        Only the other cells are read one by one and go by the rule themselves.
        """
        span = months.span(first, last)
        found = dict.fromkeys(span, RateParts())
        potentials = potentials or self.potentials(segments.with_potential, span)
        totals = self._totals(segments, span, basis)
        # before the first figure of all there is nothing to add up, and no cell lacks anything
        told = [month for month in span if month in totals]
        if not told:
            return found
        if of_last is None or told[-1] != last:
            of_last = self.heads(told[-1], segments.codes, basis)
        uneven = set() if self._are_whole(segments, totals) else self._with_gaps(segments, told, basis)
        distinct = {id(one): one for one in (potentials[month] for month in told)}.values()
        uneven |= {
            cell
            for part in segments.stored
            if part.has_potential
            for one in distinct
            for cell in of_last.get(part.pk, {}).keys() - one.workers.get(part.pk, {}).keys()
        }
        even = {cell for at in of_last.values() for cell in at} - uneven
        steady = {
            id(one): _sum_of(count for at in one.workers.values() for cell, count in at.items() if cell in even)
            for one in distinct
        }
        apart = self._heads_of_cells(uneven, segments, told, basis)
        for month in told:
            heads, figures = totals[month].heads, totals[month].figures
            one_by_one = [value for at in apart[month].values() for value in at.values()]
            rated = rate_parts(apart[month], potentials[month].workers, segments, all_together).get(None, RateParts())
            summed = heads - sum(one_by_one) if figures > len(one_by_one) else None
            found[month] = RateParts(
                add(summed, rated.participants), add(steady[id(potentials[month])], rated.potential)
            )
        return found

    def _totals(self, segments: SegmentGroup, span: Sequence[date], basis: Basis) -> dict[date, _MonthTotal]:
        """The sums of the months that have a figure."""
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

    def _are_whole(self, segments: SegmentGroup, totals: Mapping[date, _MonthTotal]) -> bool:
        """Whether every regency there is, in use or not, has a figure in every month: then no cell can lack one."""
        first, *others = (at.of_segment for at in totals.values())
        if any(other != first for other in others) or any(figures != regs for figures, regs in first.values()):
            return False
        there_are = len(self._known_areas)
        return all(figures == there_are for figures, _regencies in first.values())

    def _with_gaps(self, segments: SegmentGroup, told: Sequence[date], basis: Basis) -> set[Cell]:
        """Cells that have a figure of a segment in some of these months and none in others. One query."""
        rows = self.records_of(segments, told).values_list("province", "regency", "segment")
        counted = rows.annotate(known=Count(field_of(basis))).filter(known__gt=0, known__lt=len(told))
        return {(province, regency) for province, regency, _segment, _known in counted}

    def _heads_of_cells(
        self, cells: Iterable[Cell], segments: SegmentGroup, span: Sequence[date], basis: Basis
    ) -> dict[date, dict[str, dict[Cell, int]]]:
        """Participants of a few cells by month, stored segment and cell, blanks left out. One query, or none."""
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
    """The sum of a month: heads, how many figures it has, and per segment how many, of regencies how many."""

    heads: int = 0
    figures: int = 0
    of_segment: dict[str, tuple[int, int]] = field(default_factory=dict)


def in_cells(cells: Iterable[Cell]) -> Q:
    """Records of these cells; a cell without a regency is what its province has not broken down."""
    cells = list(cells)
    found = Q(regency__in=[regency for _province, regency in cells if regency])
    if wide := [province for province, regency in cells if regency is None]:
        found |= Q(regency__isnull=True, province__in=wide)
    return found


def stored_segments(groups: Iterable[SegmentGroup]) -> dict[str, Any]:
    """The stored segments of several groups by code, each once."""
    return {part.pk: part for group in groups for part in group.stored}


def heads_in(figures: Iterable[Figure], basis: Basis) -> dict[date, dict[str, dict[Cell, int]]]:
    """Participants by month, stored segment and cell, blanks left out."""
    found: dict[date, dict[str, dict[Cell, int]]] = defaultdict(lambda: defaultdict(dict))
    for month, province, regency, segment, _origin, working, verified, _was_verified in figures:
        value = verified if basis == Basis.VERIFIED else working
        if value is not None:
            found[month][segment][province, regency] = value
    return found


def positions_of_each(
    groups: Iterable[SegmentGroup],
    figures: Iterable[Figure],
    potentials: Mapping[date, Potentials],
    regencies: Iterable[str],
    basis: Basis,
) -> dict[str, dict[date, MonthPositions]]:
    """Positions by segment code and month from figures that were read; `regencies` are the codes of those in use."""
    rows: dict[date, dict[str, dict[Cell, Value]]] = {month: defaultdict(dict) for month in potentials}
    heads: dict[date, dict[str, dict[Cell, int]]] = {month: defaultdict(dict) for month in potentials}
    reads_verified, own = basis == Basis.VERIFIED, CoverageRecord.OWN
    for month, province, regency, segment, origin, working, verified, was_verified in figures:
        cell, is_changed = (province, regency), was_verified and working != verified
        value, is_own = (verified, was_verified) if reads_verified else (working, origin in own)
        rows[month][segment][cell] = (value, is_own, is_changed)
        if value is not None:
            heads[month][segment][cell] = value
    served = [(code[:2], code) for code in regencies]
    return {
        group.segment.pk: {
            month: MonthPositions(
                _positions(rows[month], heads[month], at.workers, group, served),
                at.of(group.with_potential),
                heads[month],
            )
            for month, at in potentials.items()
        }
        for group in groups
    }


def _positions(
    rows: Mapping[str, Mapping[Cell, Value]],
    heads: Heads,
    potential: Heads,
    segments: SegmentGroup,
    served: Iterable[Cell],
) -> dict[Cell, Position]:
    """`rows`, `heads` and `potential` by segment; `served` are the regencies in use."""
    rated, rated_in_force = rate_sums(heads, potential, segments)
    parts = [(code, rows.get(code, {}), potential.get(code, {})) for code in segments.codes]
    expected, must_report = segments.expected, set(served)
    found: dict[Cell, Position] = {}
    for cell in must_report.union(*(of_part for _code, *both in parts for of_part in both)):
        participants = workers = None
        own: set[str] = set()
        changed = 0
        for code, values, in_force_here in parts:
            count = in_force_here.get(cell)
            if count is not None:
                workers = count if workers is None else workers + count
            if cell not in values:
                continue
            value, is_own, is_changed = values[cell]
            changed += is_changed
            if value is not None:
                participants = value if participants is None else participants + value
                if is_own:
                    own.add(code)
        if expected:
            counts = cell in must_report
            reported = counts and expected <= own
        else:  # a group is expected where something is known of it
            counts = participants is not None or workers is not None
            reported = bool(own)
        found[cell] = Position(
            participants,
            workers,
            rated.get(cell),
            rated_in_force.get(cell),
            int(reported),
            carried=int(counts and not reported and participants is not None),
            expected=int(counts),
            changed=changed,
            province_wide=int(bool(expected) and cell[1] is None and bool(own)),
        )
    return found


def _by_area(values: Mapping[Cell, int], area_of: Callable[[Cell], str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for cell, count in values.items():
        area = area_of(cell)
        found[area] = found.get(area, 0) + count
    return found


def _summed(by_segment: Mapping[str, Mapping[str, int]], codes: Iterable[str]) -> dict[str, int]:
    """The values of several segments by area, added up."""
    found: dict[str, int] = {}
    for code in codes:
        for area, count in by_segment.get(code, {}).items():
            found[area] = found.get(area, 0) + count
    return found


def _sum_of(values: Iterable[int]) -> int | None:
    """None for nothing at all."""
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
