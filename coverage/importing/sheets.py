"""What every kind of file is read into: sheets of rows, each row with its number as the spreadsheet shows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MAX_ROWS = 60_000
MAX_COLUMNS = 200
#: Rows times columns of one sheet, and of all sheets together.
MAX_CELLS = 1_000_000


class Unreadable(Exception):
    """The file as a whole cannot be taken. Carries the sentence the user reads."""


class OddKind(StrEnum):
    """What a cell may hold that is neither text nor number, as the sentence calls it."""

    DATE = "tanggal"
    LOGICAL = "nilai benar/salah"
    ERROR = "galat rumus"
    #: A program wrote the formula and nobody worked it out: there is no value in the file.
    FORMULA = "rumus tanpa hasil"


@dataclass(frozen=True, slots=True)
class Odd:
    """A cell that holds neither text nor number; `shown` is how the spreadsheet shows it."""

    kind: OddKind
    shown: str


#: An empty cell is "".
Cell = str | int | float | Odd


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows that hold something, with their numbers. The name is empty for a text file."""

    name: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read. `separator` stands between the cells of a text file; it is empty for a workbook.

    `formulas` counts cells whose value is the last result of a formula, `hidden` names sheets that were not read.
    """

    sheets: tuple[Sheet, ...]
    separator: str = ""
    formulas: int = 0
    hidden: tuple[str, ...] = ()
