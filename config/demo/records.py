"""Turns the invented series into monthly records as offices would have left them, with their history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from coverage.models import CoverageRecord, Via

from .areas import DemoArea
from .groups import PUBLISHED
from .reasons import reason_for_fall
from .routine import LATE_NOTE, NOT_BEGUN, VERIFIED, OfficeMonth, is_filled
from .window import FIRST, OPEN_MONTH, index_of

SEGMENTS = ("PU", "BPU", "JAKON", "PMI")
Origin = CoverageRecord.Origin
HistoryRow = CoverageRecord.history.model
_FIELDS = [each.attname for each in CoverageRecord._meta.concrete_fields]


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


@dataclass
class MonthOfRecords:
    records: list[CoverageRecord] = field(default_factory=list)
    #: Per record the verified value before this month's verification, for the history.
    verified_before: list[int | None] = field(default_factory=list)


def regency_records(
    month: date,
    areas: Iterable[DemoArea],
    series: Mapping[tuple[str, str], list[int | None]],
    desks: Mapping[str, Desk],
    plans: Mapping[str, OfficeMonth],
    ledger: Ledger,
) -> MonthOfRecords:
    """All expected cells of the month. `desks` by regency, `plans` by office; the ledger is moved on."""
    made = MonthOfRecords()
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
            _settle(made, record, key, value if own else None, desk, office_month, ledger)
    return made


def group_records(
    month: date,
    series: Mapping[tuple[str, str], list[int | None]],
    desk: Desk,
    office_month: OfficeMonth,
    ledger: Ledger,
) -> MonthOfRecords:
    """The province-wide cells of the groups. The cell and month of a published figure is left to it."""
    made = MonthOfRecords()
    for key, values in series.items():
        value = values[index_of(month)]
        if value is None:
            published = PUBLISHED[key]
            ledger.participants[key] = ledger.verified[key] = published.participants
            continue
        province, group = key
        record = CoverageRecord(period_id=month, province_id=province, segment_id=group)
        own = month != OPEN_MONTH and office_month.status != NOT_BEGUN
        _settle(made, record, key, value if own else None, desk, office_month, ledger)
    return made


def _settle(
    made: MonthOfRecords,
    record: CoverageRecord,
    key: tuple[str, str],
    value: int | None,
    desk: Desk,
    office_month: OfficeMonth,
    ledger: Ledger,
) -> None:
    """Fill the record with its own value, or with the one carried from last month, and remember it."""
    made.verified_before.append(ledger.verified.get(key))
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
    made.records.append(record)


def history_of(made: MonthOfRecords) -> list[HistoryRow]:
    """One row per entry and one per verification, dated when they happened. Carried cells have none: nobody acted."""
    rows = []
    for record, verified_before in zip(made.records, made.verified_before, strict=True):
        if record.changed_at is None:
            continue
        values = {name: getattr(record, name) for name in _FIELDS}
        entry = {**values, "verified_participants": verified_before, "verified_by_id": None, "verified_at": None}
        is_first = record.period_id == FIRST
        rows.append(_row(entry, "+" if is_first else "~", record.changed_at, record.changed_by_id))
        if record.verified_at is not None:
            rows.append(_row(values, "~", record.verified_at, record.verified_by_id))
    return rows


def _row(values: dict[str, object], kind: str, at: datetime, user: int | None) -> HistoryRow:
    return HistoryRow(**values, via=Via.FORM, history_type=kind, history_date=at, history_user_id=user)
