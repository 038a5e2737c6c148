"""Carries figures to later months: replaces a value by last month's, and carries corrections forward.

Called by services inside their transaction. All writers lock rows by month, then by primary key, to avoid deadlocks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import takewhile
from typing import Any

from django.db.models import Q
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from coverage.models import CellKey, CoverageRecord, ReportingPeriod, WorkerSegment


def in_cells(keys: Iterable[CellKey]) -> Q:
    """Return a condition for a superset of the cells (areas x segments); the caller selects by key."""
    keys = list(keys)
    areas = {area for area, _ in keys}
    return Q(segment_id__in={segment for _, segment in keys}) & (
        Q(regency_id__in={area for area in areas if len(area) == 4})
        | Q(regency_id=None, province_id__in={area for area in areas if len(area) == 2})
    )


def set_carried(record: CoverageRecord, value: int | None) -> None:
    """Set the record to last month's value; without one it is blank, never zero."""
    record.participants = value
    record.origin = CoverageRecord.Origin.BLANK if value is None else CoverageRecord.Origin.CARRIED


def last_values(period: ReportingPeriod, keys: Iterable[CellKey]) -> dict[CellKey, int | None]:
    """Return the working values of the month opened before, for cells without an own value."""
    return {key: record.participants for key, record in _last_records(period, keys).items()}


def last_verified(period: ReportingPeriod, keys: Iterable[CellKey]) -> dict[CellKey, int | None]:
    """Return the verified values of the month opened before, for cells without an own value."""
    return {key: record.verified_participants for key, record in _last_records(period, keys).items()}


def _last_records(period: ReportingPeriod, keys: Iterable[CellKey]) -> dict[CellKey, CoverageRecord]:
    keys = _carried_on(keys)
    if not keys:
        return {}
    earlier = ReportingPeriod.objects.filter(month__lt=period.month).order_by("-month").first()
    if earlier is None:
        return {}
    rows = CoverageRecord.objects.filter(in_cells(keys), period=earlier)
    return {(record.area_code, record.segment_id): record for record in rows}


def _carried_on(keys: Iterable[CellKey]) -> list[CellKey]:
    """Return the keys without published totals that are not broken down: they belong to one month only."""
    return [key for key in keys if key[1] != WorkerSegment.UNSPLIT]


def carry_forward(
    period: ReportingPeriod,
    values: dict[CellKey, int | None],
    provinces: dict[str, str],
    attributes: dict[str, Any],
    reopened: Collection[date] = (),
) -> int:
    """Write new values to the following months (see `reached`) up to the next own value; return the number of records.

    `reopened` are the locked months that are reopened for this office.
    """
    pending = {key: values[key] for key in _carried_on(values)}
    following = reached(later_periods(period), reopened)
    if not pending or not following:
        return 0
    records = _lock_records(pending, following)
    updated: list[CoverageRecord] = []
    created: list[CoverageRecord] = []
    for later in following:
        for key, value in list(pending.items()):
            record = records.get((*key, later.pk))
            if record is not None and record.has_own_value:
                del pending[key]
            elif record is not None and record.participants != value:
                set_carried(record, value)
                updated.append(record)
            elif record is None and value is not None:
                # An optional cell filled after the next month was opened, which therefore has no record of it.
                area, segment = key
                record = CoverageRecord(
                    province_id=provinces[area],
                    regency_id=area if len(area) == 4 else None,
                    segment_id=segment,
                    period=later,
                )
                set_carried(record, value)
                created.append(record)
    if updated:
        bulk_update_with_history(updated, CoverageRecord, ["participants", "origin"], **attributes)
    if created:
        bulk_create_with_history(created, CoverageRecord, **attributes)
    return len(updated) + len(created)


def carry_verified_forward(
    values: Mapping[CellKey, int | None], following: Iterable[CoverageRecord]
) -> list[CoverageRecord]:
    """Set newly verified values in the following months, up to the next verified one; return the changed records.

    `following` are the records of the months to write, earlier months first. Nothing is saved here.
    """
    pending = {key: values[key] for key in _carried_on(values)}
    changed = []
    for record in following:
        key = (record.area_code, record.segment_id)
        if key not in pending:
            continue
        if record.verified_at is not None:
            del pending[key]
        elif record.verified_participants != pending[key]:
            record.verified_participants = pending[key]
            changed.append(record)
    return changed


def later_periods(period: ReportingPeriod) -> list[ReportingPeriod]:
    """Return the months after it, in order."""
    return list(ReportingPeriod.objects.filter(month__gt=period.month).order_by("month"))


def reached(later: Iterable[ReportingPeriod], reopened: Collection[date]) -> list[ReportingPeriod]:
    """Return the later months that working and verified values are carried to: up to the first locked by hand.

    A month that is only closed by its date is included. Its carried cells were not reported, so they follow last
    month's; stopping there would leave the later months with a figure known to be wrong.
    """
    return list(takewhile(lambda period: period.locked_at is None or period.month in reopened, later))


def _lock_records(
    keys: Iterable[CellKey], following: Sequence[ReportingPeriod]
) -> dict[tuple[str, str, date], CoverageRecord]:
    rows = CoverageRecord.objects.select_for_update().filter(in_cells(keys), period__in=following)
    rows = rows.order_by("period_id", "pk")
    return {(record.area_code, record.segment_id, record.period_id): record for record in rows}
