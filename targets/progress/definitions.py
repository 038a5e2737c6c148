"""Every number defined in `docs/definitions.md`: exact arithmetic, no database.

Heads are ints, rates are Fractions (0.3839, not 38.39), differences of rates are in percentage points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Protocol

from reporting import months
from reporting.numbers import round_count, round_ratio

#: The least pace ratios of “on track” and of “has to accelerate”.
ON_TRACK_FROM = Fraction(95, 100)
ACCELERATE_FROM = Fraction(60, 100)


class Status(StrEnum):
    REACHED = "reached"
    ON_TRACK = "on_track"
    ACCELERATE = "accelerate"
    BEHIND = "behind"
    DECLINING = "declining"
    NOT_ASSESSABLE = "not_assessable"

    @property
    def label(self) -> str:
        return STATUS_WORDS[self][0]

    @property
    def sign(self) -> str:
        return STATUS_WORDS[self][1]

    @property
    def css(self) -> str:
        """The CSS class of the colour; sign and word convey the status without colour."""
        return STATUS_WORDS[self][2]


STATUS_WORDS = {
    Status.REACHED: ("Tercapai", "✓", "hit"),
    Status.ON_TRACK: ("Sesuai jalur", "●", "ok"),
    Status.ACCELERATE: ("Perlu dipercepat", "◐", "warn"),
    Status.BEHIND: ("Tertinggal", "○", "low"),
    Status.DECLINING: ("Menurun", "▼", "down"),
    Status.NOT_ASSESSABLE: ("Belum dapat dinilai", "–", "na"),
}


@dataclass(frozen=True, slots=True)
class Baseline:
    """The start of the path to the target. `is_december` is False when December was not verified."""

    month: date
    participants: int
    is_december: bool


@dataclass(frozen=True, slots=True)
class TargetFigure:
    """A target as stated: percent (38.39) and/or workers; at least one is given."""

    year: int
    percent: Decimal | Fraction | None = None
    workers: int | None = None
    source: str = ""
    #: The name of the source; for a sum a description.
    source_name: str = ""
    decree: str = ""

    @property
    def words(self) -> str:
        """The source and the decree."""
        return ", ".join(part for part in (self.source_name, self.decree) if part)


class Course(Protocol):
    """Protocol for values computed from previous months: the start of the path to the target, and the pace."""

    @property
    def baseline(self) -> Baseline | None: ...

    @property
    def observed_per_month(self) -> Fraction | None: ...


@dataclass(frozen=True, slots=True)
class StatedCourse:
    """A course with given values."""

    baseline: Baseline | None = None
    observed_per_month: Fraction | None = None


@dataclass(frozen=True)
class Progress:
    """The progress of an area in a month against one target."""

    month: date
    participants: int | None
    potential: int | None
    coverage_rate: Fraction | None
    target: TargetFigure | None = None
    #: Read on first use, because a table of 500 areas shows it for one page of 50.
    course: Course = field(default=StatedCourse(), compare=False)

    @property
    def baseline(self) -> Baseline | None:
        return self.course.baseline

    @property
    def observed_per_month(self) -> Fraction | None:
        """Net new participants per month."""
        return self.course.observed_per_month

    @cached_property
    def target_workers(self) -> int | None:
        """As stated, else rate x potential, rounded half up."""
        if self.target is None:
            return None
        if self.target.workers is not None:
            return self.target.workers
        if self.potential is None or self.target.percent is None:
            return None
        return round_count(Fraction(self.target.percent) / 100 * self.potential)

    @cached_property
    def target_rate(self) -> Fraction | None:
        """As stated, else workers / potential."""
        if self.target is None:
            return None
        if self.target.percent is not None:
            return Fraction(self.target.percent) / 100
        if not self.potential or self.target.workers is None:
            return None
        return Fraction(self.target.workers, self.potential)

    @cached_property
    def gap_workers(self) -> int | None:
        """Target workers less participants; negative when the target is passed."""
        if self.target_workers is None or self.participants is None:
            return None
        return self.target_workers - self.participants

    @property
    def surplus_workers(self) -> int | None:
        """Participants above the target; None while it is not reached."""
        return -self.gap_workers if self.gap_workers is not None and self.gap_workers <= 0 else None

    @cached_property
    def gap_points(self) -> Fraction | None:
        """Target rate less coverage, in percentage points."""
        if self.target_rate is None or self.coverage_rate is None:
            return None
        return (self.target_rate - self.coverage_rate) * 100

    @cached_property
    def achievement_rate(self) -> Fraction | None:
        """Coverage / target rate."""
        if not self.target_rate or self.coverage_rate is None:
            return None
        return self.coverage_rate / self.target_rate

    @property
    def months_left(self) -> int:
        """Months from this month to December of the target's year (of this year without a target); never below 0."""
        year = self.target.year if self.target else self.month.year
        return max(0, months.months_between(self.month, date(year, 12, 1)))

    @cached_property
    def required_per_month(self) -> Fraction | None:
        """Gap / months left, the whole gap when none is left; 0 when the target is reached."""
        if self.gap_workers is None:
            return None
        return Fraction(max(0, self.gap_workers), self.months_left or 1)

    @cached_property
    def pace_ratio(self) -> Fraction | None:
        """Observed / required; None when nothing is required."""
        if self.observed_per_month is None or not self.required_per_month:
            return None
        return self.observed_per_month / self.required_per_month

    @cached_property
    def status(self) -> Status:
        if self.gap_workers is not None and self.gap_workers <= 0:
            return Status.REACHED
        if self.pace_ratio is None or not self.potential:
            return Status.NOT_ASSESSABLE
        if self.pace_ratio >= ON_TRACK_FROM:
            return Status.ON_TRACK
        if self.pace_ratio >= ACCELERATE_FROM:
            return Status.ACCELERATE
        return Status.BEHIND if self.pace_ratio >= 0 else Status.DECLINING

    @cached_property
    def path_workers(self) -> int | None:
        """Where the straight path from the baseline to the target stands at this month; only for this year's target."""
        if self.baseline is None or self.target_workers is None or self.target is None:
            return None
        if self.target.year != self.month.year:
            return None
        start = self.baseline.participants
        return round_ratio(start * 12 + (self.target_workers - start) * self.month.month, 12)

    @cached_property
    def year_end_projection(self) -> int | None:
        """Participants + observed x months left, rounded half up."""
        if self.participants is None or self.observed_per_month is None:
            return None
        return round_count(self.participants + self.observed_per_month * self.months_left)

    def projected_month(self, share: Fraction, potential_growth: Fraction = Fraction(0)) -> date | None:
        """The month in which `share` of the potential is reached; None means "not at this pace".

        `potential_growth` is the monthly growth of the potential between the last two vintages (0.001 = 0.1 %).
        """
        if self.participants is None or not self.potential or self.observed_per_month is None:
            return None
        missing = share * self.potential - self.participants
        return self._month_after(missing, self.observed_per_month - share * potential_growth * self.potential)

    def projected_month_of_target(self) -> date | None:
        """The month in which the target workers are reached; None means "not at this pace" or that data are missing.

        Uses the same target workers as gap, requirement and status, so that these never contradict each other.
        """
        if self.gap_workers is None or self.observed_per_month is None:
            return None
        return self._month_after(self.gap_workers, self.observed_per_month)

    def _month_after(self, missing: Fraction | int, gained: Fraction) -> date | None:
        """This month when nothing is missing; None without growth, or when it takes 200 years or more."""
        if missing <= 0:
            return self.month
        if gained <= 0:
            return None
        distance = ceil(missing / gained)
        return months.add_months(self.month, distance) if distance < 12 * 200 else None


