"""How a figure reaches the months after it: going back to last month's value, and corrections that flow forward.

Called by the writers inside their transaction, never on its own. Rows are locked month by month, in each by primary
key, by everybody: so two writers queue and never wait for each other in a circle.
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
    """A superset of the cells (areas x segments); the caller picks by key."""
    keys = list(keys)
    areas = {area for area, _ in keys}
    return Q(segment_id__in={segment for _, segment in keys}) & (
        Q(regency_id__in={area for area in areas if len(area) == 4})
        | Q(regency_id=None, province_id__in={area for area in areas if len(area) == 2})
    )


def set_carried(record: CoverageRecord, value: int | None) -> None:
    """Put last month's value in place of an own one; without one the cell is blank, never zero."""
    record.participants = value
    record.origin = CoverageRecord.Origin.BLANK if value is None else CoverageRecord.Origin.CARRIED


def last_values(period: ReportingPeriod, keys: Iterable[CellKey]) -> dict[CellKey, int | None]:
    """Working values of the month opened before, for the cells that go back to it."""
    return {key: record.participants for key, record in _last_records(period, keys).items()}


def last_verified(period: ReportingPeriod, keys: Iterable[CellKey]) -> dict[CellKey, int | None]:
    """Verified values of the month opened before, for the cells that go back to it."""
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
    """A published total without split stays in the month it was published for."""
    return [key for key in keys if key[1] != WorkerSegment.UNSPLIT]


def carry_forward(
    period: ReportingPeriod,
    values: dict[CellKey, int | None],
    provinces: dict[str, str],
    attributes: dict[str, Any],
    reopened: Collection[date] = (),
) -> int:
    """Let new values run through the following months (see `reached`) up to the first value of their own.

    `reopened` are the months that are open for this office although they are locked.
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
                # An optional cell filled after the next month was opened: opened later, it would be there.
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
    """Let newly verified values run through the following months, up to the first that was verified itself.

    `following` are the records of the months they reach, an earlier month before a later one. Returns what changed.
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
    """The months after it, in order."""
    return list(ReportingPeriod.objects.filter(month__gt=period.month).order_by("month"))


def reached(later: Iterable[ReportingPeriod], reopened: Collection[date]) -> list[ReportingPeriod]:
    """The later months new values run through, working and verified ones alike: up to the first locked by hand.

    A month that is only closed by its date passes them on. Nobody reported its carried cells, so they say what last
    month says; a correction that stopped there would leave the months after it with a figure known to be wrong.
    """
    return list(takewhile(lambda period: period.locked_at is None or period.month in reopened, later))


def _lock_records(
    keys: Iterable[CellKey], following: Sequence[ReportingPeriod]
) -> dict[tuple[str, str, date], CoverageRecord]:
    rows = CoverageRecord.objects.select_for_update().filter(in_cells(keys), period__in=following)
    rows = rows.order_by("period_id", "pk")
    return {(record.area_code, record.segment_id, record.period_id): record for record in rows}
