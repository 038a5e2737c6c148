"""Locks of offices, submissions and records, which every writer of monthly figures acquires first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from accounts.models import Office
from coverage.models import CoverageRecord, ReportingPeriod, Submission


def lock_submission(office: Office, period: ReportingPeriod) -> Submission:
    """Lock the office; return its submission of the month, created if missing.

    Serializes saves, submissions and decisions of an office, also for cells without a row. Everything a decision
    depends on must be read after this.
    """
    lock_offices(Office.objects.filter(pk=office.pk))
    return Submission.objects.get_or_create(office=office, period=period)[0]


def lock_begun_submission(office: Office, period: ReportingPeriod) -> Submission | None:
    """Lock the office; return its submission of the month, or None if there is none."""
    lock_offices(Office.objects.filter(pk=office.pk))
    return Submission.objects.filter(office=office, period=period).first()


def lock_offices(offices: QuerySet[Office]) -> None:
    """Lock these offices until the transaction ends.

    Offices instead of their months, because a figure of one month is carried to the following ones. Locked in the
    order of their keys to avoid deadlocks.
    """
    list(offices.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def lock_records(offices: Collection[Office], at_months: Collection[date]) -> dict[str, list[CoverageRecord]]:
    """Lock and return the records of these months by code of their office, earlier months first. One query."""
    records = CoverageRecord.objects.of_offices(offices).filter(period__in=at_months)
    reporter = Coalesce("regency__branch_office", "province__regional_office")
    records = records.annotate(reporter=reporter).order_by("period_id", "pk")
    found: dict[str, list[CoverageRecord]] = {office.pk: [] for office in offices}
    for record in records.select_for_update(of=("self",)):
        found[record.reporter].append(record)
    return found
