"""Submissions of the offices responsible for an area in the last twelve months, as far as the user may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from accounts.models import Office, User
from coverage.figures.reader import FigureReader
from coverage.models import Province, Regency, ReportingPeriod, Submission
from coverage.permissions import offices_for_verification
from reporting import months
from targets.progress.data import Question

SHOWN = 12
Status = Submission.Status


@dataclass(frozen=True, slots=True)
class OfficeMonth:
    """One month of the office responsible for a regency. Dates are calendar days in the project's time zone."""

    month: date
    office_code: str
    office_name: str
    #: Empty when the office has not started.
    status: str
    due_on: date
    is_past_due: bool
    first_submitted_on: date | None
    verified_at: datetime | None
    verified_by: str
    history_url: str = ""
    verification_url: str = ""

    @property
    def label(self) -> str:
        return str(Status(self.status).label) if self.status else "Belum mulai"

    @property
    def days_late(self) -> int | None:
        """Days after the due day, 0 when handed in on time; None when not handed in."""
        return None if self.first_submitted_on is None else max(0, (self.first_submitted_on - self.due_on).days)

    @property
    def timeliness(self) -> str:
        if self.days_late is None:
            return "lewat tenggat" if self.is_past_due else "belum jatuh tempo"
        return f"terlambat {self.days_late} hari" if self.days_late else "tepat waktu"

    @property
    def verified_on(self) -> date | None:
        return timezone.localtime(self.verified_at).date() if self.verified_at else None


@dataclass(frozen=True, slots=True)
class OfficesMonth:
    """One month of all offices responsible for the regencies of a province."""

    month: date
    offices: int
    verified: int
    waiting: int
    with_office: int
    on_time: int
    late: int
    never: int
    due_on: date


def submissions(
    user: User,
    area: Province | Regency,
    reader: FigureReader,
    question: Question,
    periods: Sequence[ReportingPeriod] | None = None,
) -> Sequence[object]:
    """Rows for the last months, newest first: `OfficeMonth` for a regency, `OfficesMonth` for a province.

    Every user who may see the area may see its office and the states of its months; people are named by
    `User.name_for`. `periods` are all months, if already read. At most four queries.
    """
    if periods is None:
        periods = list(ReportingPeriod.objects.all())
    first = months.add_months(question.month, 1 - SHOWN)
    of_year = (period for period in periods if first <= period.month <= question.month)
    by_month = {one.month: one for one in sorted(of_year, key=lambda one: one.month, reverse=True)}
    if isinstance(area, Regency):
        offices = [area.branch_office]
    else:
        offices = list(Office.objects.filter(regencies__in=reader.regencies).distinct())
    found = {
        (one.office_id, one.period_id): one
        for one in Submission.objects.filter(office__in=offices, period__in=by_month).select_related(
            "decided_by__office"
        )
    }
    if isinstance(area, Regency):
        return _of_office(user, area.branch_office, reader, by_month, found)
    return [
        _together([found.get((office.pk, month)) for office in offices], period) for month, period in by_month.items()
    ]


def _first_day(submission: Submission | None) -> date | None:
    at = submission.first_submitted_at if submission else None
    return timezone.localtime(at).date() if at else None


def _of_office(
    user: User,
    office: Office,
    reader: FigureReader,
    by_month: Mapping[date, ReportingPeriod],
    found: Mapping[tuple[str, date], Submission],
) -> list[OfficeMonth]:
    today = timezone.localdate()
    may_verify = offices_for_verification(user).filter(pk=office.pk).exists()
    if user.reads_all_areas:
        told = set(by_month)
    else:  # a local government has access to the history only where it has figures
        told = set(reader.records.filter(period__in=by_month).order_by().values_list("period", flat=True).distinct())
    lines = []
    for month, period in by_month.items():
        one = found.get((office.pk, month))
        is_verified = one is not None and one.status == Status.VERIFIED
        at = [months.month_code(month), office.pk]
        lines.append(
            OfficeMonth(
                month,
                office.pk,
                office.name,
                one.status if one else "",
                period.due_on,
                today > period.due_on,
                _first_day(one),
                one.decided_at if one and is_verified else None,
                one.decided_by.name_for(user) if one and is_verified and one.decided_by else "",
                reverse("office-history", args=at) if month in told else "",
                reverse("verification", args=at) if one and may_verify else "",
            )
        )
    return lines


def _together(found: Sequence[Submission | None], period: ReportingPeriod) -> OfficesMonth:
    days = [_first_day(one) for one in found]
    statuses = [one.status if one else "" for one in found]
    return OfficesMonth(
        month=period.month,
        offices=len(found),
        verified=statuses.count(Status.VERIFIED),
        waiting=statuses.count(Status.SUBMITTED),
        with_office=len(found) - statuses.count(Status.VERIFIED) - statuses.count(Status.SUBMITTED),
        on_time=sum(day is not None and day <= period.due_on for day in days),
        late=sum(day is not None and day > period.due_on for day in days),
        never=days.count(None),
        due_on=period.due_on,
    )
