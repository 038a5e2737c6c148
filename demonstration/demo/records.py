"""Creates monthly records from the invented series, as offices would have entered them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from coverage.models import CoverageRecord
from reporting.numbers import round_count

from .areas import DemoArea
from .groups import PUBLISHED
from .reasons import reason_for_fall
from .routine import LATE_NOTE, NOT_BEGUN, STRIKING, VERIFIED, DemoOfficeMonth, is_filled
from .window import OPEN_MONTH, index_of

SEGMENTS = ("PU", "BPU", "JAKON", "PMI")
Origin = CoverageRecord.Origin


@dataclass(frozen=True)
class OfficeStaff:
    """Primary keys of an office's demonstration users, None if it has none."""

    office: str
    entered_by: int | None
    verified_by: int | None


@dataclass
class LastValues:
    """Values of the cells in the month before, which may be carried."""

    participants: dict[tuple[str, str], int | None] = field(default_factory=dict)
    verified: dict[tuple[str, str], int | None] = field(default_factory=dict)


def regency_records(
    month: date,
    areas: Iterable[DemoArea],
    series: Mapping[tuple[str, str], list[int | None]],
    staff_by_area: Mapping[str, OfficeStaff],
    plans: Mapping[str, DemoOfficeMonth],
    last: LastValues,
) -> list[CoverageRecord]:
    """Return the records of all expected cells of the month, and update `last`. `plans` are by office."""
    made: list[CoverageRecord] = []
    for area in areas:
        staff = staff_by_area[area.code]
        office_month = plans[staff.office]
        for segment in SEGMENTS:
            value = series[area.code, segment][index_of(month)]
            own = value is not None and is_filled(area, segment, month, office_month)
            record = CoverageRecord(
                period_id=month, province_id=area.province, regency_id=area.code, segment_id=segment
            )
            key = (area.code, segment)
            if own and value is not None:
                record.change_reason, record.note = reason_for_fall(
                    area.code, segment, month, last.participants.get(key), value
                )
                if month == OPEN_MONTH and key in STRIKING:
                    share, record.change_reason, record.note = STRIKING[key]
                    value = round_count(value * share)
            fill_record(record, key, value if own else None, staff, office_month, last)
            made.append(record)
    return made


def group_records(
    month: date,
    series: Mapping[tuple[str, str], list[int | None]],
    staff: OfficeStaff,
    office_month: DemoOfficeMonth,
    last: LastValues,
) -> list[CoverageRecord]:
    """Return the records of the groups' province-wide cells, without those of published figures; update `last`."""
    made: list[CoverageRecord] = []
    for key, values in series.items():
        value = values[index_of(month)]
        if value is None:
            published = PUBLISHED[key]
            last.participants[key] = last.verified[key] = published.participants
            continue
        province, group = key
        record = CoverageRecord(period_id=month, province_id=province, segment_id=group)
        own = month != OPEN_MONTH and office_month.status != NOT_BEGUN
        fill_record(record, key, value if own else None, staff, office_month, last)
        made.append(record)
    return made


def fill_record(
    record: CoverageRecord,
    key: tuple[str, str],
    value: int | None,
    staff: OfficeStaff,
    office_month: DemoOfficeMonth,
    last: LastValues,
) -> None:
    """Set the record's own value, or the one carried from last month, and update `last`."""
    if value is None:
        record.participants = last.participants.get(key)
        record.origin = Origin.BLANK if record.participants is None else Origin.CARRIED
        record.verified_participants = last.verified.get(key)
        if record.participants is not None and office_month.submitted_at is not None:
            record.note = LATE_NOTE
            record.changed_by_id, record.changed_at = staff.entered_by, office_month.entered_at
    else:
        record.participants = value
        record.origin = Origin.ENTERED
        record.changed_by_id, record.changed_at = staff.entered_by, office_month.entered_at
        record.verified_participants = last.verified.get(key)
        if office_month.status == VERIFIED:
            record.verified_participants = value
            record.verified_by_id, record.verified_at = staff.verified_by, office_month.decided_at
    last.participants[key] = record.participants
    last.verified[key] = record.verified_participants
