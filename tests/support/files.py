"""Small real files for tests: workbooks, text, and invalid ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import xlsxwriter

HEAD = ["kode", "segmen", "peserta", "keterangan", "alasan"]


class Formula(str):
    """A formula; its last result is given after `|`: `=1/0|#DIV/0!`."""


def xlsx(*sheets: Sequence[Sequence[Any]], names: Sequence[str] = (), hidden: Sequence[int] = ()) -> bytes:
    """A workbook with these rows per sheet."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    as_date = book.add_format({"num_format": "dd/mm/yyyy"})
    for number, rows in enumerate(sheets):
        sheet = book.add_worksheet(names[number] if names else None)
        if number in hidden:
            sheet.hide()
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, Formula):
                    formula, _, result = value.partition("|")
                    number_or_text: Any = int(result) if result.isdigit() else result
                    sheet.write_formula(line, column, formula, None, number_or_text)
                elif isinstance(value, date):
                    sheet.write_datetime(line, column, value, as_date)
                elif value is not None:
                    sheet.write(line, column, value)
    book.close()
    return buffer.getvalue()


def text(*rows: str, encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    return (end.join(rows) + end).encode(encoding)


def archive(**parts: bytes) -> bytes:
    """A ZIP with parts named `xl__workbook_xml`: `__` is a folder, `_` a point."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as found:
        for name, content in parts.items():
            found.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


def rebuilt(data: bytes, change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """The same workbook with parts changed (None drops one) or added."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in more.items():
            new.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


def replaced(data: bytes, part: str, old: str, new: str) -> bytes:
    """The workbook with one text in one part replaced."""

    def change(name: str, content: bytes) -> bytes:
        if not name.endswith(part):
            return content
        assert old.encode() in content
        return content.replace(old.encode(), new.encode())

    return rebuilt(data, change)
