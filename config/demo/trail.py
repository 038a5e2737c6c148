"""The history behind the records: one row per entry and one per verification, dated when they happened.

The only place with SQL of its own: the rows are copies of what is already in the table, and copying a hundred thousand
of them inside the database takes a second where making objects of them takes a quarter of a minute.
"""

from __future__ import annotations

from datetime import date

from django.db import connection

from coverage.models import CoverageRecord, Via
from reporting import months

from .window import FIRST

_RECORDS = CoverageRecord._meta.db_table
_HISTORY = CoverageRecord.history.model._meta.db_table
_COLUMNS = [field.attname for field in CoverageRecord._meta.concrete_fields]
#: Before its verification a figure showed the verified value of the month before, and nobody had verified it.
_NOT_YET_VERIFIED = {
    "verified_participants": "last.verified_participants",
    "verified_at": "NULL",
    "verified_by_id": "NULL",
}
#: How the same cell of another month is found; a province-wide cell has no regency.
_SAME_CELL = (
    ("this.regency_id IS NOT NULL", "last.regency_id = this.regency_id"),
    ("this.regency_id IS NULL", "last.regency_id IS NULL AND last.province_id = this.province_id"),
)


def write_trail(month: date) -> None:
    """History of the month's records. A cell nobody touched has none; a published one brought its own."""
    for which, same_cell in _SAME_CELL:
        _copy(month, "changed", _NOT_YET_VERIFIED, "+" if month == FIRST else "~", which, same_cell)
        _copy(month, "verified", {}, "~", which, same_cell)


def _copy(month: date, step: str, replaced: dict[str, str], kind: str, which: str, same_cell: str) -> None:
    """`step` names the columns that say who acted and when: `changed` or `verified`."""
    values = ", ".join(replaced.get(column, f"this.{column}") for column in _COLUMNS)
    statement = f"""
        INSERT INTO {_HISTORY}
            ({", ".join(_COLUMNS)}, via, history_type, history_date, history_user_id)
        SELECT {values}, %s, %s, this.{step}_at, this.{step}_by_id
        FROM {_RECORDS} this
        LEFT JOIN {_RECORDS} last ON last.period_id = %s AND last.segment_id = this.segment_id AND {same_cell}
        WHERE this.period_id = %s AND this.{step}_at IS NOT NULL
            AND this.origin <> %s AND {which}
        ORDER BY this.id
    """  # noqa: S608 - made of column names, no foreign text
    with connection.cursor() as cursor:
        via = Via.VERIFY if step == "verified" else Via.FORM
        cursor.execute(statement, [via, kind, months.add_months(month, -1), month, CoverageRecord.Origin.IMPORTED])
