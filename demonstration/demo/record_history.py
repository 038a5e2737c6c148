"""The history behind the records: a row per opening, entry and verification, dated when they happened.

The only place with SQL of its own: the rows are copies of what is already in the table, and copying two hundred
thousand of them inside the database takes a second where making objects of them takes a quarter of a minute.
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
#: Before its verification a figure showed the verified value of the month before, and nobody had verified it.
_NOT_YET_VERIFIED = {
    "verified_participants": "last.verified_participants",
    "verified_at": "NULL",
    "verified_by_id": "NULL",
}
#: A month is opened with what its cells held the month before; a cell nobody touched still holds it.
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
#: How the same cell of another month is found; a province-wide cell has no regency.
_SAME_CELL = (
    ("this.regency_id IS NOT NULL", "last.regency_id = this.regency_id"),
    ("this.regency_id IS NULL", "last.regency_id IS NULL AND last.province_id = this.province_id"),
)


def opened_at(month: date) -> datetime:
    """A month is opened in the night after its end."""
    return timezone.make_aware(datetime.combine(months.add_months(month, 1), time(0, 10)))


def write_history_of_month(month: date) -> None:
    """History of the month's records. A published one brought its own."""
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
    """`kind` is the door and the type of the rows, `replaced` the columns that differ from the record as it stands."""
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
    """  # noqa: S608 - made of column names, no foreign text
    with connection.cursor() as cursor:
        before = months.add_months(month, -1)
        cursor.execute(statement, [*kind, *parameters, before, month, CoverageRecord.Origin.IMPORTED])


def backdate() -> None:
    """Date what was loaded at once as if it had come in over the years, so that a past day can be looked at.

    Months when they were opened, potentials from the day they are in force, published figures from the day they are of,
    targets from the December before their year. Nothing is dated later than now.
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
    """Date the history of these rows by one of their dates."""
    for day in model.history.order_by().values_list(field, flat=True).distinct():
        model.history.filter(**{field: day}).update(history_date=_between(first, day))


def _between(first: datetime, day: date) -> datetime:
    """Not before the first month was opened, and not after now."""
    return min(max(first, timezone.make_aware(datetime.combine(day, time(8)))), timezone.now())
