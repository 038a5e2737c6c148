"""Lower bounds: plain SQL for the same results, through psycopg or sqlite3."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

from django.apps import apps
from django.db import connection

from .dates import add_months, month_end

SUM = "('PU', 'BPU', 'TOTAL-UNSPLIT')"
_Record = apps.get_model("coverage", "CoverageRecord")
RECORDS = _Record._meta.db_table
HISTORY = _Record.history.model._meta.db_table
COLUMNS = [field.column for field in _Record._meta.concrete_fields]


def ask(*statements: str) -> Callable[[], list[Any]]:
    """Run the statements without Django and fetch their results."""

    def run() -> list[Any]:
        connection.ensure_connection()
        cursor = connection.connection.cursor()
        found = []
        for sql in statements:
            cursor.execute(sql)
            found = cursor.fetchall() if cursor.description else []
        return found

    return run


def participants(month: date, by: str, where: str = "TRUE", back: int = 0) -> str:
    """Verified participants by area and month, for `back` months more when asked."""
    span = ", ".join(f"'{add_months(month, -step)}'" for step in range(back + 1))
    return f"""
        SELECT {by}, period_id, SUM(verified_participants) FROM {RECORDS}
        WHERE period_id IN ({span}) AND segment_id IN {SUM} AND {where} GROUP BY {by}, period_id"""


def potentials(month: date, by: str, where: str = "TRUE") -> str:
    """The potential in force by area."""
    return f"""
        SELECT w.{by}, SUM(w.workers) FROM coverage_workforceestimate w
        JOIN (SELECT regency_id, segment_id, MAX(effective_from) AS start FROM coverage_workforceestimate
            WHERE effective_from <= '{month_end(month)}' AND segment_id IN {SUM} AND {where}
            GROUP BY regency_id, segment_id) e
            ON e.regency_id = w.regency_id AND e.segment_id = w.segment_id AND e.start = w.effective_from
        GROUP BY w.{by}"""


def progress_report(month: date, by: str, where: str = "TRUE", back: int = 0) -> Callable[[], list[Any]]:
    """Verified participants and potentials."""
    return ask(participants(month, by, where, back), potentials(month, by, where))


def segments(month: date) -> str:
    return f"""
        SELECT province_id, segment_id, period_id, SUM(verified_participants) FROM {RECORDS}
        WHERE period_id IN ('{month}', '{add_months(month, -1)}') GROUP BY province_id, segment_id, period_id"""


def completeness(month: date, count: int = 12) -> str:
    return f"""
        SELECT g.branch_office_id, r.period_id, COUNT(*),
            SUM(CASE WHEN r.origin IN ('ENTERED', 'IMPORTED') THEN 1 ELSE 0 END)
        FROM {RECORDS} r JOIN coverage_regency g ON g.code = r.regency_id
        JOIN coverage_workersegment s ON s.code = r.segment_id AND s.is_expected
        WHERE r.period_id BETWEEN '{add_months(month, 1 - count)}' AND '{month}'
        GROUP BY g.branch_office_id, r.period_id"""


QUEUE = "SELECT * FROM coverage_submission WHERE status = 'SUBMITTED'"


def cells_of(office: str, month: date) -> str:
    return f"""
        SELECT r.* FROM {RECORDS} r JOIN coverage_regency g ON g.code = r.regency_id
        WHERE g.branch_office_id = '{office}' AND r.period_id = '{month}'"""


def rewrite(month: date, where: str) -> Callable[[], None]:
    """Change these figures of a month and write their history. Rolled back by the caller."""
    columns = ", ".join(COLUMNS)

    def run() -> None:
        ask(f"UPDATE {RECORDS} SET participants = participants + 1 WHERE period_id = '{month}' AND {where}")()
        ask(f"""INSERT INTO {HISTORY} ({columns}, via, history_type, history_date)
            SELECT {columns}, 'FORM', '~', CURRENT_TIMESTAMP FROM {RECORDS}
            WHERE period_id = '{month}' AND {where}""")()

    return run


def open_month(month: date) -> Callable[[], None]:
    """Copy a month into the one after it, with history. Rolled back by the caller."""
    rest = [column for column in COLUMNS if column not in ("id", "period_id")]
    following = add_months(month, 1)
    dates = f"'{month_end(following)}', '{add_months(following, 1)}', '{add_months(following, 2)}'"

    def run() -> None:
        ask(f"""INSERT INTO coverage_reportingperiod (month, cut_off_on, due_on, closes_on)
            VALUES ('{following}', {dates})""")()
        ask(f"""INSERT INTO {RECORDS} (period_id, {", ".join(rest)})
            SELECT '{following}', {", ".join(rest)} FROM {RECORDS} WHERE period_id = '{month}'""")()
        columns = ", ".join(COLUMNS)
        ask(f"""INSERT INTO {HISTORY} ({columns}, via, history_type, history_date)
            SELECT {columns}, 'OPEN', '+', CURRENT_TIMESTAMP FROM {RECORDS} WHERE period_id = '{following}'""")()

    return run


def take_in(month: date, rows: int) -> Callable[[], None]:
    """COPY the rows into a temporary table (SQLite: executemany), then update the figures and write the history."""

    def run() -> None:
        known = ask(f"SELECT id FROM {RECORDS} WHERE period_id = '{month}' ORDER BY id LIMIT {rows}")()
        ask("CREATE TEMPORARY TABLE floor_rows (id bigint PRIMARY KEY, heads bigint)")()
        cursor = connection.connection.cursor()
        if connection.vendor == "postgresql":
            with cursor.copy("COPY floor_rows FROM STDIN") as copy:
                for place, (key,) in enumerate(known):
                    copy.write_row((key, place))
        else:
            cursor.executemany("INSERT INTO floor_rows VALUES (?, ?)", [(key, at) for at, (key,) in enumerate(known)])
        rewrite(month, "id IN (SELECT id FROM floor_rows)")()
        ask("DROP TABLE floor_rows")()

    return run


def give_out() -> Callable[[], int]:
    """All figures as text: COPY TO STDOUT; on SQLite a plain cursor, line by line."""

    def run() -> int:
        connection.ensure_connection()
        cursor = connection.connection.cursor()
        sql = (
            f"SELECT period_id, province_id, regency_id, segment_id, participants, verified_participants FROM {RECORDS}"
        )
        sink, size = io.StringIO(), 0
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)") as copy:
                for part in copy:
                    size += len(part)
            return size
        for row in cursor.execute(sql):
            size += sink.write(f"{row[0]};{row[1]};{row[2]};{row[3]};{row[4]};{row[5]}\n")
            sink.seek(0)
        return size

    return run
