"""The common representation of all file types: sheets of numbered rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MAX_ROWS = 60_000
MAX_COLUMNS = 200
#: Rows times columns of one sheet, and of all sheets together.
MAX_CELLS = 1_000_000


class Unreadable(Exception):
    """The file cannot be read; the message is for the user."""


class OddKind(StrEnum):
    """Kinds of cell content other than text and number, as named in messages."""

    DATE = "tanggal"
    LOGICAL = "nilai benar/salah"
    ERROR = "galat rumus"
    #: A formula written by a program without a result: the file contains no value.
    FORMULA = "rumus tanpa hasil"


@dataclass(frozen=True, slots=True)
class Odd:
    """A cell that is neither text nor number; `shown` is how a spreadsheet displays it."""

    kind: OddKind
    shown: str


#: An empty cell is "".
Cell = str | int | float | Odd


@dataclass(frozen=True, slots=True)
class Sheet:
    """The non-empty rows with their numbers as in a spreadsheet. The name is empty for a text file."""

    name: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The content of a file. `separator` is that of a text file; it is empty for a workbook.

    `formulas` is the number of cells with a formula's stored result, `hidden` are names of sheets that were not read.
    """

    sheets: tuple[Sheet, ...]
    separator: str = ""
    formulas: int = 0
    hidden: tuple[str, ...] = ()
