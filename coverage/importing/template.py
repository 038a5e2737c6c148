"""The workbook an office fills in: its cells of the month, last month beside it, everything but the inputs locked."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from coverage.models import CoverageRecord, WorkerSegment
from coverage.models.querysets import CodeSystem
from coverage.records.services import NOTE_LENGTH
from reporting import months
from reporting.numbers import MAX_COUNT, format_count

from .context import Place, Standing
from .headings import Column
from .marks import marks_of

SHEET, OPTIONAL_SHEET = "Segmen", "Kelompok"
#: Heading, width in letters. The order on the sheet; reading goes by name.
COLUMNS = (
    ("Kode Kemendagri", 11),
    (Column.AREA, 30),
    (Column.SEGMENT, 16),
    ("Nama segmen", 34),
    ("Potensi", 13),
    ("Bulan lalu", 13),
    (Column.PARTICIPANTS, 14),
    (Column.NOTE, 40),
    (Column.REASON, 26),
)
_CODE, _POTENTIAL, _PREVIOUS, _COUNT, _NOTE, _REASON = 0, 4, 5, 6, 7, 8


@dataclass(frozen=True, slots=True)
class _Formats:
    title: Format
    word: Format
    heading: Format
    input_heading: Format
    text: Format
    count: Format
    input: Format
    input_text: Format


def write_template(standing: Standing) -> bytes:
    """An XLSX file for one office, or for the whole country. The code system is always Kemendagri."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    whose = standing.office.name if standing.office else "seluruh Indonesia"
    month = months.month_name(standing.period.month)
    book.set_properties({"title": f"Entri data {month}, {whose}", "company": "Semesta"})
    formats = _formats(book)
    segments = sorted(standing.segments.values(), key=lambda segment: (segment.position, segment.pk))
    expected = [segment for segment in segments if segment.is_expected]
    others = [segment for segment in segments if not segment.is_expected]
    regencies = [place for place in standing.own_places if not place.is_province]
    provinces = [place for place in standing.own_places if place.is_province]
    parts = [
        (SHEET, _pairs(standing, regencies, expected)),
        (OPTIONAL_SHEET, _pairs(standing, regencies, others) + _pairs(standing, provinces, segments)),
    ]
    for name, pairs in parts:
        if pairs:
            _write_sheet(book.add_worksheet(name), pairs, standing, formats, f"Entri data {month} — {whose}")
    if not book.worksheets():
        book.add_worksheet(SHEET).write_string(0, 0, "Kantor ini belum punya wilayah.")
    book.close()
    return buffer.getvalue()


def _pairs(
    standing: Standing, places: Sequence[Place], segments: Sequence[WorkerSegment]
) -> list[tuple[Place, WorkerSegment]]:
    return [(place, segment) for place in places for segment in segments if standing.offers(place, segment)]


def _formats(book: xlsxwriter.Workbook) -> _Formats:
    edge: dict[str, Any] = {"border": 1, "border_color": "#DFE5E0"}
    heading = {**edge, "bold": True, "bg_color": "#E6EBE7", "text_wrap": True, "valign": "top"}
    given = {**edge, "bg_color": "#F5F7F4", "font_color": "#56645C"}
    fill = {**edge, "bg_color": "#FFFFFF", "locked": False, "border_color": "#87938B"}
    return _Formats(
        title=book.add_format({"bold": True, "font_size": 14}),
        word=book.add_format({"bold": True}),
        heading=book.add_format(heading),
        input_heading=book.add_format({**heading, "bg_color": "#C9E2D3"}),
        text=book.add_format(given),
        count=book.add_format({**given, "num_format": "#,##0"}),
        input=book.add_format({**fill, "num_format": "#,##0", "bold": True}),
        input_text=book.add_format({**fill, "text_wrap": False}),
    )


def _write_sheet(
    sheet: Worksheet,
    pairs: Sequence[tuple[Place, WorkerSegment]],
    standing: Standing,
    formats: _Formats,
    title: str,
) -> None:
    sheet.write_string(0, 0, title, formats.title)
    sheet.write_string(
        1, 0, "Isi sel putih saja. Sel kosong berarti tidak diubah; tulis 0 bila memang nol. Jangan mengubah kode."
    )
    line = 2
    for word, value in marks_of(standing, CodeSystem.KEMENDAGRI).items():
        sheet.write_string(line, 0, word, formats.word)
        sheet.write_string(line, 1, value)
        line += 1
    if standing.earlier:
        sheet.write_string(line, _PREVIOUS, months.short_month(standing.earlier.month), formats.word)
    sheet.write_string(line, _COUNT, months.short_month(standing.period.month), formats.word)
    line += 1
    for index, (heading, width) in enumerate(COLUMNS):
        is_input = index >= _COUNT
        sheet.write_string(line, index, heading, formats.input_heading if is_input else formats.heading)
        sheet.set_column(index, index, width)
    first, last = line + 1, line + len(pairs)
    for place, segment in pairs:
        line += 1
        _write_row(sheet, line, place, segment, standing, formats)
    _validate(sheet, first, last)
    sheet.freeze_panes(first, _PREVIOUS if len(pairs) > 20 else 0)
    sheet.autofilter(first - 1, 0, last, len(COLUMNS) - 1)
    sheet.protect("", {"autofilter": True, "sort": False, "format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first - 1)
    sheet.set_selection(first, _COUNT, first, _COUNT)


def _write_row(
    sheet: Worksheet, line: int, place: Place, segment: WorkerSegment, standing: Standing, formats: _Formats
) -> None:
    stands = standing.at((place.code, segment.pk))
    for index, text in enumerate((place.code, place.name, segment.pk, segment.name)):
        sheet.write_string(line, index, text, formats.text)
    for index, count, style in (
        (_POTENTIAL, stands.potential, formats.count),
        (_PREVIOUS, stands.previous, formats.count),
        (_COUNT, stands.participants, formats.input),
    ):
        if count is None:
            sheet.write_blank(line, index, None, style)
        else:
            sheet.write_number(line, index, count, style)
    reason = str(CoverageRecord.Reason(stands.reason).label) if stands.reason else ""
    for index, text in ((_NOTE, stands.note), (_REASON, reason)):
        if text:
            sheet.write_string(line, index, text, formats.input_text)
        else:
            sheet.write_blank(line, index, None, formats.input_text)


def _validate(sheet: Worksheet, first: int, last: int) -> None:
    """What the spreadsheet itself refuses, in our words. The upload checks everything again."""
    sheet.data_validation(
        first,
        _COUNT,
        last,
        _COUNT,
        {
            "validate": "integer",
            "criteria": "between",
            "minimum": 0,
            "maximum": MAX_COUNT,
            "error_title": "Bukan jumlah peserta",
            "error_message": f"Tulis bilangan bulat dari 0 sampai {format_count(MAX_COUNT)}, tanpa desimal.",
        },
    )
    sheet.data_validation(
        first,
        _NOTE,
        last,
        _NOTE,
        {
            "validate": "length",
            "criteria": "<=",
            "value": NOTE_LENGTH,
            "error_title": "Keterangan terlalu panjang",
            "error_message": f"Keterangan paling banyak {NOTE_LENGTH} huruf.",
        },
    )
    sheet.data_validation(
        first,
        _REASON,
        last,
        _REASON,
        {
            "validate": "list",
            "source": [str(label) for label in CoverageRecord.Reason.labels],
            "error_title": "Alasan tidak dikenal",
            "error_message": "Pilih salah satu alasan dari daftar, atau kosongkan.",
        },
    )
