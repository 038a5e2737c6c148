"""Counts figures changed after they were submitted or verified. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from accounts.models import Office
from coverage.models import CoverageRecord, Submission
from coverage.models.figures import CHANGED_SINCE_VERIFIED

#: Code of the office responsible for a record, and the month.
OfficeMonth = tuple[str, date]

#: A branch is responsible for a regency, the regional office for province-wide cells.
_OFFICES = ("regency__branch_office", "province__regional_office", "regency")


def since_verified(offices: Iterable[Office]) -> Counter[OfficeMonth]:
    """Return the number of figures that differ from the verified ones, in verified months. Two queries."""
    verified = Submission.objects.filter(office__in=offices, status=Submission.Status.VERIFIED)
    months = set(verified.values_list("office", "period"))
    found: Counter[OfficeMonth] = Counter()
    if not months:
        return found
    records = CoverageRecord.objects.filter(CHANGED_SINCE_VERIFIED, segment__is_active=True).order_by()
    for branch, regional, regency, month in records.values_list(*_OFFICES, "period"):
        key = (branch if regency else regional, month)
        if key in months:
            found[key] += 1
    return found


def since_submitted(submissions: Iterable[Submission]) -> Counter[OfficeMonth]:
    """Return the number of figures or notes changed since the waiting submissions were submitted. One query at most."""
    submitted_at = {
        (one.office_id, one.period_id): one.submitted_at
        for one in submissions
        if one.status == Submission.Status.SUBMITTED and one.submitted_at
    }
    found: Counter[OfficeMonth] = Counter()
    if not submitted_at:
        return found
    records = CoverageRecord.objects.filter(
        period__in={month for _, month in submitted_at}, changed_at__gt=min(submitted_at.values())
    ).order_by()
    for branch, regional, regency, month, at in records.values_list(*_OFFICES, "period", "changed_at"):
        key = (branch if regency else regional, month)
        if key in submitted_at and at > submitted_at[key]:
            found[key] += 1
    return found
