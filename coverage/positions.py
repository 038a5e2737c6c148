"""Where facts are asked: participants, potential and completeness of area cells at a month.

A position is additive: a province is the sum of its cells, the country the sum of its provinces, so a total is the same
by every path. Rates are never added; they are sum over sum.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from django.db import models
from django.db.models import Sum

from accounts.models import User
from reporting import months

from .models import CoverageRecord, Regency, WorkerSegment, WorkforceEstimate
from .querysets import CellQuerySet, RegencyQuerySet

#: (province code, regency code), or (province code, None) for what is not broken down by regency.
Cell = tuple[str, str | None]


class Basis(models.TextChoices):
    """Which of the two values of a record counts."""

    VERIFIED = "terverifikasi", "Terverifikasi"
    PROVISIONAL = "sementara", "Sementara"


@dataclass(frozen=True, slots=True)
class Position:
    """Participants and potential of some cells at the end of a month. Heads; None means nothing is known, not zero.

    `rated_participants` and `rated_potential` cover the same reported areas and give the rate; a segment that has a
    potential counts there only where its potential is known, JAKON and PMI add to the participants only.
    """

    participants: int | None = None
    potential: int | None = None
    rated_participants: int | None = None
    rated_potential: int | None = None
    reported: int = 0
    carried: int = 0
    expected: int = 0
    #: Verified figures of this month whose working value has been changed since.
    changed: int = 0

    @property
    def coverage_rate(self) -> Fraction | None:
        """Sum of participants over sum of potential of the same reported areas; None without potential."""
        if self.rated_participants is None or not self.rated_potential:
            return None
        return Fraction(self.rated_participants, self.rated_potential)

    @property
    def uncovered(self) -> int | None:
        """Workers without cover: potential less participants, never below 0."""
        if self.participants is None or self.potential is None:
            return None
        return max(0, self.potential - self.participants)

    @property
    def is_partial(self) -> bool:
        """True when the rate covers only part of the potential, because areas have never reported."""
        return self.rated_potential is not None and self.rated_potential != self.potential

    def __add__(self, other: Position) -> Position:
        return Position(
            participants=add(self.participants, other.participants),
            potential=add(self.potential, other.potential),
            rated_participants=add(self.rated_participants, other.rated_participants),
            rated_potential=add(self.rated_potential, other.rated_potential),
            reported=self.reported + other.reported,
            carried=self.carried + other.carried,
            expected=self.expected + other.expected,
            changed=self.changed + other.changed,
        )


def add(left: int | None, right: int | None) -> int | None:
    """Add where a missing value is neither zero nor poison: None + 5 is 5, None + None is None."""
    if left is None or right is None:
        return right if left is None else left
    return left + right


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


@dataclass(frozen=True, slots=True)
class Potentials:
    """Potentials in force at the end of a month, per cell and stored segment, with source and start of each."""

    workers: dict[tuple[Cell, str], int]
    origins: dict[tuple[Cell, str], tuple[str, date]]

    def of(self, codes: Iterable[str]) -> Potentials:
        """Only those of these stored segments."""
        wanted = set(codes)
        return Potentials(
            {key: workers for key, workers in self.workers.items() if key[1] in wanted},
            {key: origin for key, origin in self.origins.items() if key[1] in wanted},
        )

    @property
    def vintages(self) -> set[tuple[str, date]]:
        """The different (source, effective from) among them."""
        return set(self.origins.values())


@dataclass(frozen=True, slots=True)
class Stock:
    """Participants of some cells at a month, both as worked on and as verified."""

    working: int | None = None
    verified: int | None = None

    def __add__(self, other: Stock) -> Stock:
        return Stock(add(self.working, other.working), add(self.verified, other.verified))

    def on(self, basis: Basis) -> int | None:
        return self.verified if basis == Basis.VERIFIED else self.working


@dataclass(frozen=True)
class Facts:
    """What one reader may see, narrowed to the areas asked for. Every question about figures is asked here."""

    records: CellQuerySet
    estimates: CellQuerySet
    regencies: RegencyQuerySet

    @classmethod
    def visible_to(cls, user: User) -> Facts:
        return cls(
            CoverageRecord.objects.visible_to(user),
            WorkforceEstimate.objects.visible_to(user),
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

    def potentials(self, codes: Iterable[str], at_months: Iterable[date]) -> dict[date, Potentials]:
        """For each month the estimates with the latest `effective_from` not after its end. One query for all months."""
        wanted = sorted(at_months)
        rows = list(
            self.estimates.filter(segment__in=list(codes), effective_from__lte=months.month_end(wanted[-1]))
            .order_by("effective_from")
            .values_list("province", "regency", "segment", "effective_from", "workers", "source")
        )
        found = {}
        for month in wanted:
            end = months.month_end(month)
            workers: dict[tuple[Cell, str], int] = {}
            origins: dict[tuple[Cell, str], tuple[str, date]] = {}
            for province, regency, segment, since, count, source in rows:
                if since > end:
                    break
                key = ((province, regency), segment)
                workers[key] = count
                origins[key] = (source, since)
            found[month] = Potentials(workers, origins)
        return found

    def positions(
        self, segments: SegmentSum, at_months: Iterable[date], basis: Basis
    ) -> dict[date, tuple[dict[Cell, Position], Potentials]]:
        """The position of every cell at each month. Three queries, whatever the number of areas and months."""
        return self.positions_of_each([segments], at_months, basis)[segments.segment.pk]

    def positions_of_each(
        self, sums: Iterable[SegmentSum], at_months: Iterable[date], basis: Basis
    ) -> dict[str, dict[date, tuple[dict[Cell, Position], Potentials]]]:
        """`positions` for several segments side by side, by segment code. The same three queries."""
        wanted, sums = list(at_months), list(sums)
        together = list({part.pk: part for segments in sums for part in segments.stored}.values())
        potentials = self.potentials([part.pk for part in together if part.has_potential], wanted)
        rows: dict[date, dict[tuple[Cell, str], Value]] = {month: {} for month in wanted}
        for month, province, regency, segment, origin, working, verified, verified_at in (
            self.records.filter(period__in=wanted, segment__in=[part.pk for part in together])
            .order_by()
            .values_list(
                "period",
                "province",
                "regency",
                "segment",
                "origin",
                "participants",
                "verified_participants",
                "verified_at",
            )
        ):
            is_changed = verified_at is not None and working != verified
            rows[month][((province, regency), segment)] = (
                Value(verified, verified_at is not None, is_changed)
                if basis == Basis.VERIFIED
                else Value(working, origin in CoverageRecord.OWN, is_changed)
            )
        served = list(self.regencies.order_by("code").values_list("province", "code"))
        return {
            segments.segment.pk: {
                month: (
                    _by_cell(rows[month], potentials[month].workers, segments, served),
                    potentials[month].of(segments.codes),
                )
                for month in wanted
            }
            for segments in sums
        }

    def series(self, segments: SegmentSum, first: date, last: date) -> dict[Cell, dict[date, Stock]]:
        """Participants per cell and month from `first` to `last`, both months included. One query."""
        found: dict[Cell, dict[date, Stock]] = {}
        for province, regency, month, working, verified in (
            self.records.filter(period__gte=first, period__lte=last, segment__in=segments.codes)
            .order_by()
            .values_list("province", "regency", "period")
            .annotate(Sum("participants"), Sum("verified_participants"))
        ):
            found.setdefault((province, regency), {})[month] = Stock(_whole(working), _whole(verified))
        return found


def _by_cell(
    rows: dict[tuple[Cell, str], Value],
    potentials: dict[tuple[Cell, str], int],
    segments: SegmentSum,
    served: list[Cell],
) -> dict[Cell, Position]:
    with_potential = set(segments.with_potential)
    expected = segments.expected
    cells = {cell for cell, _segment in rows} | {cell for cell, _segment in potentials} | set(served)
    found: dict[Cell, Position] = {}
    must_report = set(served)
    for cell in cells:
        participants = potential = rated_participants = rated_potential = None
        own: set[str] = set()
        changed = 0
        for code in segments.codes:
            value, is_own, is_changed = rows.get((cell, code), NO_VALUE)
            changed += is_changed
            workers = potentials.get((cell, code))
            potential = add(potential, workers)
            if value is None:
                continue
            participants = add(participants, value)
            if is_own:
                own.add(code)
            if workers is not None:
                rated_participants = add(rated_participants, value)
                rated_potential = add(rated_potential, workers)
            elif code not in with_potential:
                rated_participants = add(rated_participants, value)
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
        )
    return found


class Value(NamedTuple):
    """A record as one basis reads it."""

    heads: int | None
    is_own: bool
    is_changed: bool


NO_VALUE = Value(None, False, False)


def _whole(value: object) -> int | None:
    """PostgreSQL answers SUM(bigint) as Decimal."""
    return None if value is None else int(value)  # type: ignore[call-overload]


def add_series(parts: Iterable[dict[date, Stock]]) -> dict[date, Stock]:
    """The series of several cells together: added month by month, never over months."""
    total: dict[date, Stock] = {}
    for part in parts:
        for month, stock in part.items():
            total[month] = total.get(month, Stock()) + stock
    return total
