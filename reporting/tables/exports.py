"""Exports of tables: XLSX with typed cells, CSV for Indonesian spreadsheets, JSON for programs.

The exporters of django-tables2 are not used: they write numbers as text and answer 500 to an unknown format.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter
from django.http import HttpResponse

from .columns import ReportColumn, plain
from .table import ReportTable

FORMATS = ("xlsx", "csv", "json")


def as_record(columns: Iterable[ReportColumn], row: Any) -> dict[str, Any]:
    """One row for JSON: plain values by column name."""
    return {column.name: column.plain(column.read(row)) for column in columns}


def to_json(
    table: ReportTable,
    definition: Mapping[str, Any],
    filters: Mapping[str, Any],
    facts: Mapping[str, Any] | None = None,
    more: Mapping[str, ReportTable] | None = None,
) -> HttpResponse:
    """`{"definition", "filters", "rows", "total"}` with stable English keys and unformatted numbers.

    What a page shows beside its main table follows under further keys: `facts` as they are, `more` as rows.
    """
    columns = table.file_columns
    answer: dict[str, Any] = {
        "definition": definition,
        "filters": filters,
        "rows": [as_record(columns, row) for row in table.data],
        "total": as_record(columns, table.total) if table.total is not None else None,
        **plain(facts or {}),
    }
    for key, beside in (more or {}).items():
        answer[key] = [as_record(beside.file_columns, row) for row in beside.data]
    return HttpResponse(json.dumps(answer, ensure_ascii=False), content_type="application/json; charset=utf-8")


def to_csv(table: ReportTable, name: str) -> HttpResponse:
    """UTF-8 with BOM, `;` between fields, decimal comma, no thousands separator; rates as fractions, dates as ISO."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    columns = table.file_columns
    writer.writerow([column.verbose_name for column in columns])
    for row in table.file_records():
        writer.writerow([column.csv(column.read(row)) for column in columns])
    response = HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def to_xlsx(
    table: ReportTable, name: str, title: str, facts: Mapping[str, str], more: Sequence[ReportTable] = ()
) -> HttpResponse:
    """A workbook with definition and filters on top, then the rows with typed numbers; the headings are frozen.

    Further tables follow on separate sheets, named by their captions.
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
    """The cell formats of a workbook."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.strong = book.add_format({"bold": True})
        self.heading = book.add_format({"bold": True, "bg_color": "#E6EBE7", "text_wrap": True, "valign": "top"})
        self.by_format: dict[tuple[str, bool], Any] = {("", False): None, ("", True): self.strong}

    def of(self, column: ReportColumn, *, is_total: bool) -> Any:
        """The format of a column's cells. In the total numbers are bold, dates are not."""
        key = (column.excel_format, is_total and (column.is_number or not column.excel_format))
        if key not in self.by_format:
            self.by_format[key] = self.book.add_format({"num_format": key[0], **({"bold": True} if key[1] else {})})
        return self.by_format[key]


def _write_sheet(sheet: Any, styles: _Styles, table: ReportTable, title: str, facts: Mapping[str, str]) -> None:
    sheet.write_string(0, 0, title, styles.title)
    line = 1
    for word, text in facts.items():
        sheet.write_string(line, 0, word, styles.strong)
        sheet.write_string(line, 1, text)
        line += 1
    line += 1
    columns = table.file_columns
    for index, column in enumerate(columns):
        sheet.write_string(line, index, column.verbose_name, styles.heading)
        sheet.set_column(index, index, column.excel_width if index else 16)
    sheet.freeze_panes(line + 1, 2)
    for row in table.file_records():
        line += 1
        is_total = row is table.total
        for index, column in enumerate(columns):
            value = column.read(row)
            if value is not None and value != "":
                column.write_excel(sheet, line, index, value, styles.of(column, is_total=is_total))
