"""How a figure reaches the months after it: going back to last month's value, and corrections that flow forward.

Called by `entry` inside its transaction, never on its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from .models import CellKey, CoverageRecord, ReportingPeriod, WorkerSegment


def in_cells(keys: Iterable[CellKey]) -> Q:
    """A superset of the cells (areas x segments); the caller picks by key."""
    keys = list(keys)
    areas = {area for area, _ in keys}
    return Q(segment_id__in={segment for _, segment in keys}) & (
        Q(regency_id__in={area for area in areas if len(area) == 4})
        | Q(regency_id=None, province_id__in={area for area in areas if len(area) == 2})
    )


def carry(record: CoverageRecord, value: int | None) -> None:
    """Put last month's value in place of an own one; without one the cell is blank, never zero."""
    record.participants = value
    record.origin = CoverageRecord.Origin.BLANK if value is None else CoverageRecord.Origin.CARRIED


def last_values(period: ReportingPeriod, keys: Sequence[CellKey]) -> dict[CellKey, int | None]:
    """Working values of the month opened before, for the cells that go back to it."""
    keys = [key for key in keys if key[1] != WorkerSegment.UNSPLIT]
    if not keys:
        return {}
    earlier = ReportingPeriod.objects.filter(month__lt=period.month).order_by("-month").first()
    if earlier is None:
        return {}
    rows = CoverageRecord.objects.filter(in_cells(keys), period=earlier)
    return {(record.area_code, record.segment_id): record.participants for record in rows}


def flow_forward(
    period: ReportingPeriod, values: dict[CellKey, int | None], provinces: dict[str, str], attributes: dict[str, Any]
) -> int:
    """Let new values run through the following months up to the first value of their own or the first locked month."""
    pending = {key: value for key, value in values.items() if key[1] != WorkerSegment.UNSPLIT}
    following: list[ReportingPeriod] = []
    for later in ReportingPeriod.objects.filter(month__gt=period.month).order_by("month"):
        if later.is_locked:
            break
        following.append(later)
    if not pending or not following:
        return 0
    rows = CoverageRecord.objects.select_for_update().filter(in_cells(pending), period__in=following).order_by("pk")
    records = {(record.area_code, record.segment_id, record.period_id): record for record in rows}
    updated: list[CoverageRecord] = []
    created: list[CoverageRecord] = []
    for later in following:
        for key, value in list(pending.items()):
            record = records.get((*key, later.pk))
            if record is not None and record.has_own_value:
                del pending[key]
            elif record is not None and record.participants != value:
                carry(record, value)
                updated.append(record)
            elif record is None and value is not None:
                # An optional cell filled after the next month was opened: opened later, it would be there.
                area, segment = key
                record = CoverageRecord(
                    province_id=provinces[area],
                    regency_id=area if len(area) == 4 else None,
                    segment_id=segment,
                    period=later,
                )
                carry(record, value)
                created.append(record)
    if updated:
        bulk_update_with_history(updated, CoverageRecord, ["participants", "origin"], **attributes)
    if created:
        bulk_create_with_history(created, CoverageRecord, **attributes)
    return len(updated) + len(created)
