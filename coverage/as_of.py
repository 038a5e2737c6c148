"""A past day: which days can be asked for, and rows as their history shows them at the end of one. Reads only.

The historical models carry the same field names as the models they follow. So a queryset on the last state of every row
takes the place of a queryset on the rows themselves, and code that adds up, narrows or scopes works on both. Names of
areas, segments and sources are not among that: they are read as they are today.
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

#: How the address names it.
KNOWN_ON = "per_tanggal"
DELETED = "-"


def end_of(day: date) -> datetime:
    """The moment the day is over in the time zone of the product."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def rows_as_of(model: type[Model], known_on: date | None = None) -> QuerySet[Any]:
    """The rows of a model with history: as they stand, or as they stood at the end of a day.

    The second is a queryset of the same class on the historical model: of every row its last state by date, and by the
    order of writing where two states have the same date; nothing of what was deleted by then.
    """
    manager: Any = model._default_manager
    if known_on is None:
        return manager.all()
    history: Any = model.history.model  # type: ignore[attr-defined]  # set by django-simple-history
    key, end = model._meta.pk.attname, end_of(known_on)  # type: ignore[union-attr]
    # The alternative, "no later state exists", is read as a join of the whole history on PostgreSQL; this looks up one
    # entry of the index on key and date per row.
    states = history.objects.filter(**{key: OuterRef(key)}, history_date__lt=end)
    last = states.order_by("-history_date", "-history_id").values("history_id")[:1]
    return (
        type(manager.all())(model=history)
        .filter(history_date__lt=end, history_id=Subquery(last))
        .exclude(history_type=DELETED)
    )


def first_day() -> date | None:
    """The day from which on something was known: the first month was opened. None while there is none."""
    history: Any = ReportingPeriod.history.model
    earliest = history.objects.aggregate(at=Min("history_date"))["at"]
    return timezone.localdate(earliest) if earliest else None


def check_day(day: date) -> date:
    """Raises ValidationError for a day nothing can be said about."""
    first, today = first_day(), timezone.localdate()
    if day > today:
        raise ValidationError(f"{long_date(day)} belum lewat. Pilih hari ini atau tanggal sebelumnya.")
    if first is None or day < first:
        since = f" Riwayat di sini mulai {long_date(first)}." if first else ""
        raise ValidationError(f"Pada {long_date(day)} belum ada yang tercatat.{since}")
    return day


def asked_day(text: str) -> date | None:
    """The day in an address when it can be answered; None for none and for a wrong one, which the form then refuses."""
    try:
        return check_day(parse_day(text)) if text.strip() else None
    except (ValueError, ValidationError):
        return None


def periods_of(known_on: date | None) -> list[ReportingPeriod]:
    """Months, newest first: all, or those open at the end of a day, with the dates they had then. One query."""
    rows: Any = rows_as_of(ReportingPeriod, known_on).order_by("-month")
    return list(rows) if known_on is None else [row.instance for row in rows]


def period_of(month: date, known_on: date | None) -> ReportingPeriod | None:
    """One of them."""
    row: Any = rows_as_of(ReportingPeriod, known_on).filter(month=month).first()
    return row if row is None or known_on is None else row.instance


def words_of(known_on: date) -> str:
    """Part of the definition line."""
    return f"sebagaimana diketahui pada {long_date(known_on)}"
