"""Text files: separated by `;`, tab or `,`; encoded as UTF-8 with or without BOM, Windows-1252, or UTF-16."""

from __future__ import annotations

import codecs
import csv
import io
import re
from itertools import islice

from reporting.numbers import format_count

from .columns import SEARCHED_ROWS, FileColumns
from .sheets import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Cell, Document, Sheet, Unreadable

SEPARATORS = (";", "\t", ",")
#: Byte order marks of UTF-16.
MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

Rows = tuple[tuple[int, tuple[Cell, ...]], ...]


def read_text_file(data: bytes, columns: FileColumns) -> Document:
    """A document with one unnamed sheet. Raises Unreadable with a sentence."""
    if b"\0" in data and not data.startswith(MARKS):
        raise Unreadable("Isi berkas ini bukan teks dan bukan lembar kerja. Unggah berkas XLSX atau CSV.")
    text = decoded(data).replace("\0", "")
    text = re.sub(r"\r\n?", "\n", text)
    stated = re.match(r"sep=(.)\n", text, re.IGNORECASE)
    if stated:  # an instruction for Excel, which does not count it as a row
        text = text[stated.end() :]
    separators = (stated[1],) if stated and stated[1] in SEPARATORS else SEPARATORS
    separator = max(separators, key=lambda candidate: _fit(text, candidate, columns))
    return Document((Sheet("", _rows(text, separator)),), separator)


def decoded(data: bytes) -> str:
    """The decoded text: UTF-8, UTF-16 with a byte order mark ("Unicode text"), or Windows-1252."""
    for encoding in ("utf-16",) if data.startswith(MARKS) else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeError:
            continue
    raise Unreadable("Huruf dalam berkas ini tidak dapat dibaca. Simpan sebagai CSV UTF-8, lalu unggah lagi.")


def _fit(text: str, separator: str, columns: FileColumns) -> tuple[bool, int]:
    """How well this separator splits the first rows into a heading."""
    top = "\n".join(text.split("\n", SEARCHED_ROWS)[:SEARCHED_ROWS])
    try:
        rows = [(number, row) for number, row in enumerate(csv.reader(io.StringIO(top), delimiter=separator), 1)]
    except csv.Error:
        return False, 0
    nearest = columns.find_nearest(rows)
    return columns.find(rows) is not None, -len(nearest[1].missing) if nearest else -9


def _rows(text: str, separator: str) -> Rows:
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    cells = 0
    try:
        for number, row in enumerate(islice(reader, MAX_ROWS + 1), 1):
            cells += len(row)
            if number > MAX_ROWS or len(row) > MAX_COLUMNS or cells > MAX_CELLS:
                raise Unreadable(
                    f"Berkas ini terlalu panjang atau terlalu lebar: paling banyak {format_count(MAX_ROWS)} baris "
                    f"dan {format_count(MAX_COLUMNS)} kolom."
                )
            if any(cell.strip() for cell in row):
                rows.append((number, tuple(row)))
    except csv.Error:
        raise Unreadable('Tanda kutip (") dalam berkas ini tidak berpasangan. Perbaiki, lalu unggah lagi.') from None
    return tuple(rows)
