"""One submission for its verifier: cells to check first, each with its past figures. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.utils import timezone

from accounts.models import Office
from coverage.figures.position import Basis, Position, add
from coverage.figures.reader import FigureReader
from coverage.figures.segments import SegmentGroup
from coverage.models import (
    CellKey,
    CoverageRecord,
    ReportingPeriod,
    Submission,
    SubmissionEvent,
    WorkerSegment,
    WorkforceEstimate,
)
from coverage.plausibility import CellCheck, Flag, flags_of
from coverage.submissions.events import cells_of, open_return, waiting_return
from reporting import months
from reporting.charts import Spark, spark

#: Months of the spark line, including the present one.
LINE = 12
_NO_CHECK = CellCheck((), None, ())


@dataclass(frozen=True, slots=True)
class ReviewCell:
    """One figure under review, in persons; None is unknown, not zero.

    `verified` is the last verified value: this month's own once it is verified, before that an earlier month's.
    """

    area: str
    area_name: str
    segment: WorkerSegment
    participants: int | None
    origin: str
    previous: int | None
    verified: int | None
    is_verified: bool
    potential: int | None
    flags: tuple[Flag, ...]
    reason: str
    note: str
    line: Spark | None
    #: The remark of the last return, and whether the cell was changed since.
    asked: str = ""
    is_mended: bool = False
    #: Time and user of a change while it waits for verification.
    corrected_at: datetime | None = None
    corrected_by: str = ""

    @property
    def key(self) -> CellKey:
        return self.area, self.segment.pk

    @property
    def name(self) -> str:
        """Return the key used in field names: `1802-PU`."""
        return "-".join(self.key)

    @property
    def abbreviation(self) -> str:
        """Return the code of an expected segment (PU, BPU, JAKON, PMI), which everybody knows; empty for others."""
        return self.segment.pk if self.segment.is_expected else ""

    @property
    def findings(self) -> list[str]:
        """Return the first sentence of each flag; the second is an instruction to the branch."""
        return [flag.sentence.partition(". ")[0].rstrip(".") for flag in self.flags]

    @property
    def own_value(self) -> int | None:
        """Return this month's own figure; None while it is carried from last month."""
        return self.participants if self.origin in CoverageRecord.OWN else None

    @property
    def change_heads(self) -> int | None:
        return _less(self.own_value, self.previous)

    @property
    def change(self) -> Fraction | None:
        """Return the change from last month as a fraction of it; None without a value to compare with."""
        heads = self.change_heads
        return None if heads is None or not self.previous else Fraction(heads, self.previous)

    @property
    def from_verified(self) -> int | None:
        """Return this month's own figure less the last verified one."""
        return _less(self.own_value, self.verified)

    @property
    def has_another_verified(self) -> bool:
        """Return whether the last verified value differs from last month's value."""
        return bool(self.from_verified) and self.verified != self.previous

    @property
    def coverage_rate(self) -> Fraction | None:
        if self.own_value is None or not self.potential:
            return None
        return Fraction(self.own_value, self.potential)

    @property
    def is_changed(self) -> bool:
        """Return whether it was verified in this month and changed since."""
        return self.is_verified and self.participants != self.verified

    @property
    def needs_a_look(self) -> bool:
        return bool(self.flags or self.asked or self.is_changed or self.corrected_at)


@dataclass(frozen=True, slots=True)
class ReviewArea:
    """A regency, or the province-wide cells of a province."""

    code: str
    name: str
    cells: tuple[ReviewCell, ...]

    @property
    def is_province(self) -> bool:
        return len(self.code) == 2


@dataclass(frozen=True, slots=True)
class Review:
    """A submission with all its cells."""

    submission: Submission
    earlier: date
    flagged: tuple[ReviewCell, ...]
    rest: tuple[ReviewArea, ...]
    headline: WorkerSegment | None
    now: Position
    before: Position
    verified: int | None
    filled: int
    expected: int
    changed: int
    #: Number of cells changed since the submission.
    corrected: int
    last_return: SubmissionEvent | None
    #: Time before the figures were read, so that later changes count as not seen.
    seen_at: datetime

    @property
    def office(self) -> Office:
        return self.submission.office

    @property
    def period(self) -> ReportingPeriod:
        return self.submission.period

    @property
    def cells(self) -> list[ReviewCell]:
        return [*self.flagged, *(cell for area in self.rest for cell in area.cells)]

    @property
    def label(self) -> str:
        return months.name_within(self.period.month, self.period.month.year)

    @property
    def earlier_label(self) -> str:
        return months.name_within(self.earlier, self.period.month.year)

    @property
    def change_heads(self) -> int | None:
        return _less(self.now.participants, self.before.participants)

    @property
    def change_points(self) -> Fraction | None:
        """Return the change of the coverage rate from last month, in percentage points."""
        if self.now.coverage_rate is None or self.before.coverage_rate is None:
            return None
        return (self.now.coverage_rate - self.before.coverage_rate) * 100

    @property
    def from_verified(self) -> int | None:
        return _less(self.now.participants, self.verified)


