"""The template workbook of targets: areas with their stored targets, everything but the inputs locked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coverage.importing.template import TemplateBook, TemplateColumn
from reporting.numbers import MAX_COUNT
from reporting.tables.columns import safe_text
from targets.models import TargetSource
from targets.planning.changes import MOST_PERCENT
from targets.planning.rows import NATION, PlanRow

from .cells import LEAST_IN_FILE
from .columns import TargetFileColumn

HINT = (
    "Isi sel putih saja. Target (%) ditulis 38,39; isi persentase, jumlah pekerja, atau keduanya. "
    "Baris tanpa keduanya tidak diubah. Acuan: ya atau tidak, kosong berarti tetap."
)
COLUMNS = (
    TemplateColumn(TargetFileColumn.CODE, 10),
    TemplateColumn(TargetFileColumn.AREA, 30),
    TemplateColumn(TargetFileColumn.SEGMENT, 12),
    TemplateColumn(TargetFileColumn.YEAR, 8),
    TemplateColumn(TargetFileColumn.SOURCE, 14),
    TemplateColumn("Peserta kini", 13, style={"num_format": "#,##0"}),
    TemplateColumn("Potensi", 13, style={"num_format": "#,##0"}),
    TemplateColumn(
        TargetFileColumn.PERCENT,
        11,
        is_input=True,
        style={"num_format": "0.00##"},
        rule={
            "validate": "decimal",
            "criteria": "between",
            "minimum": LEAST_IN_FILE,
            "maximum": int(MOST_PERCENT),
            "error_title": "Bukan persentase",
            "error_message": "Tulis persentase sebagai angka biasa, misalnya 38,39, bukan 0,3839.",
        },
    ),
    TemplateColumn(
        TargetFileColumn.WORKERS,
        15,
        is_input=True,
        style={"num_format": "#,##0"},
        rule={
            "validate": "integer",
            "criteria": "between",
            "minimum": 1,
            "maximum": MAX_COUNT,
            "error_title": "Bukan jumlah pekerja",
            "error_message": "Tulis bilangan bulat tanpa desimal.",
        },
    ),
    TemplateColumn(TargetFileColumn.REFERENCE, 9, is_input=True, rule={"validate": "list", "source": ["ya", "tidak"]}),
    TemplateColumn(TargetFileColumn.DECREE, 34, is_input=True),
    TemplateColumn(TargetFileColumn.DECREE_DATE, 18, is_input=True, style={"num_format": "d mmmm yyyy"}),
    TemplateColumn(TargetFileColumn.NOTE, 34, is_input=True),
)
_HEADING_ROW = 3


def write_target_template(rows: Sequence[PlanRow], source: TargetSource, title: str) -> bytes:
    """An XLSX file with a row per area, for one source: rows of other sources may be added by hand."""
    book = TemplateBook(title)
    sheet = book.add_sheet("Target")
    book.write_title(sheet, title, HINT)
    lines = [_line(row, source) for row in rows]
    book.write_table(sheet, _HEADING_ROW, COLUMNS, lines, frozen_columns=2, allowed=("sort", "insert_rows"))
    return book.content()


def _line(row: PlanRow, source: TargetSource) -> list[Any]:
    target = row.target
    place = [row.area_code or NATION, row.area_name, row.segment, row.year, source.pk]
    stored = [
        float(target.percent) if target and target.percent is not None else None,
        target.workers if target else None,
        ("ya" if target.is_reference else "tidak") if target else None,
        target.decree if target else None,
        target.decree_date if target else None,
        target.note if target else None,
    ]
    values = [*place, row.progress.participants, row.progress.potential, *stored]
    return [safe_text(value) if isinstance(value, str) else value for value in values]
