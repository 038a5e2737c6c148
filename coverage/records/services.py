"""The only writer of participants: the grid, files and the admin all call `save_cells`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import User
from coverage import permissions
from coverage.models import CoverageRecord, Province, Regency, ReportingPeriod, Submission, Via, WorkerSegment
from reporting.numbers import MAX_COUNT

from .carrying import CellKey, carry_forward, in_cells, last_values, set_carried
from .locking import lock_submission

if TYPE_CHECKING:
    from accounts.models import Office

NOTE_LENGTH = int(CoverageRecord._meta.get_field("note").max_length or 0)
REASON_LENGTH = 100


class CellValue(NamedTuple):
    """Content of a cell in a form: this month's own value (None: belum lapor) and the note."""

    participants: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CellChange:
    """New content of one cell.

    `participants` None means "belum lapor": the cell gets last month's value again, or is blank.
    `note` and `change_reason` None leave the stored ones.
    `seen` is what the user saw before typing (optimistic lock); None overwrites (after a preview, or by command).
    """

    area: str
    segment: str
    participants: int | None
    note: str | None = None
    change_reason: str | None = None
    seen: CellValue | None = None

    @property
    def key(self) -> CellKey:
        return self.area, self.segment


@dataclass(frozen=True, slots=True)
class CellConflict:
    """A concurrent change: the typed and the stored content of a cell that was not written."""

    area: str
    segment: str
    typed: CellValue
    stored: CellValue
    changed_by: str
    changed_at: datetime | None

    @property
    def key(self) -> CellKey:
        return self.area, self.segment


@dataclass(frozen=True, slots=True)
class SaveResult:
    """Result of `save_cells`. `carried` is the number of cells of later months changed by carrying forward."""

    saved: tuple[CellKey, ...] = ()
    conflicts: tuple[CellConflict, ...] = ()
    carried: int = 0


class Contested(Exception):
    """Raised with `all_or_nothing` when cells were changed concurrently; nothing was written."""

    def __init__(self, conflicts: Sequence[CellConflict]) -> None:
        super().__init__(f"{len(conflicts)} sel sudah diubah orang lain.")
        self.conflicts = tuple(conflicts)


def save_cells(
    *,
    user: User,
    office: Office,
    period: ReportingPeriod,
    changes: Sequence[CellChange],
    via: Via,
    reason: str = "",
    all_or_nothing: bool = False,
) -> SaveResult:
    """Write the changes of one office and month in one transaction, with history for changed cells only.

    Raises Denied when a rule refuses, OutOfScope for a cell that is not this office's, ValueError for a value no form
    accepts, and with `all_or_nothing` Contested for a conflict. In all four cases nothing is written.
    """
    _check_values(changes)
    intended = [change for change in changes if not _is_untouched(change)]
    with transaction.atomic():
        stored = Submission.objects.filter(office=office, period=period)
        submission = lock_submission(office, period) if intended else stored.first()
        period = ReportingPeriod.objects.get(pk=period.pk)
        permissions.check_entry(user, office, period, submission)
        provinces = _provinces_of(office, changes)
        if not intended:
            return SaveResult()
        result = _write(user, office, period, intended, provinces, via, reason[:REASON_LENGTH])
        if all_or_nothing and result.conflicts:
            raise Contested(result.conflicts)
        return result


def _is_untouched(change: CellChange) -> bool:
    return (
        change.seen is not None
        and change.change_reason is None
        and change.seen == (change.participants, change.seen.note if change.note is None else change.note)
    )


def _check_values(changes: Sequence[CellChange]) -> None:
    if len({change.key for change in changes}) != len(changes):
        raise ValueError("Ada sel yang tertulis dua kali.")
    for change in changes:
        if change.participants is not None and not 0 <= change.participants <= MAX_COUNT:
            raise ValueError(f"Jumlah peserta di luar batas: {change.participants}")
        if change.note is not None and len(change.note) > NOTE_LENGTH:
            raise ValueError(f"Keterangan lebih dari {NOTE_LENGTH} huruf.")


