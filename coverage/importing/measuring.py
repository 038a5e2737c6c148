"""Measures the XML of a workbook before it is read: the extent of its values, and their total size."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from xml.parsers import expat

from reporting.numbers import format_count

from .file_types import Broken
from .sheets import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Unreadable

#: The most characters of all references to shared strings: a small file can refer to one long string many times.
MAX_LETTERS = 100_000_000

_ROW = re.compile(r"[1-9][0-9]{0,6}")
_REFERENCE = re.compile(rf"([A-Z]{{1,3}})({_ROW.pattern})")


def walk(
    xml: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse the XML and call back for every element, without namespaces. Raises Unreadable for invalid XML."""

    def refuse(*_: Any) -> None:
        raise Broken

    if b"\0" in xml:  # UTF-16 is allowed by the standard, but not used, and misread by calamine
        raise Broken
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse  # no entities: they can expand a byte to a megabyte
    parser.StartElementHandler = lambda name, attributes: start(
        name.rpartition(" ")[2], {key.rpartition(" ")[2]: value for key, value in attributes.items()}
    )
    if end:
        parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    if text:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError, LookupError):  # the last two are raised for unknown encodings
        raise Broken from None


class PartMeasure:
    """The measurements of a part: extent, error cells, number of formulas, length of texts."""

    def __init__(self) -> None:
        #: Rows and columns from the first to the last with a value.
        self.rows = self.columns = 0
        self.formulas = self.references = 0
        #: Characters of the longest shared string.
        self.longest = 0
        #: (row, column), from 0 -> error value such as #N/A.
        self.errors: dict[tuple[int, int], str] = {}
        #: Cells with a formula without a result, which calamine returns as empty.
        self.unsolved: set[tuple[int, int]] = set()
        self._place = (0, -1)
        self._has_formula = self._has_result = False
        self._next_row = 0
        self._type = ""
        self._in_value = False
        self._letters = 0

    @classmethod
    def of(cls, xml: bytes) -> PartMeasure:
        """Measure a part. Raises Unreadable if it is broken or too large."""
        measure = cls()
        walk(xml, measure.start, measure.end, measure.text)
        return measure

    @property
    def area(self) -> int:
        return self.rows * self.columns

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            row = attributes.get("r", "")
            if row and not _ROW.fullmatch(row):
                raise Broken
            self._place = (int(row) - 1 if row else self._next_row, -1)
            self._next_row = self._place[0] + 1
        elif name == "c":
            self._place = _place(attributes["r"]) if "r" in attributes else (self._place[0], self._place[1] + 1)
            self._type = attributes.get("t", "n")
            self.references += self._type == "s"
            self._has_formula = self._has_result = False
        elif name in ("v", "is"):
            self._in_value = True
            self._reach(*self._place)
            if self._type == "e":
                self.errors[self._place] = ""
        elif name == "f":
            self.formulas += 1
            self._has_formula = True
        elif name == "si":
            self._letters = 0

    def text(self, text: str) -> None:
        self._letters += len(text)
        self._has_result = self._has_result or self._in_value
        if self._in_value and self._type == "e":
            self.errors[self._place] = (self.errors[self._place] + text)[:20]

    def end(self, name: str) -> None:
        if name in ("v", "is"):
            self._in_value = False
        elif name == "c":
            # An empty string (`str`) is a result.
            if self._has_formula and not self._has_result and self._type != "str":
                self._reach(*self._place)
                self.unsolved.add(self._place)
        elif name == "si":
            self.longest = max(self.longest, self._letters)

    def _reach(self, row: int, column: int) -> None:
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)
        if self.rows > MAX_ROWS:
            raise Unreadable(
                f"Ada isi di baris {format_count(self.rows)}. Paling banyak {format_count(MAX_ROWS)} baris."
            )
        if self.columns > MAX_COLUMNS:
            raise Unreadable(f"Ada isi jauh di kanan. Paling banyak {format_count(MAX_COLUMNS)} kolom.")
        if self.area > MAX_CELLS:
            raise Unreadable(f"Lembar ini memuat terlalu banyak sel: paling banyak {format_count(MAX_CELLS)}.")


def _place(reference: str) -> tuple[int, int]:
    """`B12` is (11, 1)."""
    match = _REFERENCE.fullmatch(reference)
    if not match:
        raise Broken
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def check_together(measures: Iterable[PartMeasure]) -> None:
    """Raises Unreadable when the parts together are too large."""
    parts = list(measures)
    if sum(part.area for part in parts) > MAX_CELLS:
        raise Unreadable(f"Berkas ini memuat terlalu banyak sel: paling banyak {format_count(MAX_CELLS)}.")
    longest = max((part.longest for part in parts), default=0)
    if longest * sum(part.references for part in parts) > MAX_LETTERS:
        raise Unreadable("Berkas ini memuat teks yang terlalu panjang. Salin angkanya ke berkas baru, lalu unggah.")
