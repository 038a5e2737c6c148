"""Who may write which figures of which month. Refusals are raised as `Denied` with a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import Denied, Office
from reporting import months

from .models import PeriodReopening, Province, Regency, ReportingPeriod, Submission

if TYPE_CHECKING:
    from accounts.models import User

ENTER = "coverage.enter_records"
CORRECT = "coverage.correct_records"
VERIFY = "coverage.verify_submissions"
LOCK = "coverage.change_reportingperiod"
REOPEN = "coverage.add_periodreopening"

#: States in which the office can change and submit its month.
WITH_THE_OFFICE = (Submission.Status.DRAFT, Submission.Status.RETURNED)


class OutOfScope(LookupError):
    """An office or cell that does not exist for this user. A page answers 404."""


def offices_for_entry(user: User) -> QuerySet[Office]:
    """Return the offices the user may enter figures for: the own one; for the head office all with an area."""
    if not user.has_perm(ENTER):
        return Office.objects.none()
    reporting = Office.objects.filter(is_active=True, kind__in=[Office.Kind.BRANCH, Office.Kind.REGIONAL])
    if user.writes_all_areas:
        return reporting.filter(
            Exists(Regency.objects.filter(branch_office=OuterRef("pk"), is_active=True))
            | Exists(Province.objects.filter(regional_office=OuterRef("pk"), is_active=True))
        )
    return reporting.filter(pk=user.office_id)


def offices_for_verification(user: User) -> QuerySet[Office]:
    """Return the offices whose submissions the user verifies: a Kanwil its branches and itself, the head office all.

    A Kanwil submits too, for provinces as a whole and for regencies without a branch. That one user does not verify
    what they submitted themselves is checked in `coverage.submissions.services`. Closed branches are included, since
    their last months may still wait for a decision.
    """
    if not user.has_perm(VERIFY):
        return Office.objects.none()
    reporting = Office.objects.filter(kind__in=[Office.Kind.BRANCH, Office.Kind.REGIONAL])
    if user.writes_all_areas:
        return reporting
    office = user.office if user.is_active else None
    if office is None or not office.is_active or office.kind != Office.Kind.REGIONAL:
        return Office.objects.none()
    return reporting.filter(Q(pk=office.pk) | Q(parent=office.pk, kind=Office.Kind.BRANCH))


def require_entry_right(user: User) -> None:
    """Raise Denied unless the user may enter figures at all."""
    if not user.has_perm(ENTER):
        raise Denied("Akun Anda tidak diberi hak mengisi angka bulanan.")


def office_at(user: User, code: str) -> Office:
    """Return the office with this code. Raises Http404 unless the user may enter figures for it."""
    office = offices_for_entry(user).filter(pk=code).first()
    if office is None:
        raise Http404
    return office


def check_office(user: User, office: Office) -> None:
    """Raise Denied unless the user may submit figures, OutOfScope unless for this office."""
    if not user.has_perm(ENTER):
        raise Denied("Akun Anda tidak diberi hak mengisi angka bulanan.")
    if not offices_for_entry(user).filter(pk=office.pk).exists():
        raise OutOfScope(office.pk)


def check_verifier(user: User, *offices: str) -> None:
    """Raise Denied unless the user may verify, OutOfScope unless for all of these offices."""
    if not user.has_perm(VERIFY):
        raise Denied("Akun Anda tidak diberi hak memverifikasi.")
    known = offices_for_verification(user).filter(pk__in=offices).values_list("pk", flat=True)
    if foreign := set(offices).difference(known):
        raise OutOfScope(*foreign)


def active_reopenings() -> QuerySet[PeriodReopening]:
    """Return the reopenings in force today, in which an office may work in a locked month."""
    return PeriodReopening.objects.filter(closed_at=None, expires_on__gte=timezone.localdate())


def reopened_months(offices: Iterable[str]) -> dict[str, set[date]]:
    """Return by office code the locked months in which each of these offices may work. One query."""
    found: dict[str, set[date]] = {office: set() for office in offices}
    for office, month in active_reopenings().filter(office__in=found).values_list("office", "period"):
        found[office].add(month)
    return found


def check_open(office: Office, period: ReportingPeriod) -> None:
    """Raise Denied unless the month is open for this office: not locked, or reopened for it."""
    if not period.is_locked or active_reopenings().filter(office=office, period=period).exists():
        return
    name = months.month_name(period.month)
    if period.locked_at is not None:
        raise Denied(f"Periode {name} sudah dikunci.")
    raise Denied(f"Periode {name} sudah ditutup pada {months.long_date(period.closes_on)}.")


def check_entry(user: User, office: Office, period: ReportingPeriod, submission: Submission | None) -> None:
    """Raise unless the user may write this office's figures of this month now.

    `submission` is the office's submission of the month, None before the first save.
    Raises OutOfScope for an office that is not the user's, Denied with a sentence for everything else.
    """
    check_office(user, office)
    check_open(office, period)
    if submission is None or submission.status in WITH_THE_OFFICE or user.has_perm(CORRECT):
        return
    name = months.month_name(period.month)
    if submission.status == Submission.Status.SUBMITTED:
        raise Denied(f"Data {name} sudah diajukan dan menunggu verifikasi.")
    raise Denied(f"Data {name} sudah diverifikasi. Koreksi dilakukan oleh petugas yang berhak mengoreksi.")


def is_correction(submission: Submission | None) -> bool:
    """Return True when a change now would correct submitted figures."""
    return submission is not None and submission.status not in WITH_THE_OFFICE
