"""Reopening a month for one office, with a reason and until a day, after which it has no effect."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Denied, Office
from coverage import permissions
from coverage.models import PeriodReopening, ReportingPeriod, Submission
from coverage.records.locking import lock_begun_submission
from coverage.submissions import services as submissions
from reporting import months

if TYPE_CHECKING:
    from accounts.models import User

#: A longer correction needs another reopening.
LONGEST = timedelta(days=31)
#: Proposed in the form.
USUAL = timedelta(days=3)


def offices_to_reopen(user: User) -> QuerySet[Office]:
    """Return the offices the user may reopen a month for: those the user's office administers."""
    if user.login_refusal or not user.has_perm(permissions.REOPEN):
        return Office.objects.none()
    handing_in = Office.objects.administered_by(user)
    return handing_in.filter(is_active=True, kind__in=[Office.Kind.BRANCH, Office.Kind.REGIONAL])


def reopen_office(
    *, user: User, office: Office, period: ReportingPeriod, reason: str, expires_on: date
) -> PeriodReopening:
    """Reopen a locked or verified month for one office, to be corrected, submitted and verified again.

    Verified values stay in force until then. Raises Denied with a sentence, OutOfScope for a foreign office.
    """
    if not user.has_perm(permissions.REOPEN):
        raise Denied("Bulan dibuka kembali oleh administrator.")
    if not offices_to_reopen(user).filter(pk=office.pk).exists():
        raise permissions.OutOfScope(office.pk)
    reason, now = reason.strip(), timezone.now()
    if not reason:
        raise Denied("Tuliskan alasan membuka kembali bulan ini.")
    _check_expiry(expires_on, timezone.localdate(now))
    with transaction.atomic():
        close_lapsed(office=office, period=period)
        submission = lock_begun_submission(office, period)
        # Waits for a concurrent lock by hand, or makes it wait.
        period = ReportingPeriod.objects.select_for_update(no_key=True).get(pk=period.pk)
        _check_is_shut(office, period, submission)
        reopening = PeriodReopening.objects.create(
            period=period,
            office=office,
            reason=reason,
            expires_on=expires_on,
            opened_by=user,
            opened_at=now,
            status_before=submission.status if submission else "",
        )
        if submission:
            submissions.reopen(user=user, submission=submission, reason=reason, at=now)
    return reopening


def close_reopening(*, user: User, reopening: PeriodReopening) -> PeriodReopening:
    """Close a reopening before its last day. Changes made meanwhile stay, provisional until verified.

    Raises Denied with a sentence, OutOfScope for a foreign office.
    """
    if not user.has_perm(permissions.REOPEN):
        raise Denied("Pembukaan kembali ditutup oleh administrator.")
    if not offices_to_reopen(user).filter(pk=reopening.office_id).exists():
        raise permissions.OutOfScope(reopening.office_id)
    with transaction.atomic():
        return _close(reopening, user)


def close_lapsed(
    *, office: Office | None = None, period: ReportingPeriod | None = None, today: date | None = None
) -> list[PeriodReopening]:
    """Close the expired reopenings, which have no effect any more, and return them."""
    lapsed = PeriodReopening.objects.filter(closed_at=None, expires_on__lt=today or timezone.localdate())
    if office:
        lapsed = lapsed.filter(office=office)
    if period:
        lapsed = lapsed.filter(period=period)
    closed = []
    for reopening in lapsed.select_related("office", "period"):
        with transaction.atomic():
            try:
                closed.append(_close(reopening, None))
            except Denied:
                continue  # closed by a concurrent request
    return closed


def _close(reopening: PeriodReopening, user: User | None) -> PeriodReopening:
    submission = lock_begun_submission(reopening.office, reopening.period)
    reopening = PeriodReopening.objects.get(pk=reopening.pk)
    if reopening.closed_at is not None:
        raise Denied("Pembukaan kembali ini sudah ditutup.")
    reopening.closed_at, reopening.closed_by = timezone.now(), user
    reopening.save()
    if submission:
        submissions.reclose(user=user, submission=submission, reopening=reopening)
    return reopening


def _check_expiry(expires_on: date, today: date) -> None:
    if expires_on < today:
        raise Denied("Batas waktu tidak boleh sebelum hari ini.")
    if expires_on > today + LONGEST:
        raise Denied(f"Batas waktu paling lama {LONGEST.days} hari dari hari ini.")


def _check_is_shut(office: Office, period: ReportingPeriod, submission: Submission | None) -> None:
    name = months.month_name(period.month)
    running = permissions.active_reopenings().filter(office=office, period=period).first()
    if running:
        raise Denied(f"{name} sudah dibuka kembali untuk {office} sampai {months.long_date(running.expires_on)}.")
    if period.is_locked:
        return
    if submission is None or submission.status in permissions.WITH_THE_OFFICE:
        raise Denied(f"{name} masih terbuka untuk {office}, tidak perlu dibuka kembali.")
    if submission.status == Submission.Status.SUBMITTED:
        raise Denied(f"Data {name} dari {office} sedang menunggu verifikasi. Kembalikan pengajuannya saja.")
