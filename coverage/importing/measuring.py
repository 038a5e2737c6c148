"""Walks the XML of a workbook before anything is built from it: how far its values reach, what it would unfold to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from xml.parsers import expat

from reporting.numbers import format_count

from .file_types import Broken
from .sheets import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Unreadable

#: Letters that all references to shared texts may come to together: a small file can point at one long text often.
MAX_LETTERS = 100_000_000

_ROW = re.compile(r"[1-9][0-9]{0,6}")
_REFERENCE = re.compile(rf"([A-Z]{{1,3}})({_ROW.pattern})")


def walk(
    xml: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Call back for every element, by its name without namespace. Raises Unreadable when it is no plain XML."""

    def refuse(*_: Any) -> None:
        raise Broken

    if b"\0" in xml:  # UTF-16: allowed by the standard, written by nobody, misread by calamine
        raise Broken
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse  # no entities: they could make a megabyte of a byte
    parser.StartElementHandler = lambda name, attributes: start(
        name.rpartition(" ")[2], {key.rpartition(" ")[2]: value for key, value in attributes.items()}
    )
    if end:
        parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    if text:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError, LookupError):  # the last two for encodings nobody knows
        raise Broken from None


class PartMeasure:
    """A part: how far its values reach, which cells hold an error, how many a formula; the length of its texts."""

    def __init__(self) -> None:
        #: Rows and columns from the first to the farthest that holds something.
        self.rows = self.columns = 0
        self.formulas = self.references = 0
        #: Letters of the longest shared text.
        self.longest = 0
        #: (row, column), counted from 0 -> #N/A and the like.
        self.errors: dict[tuple[int, int], str] = {}
        #: Cells with a formula and no result: calamine shows them as empty.
        self.unsolved: set[tuple[int, int]] = set()
        self._place = (0, -1)
        self._has_formula = self._has_result = False
        self._next_row = 0
        self._type = ""
        self._in_value = False
        self._letters = 0

    @classmethod
    def of(cls, xml: bytes) -> PartMeasure:
        """Raises Unreadable for what is broken or too large."""
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
            # An empty text (`str`) is a result.
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
    """Raises Unreadable when the parts together would unfold to too much."""
    parts = list(measures)
    if sum(part.area for part in parts) > MAX_CELLS:
        raise Unreadable(f"Berkas ini memuat terlalu banyak sel: paling banyak {format_count(MAX_CELLS)}.")
    longest = max((part.longest for part in parts), default=0)
    if longest * sum(part.references for part in parts) > MAX_LETTERS:
        raise Unreadable("Berkas ini memuat teks yang terlalu panjang. Salin angkanya ke berkas baru, lalu unggah.")
