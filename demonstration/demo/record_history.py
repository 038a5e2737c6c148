"""Writes the history of the records: a row per opening, entry and verification, with the date of each.

Written in SQL, since the rows are copies of records: copying two hundred thousand of them inside the database takes a
second, creating objects a quarter of a minute.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import connection
from django.utils import timezone

from coverage.models import CoverageRecord, PublishedFigure, ReportingPeriod, Via, WorkforceEstimate
from reporting import months
from targets.models import Target

from .window import FIRST, MONTHS

_RECORDS = CoverageRecord._meta.db_table
_HISTORY = CoverageRecord.history.model._meta.db_table
_COLUMNS = [field.attname for field in CoverageRecord._meta.concrete_fields]
#: Columns of a record before its verification: the verified value is that of the month before.
_NOT_YET_VERIFIED = {
    "verified_participants": "last.verified_participants",
    "verified_at": "NULL",
    "verified_by_id": "NULL",
}
#: Columns of a record when its month was opened: carried values of the month before.
_AS_OPENED = {
    **{
        column: f"CASE WHEN this.changed_at IS NULL THEN this.{column} ELSE last.{column} END"
        for column in ("participants", "verified_participants")
    },
    "origin": "CASE WHEN this.changed_at IS NULL THEN this.origin"
    f" WHEN last.participants IS NULL THEN '{CoverageRecord.Origin.BLANK}' ELSE '{CoverageRecord.Origin.CARRIED}' END",
    "note": "''",
    "change_reason": "''",
    **dict.fromkeys(("changed_at", "changed_by_id", "verified_at", "verified_by_id"), "NULL"),
}
#: Join condition of the same cell in another month; a province-wide cell has no regency.
_SAME_CELL = (
    ("this.regency_id IS NOT NULL", "last.regency_id = this.regency_id"),
    ("this.regency_id IS NULL", "last.regency_id IS NULL AND last.province_id = this.province_id"),
)


def opened_at(month: date) -> datetime:
    """Return the time a month was opened: in the night after its end."""
    return timezone.make_aware(datetime.combine(months.add_months(month, 1), time(0, 10)))


def write_history_of_month(month: date) -> None:
    """Write the history of the month's records. Published ones have theirs already."""
    for which, same_cell in _SAME_CELL:
        opening = connection.ops.adapt_datetimefield_value(opened_at(month))
        _copy(month, (Via.OPEN, "+"), _AS_OPENED, ("%s", "NULL"), [opening], "", which, same_cell)
        for step, via, replaced in (("changed", Via.FORM, _NOT_YET_VERIFIED), ("verified", Via.VERIFY, {})):
            who_and_when = f"this.{step}_at", f"this.{step}_by_id"
            _copy(month, (via, "~"), replaced, who_and_when, [], f"AND this.{step}_at IS NOT NULL", which, same_cell)


def _copy(
    month: date,
    kind: tuple[str, str],
    replaced: dict[str, str],
    who_and_when: tuple[str, str],
    parameters: list[Any],
    only: str,
    which: str,
    same_cell: str,
) -> None:
    """Copy records to their history. `kind` is `via` and history type, `replaced` the columns that differ."""
    values = ", ".join(replaced.get(column, f"this.{column}") for column in _COLUMNS)
    statement = f"""
        INSERT INTO {_HISTORY}
            ({", ".join(_COLUMNS)}, via, history_type, history_date, history_user_id)
        SELECT {values}, %s, %s, {", ".join(who_and_when)}
        FROM {_RECORDS} this
        LEFT JOIN {_RECORDS} last ON last.period_id = %s AND last.segment_id = this.segment_id AND {same_cell}
        WHERE this.period_id = %s {only}
            AND this.origin <> %s AND {which}
        ORDER BY this.id
    """  # noqa: S608 - only column names, no input
    with connection.cursor() as cursor:
        before = months.add_months(month, -1)
        cursor.execute(statement, [*kind, *parameters, before, month, CoverageRecord.Origin.IMPORTED])


def backdate() -> None:
    """Date the history of the loaded rows in the past, so that past days can be shown.

    Months when they were opened, potentials on the day they came into force, published figures on their own day,
    targets in December before their year. Nothing is dated later than now.
    """
    periods: Any = ReportingPeriod.history.model
    known = set(periods.objects.values_list("month", flat=True))
    late = [periods(**_columns(at), history_type="+") for at in ReportingPeriod.objects.exclude(pk__in=known)]
    for row in late:
        row.history_date = opened_at(row.month)
    periods.objects.bulk_create(late)
    first = opened_at(FIRST)
    for month in MONTHS:
        periods.objects.filter(month=month).update(history_date=opened_at(month))
        imported: Any = CoverageRecord.history.filter(period=month, via=Via.COMMAND)
        imported.update(history_date=opened_at(month))
    _date(WorkforceEstimate, "effective_from", first)
    _date(PublishedFigure, "as_of", first)
    of_targets: Any = Target.history
    for year in of_targets.order_by().values_list("year", flat=True).distinct():
        of_targets.filter(year=year).update(history_date=_between(first, date(year - 1, 12, 1)))


def _columns(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _date(model: Any, field: str, first: datetime) -> None:
    """Date the history of these rows by one of their date fields."""
    for day in model.history.order_by().values_list(field, flat=True).distinct():
        model.history.filter(**{field: day}).update(history_date=_between(first, day))


def _between(first: datetime, day: date) -> datetime:
    """Return the day as time, not before `first` and not after now."""
    return min(max(first, timezone.make_aware(datetime.combine(day, time(8)))), timezone.now())