def _provinces_of(office: Office, changes: Sequence[CellChange]) -> dict[str, str]:
    """Return the province code of every area in the changes. Raises OutOfScope for an area of another office."""
    areas = {change.area for change in changes}
    known = dict(
        Regency.objects.filter(code__in=areas, branch_office=office, is_active=True).values_list("code", "province")
    )
    if any(len(area) == 2 for area in areas):
        for code in Province.objects.filter(code__in=areas, regional_office=office, is_active=True).values_list(
            "code", flat=True
        ):
            known[code] = code
    segments = {change.segment for change in changes}
    enterable = WorkerSegment.objects.filter(code__in=segments, is_active=True).exclude(kind="COMPOSITE")
    if areas - known.keys() or segments - set(enterable.values_list("code", flat=True)):
        raise permissions.OutOfScope("cell")
    return known


def _write(
    user: User,
    office: Office,
    period: ReportingPeriod,
    changes: Sequence[CellChange],
    provinces: dict[str, str],
    via: Via,
    reason: str,
) -> SaveResult:
    keys = {change.key for change in changes}
    # Locked in the order of the primary key to avoid deadlocks.
    stored = {
        (record.area_code, record.segment_id): record
        for record in CoverageRecord.objects.select_for_update().filter(in_cells(keys), period=period).order_by("pk")
    }
    fallback = last_values(period, [change.key for change in changes if change.participants is None])
    now = timezone.now()
    created: list[CoverageRecord] = []
    updated: list[CoverageRecord] = []
    contested: list[tuple[CellChange, CoverageRecord | None]] = []
    flow: dict[CellKey, int | None] = {}
    for change in changes:
        record = stored.get(change.key)
        before = _seen(record)
        wanted = CellValue(change.participants, before.note if change.note is None else change.note)
        if change.seen is not None and before not in (change.seen, wanted):
            contested.append((change, record))
            continue
        target = record or CoverageRecord(
            province_id=provinces[change.area],
            regency_id=change.area if len(change.area) == 4 else None,
            segment_id=change.segment,
            period=period,
        )
        old = _state(target)
        _apply(target, change, wanted, fallback.get(change.key), via)
        if _state(target) == old:
            continue
        target.changed_by, target.changed_at = user, now
        (updated if record else created).append(target)
        if target.participants != old[0]:
            flow[change.key] = target.participants
    attributes = {
        "default_user": user,
        "default_change_reason": reason,
        "default_date": now,
        "batch_size": 500,
        "custom_historical_attrs": {"via": via},
    }
    fields = ["participants", "origin", "note", "change_reason", "changed_by", "changed_at"]
    if updated:
        bulk_update_with_history(updated, CoverageRecord, fields, **attributes)
    if created:
        bulk_create_with_history(created, CoverageRecord, **attributes)
    attributes["custom_historical_attrs"] = {"via": Via.CARRIED}
    return SaveResult(
        saved=tuple((record.area_code, record.segment_id) for record in (*updated, *created)),
        conflicts=_conflicts(contested),
        carried=carry_forward(period, flow, provinces, attributes, permissions.reopened_months([office.pk])[office.pk]),
    )


def _seen(record: CoverageRecord | None) -> CellValue:
    if record is None:
        return CellValue()
    return CellValue(record.participants if record.has_own_value else None, record.note)


def _state(record: CoverageRecord) -> tuple[int | None, str, str, str]:
    return record.participants, record.origin, record.note, record.change_reason


def _apply(record: CoverageRecord, change: CellChange, wanted: CellValue, last_month: int | None, via: Via) -> None:
    record.note = wanted.note
    if change.change_reason is not None:
        record.change_reason = change.change_reason
    if wanted.participants is None:
        if record.has_own_value or record.pk is None:
            record.change_reason = change.change_reason or ""
            set_carried(record, last_month)
    elif not record.has_own_value or record.participants != wanted.participants:
        record.participants = wanted.participants
        record.origin = CoverageRecord.Origin.IMPORTED if via == Via.FILE else CoverageRecord.Origin.ENTERED


def _conflicts(contested: Sequence[tuple[CellChange, CoverageRecord | None]]) -> tuple[CellConflict, ...]:
    people = User.objects.in_bulk({record.changed_by_id for _, record in contested if record and record.changed_by_id})
    conflicts = []
    for change, record in contested:
        stored = _seen(record)
        person = people.get(record.changed_by_id) if record else None
        conflicts.append(
            CellConflict(
                area=change.area,
                segment=change.segment,
                typed=CellValue(change.participants, stored.note if change.note is None else change.note),
                stored=stored,
                changed_by=(person.get_full_name() or person.username) if person else "",
                changed_at=record.changed_at if record else None,
            )
        )
    return tuple(conflicts)
