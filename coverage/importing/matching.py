"""Rows of a file against what is stored. Every mistake is collected, none stops at the first."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, TypeVar

from .columns import FileColumns, FileHeading
from .sheets import Cell, Document, Sheet

Value = TypeVar("Value")


class Mistake(NamedTuple):
    """A sentence about a place in the file: the row as the spreadsheet counts it, and the column by its heading."""

    sheet: str
    line: int
    column: str
    sentence: str

    @property
    def place(self) -> str:
        """`Baris 12, kolom Peserta`; empty when the whole file is meant."""
        parts = [f"lembar {self.sheet}"] if self.sheet else []
        parts += [f"baris {self.line}"] if self.line else []
        parts += [f"kolom {self.column}"] if self.column else []
        place = ", ".join(parts)
        return place[:1].upper() + place[1:]

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}" if self.place else self.sentence


@dataclass
class Matched:
    """What a file says, and what is wrong with it. What a row is depends on the kind of file."""

    rows: list[Any] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    #: What was read differently from what one might think, in sentences.
    remarks: list[str] = field(default_factory=list)
    #: Rows that change nothing because their cells are empty.
    blank: int = 0
    #: Rows without a figure in the file where one is stored.
    kept: int = 0


class FileTable(NamedTuple):
    """A sheet with a heading. `name` is what mistakes call the sheet: empty where the file has only one such sheet."""

    sheet: Sheet
    line: int
    heading: FileHeading
    name: str


class FileRow:
    """One row below a heading: its cells by column, and what is wrong with them.

    `beyond` says that a row of a text file has more cells than its heading; it is empty for every other row.
    """

    __slots__ = ("beyond", "line", "mistakes", "sheet", "values")

    def __init__(self, sheet: str, line: int, values: dict[str, Cell], beyond: str) -> None:
        self.sheet, self.line, self.values, self.beyond = sheet, line, values, beyond
        self.mistakes: list[Mistake] = []

    @property
    def place(self) -> str:
        """`lembar Segmen, baris 9`, for a sentence about another row."""
        return f"lembar {self.sheet}, baris {self.line}" if self.sheet else f"baris {self.line}"

    def read(self, column: str, how: Callable[[Cell], Value]) -> Value | None:
        """The cell as `how` reads it; None with a mistake for what it refuses. A missing column is an empty cell."""
        try:
            return how(self.values.get(column, ""))
        except ValueError as mistake:
            self.wrong(column, str(mistake))
            return None

    def wrong(self, column: str, sentence: str) -> None:
        self.mistakes.append(Mistake(self.sheet, self.line, column, sentence))


class RowMatcher(ABC):
    """Reads one file; a subclass declares its columns and says what a row means. Used once."""

    columns: ClassVar[FileColumns]

    def __init__(self, document: Document) -> None:
        self.document = document
        self.matched = Matched()
        self._first: dict[Hashable, str] = {}

    @abstractmethod
    def match_row(self, row: FileRow) -> None:
        """Add what the row says to `matched.rows`, or to `row.mistakes` what is wrong with it."""

    def check_table(self, table: FileTable) -> Iterable[Mistake]:
        """What is wrong above the rows of a sheet. With any such mistake no row is read."""
        return ()

    def match(self) -> Matched:
        """Every row of every sheet that has a heading."""
        matched = self.matched
        found = [(sheet, place) for sheet in self.document.sheets if (place := self.columns.find(sheet.rows))]
        if not found:
            matched.mistakes.append(self.explain_no_heading())
            return matched
        tables = [FileTable(sheet, *place, name=sheet.name if len(found) > 1 else "") for sheet, place in found]
        for table in tables:
            matched.mistakes += self.check_table(table)
        if not matched.mistakes:
            for table in tables:
                self._match_rows(table)
            if not matched.rows and not matched.mistakes and not matched.blank:
                matched.mistakes.append(Mistake("", 0, "", "Tidak ada baris di bawah judul kolom."))
        matched.remarks += self.remarks(tables)
        return matched

    def explain_no_heading(self) -> Mistake:
        """What to say of a file without any heading."""
        sentence = f"Tidak ada baris judul dengan kolom {self.columns.needed}. Pakai templat, atau tulis judul itu."
        return Mistake("", 0, "", sentence)

    def remarks(self, tables: list[FileTable]) -> Iterable[str]:
        """What was not read, or read otherwise than one might think."""
        if self.document.hidden:
            yield f"Lembar tersembunyi tidak dibaca: {listed(self.document.hidden)}."
        if self.document.formulas:
            yield "Berkas ini memuat rumus. Yang dibaca adalah hasil terakhir yang tersimpan di dalam berkas."

    def earlier_place(self, key: Hashable, row: FileRow) -> str:
        """Where another row with this key stands, for a sentence; empty for the first."""
        place = row.place
        first = self._first.setdefault(key, place)
        return "" if first == place else first

    def _match_rows(self, table: FileTable) -> None:
        heading, separator = table.heading, self.document.separator
        for line, cells in table.sheet.rows:
            if line <= table.line:
                continue
            values = heading.values(cells)
            if any(value.strip() if isinstance(value, str) else True for value in values.values()):
                beyond = separator and _beyond(cells[heading.width :], heading.width, separator)
                row = FileRow(table.name, line, values, beyond)
                self.match_row(row)
                self.matched.mistakes += row.mistakes


def listed(names: Iterable[str]) -> str:
    """Names for a sentence: the first eight, each no longer than 40 letters."""
    shown = [name if len(name) <= 40 else name[:40] + "…" for name in names]
    return ", ".join(shown[:8]) + (f" dan {len(shown) - 8} lainnya" if len(shown) > 8 else "")


def _beyond(cells: Iterable[Cell], width: int, separator: str) -> str:
    """A row of a text file with more filled cells than its heading (`38,39` without quotes makes two); else empty."""
    if not any(str(cell).strip() for cell in cells):
        return ""
    return (
        f"Baris ini punya lebih banyak sel daripada judulnya ({width}). Isi yang memuat “{separator}” diapit dengan "
        "kutip."
    )
