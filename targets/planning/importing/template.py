"""The workbook of targets to fill in: areas and what is stored for them, everything but the inputs locked."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from reporting.numbers import MAX_COUNT
from reporting.tables.columns import safe_text
from targets.models import TargetSource
from targets.planning.changes import MOST_PERCENT
from targets.planning.rows import NATION, PlanRow

from .cells import LEAST_IN_FILE
from .matching import Column

#: Heading, width in letters. The order on the sheet; reading goes by name.
COLUMNS: tuple[tuple[str, int], ...] = (
    (Column.CODE, 10),
    (Column.AREA, 30),
    (Column.SEGMENT, 12),
    (Column.YEAR, 8),
    (Column.SOURCE, 14),
    ("Peserta kini", 13),
    ("Potensi", 13),
    (Column.PERCENT, 11),
    (Column.WORKERS, 15),
    (Column.REFERENCE, 9),
    (Column.DECREE, 34),
    (Column.DECREE_DATE, 18),
    (Column.NOTE, 34),
)
_FIRST_INPUT, _PERCENT, _WORKERS, _REFERENCE, _DATE = 7, 7, 8, 9, 11


def write_target_template(rows: Sequence[PlanRow], source: TargetSource, title: str) -> bytes:
    """An XLSX file with a row per area, for one source: rows of other sources may be added by hand."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": title, "company": "Semesta"})
    edge: dict[str, Any] = {"border": 1, "border_color": "#DFE5E0"}
    given = {**edge, "bg_color": "#F5F7F4", "font_color": "#56645C"}
    fill = {**edge, "bg_color": "#FFFFFF", "border_color": "#87938B", "locked": False}
    heading = {**edge, "bold": True, "bg_color": "#E6EBE7", "text_wrap": True, "valign": "top"}
    text, count = book.add_format(given), book.add_format({**given, "num_format": "#,##0"})
    styles = {
        _PERCENT: book.add_format({**fill, "num_format": "0.00##"}),
        _WORKERS: book.add_format({**fill, "num_format": "#,##0"}),
        _DATE: book.add_format({**fill, "num_format": "d mmmm yyyy"}),
    }
    plain = book.add_format(fill)
    sheet = book.add_worksheet("Target")
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(
        1,
        0,
        "Isi sel putih saja. Target (%) ditulis 38,39; isi persentase, jumlah pekerja, atau keduanya. "
        "Baris tanpa keduanya tidak diubah. Acuan: ya atau tidak, kosong berarti tetap.",
    )
    line = 3
    for index, (name, width) in enumerate(COLUMNS):
        colour = {"bg_color": "#C9E2D3"} if index >= _FIRST_INPUT else {}
        sheet.write_string(line, index, name, book.add_format({**heading, **colour}))
        sheet.set_column(index, index, width)
    first = line + 1
    for line, row in enumerate(rows, first):
        target = row.target
        values: list[Any] = [
            row.area_code or NATION,
            row.area_name,
            row.segment,
            row.year,
            source.pk,
            row.progress.participants,
            row.progress.potential,
            float(target.percent) if target and target.percent is not None else None,
            target.workers if target else None,
            ("ya" if target.is_reference else "tidak") if target else None,
            target.decree if target else None,
            target.decree_date if target else None,
            target.note if target else None,
        ]
        for index, value in enumerate(values):
            style = styles.get(index, plain) if index >= _FIRST_INPUT else count if index in (5, 6) else text
            if value is None or value == "":
                sheet.write_blank(line, index, None, style)
            elif isinstance(value, int | float):
                sheet.write_number(line, index, value, style)
            elif isinstance(value, str):
                sheet.write_string(line, index, safe_text(value), style)
            else:
                sheet.write_datetime(line, index, value, style)
    last = first + max(len(rows), 1) - 1
    _validate(sheet, first, last)
    sheet.freeze_panes(first, 2)
    sheet.autofilter(first - 1, 0, last, len(COLUMNS) - 1)
    sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "insert_rows": True})
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first - 1)
    sheet.set_selection(first, _PERCENT, first, _PERCENT)
    book.close()
    return buffer.getvalue()


def _validate(sheet: Any, first: int, last: int) -> None:
    """What the spreadsheet itself refuses, in our words. The upload checks everything again."""
    rules: tuple[tuple[int, dict[str, Any]], ...] = (
        (
            _PERCENT,
            {
                "validate": "decimal",
                "criteria": "between",
                "minimum": LEAST_IN_FILE,
                "maximum": int(MOST_PERCENT),
                "error_title": "Bukan persentase",
                "error_message": "Tulis persentase sebagai angka biasa, misalnya 38,39, bukan 0,3839.",
            },
        ),
        (
            _WORKERS,
            {
                "validate": "integer",
                "criteria": "between",
                "minimum": 1,
                "maximum": MAX_COUNT,
                "error_title": "Bukan jumlah pekerja",
                "error_message": "Tulis bilangan bulat tanpa desimal.",
            },
        ),
        (_REFERENCE, {"validate": "list", "source": ["ya", "tidak"]}),
    )
    for index, rule in rules:
        sheet.data_validation(first, index, last, index, rule)
