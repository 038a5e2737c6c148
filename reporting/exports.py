"""The same rows as the screen, as a file: XLSX with typed cells, CSV for Indonesian spreadsheets, JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import xlsxwriter
from django.http import HttpResponse

from .numbers import as_float, round_half_up
from .tables import Column, Kind, Table

FORMATS = ("xlsx", "csv", "json")
#: Spreadsheets take a text that begins so for a formula.
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
_CELL_FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.YEAR: "0",
    Kind.SIGNED: "#,##0",
    Kind.RATE: "0.00%",
    Kind.POINTS: "0.00",
    Kind.RATIO: "0.00",
    Kind.DATE: "yyyy-mm-dd",
}


def plain(value: Any) -> Any:
    """A value as JSON knows it: exact numbers as the nearest float, dates as ISO, statuses as their key."""
    if value is None or isinstance(value, bool | str):
        return None if value is None else value if isinstance(value, bool) else str(value)
    if isinstance(value, date):
        return value.isoformat()
    return as_float(value)


def safe_text(text: str) -> str:
    """Text that no spreadsheet executes."""
    return "'" + text if text.startswith(_FORMULA_START) else text


def to_json(table: Table, definition: Mapping[str, Any], filters: Mapping[str, Any]) -> HttpResponse:
    """`{"definition", "filters", "rows", "total"}` with stable English keys and unformatted numbers."""

    def record(row: Any) -> dict[str, Any]:
        return {column.key: plain(column.value(row)) for column in table.file_columns}

    answer = {
        "definition": definition,
        "filters": filters,
        "rows": [record(row) for row in table.rows],
        "total": record(table.total) if table.total is not None else None,
    }
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
    if column.kind == Kind.STATUS:
        return column.text(row)
    if column.kind == Kind.DATE:
        return value.isoformat()
    if column.is_number:
        if isinstance(value, int):
            return str(value)
        text = f"{round_half_up(value, 6).normalize():f}"
        return text.replace(".", ",")
    return safe_text(str(value))


def to_xlsx(table: Table, name: str, title: str, facts: Mapping[str, str]) -> HttpResponse:
    """Definition and filters on top, then the rows with typed numbers; headings stay in sight."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    sheet = book.add_worksheet(name[:31])
    strong = book.add_format({"bold": True})
    heading = book.add_format({"bold": True, "bg_color": "#E6EBE7", "text_wrap": True, "valign": "top"})
    formats = {kind: book.add_format({"num_format": code}) for kind, code in _CELL_FORMATS.items()}
    bold_formats = {kind: book.add_format({"num_format": code, "bold": True}) for kind, code in _CELL_FORMATS.items()}
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    line = 1
    for word, text in facts.items():
        sheet.write_string(line, 0, word, strong)
        sheet.write_string(line, 1, text)
        line += 1
    line += 1
    columns = table.file_columns
    for index, column in enumerate(columns):
        sheet.write_string(line, index, column.title, heading)
        sheet.set_column(index, index, 30 if column.kind == Kind.TEXT and index else 16)
    sheet.freeze_panes(line + 1, 2)
    rows = _with_total(table)
    for row in rows:
        line += 1
        is_total = row is table.total
        for index, column in enumerate(columns):
            value = column.value(row)
            if value is None:
                continue
            if column.is_number:
                chosen = bold_formats if is_total else formats
                sheet.write_number(line, index, as_float(value) or 0, chosen[column.kind])
            elif column.kind == Kind.DATE:
                sheet.write_datetime(line, index, value, formats[column.kind])
            else:
                sheet.write_string(line, index, column.text(row), strong if is_total else None)
    book.close()
    response = HttpResponse(
        buffer.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _with_total(table: Table) -> list[Any]:
    return [*table.rows, *([table.total] if table.total is not None and table.rows else [])]
