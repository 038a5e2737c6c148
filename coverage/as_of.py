"""Rows as they stood at the end of a past day, read from the history.

A historical model has the field names of its model, so a queryset on the last historical state of every row can
replace a queryset on the rows themselves: filters, sums and scopes work on both. Names of areas, segments and sources
are always those of today.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Min, Model, OuterRef, QuerySet, Subquery
from django.utils import timezone

from reporting.days import parse_day
from reporting.months import long_date

from .models import ReportingPeriod

#: Query parameter.
KNOWN_ON = "per_tanggal"
DELETED = "-"


def end_of(day: date) -> datetime:
    """Return the end of the day in the time zone of the product."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def rows_as_of(model: type[Model], known_on: date | None = None) -> QuerySet[Any]:
    """Return the rows of a model with history as they are, or as they were at the end of a day.

    The latter is a queryset of the same class on the historical model with the last state of every row: by date, then
    by order of writing. Rows deleted by then are left out.
    """
    manager: Any = model._default_manager
    if known_on is None:
        return manager.all()
    history: Any = model.history.model  # type: ignore[attr-defined]  # set by django-simple-history
    key, end = model._meta.pk.attname, end_of(known_on)  # type: ignore[union-attr]
    # PostgreSQL plans the alternative, NOT EXISTS of a later state, as a join of the whole history; this looks up one
    # entry of the index on key and date per row.
    states = history.objects.filter(**{key: OuterRef(key)}, history_date__lt=end)
    last = states.order_by("-history_date", "-history_id").values("history_id")[:1]
    return (
        type(manager.all())(model=history)
        .filter(history_date__lt=end, history_id=Subquery(last))
        .exclude(history_type=DELETED)
    )


def first_day() -> date | None:
    """Return the day the first month was opened, before which nothing is recorded; None without months."""
    history: Any = ReportingPeriod.history.model
    earliest = history.objects.aggregate(at=Min("history_date"))["at"]
    return timezone.localdate(earliest) if earliest else None


def check_day(day: date) -> date:
    """Return the day. Raises ValidationError when it is in the future or before `first_day`."""
    first, today = first_day(), timezone.localdate()
    if day > today:
        raise ValidationError(f"{long_date(day)} belum lewat. Pilih hari ini atau tanggal sebelumnya.")
    if first is None or day < first:
        since = f" Riwayat di sini mulai {long_date(first)}." if first else ""
        raise ValidationError(f"Pada {long_date(day)} belum ada yang tercatat.{since}")
    return day


def asked_day(text: str) -> date | None:
    """Return the day in an address; None when it is empty or invalid (the form then reports the error)."""
    try:
        return check_day(parse_day(text)) if text.strip() else None
    except (ValueError, ValidationError):
        return None


def periods_of(known_on: date | None) -> list[ReportingPeriod]:
    """Return the months, newest first: all, or those opened by the end of a day, with their dates then. One query."""
    rows: Any = rows_as_of(ReportingPeriod, known_on).order_by("-month")
    return list(rows) if known_on is None else [row.instance for row in rows]


def period_of(month: date, known_on: date | None) -> ReportingPeriod | None:
    """Return one month of `periods_of`, else None. One query."""
    row: Any = rows_as_of(ReportingPeriod, known_on).filter(month=month).first()
    return row if row is None or known_on is None else row.instance


def words_of(known_on: date) -> str:
    """Return the phrase about the past day for the definition line."""
    return f"sebagaimana diketahui pada {long_date(known_on)}"
