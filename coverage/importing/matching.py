"""Base classes for matching rows of a file with stored data. All mistakes are collected."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, TypeVar

from .columns import FileColumns, FileHeading
from .sheets import Cell, Document, Sheet

Value = TypeVar("Value")


class Mistake(NamedTuple):
    """A mistake in a file, with the row number of the spreadsheet and the heading of the column."""

    sheet: str
    line: int
    column: str
    sentence: str

    @property
    def place(self) -> str:
        """`Baris 12, kolom Peserta`; empty for the whole file."""
        parts = [f"lembar {self.sheet}"] if self.sheet else []
        parts += [f"baris {self.line}"] if self.line else []
        parts += [f"kolom {self.column}"] if self.column else []
        place = ", ".join(parts)
        return place[:1].upper() + place[1:]

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}" if self.place else self.sentence


@dataclass
class Matched:
    """The rows and mistakes of a file. The type of a row depends on the kind of file."""

    rows: list[Any] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    #: Sentences about values that were not read, or not as might be expected.
    remarks: list[str] = field(default_factory=list)
    #: Number of rows without effect because their cells are empty.
    blank: int = 0
    #: Number of rows without a figure for a cell that has a stored one.
    kept: int = 0


class FileTable(NamedTuple):
    """A sheet with a heading. `name` is used in mistakes, and empty if the file has only one such sheet."""

    sheet: Sheet
    line: int
    heading: FileHeading
    name: str


class FileRow:
    """A row below a heading: its cells by column, and its mistakes.

    `beyond` is a sentence if a row of a text file has more cells than the heading, else empty.
    """

    __slots__ = ("beyond", "line", "mistakes", "sheet", "values")

    def __init__(self, sheet: str, line: int, values: dict[str, Cell], beyond: str) -> None:
        self.sheet, self.line, self.values, self.beyond = sheet, line, values, beyond
        self.mistakes: list[Mistake] = []

    @property
    def place(self) -> str:
        """`lembar Segmen, baris 9`, for messages about another row."""
        return f"lembar {self.sheet}, baris {self.line}" if self.sheet else f"baris {self.line}"

    def read(self, column: str, how: Callable[[Cell], Value]) -> Value | None:
        """The cell parsed by `how`; None and a mistake if that raises Wrong. A missing column is an empty cell."""
        try:
            return how(self.values.get(column, ""))
        except ValueError as mistake:
            self.wrong(column, str(mistake))
            return None

    def wrong(self, column: str, sentence: str) -> None:
        self.mistakes.append(Mistake(self.sheet, self.line, column, sentence))


class RowMatcher(ABC):
    """Matches one file. Subclasses declare the columns and implement `match_row`. Use an instance once."""

    columns: ClassVar[FileColumns]

    def __init__(self, document: Document) -> None:
        self.document = document
        self.matched = Matched()
        self._first: dict[Hashable, str] = {}

    @abstractmethod
    def match_row(self, row: FileRow) -> None:
        """Add the parsed row to `matched.rows`, or mistakes to `row.mistakes`."""

    def check_table(self, table: FileTable) -> Iterable[Mistake]:
        """Mistakes above the rows of a sheet. With any of them no row is read."""
        return ()

    def match(self) -> Matched:
        """Match all rows of all sheets that have a heading."""
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
        """The mistakes of a file without any heading."""
        sentence = f"Tidak ada baris judul dengan kolom {self.columns.needed}. Pakai templat, atau tulis judul itu."
        return Mistake("", 0, "", sentence)

    def remarks(self, tables: list[FileTable]) -> Iterable[str]:
        """Sentences about what was not read, or not as might be expected."""
        if self.document.hidden:
            yield f"Lembar tersembunyi tidak dibaca: {listed(self.document.hidden)}."
        if self.document.formulas:
            yield "Berkas ini memuat rumus. Yang dibaca adalah hasil terakhir yang tersimpan di dalam berkas."

    def earlier_place(self, key: Hashable, row: FileRow) -> str:
        """The place of an earlier row with this key, for a message; empty for the first."""
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
    """The first eight names for a message, each shortened to 40 characters."""
    shown = [name if len(name) <= 40 else name[:40] + "…" for name in names]
    return ", ".join(shown[:8]) + (f" dan {len(shown) - 8} lainnya" if len(shown) > 8 else "")


def _beyond(cells: Iterable[Cell], width: int, separator: str) -> str:
    """A sentence if a row of a text file has more filled cells than its heading (unquoted `38,39` is two), else ""."""
    if not any(str(cell).strip() for cell in cells):
        return ""
    return (
        f"Baris ini punya lebih banyak sel daripada judulnya ({width}). Isi yang memuat “{separator}” diapit dengan "
        "kutip."
    )
