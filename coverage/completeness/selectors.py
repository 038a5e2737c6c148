"""Completeness and timeliness of offices by month, from the cells they filled. Reads only.

A tally is additive: a regional office is the sum of its offices, the country the sum of its regional offices. Shares
are never averaged. A regency belongs to its present office, for past months too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import Office, User
from coverage.as_of import rows_as_of
from coverage.models import CoverageRecord, ReportingPeriod, Submission
from coverage.models.querysets import CellQuerySet
from coverage.submissions.status_on import NOT_BEGUN, submissions_now, submissions_on
from reporting import months
from reporting.numbers import format_count

#: Number of months shown per row.
STRIP = 12


class State(StrEnum):
    """State of an office's month. It follows from the cells; submitting only decides whether it was in time."""

    ON_TIME = "on_time"
    LATE = "late"
    PARTIAL = "partial"
    MISSING = "missing"
    NOT_DUE = "not_due"
    NOT_ASKED = "not_asked"

    @property
    def label(self) -> str:
        return STATE_WORDS[self][0]

    @property
    def sign(self) -> str:
        return STATE_WORDS[self][1]

    @property
    def css(self) -> str:
        """Return the CSS class of the colour, which repeats the meaning of sign and word."""
        return STATE_WORDS[self][2]

    @property
    def urgency(self) -> int:
        """Return the sort key: higher is more urgent."""
        return list(STATE_WORDS).index(self)


#: Word, sign, class; in order of urgency.
STATE_WORDS = {
    State.NOT_ASKED: ("Tidak diminta", "–", "na"),
    State.ON_TIME: ("Tepat waktu", "✓", "ok"),
    State.NOT_DUE: ("Belum jatuh tempo", "·", "na"),
    State.LATE: ("Terlambat", "●", "warn"),
    State.PARTIAL: ("Sebagian", "◐", "low"),
    State.MISSING: ("Belum lapor", "○", "down"),
}


class CompletenessLevel(StrEnum):
    """Whether a row is an office or a regional office."""

    OFFICE = "office"
    REGIONAL = "regional_office"


