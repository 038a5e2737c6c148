"""Turns the invented series into monthly records as offices would have left them."""

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
class Desk:
    """An office's people, as far as the demonstration knows them: primary keys of users or None."""

    office: str
    entered_by: int | None
    verified_by: int | None


@dataclass
class Ledger:
    """What the cells held last: carried values need it."""

    participants: dict[tuple[str, str], int | None] = field(default_factory=dict)
    verified: dict[tuple[str, str], int | None] = field(default_factory=dict)


def regency_records(
    month: date,
    areas: Iterable[DemoArea],
    series: Mapping[tuple[str, str], list[int | None]],
    desks: Mapping[str, Desk],
    plans: Mapping[str, DemoOfficeMonth],
    ledger: Ledger,
) -> list[CoverageRecord]:
    """All expected cells of the month. `desks` by regency, `plans` by office; the ledger is moved on."""
    made: list[CoverageRecord] = []
    for area in areas:
        desk = desks[area.code]
        office_month = plans[desk.office]
        for segment in SEGMENTS:
            value = series[area.code, segment][index_of(month)]
            own = value is not None and is_filled(area, segment, month, office_month)
            record = CoverageRecord(
                period_id=month, province_id=area.province, regency_id=area.code, segment_id=segment
            )
            key = (area.code, segment)
            if own and value is not None:
                record.change_reason, record.note = reason_for_fall(
                    area.code, segment, month, ledger.participants.get(key), value
                )
                if month == OPEN_MONTH and key in STRIKING:
                    share, record.change_reason, record.note = STRIKING[key]
                    value = round_count(value * share)
            settle(record, key, value if own else None, desk, office_month, ledger)
            made.append(record)
    return made


def group_records(
    month: date,
    series: Mapping[tuple[str, str], list[int | None]],
    desk: Desk,
    office_month: DemoOfficeMonth,
    ledger: Ledger,
) -> list[CoverageRecord]:
    """The province-wide cells of the groups. The cell and month of a published figure is left to it."""
    made: list[CoverageRecord] = []
    for key, values in series.items():
        value = values[index_of(month)]
        if value is None:
            published = PUBLISHED[key]
            ledger.participants[key] = ledger.verified[key] = published.participants
            continue
        province, group = key
        record = CoverageRecord(period_id=month, province_id=province, segment_id=group)
        own = month != OPEN_MONTH and office_month.status != NOT_BEGUN
        settle(record, key, value if own else None, desk, office_month, ledger)
        made.append(record)
    return made


def settle(
    record: CoverageRecord,
    key: tuple[str, str],
    value: int | None,
    desk: Desk,
    office_month: DemoOfficeMonth,
    ledger: Ledger,
) -> None:
    """Fill the record with its own value, or with the one carried from last month, and remember it."""
    if value is None:
        record.participants = ledger.participants.get(key)
        record.origin = Origin.BLANK if record.participants is None else Origin.CARRIED
        record.verified_participants = ledger.verified.get(key)
        if record.participants is not None and office_month.submitted_at is not None:
            record.note = LATE_NOTE
            record.changed_by_id, record.changed_at = desk.entered_by, office_month.entered_at
    else:
        record.participants = value
        record.origin = Origin.ENTERED
        record.changed_by_id, record.changed_at = desk.entered_by, office_month.entered_at
        record.verified_participants = ledger.verified.get(key)
        if office_month.status == VERIFIED:
            record.verified_participants = value
            record.verified_by_id, record.verified_at = desk.verified_by, office_month.decided_at
    ledger.participants[key] = record.participants
    ledger.verified[key] = record.verified_participants