def load_review(submission: Submission) -> Review:
    """Return the review. The number of queries does not depend on the number of cells."""
    office, period = submission.office, submission.period
    seen_at = timezone.now()
    records = list(
        CoverageRecord.objects.of_office(office)
        .filter(period=period, segment__is_active=True)
        .select_related("province", "regency", "segment", "changed_by")
        .order_by("province_id", "regency_id", "segment__position", "segment_id")
    )
    checks = flags_of(office, period)
    facts = _facts(office)
    codes = {record.segment_id for record in records if record.segment.has_potential}
    potentials = facts.potentials(codes, [period.month])[period.month]
    last_return = open_return(submission)
    asked = cells_of(last_return) if last_return else {}
    cells = [
        _cell(
            record,
            checks.get((record.area_code, record.segment_id), _NO_CHECK),
            potentials.at((record.province_id, record.regency_id), record.segment_id),
            asked.get((record.area_code, record.segment_id), ""),
            last_return.at if last_return else None,
            submission.submitted_at if submission.status == Submission.Status.SUBMITTED else None,
        )
        for record in records
        if _is_shown(record)
    ]
    own = [cell for cell in cells if _is_expected(cell)]
    headline = WorkerSegment.objects.filter(is_headline=True).prefetch_related("components").first()
    earlier = months.add_months(period.month, -1)
    now, before, verified = _totals(facts, headline, period.month, earlier)
    return Review(
        submission=submission,
        earlier=earlier,
        flagged=tuple(sorted((cell for cell in cells if cell.needs_a_look), key=_urgency)),
        rest=_by_area([cell for cell in cells if not cell.needs_a_look]),
        headline=headline,
        now=now,
        before=before,
        verified=verified,
        filled=sum(cell.own_value is not None for cell in own),
        expected=len(own),
        changed=sum(cell.is_changed for cell in cells),
        corrected=sum(cell.corrected_at is not None for cell in cells),
        last_return=last_return,
        seen_at=seen_at,
    )


def returned_cells(submission: Submission) -> dict[CellKey, str]:
    """Return the remarks by cell of the return that waits for the office; empty if there is none."""
    event = waiting_return(submission)
    return cells_of(event) if event else {}


def _facts(office: Office) -> FigureReader:
    return FigureReader(
        CoverageRecord.objects.of_office(office),
        WorkforceEstimate.objects.of_office(office),
        office.regencies.filter(is_active=True),
    )


def _totals(
    facts: FigureReader, headline: WorkerSegment | None, month: date, earlier: date
) -> tuple[Position, Position, int | None]:
    """Return the office's headline sum of this month and last month, and its last verified participants."""
    if headline is None:
        return Position(), Position(), None
    summed = SegmentGroup.of(headline)
    working = facts.positions(summed, [month, earlier], Basis.PROVISIONAL)
    now, before = (sum(working[at].by_cell.values(), Position()) for at in (month, earlier))
    verified = None
    for of_cell in facts.monthly_participants(summed, month, month).values():
        verified = add(verified, of_cell[month].verified)
    return now, before, verified


def _cell(
    record: CoverageRecord,
    check: CellCheck,
    potential: int | None,
    asked: str,
    asked_at: datetime | None,
    submitted_at: datetime | None,
) -> ReviewCell:
    person = record.changed_by
    is_corrected = bool(submitted_at and record.changed_at and record.changed_at > submitted_at)
    return ReviewCell(
        area=record.area_code,
        area_name=record.area.name,
        segment=record.segment,
        participants=record.participants,
        origin=record.origin,
        previous=check.history[-1] if check.history else None,
        verified=record.verified_participants,
        is_verified=record.verified_at is not None,
        potential=potential,
        flags=check.flags,
        reason=record.get_change_reason_display() if record.change_reason else "",
        note=record.note,
        line=spark([*check.history[1 - LINE :], record.participants]),
        asked=asked,
        is_mended=bool(asked and asked_at and record.changed_at and record.changed_at > asked_at),
        corrected_at=record.changed_at if is_corrected else None,
        corrected_by=(person.get_full_name() or person.username) if is_corrected and person else "",
    )


def _is_shown(record: CoverageRecord) -> bool:
    """Return True for expected cells, and for optional ones with a value or a note."""
    return (
        record.participants is not None
        or bool(record.note)
        or (record.segment.is_expected and record.regency is not None and record.regency.is_active)
    )


def _is_expected(cell: ReviewCell) -> bool:
    return cell.segment.is_expected and len(cell.area) == 4


def _urgency(cell: ReviewCell) -> tuple[bool, bool, bool, bool, str, int]:
    """Sort key: changed after submission, changed after verification, named by the last return, needs a reason."""
    needs_reason = any(flag.needs_reason for flag in cell.flags)
    return (
        cell.corrected_at is None,
        not cell.is_changed,
        not cell.asked,
        not needs_reason,
        cell.area,
        cell.segment.position,
    )


def _by_area(cells: list[ReviewCell]) -> tuple[ReviewArea, ...]:
    grouped: dict[str, list[ReviewCell]] = {}
    for cell in cells:
        grouped.setdefault(cell.area, []).append(cell)
    # Regencies first, then the province-wide cells of a Kanwil.
    order = sorted(grouped, key=lambda code: (len(code) == 2, code))
    return tuple(ReviewArea(code, grouped[code][0].area_name, tuple(grouped[code])) for code in order)


def _less(value: int | None, other: int | None) -> int | None:
    return None if value is None or other is None else value - other
