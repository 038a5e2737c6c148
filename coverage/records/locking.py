"""Locks of an office, its submission and its records: every writer of its months takes them first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from accounts.models import Office
from coverage.models import CoverageRecord, ReportingPeriod, Submission


def lock_submission(office: Office, period: ReportingPeriod) -> Submission:
    """The office's submission of the month, created when there is none yet, with the office locked.

    Saves, submissions and decisions queue here, also for cells without a row yet; none can pass another. Read whatever
    the decision rests on afterwards, never before.
    """
    lock_offices(Office.objects.filter(pk=office.pk))
    return Submission.objects.get_or_create(office=office, period=period)[0]


def lock_begun_submission(office: Office, period: ReportingPeriod) -> Submission | None:
    """Like `lock_submission`, but an office that has not begun the month does not begin it by this."""
    lock_offices(Office.objects.filter(pk=office.pk))
    return Submission.objects.filter(office=office, period=period).first()


def lock_offices(offices: QuerySet[Office]) -> None:
    """Lock these offices until the transaction ends.

    The office and not its month, because what is written in one month runs into the following ones. Several are always
    locked in the order of their keys, so that nobody waits for another in a circle.
    """
    list(offices.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def lock_records(offices: Collection[Office], at_months: Collection[date]) -> dict[str, list[CoverageRecord]]:
    """The records of these months by the code of their office, locked; earlier months first. One query."""
    records = CoverageRecord.objects.of_offices(offices).filter(period__in=at_months)
    reporter = Coalesce("regency__branch_office", "province__regional_office")
    records = records.annotate(reporter=reporter).order_by("period_id", "pk")
    found: dict[str, list[CoverageRecord]] = {office.pk: [] for office in offices}
    for record in records.select_for_update(of=("self",)):
        found[record.reporter].append(record)
    return found
