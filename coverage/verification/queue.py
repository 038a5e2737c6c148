"""The verification queue: submissions with their key figures. Reads only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, When
from django.utils import timezone

from accounts.models import Office, User
from coverage.figures.position import add
from coverage.models import CoverageRecord, Regency, ReportingPeriod, Submission, WorkerSegment
from coverage.submissions import changes_since
from reporting import months
from reporting.tables.table import DerivedRows

#: Value of the status filter for offices without a submission.
NOT_BEGUN = "BELUM"
#: Number of corrected months sorted first; the number of conditions in a query is limited.
_FIRST = 200
_ORDER = (Submission.Status.SUBMITTED, Submission.Status.RETURNED, Submission.Status.DRAFT)


@dataclass(frozen=True, slots=True)
class Load:
    """Cell counts and the headline sum, in persons, of an office's month, from working figures."""

    participants: int | None = None
    filled: int = 0
    expected: int = 0

    def __add__(self, other: Load) -> Load:
        return Load(
            add(self.participants, other.participants),
            self.filled + other.filled,
            self.expected + other.expected,
        )


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A submission in the queue."""

    submission: Submission
    load: Load
    previous: int | None
    #: Submitted by the user, who therefore cannot verify it.
    is_own: bool
    #: Figures changed since submission while it waits, since verification once it is verified.
    changed: int = 0

    @property
    def can_be_ticked(self) -> bool:
        """Return whether it can be verified together with others: waiting, not the user's, without flags or changes.

        Flags are counted on submission, so figures changed later have to be checked one by one.
        """
        return (
            is_waiting(self.submission) and not self.submission.flagged_cells and not self.is_own and not self.changed
        )

    @property
    def is_verified(self) -> bool:
        return self.submission.status == Submission.Status.VERIFIED

    @property
    def days_late(self) -> int:
        return days_late(self.submission)

    @property
    def change(self) -> Fraction | None:
        if self.load.participants is None or not self.previous:
            return None
        return Fraction(self.load.participants - self.previous, self.previous)


def in_order(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Order submissions: waiting ones first, of these flagged ones first, then by waiting time.

    Among verified ones, those with figures changed since come first.
    """
    offices = Office.objects.filter(pk__in=submissions.order_by().values("office"))
    changed = [Q(office=office, period=month) for office, month in changes_since.since_verified(offices)]
    return submissions.select_related("office", "period", "submitted_by", "decided_by").order_by(
        Case(*(When(status=status, then=place) for place, status in enumerate(_ORDER)), default=len(_ORDER)),
        # A CASE without conditions is the constant 1, which PostgreSQL reads as the number of a column.
        *([Case(*(When(one, then=0) for one in changed[:_FIRST]), default=1)] if changed else []),
        Case(When(flagged_cells__gt=0, then=0), default=1),
        F("submitted_at").asc(nulls_last=True),
        "office__name",
    )


def counts_by_status(offices: QuerySet[Office], period: ReportingPeriod | None) -> dict[str, int]:
    """Return the number of submissions by status; for one month also of offices that have not begun."""
    submissions = Submission.objects.filter(office__in=offices)
    if period:
        submissions = submissions.filter(period=period)
    found = dict(submissions.order_by().values_list("status").annotate(Count("pk")))
    counts = {NOT_BEGUN: not_begun(offices, period).count()} if period else {}
    return {**counts, **{status: found.get(status, 0) for status in Submission.Status.values}}


def not_begun(offices: QuerySet[Office], period: ReportingPeriod) -> QuerySet[Office]:
    """Return the offices with regencies to report that have no submission of this month."""
    return offices.filter(
        Exists(Regency.objects.filter(branch_office=OuterRef("pk"), is_active=True)),
        ~Exists(Submission.objects.filter(office=OuterRef("pk"), period=period)),
        is_active=True,
    )


def waiting_elsewhere(offices: QuerySet[Office], period: ReportingPeriod | None) -> int:
    """Return the number of waiting submissions in other months."""
    if period is None:
        return 0
    return (
        Submission.objects.filter(office__in=offices, status=Submission.Status.SUBMITTED).exclude(period=period).count()
    )


def first_waiting(offices: QuerySet[Office]) -> ReportingPeriod | None:
    """Return the earliest month with a waiting submission that is not locked by hand."""
    waiting = Submission.objects.filter(office__in=offices, status=Submission.Status.SUBMITTED)
    return ReportingPeriod.objects.filter(locked_at=None, pk__in=waiting.values("period")).order_by("month").first()


def days_late(submission: Submission) -> int:
    """Return the days from the due date to the first submission; 0 is on time, or not submitted yet."""
    first = submission.first_submitted_at
    return max(0, (timezone.localdate(first) - submission.period.due_on).days) if first else 0


class QueueRows(DerivedRows):
    """Submissions in the order of the queue with their key figures; at most seven queries per page."""

    def __init__(self, submissions: QuerySet[Submission], user: User) -> None:
        super().__init__(in_order(submissions))
        self.user = user

    def derive(self, records: QuerySet[Submission]) -> list[QueueRow]:
        shown = list(records)
        loads = _loads(shown)
        changed = changed_cells(shown)
        return [
            QueueRow(
                submission,
                loads.get((submission.office_id, submission.period_id), Load()),
                loads.get((submission.office_id, months.add_months(submission.period_id, -1)), Load()).participants,
                is_waiting(submission) and submission.submitted_by_id == self.user.pk,
                changed[submission.office_id, submission.period_id],
            )
            for submission in shown
        ]


def changed_cells(submissions: list[Submission]) -> Counter[changes_since.OfficeMonth]:
    """Return the number of figures changed since their months were submitted or verified."""
    verified = {one.office_id for one in submissions if one.status == Submission.Status.VERIFIED}
    found = changes_since.since_submitted(submissions)
    return found + changes_since.since_verified(Office.objects.filter(pk__in=verified)) if verified else found


def is_waiting(submission: Submission) -> bool:
    return submission.status == Submission.Status.SUBMITTED


def _loads(submissions: list[Submission]) -> dict[tuple[str, date], Load]:
    """Return the loads of the submissions' months and the months before, by office and month. Three queries."""
    if not submissions:
        return {}
    offices = {submission.office_id for submission in submissions}
    wanted = {submission.period_id for submission in submissions}
    wanted |= {months.add_months(month, -1) for month in wanted}
    headline = WorkerSegment.objects.filter(composites__is_headline=True).values_list("pk", flat=True)
    in_total = Q(segment__in=list(headline))
    is_expected = Q(segment__is_active=True, segment__is_expected=True, regency__is_active=True)
    measures = {
        "heads": Sum("participants", filter=in_total),
        "filled": Count("pk", filter=is_expected & Q(origin__in=CoverageRecord.OWN)),
        "expected": Count("pk", filter=is_expected),
    }
    records = CoverageRecord.objects.filter(period__in=wanted).order_by()
    found: dict[tuple[str, date], Load] = {}
    for reporter, own in (
        ("regency__branch_office", records),
        ("province__regional_office", records.filter(regency__isnull=True)),
    ):
        grouped = own.filter(**{f"{reporter}__in": offices}).values(reporter, "period").annotate(**measures)
        for row in grouped:
            key = (row[reporter], row["period"])
            found[key] = found.get(key, Load()) + Load(*(row[name] for name in measures))
    return found
