"""The day a report is looked at from: which days can be asked for, and the months that were open then. Reads only."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Min
from django.utils import timezone

from reporting.days import parse_day
from reporting.months import long_date

from .known import rows_of
from .models import ReportingPeriod

#: How the address names it.
KNOWN_ON = "per_tanggal"


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
    rows: Any = rows_of(ReportingPeriod, known_on).order_by("-month")
    return list(rows) if known_on is None else [row.instance for row in rows]


def period_of(month: date, known_on: date | None) -> ReportingPeriod | None:
    """One of them."""
    row: Any = rows_of(ReportingPeriod, known_on).filter(month=month).first()
    return row if row is None or known_on is None else row.instance


def words_of(known_on: date) -> str:
    """Part of the definition line."""
    return f"sebagaimana diketahui pada {long_date(known_on)}"