def observed_pace(participants: Mapping[date, int | None], month: date) -> Fraction | None:
    """Net new participants per month: (P(m) - P(m-12)) / 12, else the median of the last 3 to 6 monthly net changes."""
    now, year_ago = participants.get(month), participants.get(months.add_months(month, -12))
    if now is None:
        return None
    if year_ago is not None:
        return Fraction(now - year_ago, 12)
    changes = []
    for back in range(6):
        later, earlier = (participants.get(months.add_months(month, -back - step)) for step in (0, 1))
        if later is None or earlier is None:
            break
        changes.append(later - earlier)
    return median(changes) if len(changes) >= 3 else None


def median(values: Sequence[int]) -> Fraction:
    """The middle value; of an even number of values the mean of the middle two."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return Fraction(ordered[half]) if len(ordered) % 2 else Fraction(ordered[half - 1] + ordered[half], 2)


def baseline(verified: Mapping[date, int | None], month: date) -> Baseline | None:
    """Last December's verified participants; without it the first verified month of the year."""
    december = date(month.year - 1, 12, 1)
    for candidate in (december, *(date(month.year, number, 1) for number in range(1, month.month + 1))):
        participants = verified.get(candidate)
        if participants is not None:
            return Baseline(candidate, participants, candidate == december)
    return None


def ranks(rates: Mapping[str, Fraction | None]) -> dict[str, int]:
    """Rank by rate, highest first; equal rates share a rank (1, 2, 2, 4). Areas without a rate have none."""
    ordered = sorted((rate for rate in rates.values() if rate is not None), reverse=True)
    first_place: dict[Fraction, int] = {}
    for place, rate in enumerate(ordered, start=1):
        first_place.setdefault(rate, place)
    return {code: first_place[rate] for code, rate in rates.items() if rate is not None}


def monthly_growth(older: int, newer: int, months_apart: int) -> Fraction:
    """Relative growth per month between two vintages of a potential; 0 when it cannot be computed."""
    if not older or months_apart <= 0:
        return Fraction(0)
    return Fraction(newer - older, older * months_apart)