@dataclass(frozen=True, slots=True)
class CellTally:
    """Counts of expected cells, and of the offices that must fill them. Carried values are not filled."""

    filled: int = 0
    expected: int = 0
    offices: int = 0
    complete: int = 0
    on_time: int = 0
    #: Cells without an own value but with a note. They are missing nevertheless.
    explained: int = 0

    @classmethod
    def of_office(cls, filled: int, expected: int, explained: int = 0, *, was_in_time: bool) -> CellTally:
        """Return the tally of one office. `was_in_time`: first submitted on the due date or before."""
        if not expected:
            return cls()
        is_complete = filled == expected
        return cls(filled, expected, 1, int(is_complete), int(is_complete and was_in_time), explained)

    @property
    def rate(self) -> Fraction | None:
        """Return the completeness: own cells over expected cells; None where nothing is expected."""
        return Fraction(self.filled, self.expected) if self.expected else None

    @property
    def timeliness(self) -> Fraction | None:
        return Fraction(self.on_time, self.offices) if self.offices else None

    def __add__(self, other: CellTally) -> CellTally:
        return CellTally(
            self.filled + other.filled,
            self.expected + other.expected,
            self.offices + other.offices,
            self.complete + other.complete,
            self.on_time + other.on_time,
            self.explained + other.explained,
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """One month of an office, or of several offices together (then without a submission)."""

    month: date
    tally: CellTally
    due_on: date | None = None
    is_past_due: bool = False
    first_submitted_on: date | None = None
    submission: str = ""
    is_sum: bool = False

    @property
    def state(self) -> State:
        tally = self.tally
        if not tally.expected:
            return State.NOT_ASKED
        if tally.on_time == tally.offices:
            return State.ON_TIME
        if not self.is_past_due:
            return State.NOT_DUE
        if tally.filled == tally.expected:
            return State.LATE
        return State.PARTIAL if tally.filled else State.MISSING

    @property
    def percent(self) -> int | None:
        """Return the completeness in whole percent, rounded down: 99.9 % is not complete."""
        tally = self.tally
        return tally.filled * 100 // tally.expected if tally.expected else None

    @property
    def is_with_the_office(self) -> bool:
        """Return True when cells are expected and the month is not submitted, or was returned."""
        return bool(self.tally.expected) and self.submission not in (
            Submission.Status.SUBMITTED,
            Submission.Status.VERIFIED,
        )

    @property
    def submission_label(self) -> str:
        if self.is_sum or not self.tally.expected:
            return ""
        return str(Submission.Status(self.submission).label) if self.submission else "Belum mulai"

    @property
    def words(self) -> str:
        """Return the description for the tooltip and for screen readers."""
        tally, state = self.tally, self.state
        if state == State.NOT_ASKED:
            return state.label
        cells = f"{state.label}: {format_count(tally.filled)} dari {format_count(tally.expected)} sel"
        if tally.explained:
            cells += f" ({format_count(tally.explained)} dijelaskan)"
        if self.is_sum:
            offices = f"{format_count(tally.complete)} dari {format_count(tally.offices)} kantor lengkap"
            return f"{cells}; {offices}, {format_count(tally.on_time)} tepat waktu"
        if self.first_submitted_on:
            return f"{cells}, diajukan {months.long_date(self.first_submitted_on)}"
        return f"{cells}, belum diajukan"

    @classmethod
    def total(cls, marks: Sequence[Mark]) -> Mark:
        """Return the same month of several offices together; at least one."""
        dated = next((mark for mark in marks if mark.due_on), marks[0])
        tally = sum((mark.tally for mark in marks), CellTally())
        return cls(dated.month, tally, dated.due_on, dated.is_past_due, is_sum=True)


@dataclass(frozen=True, slots=True)
class ReminderButton:
    """The button that reminds an office; `address` is empty where there is nothing to remind of."""

    address: str
    sent_at: datetime | None


@dataclass(frozen=True)
class CompletenessRow:
    """An office, a regional office with its branches, or the country; `marks` are ordered oldest first."""

    code: str
    name: str
    regional_code: str
    regional_name: str
    marks: Sequence[Mark]
    is_office: bool = True
    #: The button that reminds, if the user may use it.
    reminder: ReminderButton | None = None

    @property
    def short_name(self) -> str:
        """Return the short name for narrow columns."""
        return self.name.replace("Kantor Wilayah ", "Kanwil ").replace("Kantor Cabang ", "Cabang ")

    @property
    def short_regional(self) -> str:
        return self.regional_name.removeprefix("Kantor Wilayah ") if self.is_office else ""

    @property
    def last(self) -> Mark:
        return self.marks[-1]

    @cached_property
    def due(self) -> CellTally:
        """Return the sum of all months of the strip whose due date has passed."""
        return sum((mark.tally for mark in self.marks if mark.is_past_due), CellTally())

    @cached_property
    def strip(self) -> SimpleNamespace:
        """Return the marks as attributes named like the table's columns: `m2026_10`."""
        return SimpleNamespace(**{mark_name(mark.month): mark for mark in self.marks})


def mark_name(month: date) -> str:
    return f"m{month:%Y_%m}"


def strip_months(last: date) -> list[date]:
    return [months.add_months(last, step) for step in range(1 - STRIP, 1)]


def rows_of_offices(user: User, last: date, known_on: date | None = None) -> list[CompletenessRow]:
    """Return every office that had to report in one of the twelve months up to `last`; branches follow their Kanwil.

    With `known_on` the state at the end of that day. Four queries, two more for a past day.
    """
    wanted = strip_months(last)
    periods = list(rows_as_of(ReportingPeriod, known_on).filter(month__in=wanted))
    records: Any = rows_as_of(CoverageRecord, known_on)
    marks = marks_by_office(records.visible_to(user), periods, known_on)
    offices = Office.objects.filter(pk__in=marks).select_related("parent")
    return [
        CompletenessRow(
            office.pk,
            office.name,
            regional.pk,
            regional.name,
            [marks[office.pk].get(month, Mark(month, CellTally())) for month in wanted],
        )
        for office, regional in sorted(((office, regional_of(office)) for office in offices), key=_by_regional)
    ]


def marks_by_office(
    records: CellQuerySet, periods: Iterable[ReportingPeriod], known_on: date | None = None
) -> dict[str, dict[date, Mark]]:
    """Return the marks by office code and month, for the offices of these records. Two queries, four for a past day.

    For a past day `records` and `periods` are those of the history. Expected are the cells written when the month was
    opened: expected segments of regencies in use. A month created only for a published total expects none.
    """
    today = known_on or timezone.localdate()
    by_month = {period.month: period for period in periods}
    statuses = submissions_on(known_on, by_month) if known_on else submissions_now(by_month)
    found: dict[str, dict[date, Mark]] = {}
    own = Q(origin__in=CoverageRecord.OWN)
    for office, month, expected, filled, explained in (
        records.filter(period__in=by_month, segment__is_active=True, segment__is_expected=True, regency__is_active=True)
        .order_by()
        .values_list("regency__branch_office", "period")
        .annotate(
            expected=Count("pk"), filled=Count("pk", filter=own), explained=Count("pk", filter=~own & ~Q(note=""))
        )
    ):
        period = by_month[month]
        current = statuses.get((office, month), NOT_BEGUN)
        status = current.status if current.has_steps or filled or explained else ""
        first = current.first_submitted_at
        first_on = timezone.localtime(first).date() if first else None
        found.setdefault(office, {})[month] = Mark(
            month,
            CellTally.of_office(
                filled, expected, explained, was_in_time=first_on is not None and first_on <= period.due_on
            ),
            period.due_on,
            today > period.due_on,
            first_on,
            status,
        )
    return found


def regional_of(office: Office) -> Office:
    """Return the regional office of an office; a regional office itself."""
    return office.parent if office.kind == Office.Kind.BRANCH and office.parent else office


def _by_regional(pair: tuple[Office, Office]) -> tuple[str, bool, str]:
    office, regional = pair
    return regional.name, office != regional, office.name


def roll_up(rows: Iterable[CompletenessRow]) -> list[CompletenessRow]:
    """Return one row per regional office: the sum of its offices."""
    groups: dict[tuple[str, str], list[CompletenessRow]] = {}
    for row in rows:
        groups.setdefault((row.regional_code, row.regional_name), []).append(row)
    return [total_of(members, code, name) for (code, name), members in groups.items()]


def total_of(rows: Sequence[CompletenessRow], code: str, name: str) -> CompletenessRow:
    """Return the sum of these rows, which must not be empty."""
    marks = [Mark.total(month) for month in zip(*(row.marks for row in rows), strict=True)]
    return CompletenessRow(code, name, code, name if code else "", marks, is_office=False)


def count_states(rows: Iterable[CompletenessRow]) -> Mapping[State, int]:
    """Return the number of rows by state of the last month."""
    return Counter(row.last.state for row in rows)
