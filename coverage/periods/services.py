"""Opens months, writing every expected cell, carried from the month before or blank; locks and unlocks them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Denied, Office
from coverage import permissions
from coverage.models import CoverageRecord, Dataset, Regency, ReportingPeriod, Via, WorkerSegment
from coverage.records.locking import lock_offices
from reporting import months

from .selectors import due_month

if TYPE_CHECKING:
    from accounts.models import User

BATCH = 2000
#: Characters stored in the history.
REASON_LENGTH = 100


def open_when_due(today: date | None = None) -> ReportingPeriod | None:
    """Open the due month if neither it nor a later one is open; never in a demonstration. Return it, else None."""
    month = due_month(today)
    if ReportingPeriod.objects.filter(month__gte=month).exists():
        return None
    if Dataset.objects.filter(is_demonstration=True).exists():
        return None
    return open_period(month)


def check_openable(month: date, today: date | None = None) -> None:
    """Raise Denied for a month that has not ended yet, or that may not follow the opened ones.

    Allowed are the month after the latest, one left out between two, and the due month after a gap. The first month
    may be any; none is added before it, since it would have to change what was carried.
    """
    month, today = month.replace(day=1), today or timezone.localdate()
    opened = list(ReportingPeriod.objects.order_by("month").values_list("month", flat=True))
    if month in opened:
        return
    name = months.month_name(month)
    if today <= months.month_end(month):
        raise Denied(f"{name} belum berakhir; dapat dibuka mulai {months.long_date(months.add_months(month, 1))}.")
    if not opened:
        return
    first, latest = opened[0], opened[-1]
    if month < first:
        raise Denied(f"{name} tidak dapat dibuka: bulan pertama di sini {months.month_name(first)}.")
    following, due = months.add_months(latest, 1), due_month(today)
    if month > following and month != due:
        raise Denied(
            f"{name} belum dapat dibuka: setelah {months.month_name(latest)} dibuka {months.month_name(following)}, "
            f"atau langsung bulan terakhir yang sudah berakhir, {months.month_name(due)}."
        )


def open_period(month: date) -> ReportingPeriod:
    """Open the month, or add expected cells it lacks (a new regency), and return it. Idempotent.

    Cells are carried from the month opened before. Their history begins here, with `Via.OPEN`, so that the state of
    any later day can be read from it. A locked month is not changed.
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
        # Wait for concurrent writers of earlier months: their changes must be carried into this one.
        lock_offices(Office.objects.all())
        period = ReportingPeriod.objects.select_for_update().get(pk=month)
        if is_new or not period.is_locked:
            _write_opened(_missing_cells(period))
    return period


def _write_opened(missing: list[CoverageRecord]) -> None:
    """Insert the cells and their first history rows."""
    opened = CoverageRecord.objects.bulk_create(missing, batch_size=BATCH)
    history: Any = CoverageRecord.history
    history.bulk_history_create(
        opened, batch_size=BATCH, default_date=timezone.now(), custom_historical_attrs={"via": Via.OPEN}
    )


def lock_period(*, user: User, period: ReportingPeriod) -> ReportingPeriod:
    """Lock the month for entry and decisions of every office, before or after its closing date; return it.

    Unverified figures stay provisional. Raises Denied with a sentence; only the head office may lock.
    """
    _check_may_lock(user)
    with transaction.atomic():
        period = ReportingPeriod.objects.select_for_update(no_key=True).get(pk=period.pk)
        name = months.month_name(period.month)
        if period.locked_at is not None:
            on = months.long_date(timezone.localdate(period.locked_at))
            raise Denied(f"Periode {name} sudah dikunci pada {on}.")
        still_open = permissions.active_reopenings().filter(period=period).select_related("office")
        if names := ", ".join(reopening.office.name for reopening in still_open[:5]):
            raise Denied(f"Periode {name} masih dibuka kembali untuk {names}. Tutup dahulu pembukaan kembali itu.")
        period.locked_at, period.locked_by = timezone.now(), user
        period._change_reason = "Dikunci"  # type: ignore[attr-defined]  # read by django-simple-history
        period.save()
    return period


def unlock_period(*, user: User, period: ReportingPeriod, reason: str) -> ReportingPeriod:
    """Undo a lock by hand for every office and return the month. The closing date stays. Raises Denied.

    For one office alone, use a reopening.
    """
    _check_may_lock(user)
    reason = reason.strip()
    if not reason:
        raise Denied("Tuliskan alasan membuka kunci.")
    with transaction.atomic():
        period = ReportingPeriod.objects.select_for_update(no_key=True).get(pk=period.pk)
        if period.locked_at is None:
            raise Denied(f"Periode {months.month_name(period.month)} tidak dikunci.")
        period.locked_at = period.locked_by = None
        period._change_reason = reason[:REASON_LENGTH]  # type: ignore[attr-defined]
        period.save()
    return period


def _check_may_lock(user: User) -> None:
    if not (user.has_perm(permissions.LOCK) and user.writes_all_areas):
        raise Denied("Periode dikunci dan dibuka kuncinya oleh administrator Kantor Pusat.")


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
        for (province, regency, segment), known in values.items()
        if known != (None, None)
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
