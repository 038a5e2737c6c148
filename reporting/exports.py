"""The same rows as the screen, as a file: XLSX with typed cells, CSV for Indonesian spreadsheets, JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone

from .numbers import as_float, round_half_up
from .tables import Column, Kind, Table

FORMATS = ("xlsx", "csv", "json")
#: Spreadsheets take a text that begins so for a formula.
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
#: Written the same way in every file that has no cells of its own for time: `2026-10`, `2026-10-05 14:32`.
_STAMPS = (Kind.MONTH, Kind.MOMENT)
_CELL_FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.YEAR: "0",
    Kind.SIGNED: "#,##0",
    Kind.RATE: "0.00%",
    Kind.POINTS: "0.00",
    Kind.RATIO: "0.00",
    Kind.DATE: "yyyy-mm-dd",
    Kind.MONTH: "yyyy-mm",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
}


def plain(value: Any) -> Any:
    """A value as JSON knows it: exact numbers as the nearest float, dates as ISO, statuses as their key."""
    if value is None or isinstance(value, bool | str):
        return None if value is None else value if isinstance(value, bool) else str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return as_float(value)


def record(columns: Sequence[Column], row: Any) -> dict[str, Any]:
    """One row for programs: column key -> plain value."""
    return {column.key: _plain_cell(column, row) for column in columns}


def _plain_cell(column: Column, row: Any) -> Any:
    value = column.value(row)
    return column.text(row) if column.kind in _STAMPS and value is not None else plain(value)


def safe_text(text: str) -> str:
    """Text that no spreadsheet executes."""
    return "'" + text if text.startswith(_FORMULA_START) else text


def to_json(
    table: Table,
    definition: Mapping[str, Any],
    filters: Mapping[str, Any],
    facts: Mapping[str, Any] | None = None,
    more: Mapping[str, Table] | None = None,
) -> HttpResponse:
    """`{"definition", "filters", "rows", "total"}` with stable English keys and unformatted numbers.

    What a page shows beside its main table follows under keys of its own: `facts` as they are, `more` as rows.
    """
    answer: dict[str, Any] = {
        "definition": definition,
        "filters": filters,
        "rows": [record(table.file_columns, row) for row in table.rows],
        "total": record(table.file_columns, table.total) if table.total is not None else None,
        **plain(facts or {}),
    }
    for key, beside in (more or {}).items():
        answer[key] = [record(beside.file_columns, row) for row in beside.rows]
    return HttpResponse(json.dumps(answer, ensure_ascii=False), content_type="application/json; charset=utf-8")


def to_csv(table: Table, name: str) -> HttpResponse:
    """UTF-8 with BOM, `;` between fields, decimal comma, no thousands separator; rates as fractions, dates as ISO."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.title for column in table.file_columns])
    for row in _with_total(table):
        writer.writerow([_csv_text(column, row) for column in table.file_columns])
    response = HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _csv_text(column: Column, row: Any) -> str:
    value = column.value(row)
    if value is None:
        return ""
    if column.kind in (Kind.STATUS, Kind.FLAG, *_STAMPS):
        return column.text(row)
    if column.kind == Kind.DATE:
        return value.isoformat()
    if column.is_number:
        if isinstance(value, int):
            return str(value)
        text = f"{round_half_up(value, 6).normalize():f}"
        return text.replace(".", ",")
    return safe_text(str(value))


def to_xlsx(table: Table, name: str, title: str, facts: Mapping[str, str], more: Sequence[Table] = ()) -> HttpResponse:
    """Definition and filters on top, then the rows with typed numbers; headings stay in sight.

    What a page shows beside its main table follows on sheets of their own, named by their captions.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    styles = _Styles(book)
    _write_sheet(book.add_worksheet(name[:31]), styles, table, title, facts)
    for beside in more:
        _write_sheet(book.add_worksheet(beside.caption[:31]), styles, beside, f"{title}: {beside.caption}", {})
    book.close()
    response = HttpResponse(
        buffer.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


class _Styles:
    """The cell formats of one workbook, by kind."""

    def __init__(self, book: Any) -> None:
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.strong = book.add_format({"bold": True})
        self.heading = book.add_format({"bold": True, "bg_color": "#E6EBE7", "text_wrap": True, "valign": "top"})
        self.plain = {kind: book.add_format({"num_format": code}) for kind, code in _CELL_FORMATS.items()}
        self.bold = {kind: book.add_format({"num_format": code, "bold": True}) for kind, code in _CELL_FORMATS.items()}


def _write_sheet(sheet: Any, styles: _Styles, table: Table, title: str, facts: Mapping[str, str]) -> None:
    sheet.write_string(0, 0, title, styles.title)
    line = 1
    for word, text in facts.items():
        sheet.write_string(line, 0, word, styles.strong)
        sheet.write_string(line, 1, text)
        line += 1
    line += 1
    columns = table.file_columns
    for index, column in enumerate(columns):
        sheet.write_string(line, index, column.title, styles.heading)
        sheet.set_column(index, index, 30 if column.kind == Kind.TEXT and index else 16)
    sheet.freeze_panes(line + 1, 2)
    for row in _with_total(table):
        line += 1
        is_total = row is table.total
        for index, column in enumerate(columns):
            value = column.value(row)
            if value is None or value == "":
                continue
            if column.is_number:
                chosen = styles.bold if is_total else styles.plain
                sheet.write_number(line, index, as_float(value) or 0, chosen[column.kind])
            elif column.kind in (Kind.DATE, *_STAMPS):
                at = timezone.localtime(value).replace(tzinfo=None) if column.kind == Kind.MOMENT else value
                sheet.write_datetime(line, index, at, styles.plain[column.kind])
            else:
                sheet.write_string(line, index, column.text(row), styles.strong if is_total else None)


def _with_total(table: Table) -> list[Any]:
    return [*table.rows, *([table.total] if table.total is not None and table.rows else [])]
