"""Reads XLSX files with calamine, after measuring their parts.

Calamine has no limits: it unpacks any size, allocates a sheet up to its last cell, and returns an error value such as
#N/A as an empty cell. So each part is unpacked here within a limit, measured by an XML parser, and passed on in a new
archive; errors and formulas found on the way are added to the values calamine reads.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from reporting import months

from .file_types import MAX_UNPACKED, Broken
from .measuring import PartMeasure, check_together, walk
from .sheets import Cell, Document, Odd, OddKind, Sheet, Unreadable

#: Advice for a formula without a result.
UNSOLVED = "buka dan simpan dahulu berkasnya di Excel"
PACKAGE, WORKBOOK = "_rels/.rels", "xl/workbook.xml"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_PACKAGE_XML = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_KIND}" Target="{WORKBOOK}"/></Relationships>'
)


def read_workbook(archive: zipfile.ZipFile) -> Document:
    """The visible sheets with their values; for a formula its stored result. Raises Unreadable."""
    parts = _parts(archive)
    layout = _layout(parts)
    measures = {path: PartMeasure.of(parts[path]) for path in (*layout.sheets.values(), layout.texts) if path in parts}
    check_together(measures.values())
    try:
        book = CalamineWorkbook.from_filelike(_packed(parts, layout))
        sheets, hidden = [], []
        for place in book.sheets_metadata:
            if place.typ != SheetTypeEnum.WorkSheet:
                continue
            if place.visible != SheetVisibleEnum.Visible:
                hidden.append(place.name)
                continue
            found = measures[layout.sheets[place.name]]
            values = book.get_sheet_by_name(place.name).to_python(skip_empty_area=False) if found.area else []
            sheets.append(Sheet(place.name, tuple(_rows(values, found))))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic in calamine is not an Exception
        raise Broken from None
    return Document(tuple(sheets), formulas=sum(found.formulas for found in measures.values()), hidden=tuple(hidden))


def _parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The unpacked XML parts by lower-case name. The ZIP directory may lie; no more than it states is read."""
    found: dict[str, bytes] = {}
    left = MAX_UNPACKED
    try:
        for part in archive.infolist():
            name = part.filename.lower().replace("\\", "/")
            if not name.startswith(("xl/", "_rels/")) or not name.endswith((".xml", ".rels")) or "/drawings/" in name:
                continue
            if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or name in found:
                raise Broken
            with archive.open(part) as content:
                found[name] = content.read(left + 1)
            left -= len(found[name])
            if left < 0:
                raise Broken
    except Unreadable:
        raise
    except Exception:  # broken archives raise many kinds of exceptions
        raise Broken from None
    return found


@dataclass(frozen=True, slots=True)
class _Layout:
    """The roles of the parts. `sheets`: name of the sheet -> part."""

    workbook: str
    relations: str
    sheets: dict[str, str]
    texts: str
    styles: str


def _layout(parts: dict[str, bytes]) -> _Layout:
    _, package = _relations(parts, PACKAGE)
    workbook = package.get("officeDocument", WORKBOOK)
    folder, _, name = workbook.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    by_id, by_kind = _relations(parts, relations, folder)
    sheets: dict[str, str] = {}

    def sheet(element: str, attributes: dict[str, str]) -> None:
        if element == "sheet":
            sheets[attributes.get("name", "")] = by_id.get(attributes.get("id", ""), "")

    if workbook not in parts or folder != "xl":
        raise Broken
    walk(parts[workbook], sheet)
    return _Layout(workbook, relations, sheets, by_kind.get("sharedStrings", ""), by_kind.get("styles", ""))


def _packed(parts: dict[str, bytes], layout: _Layout) -> io.BytesIO:
    """An archive of the measured parts only, with the names calamine expects."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(PACKAGE, _PACKAGE_XML)
        for name, part in (
            (WORKBOOK, layout.workbook),
            (f"xl/_rels/{posixpath.basename(WORKBOOK)}.rels", layout.relations),
            ("xl/sharedStrings.xml", layout.texts),
            ("xl/styles.xml", layout.styles),
            *((path, path) for path in set(layout.sheets.values())),
        ):
            if part in parts:
                archive.writestr(name, parts[part])
    buffer.seek(0)
    return buffer


def _relations(parts: dict[str, bytes], path: str, folder: str = "") -> tuple[dict[str, str], dict[str, str]]:
    """(id -> part, kind -> part), with full lower-case names."""
    by_id: dict[str, str] = {}
    by_kind: dict[str, str] = {}

    def relation(element: str, attributes: dict[str, str]) -> None:
        if element == "Relationship":
            target = attributes.get("Target", "").lower()
            target = target if target.startswith(("/", "xl/")) else f"{folder}/{target}"
            by_id[attributes.get("Id", "")] = target = posixpath.normpath(target).lstrip("/")
            by_kind[attributes.get("Type", "").rpartition("/")[2]] = target

    if path not in parts:
        raise Broken
    walk(parts[path], relation)
    return by_id, by_kind


def _rows(values: list[list[Any]], found: PartMeasure) -> Iterable[tuple[int, tuple[Cell, ...]]]:
    by_row: dict[int, dict[int, Odd]] = {}
    for (row, column), shown in found.errors.items():
        by_row.setdefault(row, {})[column] = Odd(OddKind.ERROR, shown)
    for row, column in found.unsolved:
        by_row.setdefault(row, {})[column] = Odd(OddKind.FORMULA, UNSOLVED)
    for index, line in enumerate(values):
        cells = [_cell(value) for value in line]
        for column, odd in by_row.get(index, {}).items():
            cells += [""] * (column + 1 - len(cells))
            cells[column] = odd
        if any(cell.strip() if isinstance(cell, str) else True for cell in cells):
            yield index + 1, tuple(cells)


def _cell(value: Any) -> Cell:
    if isinstance(value, bool):
        return Odd(OddKind.LOGICAL, "BENAR" if value else "SALAH")
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return Odd(OddKind.DATE, months.long_date(value))
    if isinstance(value, time | timedelta):
        return Odd(OddKind.DATE, str(value))
    return value
