"""Writes template workbooks: title, instructions, and a table in which only the inputs are unlocked."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_EDGE: dict[str, Any] = {"border": 1, "border_color": "#DFE5E0"}
_HEADING = {**_EDGE, "bold": True, "bg_color": "#E6EBE7", "text_wrap": True, "valign": "top"}
_INPUT_HEADING = {**_HEADING, "bg_color": "#C9E2D3"}
_GIVEN = {**_EDGE, "bg_color": "#F5F7F4", "font_color": "#56645C"}
_INPUT = {**_EDGE, "bg_color": "#FFFFFF", "border_color": "#87938B", "locked": False}


@dataclass(frozen=True)
class TemplateColumn:
    """A column of the template; uploads are read by its heading.

    `style` are further format options (`num_format`). `rule` is the spreadsheet's data validation with our message;
    the upload checks everything again.
    """

    heading: str
    #: In characters.
    width: int
    is_input: bool = False
    style: Mapping[str, Any] = field(default_factory=dict)
    rule: Mapping[str, Any] | None = None


class TemplateBook:
    """Builds a workbook; `content` closes it."""

    def __init__(self, title: str) -> None:
        self._buffer = io.BytesIO()
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = xlsxwriter.Workbook(self._buffer, {"in_memory": True, **options})
        self._book.set_properties({"title": title, "company": "Semesta"})
        self._formats: dict[str, Format] = {}
        self.bold = self._format({"bold": True})

    def add_sheet(self, name: str) -> Worksheet:
        return self._book.add_worksheet(name)

    def write_title(self, sheet: Worksheet, title: str, hint: str) -> None:
        """Write the title and the instructions into the first two rows."""
        sheet.write_string(0, 0, title, self._format({"bold": True, "font_size": 14}))
        sheet.write_string(1, 0, hint)

    def write_table(
        self,
        sheet: Worksheet,
        heading_row: int,
        columns: Sequence[TemplateColumn],
        rows: Sequence[Sequence[Any]],
        *,
        frozen_columns: int,
        allowed: Sequence[str] = (),
    ) -> None:
        """Write the heading and a row for each of `rows`; everything but the inputs is locked.

        `allowed` are the actions permitted in the protected sheet, besides filtering and resizing columns.
        """
        formats = [self._format({**(_INPUT if column.is_input else _GIVEN), **column.style}) for column in columns]
        for index, column in enumerate(columns):
            heading = self._format(_INPUT_HEADING if column.is_input else _HEADING)
            sheet.write_string(heading_row, index, column.heading, heading)
            sheet.set_column(index, index, column.width)
        first = heading_row + 1
        for line, values in enumerate(rows, first):
            for index, (value, style) in enumerate(zip(values, formats, strict=True)):
                _write(sheet, line, index, value, style)
        last = first + max(len(rows), 1) - 1
        for index, column in enumerate(columns):
            if column.rule:
                sheet.data_validation(first, index, last, index, dict(column.rule))
        start = next(index for index, column in enumerate(columns) if column.is_input)
        sheet.freeze_panes(first, frozen_columns)
        sheet.autofilter(heading_row, 0, last, len(columns) - 1)
        sheet.protect("", {"autofilter": True, "format_columns": True, **dict.fromkeys(allowed, True)})
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(heading_row)
        sheet.set_selection(first, start, first, start)

    def content(self) -> bytes:
        self._book.close()
        return self._buffer.getvalue()

    def _format(self, properties: dict[str, Any]) -> Format:
        """A format, shared by all cells with the same options."""
        key = repr(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(properties)
        return self._formats[key]


def _write(sheet: Worksheet, line: int, index: int, value: Any, style: Format) -> None:
    """Write a typed cell; an empty one gets its format, so that it can be filled in."""
    if value is None or value == "":
        sheet.write_blank(line, index, None, style)
    elif isinstance(value, int | float):
        sheet.write_number(line, index, value, style)
    elif isinstance(value, str):
        sheet.write_string(line, index, value, style)
    else:
        sheet.write_datetime(line, index, value, style)
