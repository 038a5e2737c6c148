"""Where facts are asked: participants, potential and completeness of area cells at a month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Max, Q, Sum

from accounts.models import User
from reporting import months

from .known import rows_of
from .models import CoverageRecord, Regency, WorkerSegment, WorkforceEstimate
from .querysets import CellQuerySet, RegencyQuerySet
from .rating import rated_months
from .stocks import NO_VALUE, Basis, Cell, Position, Rated, Stock, Value, add
from .vintages import Potentials

#: Province, regency, segment, effective from, workers, source.
Vintage = tuple[str, str | None, str, date, int, str]
#: Month, province, regency, segment, origin, working and verified participants, whether it was verified.
Figure = tuple[date, str, str | None, str, str, int | None, int | None, bool]


@dataclass(frozen=True, slots=True)
class SegmentSum:
    """The stored segments behind a segment: itself for a basic one or a group, its components for a composite."""

    segment: WorkerSegment
    stored: tuple[WorkerSegment, ...]

    @classmethod
    def of(cls, segment: WorkerSegment) -> SegmentSum:
        if segment.kind == WorkerSegment.Kind.COMPOSITE:
            return cls(segment, tuple(sorted(segment.components.all(), key=lambda part: (part.position, part.code))))
        return cls(segment, (segment,))

    @classmethod
    def all_active(cls) -> list[SegmentSum]:
        """Every segment in use, in its order on screen. Two queries."""
        segments = WorkerSegment.objects.filter(is_active=True).order_by("position", "code")
        return [cls.of(segment) for segment in segments.prefetch_related("components")]

    @property
    def codes(self) -> list[str]:
        return [segment.pk for segment in self.stored]

    @property
    def with_potential(self) -> list[str]:
        return [segment.pk for segment in self.stored if segment.has_potential]

    @property
    def expected(self) -> frozenset[str]:
        """Segments every regency must report; empty for groups, which are optional."""
        return frozenset(segment.pk for segment in self.stored if segment.is_expected)


@dataclass(frozen=True)
class Facts:
    """What one reader may see, narrowed to the areas asked for. Every question about figures is asked here."""

    records: CellQuerySet
    estimates: CellQuerySet
    regencies: RegencyQuerySet

    @classmethod
    def visible_to(cls, user: User, known_on: date | None = None) -> Facts:
        """As they stand, or as they were known at the end of a past day. Areas are those of today in both cases."""
        records: Any = rows_of(CoverageRecord, known_on)
        estimates: Any = rows_of(WorkforceEstimate, known_on)
        return cls(
            records.visible_to(user),
            estimates.visible_to(user),
            Regency.objects.visible_to(user).filter(is_active=True),
        )

    def in_provinces(self, codes: Iterable[str]) -> Facts:
        provinces = list(codes)
        return Facts(
            self.records.filter(province__in=provinces),
            self.estimates.filter(province__in=provinces),
            self.regencies.filter(province__in=provinces),
        )

    def in_regency(self, code: str) -> Facts:
        return Facts(
            self.records.filter(regency=code), self.estimates.filter(regency=code), self.regencies.filter(code=code)
        )

    def of_cells(self, cells: Iterable[Cell]) -> Facts:
        cells = list(cells)
        here = Q(regency__in=[regency for _province, regency in cells if regency])
        if wide := [province for province, regency in cells if regency is None]:
            here |= Q(regency__isnull=True, province__in=wide)
        return Facts(self.records.filter(here), self.estimates.filter(here), self.regencies)

    def potentials(self, codes: Iterable[str], at_months: Iterable[date]) -> dict[date, Potentials]:
        """For each month the estimates with the latest `effective_from` not after its end. Two queries."""
        wanted = sorted(at_months)
        rows = self.vintages(list(codes), months.month_end(wanted[0]), months.month_end(wanted[-1]))
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

    def served(self) -> list[Cell]:
        """The regencies in use. One query."""
        return list(self.regencies.order_by("code").values_list("province", "code"))

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
        for month, province, regency, segment, origin, working, verified, counts in self.figures(
            wanted, [part.pk for part in together]
        ):
            is_changed = counts and working != verified
            rows[month][segment][(province, regency)] = (
                Value(verified, counts, is_changed)
                if basis == Basis.VERIFIED
                else Value(working, origin in CoverageRecord.OWN, is_changed)
            )
        served = self.served()
        vintages = {id(one): (one.by_segment, one.split()) for one in potentials.values()}
        apart = {month: vintages[id(potentials[month])] for month in wanted}
        return {
            segments.segment.pk: {
                month: (
                    _by_cell(rows[month], apart[month][0], segments, served),
                    Potentials.joined(apart[month][1].get(code) for code in segments.codes),
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
        found: dict[Cell, dict[date, Stock]] = {}
        area = ("province",) if by_province else ("province", "regency")
        for *cell, month, working, verified in (
            self.records.filter(period__in=months.span(first, last), segment__in=segments.codes)
            .order_by()
            .values_list(*area, "period")
            .annotate(Sum("participants"), Sum("verified_participants"))
        ):
            key = (cell[0], None if by_province else cell[1])
            found.setdefault(key, {})[month] = Stock(_whole(working), _whole(verified))
        return found

    def stock(self, segments: SegmentSum, first: date, last: date) -> dict[date, Stock]:
        """Participants of all areas together, by month; both months included. One query."""
        rows = self.records.filter(period__in=months.span(first, last), segment__in=segments.codes).order_by()
        by_month = rows.values_list("period").annotate(Sum("participants"), Sum("verified_participants"))
        return {month: Stock(_whole(working), _whole(verified)) for month, working, verified in by_month}

    def rates(self, segments: SegmentSum, first: date, last: date, basis: Basis) -> dict[date, Rated]:
        """Coverage of all areas together, month by month. At most five queries, two of them for the potentials."""
        span = months.span(first, last)
        potentials = self.potentials(segments.with_potential, span)
        records = self.records.filter(period__in=span, segment__in=segments.codes)
        field = "verified_participants" if basis == Basis.VERIFIED else "participants"
        in_force = {month: potentials[month].workers for month in span}
        return rated_months(records, field, segments.with_potential, in_force, span)


def _whole(value: object) -> int | None:
    """PostgreSQL answers SUM(bigint) as Decimal."""
    return None if value is None else int(value)  # type: ignore[call-overload]


def _by_cell(
    rows: Mapping[str, Mapping[Cell, Value]],
    potentials: Mapping[str, Mapping[Cell, int]],
    segments: SegmentSum,
    served: list[Cell],
) -> dict[Cell, Position]:
    """`rows` and `potentials` by segment; `served` are the regencies in use."""
    with_potential = set(segments.with_potential)
    parts = [(code, rows.get(code, {}), potentials.get(code, {})) for code in segments.codes]
    expected = segments.expected
    found: dict[Cell, Position] = {}
    must_report = set(served)
    for cell in must_report.union(*(of_part for _code, *both in parts for of_part in both)):
        participants = potential = rated_participants = rated_potential = None
        own: set[str] = set()
        changed = 0
        for code, values, in_force in parts:
            value, is_own, is_changed = values.get(cell, NO_VALUE)
            changed += is_changed
            workers = in_force.get(cell)
            potential = add(potential, workers)
            if value is None:
                continue
            participants = add(participants, value)
            if is_own:
                own.add(code)
            if workers is not None or code not in with_potential:
                rated_participants = add(rated_participants, value)
        if participants is not None:
            # the whole area counts once it has a figure: leaving out the potential of a segment that is still blank
            # would show the rate of the other segment as if it were the rate of both
            rated_potential = potential
        if expected:
            counts = cell in must_report
            reported = counts and expected <= own
        else:  # a group is expected where something is known of it
            counts = participants is not None or potential is not None
            reported = bool(own)
        found[cell] = Position(
            participants=participants,
            potential=potential,
            rated_participants=rated_participants,
            rated_potential=rated_potential,
            reported=int(reported),
            carried=int(counts and not reported and participants is not None),
            expected=int(counts),
            changed=changed,
            province_wide=int(bool(expected) and cell[1] is None and bool(own)),
        )
    return found
