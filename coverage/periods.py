"""Opening a month: every expected cell is written at once, carried from the month before or blank."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from reporting import months

from .models import CoverageRecord, Dataset, Regency, ReportingPeriod, WorkerSegment

BATCH = 2000


def due_month(today: date | None = None) -> date:
    """The calendar month before today: its figures are entered now."""
    return months.add_months((today or timezone.localdate()).replace(day=1), -1)


def open_when_due(today: date | None = None) -> None:
    """Open the due month on first need. Never when it or a later one is open; a demonstration stays in its window."""
    month = due_month(today)
    if ReportingPeriod.objects.filter(month__gte=month).exists():
        return
    if not Dataset.objects.filter(is_demonstration=True).exists():
        open_period(month)


def due_period() -> ReportingPeriod | None:
    """The month to work on: the latest opened that is not locked, else the latest; None before the first."""
    latest = None
    for period in ReportingPeriod.objects.order_by("-month")[:12]:
        if not period.is_locked:
            return period
        latest = latest or period
    return latest


def open_period(month: date) -> ReportingPeriod:
    """Open the month, or complete it with expected cells it lacks (a new regency). Run twice, it changes nothing.

    Cells are carried from the month opened before. They get no history row of their own: nobody entered them, and the
    month they come from says who did. A locked month stays what it was.
    """
    month = month.replace(day=1)
    following = months.add_months(month, 1)
    with transaction.atomic():
        _, is_new = ReportingPeriod.objects.get_or_create(
            month=month,
            defaults={
                "cut_off_on": months.month_end(month),
                "due_on": following.replace(day=settings.ENTRY_DUE_DAY),
                "closes_on": following.replace(day=settings.ENTRY_CLOSING_DAY),
            },
        )
        period = ReportingPeriod.objects.select_for_update().get(pk=month)
        if is_new or not period.is_locked:
            # Conflicts are ignored because an optional cell may be entered in the same moment.
            CoverageRecord.objects.bulk_create(_missing_cells(period), batch_size=BATCH, ignore_conflicts=True)
    return period


def _missing_cells(period: ReportingPeriod) -> list[CoverageRecord]:
    segments = dict(WorkerSegment.objects.filter(is_active=True).values_list("code", "is_expected"))
    expected = [code for code, is_expected in segments.items() if is_expected]
    regencies = dict(Regency.objects.filter(is_active=True).values_list("code", "province_id"))
    provinces = set(regencies.values())
    cell = ("province_id", "regency_id", "segment_id")
    present = set(CoverageRecord.objects.filter(period=period).values_list(*cell))
    earlier = ReportingPeriod.objects.filter(month__lt=period.month).order_by("-month").first()
    values: dict[tuple[str, str | None, str], tuple[int | None, int | None]] = {}
    if earlier is not None:
        for *key, participants, verified in CoverageRecord.objects.filter(period=earlier).values_list(
            *cell, "participants", "verified_participants"
        ):
            values[tuple(key)] = (participants, verified)

    wanted = [(province, regency, segment) for regency, province in regencies.items() for segment in expected]
    wanted += [
        (province, regency, segment)
        for (province, regency, segment), (participants, _) in values.items()
        if participants is not None
        and segment != WorkerSegment.UNSPLIT
        and segment in segments
        and ((regency in regencies and segment not in expected) if regency else province in provinces)
    ]
    records = []
    for key in wanted:
        if key in present:
            continue
        participants, verified = values.get(key, (None, None))
        origin = CoverageRecord.Origin.BLANK if participants is None else CoverageRecord.Origin.CARRIED
        province, regency, segment = key
        records.append(
            CoverageRecord(
                period=period,
                province_id=province,
                regency_id=regency,
                segment_id=segment,
                participants=participants,
                verified_participants=verified,
                origin=origin,
            )
        )
    return records
