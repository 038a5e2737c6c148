"""The open months, the due month, and the month in an address."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import Office
from coverage.models import ReportingPeriod, Submission
from coverage.permissions import WITH_THE_OFFICE
from reporting import months


def due_month(today: date | None = None) -> date:
    """Return the calendar month before today, whose figures are entered now."""
    return months.add_months((today or timezone.localdate()).replace(day=1), -1)


def open_periods() -> QuerySet[ReportingPeriod]:
    """Return the months open for every office, neither closed by date nor locked by hand; the earliest first."""
    return ReportingPeriod.objects.filter(locked_at=None, closes_on__gte=timezone.localdate()).order_by("month")


def due_period(office: Office | None = None) -> ReportingPeriod | None:
    """Return the month to work on; None before the first.

    For an office the earliest open one it has not submitted, else the latest open one, else the latest. Without an
    office the earliest open one, or the latest whose due date has passed if that is later.
    """
    still_open, latest = list(open_periods()), ReportingPeriod.objects.order_by("-month")
    if office is None:
        due = latest.filter(due_on__lt=timezone.localdate()).first()
        found = [period for period in (*still_open[:1], due) if period]
        return max(found, key=lambda period: period.month) if found else latest.first()
    if not still_open:
        return latest.first()
    submitted = set(
        Submission.objects.filter(office=office, period__in=still_open)
        .exclude(status__in=WITH_THE_OFFICE)
        .values_list("period", flat=True)
    )
    return next((period for period in still_open if period.month not in submitted), still_open[-1])


def period_at(month: str) -> ReportingPeriod:
    """Return the opened month of an address such as `2026-09`. Raises Http404."""
    try:
        first = months.parse_month(month)
    except ValueError as error:
        raise Http404(str(error)) from error
    period = ReportingPeriod.objects.filter(pk=first).first()
    if period is None:
        raise Http404(f"Bulan {months.month_name(first)} belum dibuka untuk entri.")
    return period
