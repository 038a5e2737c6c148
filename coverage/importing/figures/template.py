"""The template workbook of an office: its cells with last month's values, everything but the inputs locked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coverage.importing.template import TemplateBook, TemplateColumn
from coverage.models import CoverageRecord, WorkerSegment
from coverage.models.querysets import CodeSystem
from coverage.records.services import NOTE_LENGTH
from reporting import months
from reporting.numbers import MAX_COUNT, format_count

from .columns import FigureFileColumn
from .marks import marks_of
from .stored import Place, StoredMonth

SHEET, OPTIONAL_SHEET = "Segmen", "Kelompok"
HINT = "Isi sel putih saja. Sel kosong berarti tidak diubah; tulis 0 bila memang nol. Jangan mengubah kode."
COLUMNS = (
    TemplateColumn("Kode Kemendagri", 11),
    TemplateColumn(FigureFileColumn.AREA, 30),
    TemplateColumn(FigureFileColumn.SEGMENT, 16),
    TemplateColumn("Nama segmen", 34),
    TemplateColumn("Potensi", 13, style={"num_format": "#,##0"}),
    TemplateColumn("Bulan lalu", 13, style={"num_format": "#,##0"}),
    TemplateColumn(
        FigureFileColumn.PARTICIPANTS,
        14,
        is_input=True,
        style={"num_format": "#,##0", "bold": True},
        rule={
            "validate": "integer",
            "criteria": "between",
            "minimum": 0,
            "maximum": MAX_COUNT,
            "error_title": "Bukan jumlah peserta",
            "error_message": f"Tulis bilangan bulat dari 0 sampai {format_count(MAX_COUNT)}, tanpa desimal.",
        },
    ),
    TemplateColumn(
        FigureFileColumn.NOTE,
        40,
        is_input=True,
        rule={
            "validate": "length",
            "criteria": "<=",
            "value": NOTE_LENGTH,
            "error_title": "Keterangan terlalu panjang",
            "error_message": f"Keterangan paling banyak {NOTE_LENGTH} huruf.",
        },
    ),
    TemplateColumn(
        FigureFileColumn.REASON,
        26,
        is_input=True,
        rule={
            "validate": "list",
            "source": [str(label) for label in CoverageRecord.Reason.labels],
            "error_title": "Alasan tidak dikenal",
            "error_message": "Pilih salah satu alasan dari daftar, atau kosongkan.",
        },
    ),
)
_PREVIOUS, _COUNT = 5, 6


def write_template(stored: StoredMonth) -> bytes:
    """An XLSX file for one office, or for the whole country. The code system is always Kemendagri."""
    whose = stored.office.name if stored.office else "seluruh Indonesia"
    month = months.month_name(stored.period.month)
    book = TemplateBook(f"Entri data {month}, {whose}")
    segments = sorted(stored.segments.values(), key=lambda segment: (segment.position, segment.pk))
    expected = [segment for segment in segments if segment.is_expected]
    others = [segment for segment in segments if not segment.is_expected]
    regencies = [place for place in stored.own_places if not place.is_province]
    provinces = [place for place in stored.own_places if place.is_province]
    sheets = {
        SHEET: _rows(stored, regencies, expected),
        OPTIONAL_SHEET: _rows(stored, regencies, others) + _rows(stored, provinces, segments),
    }
    for name, rows in sheets.items():
        if rows:
            _write_sheet(book, name, f"Entri data {month} — {whose}", rows, stored)
    if not any(sheets.values()):
        book.add_sheet(SHEET).write_string(0, 0, "Kantor ini belum punya wilayah.")
    return book.content()


def _write_sheet(book: TemplateBook, name: str, title: str, rows: Sequence[Sequence[Any]], stored: StoredMonth) -> None:
    sheet = book.add_sheet(name)
    book.write_title(sheet, title, HINT)
    marks = marks_of(stored, CodeSystem.KEMENDAGRI)
    for line, (word, value) in enumerate(marks.items(), 2):
        sheet.write_string(line, 0, word, book.bold)
        sheet.write_string(line, 1, value)
    line = 2 + len(marks)
    if stored.earlier:
        sheet.write_string(line, _PREVIOUS, months.short_month(stored.earlier.month), book.bold)
    sheet.write_string(line, _COUNT, months.short_month(stored.period.month), book.bold)
    frozen_columns = _PREVIOUS if len(rows) > 20 else 0
    book.write_table(sheet, line + 1, COLUMNS, rows, frozen_columns=frozen_columns, allowed=("format_rows",))


def _rows(stored: StoredMonth, places: Sequence[Place], segments: Sequence[WorkerSegment]) -> list[list[Any]]:
    """A row per cell of the grid, with its stored values."""
    rows: list[list[Any]] = []
    for place in places:
        for segment in segments:
            if stored.offers(place, segment):
                cell = stored.at((place.code, segment.pk))
                reason = str(CoverageRecord.Reason(cell.reason).label) if cell.reason else ""
                figures = (cell.potential, cell.previous, cell.participants)
                rows.append([place.code, place.name, segment.pk, segment.name, *figures, cell.note, reason])
    return rows
