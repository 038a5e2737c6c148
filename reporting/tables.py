"""A table is declared once, as columns; the screen, the sorting and every file are read from that declaration.

Rows are any objects; a column names the attribute it shows. Values stay exact until they are written out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache, partial
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.utils import timezone

from .months import long_date, month_code
from .numbers import NOTHING, format_count, format_number, format_rate
from .terms import Term


class Kind(StrEnum):
    """What a column holds: decides alignment, format on screen and type in a file."""

    TEXT = "text"
    COUNT = "count"
    YEAR = "year"
    SIGNED = "signed"
    RATE = "rate"
    POINTS = "points"
    RATIO = "ratio"
    DATE = "date"
    MONTH = "month"
    MOMENT = "moment"
    STATUS = "status"
    FLAG = "flag"
    DRAWING = "drawing"


_FORMATS: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: lambda value: NOTHING if value in (None, "") else str(value),
    Kind.COUNT: format_count,
    Kind.YEAR: lambda value: NOTHING if value is None else str(value),
    Kind.SIGNED: lambda value: format_number(value, signed=True),
    Kind.RATE: format_rate,
    Kind.POINTS: lambda value: format_number(value, 2, signed=True),
    Kind.RATIO: lambda value: format_number(value, 2),
    Kind.DATE: lambda value: NOTHING if value is None else long_date(value),
    Kind.MONTH: lambda value: NOTHING if value is None else month_code(value),
    Kind.MOMENT: lambda value: NOTHING if value is None else f"{timezone.localtime(value):%Y-%m-%d %H:%M}",
    Kind.STATUS: lambda value: value.label,
    Kind.FLAG: lambda value: NOTHING if value is None else "ya" if value else "tidak",
    Kind.DRAWING: lambda value: "",
}
#: Where a negative value is bad news; elsewhere (a target passed) it is not.
_CHANGES = frozenset({Kind.SIGNED, Kind.POINTS})
_NUMERIC = frozenset({Kind.COUNT, Kind.YEAR, Kind.SIGNED, Kind.RATE, Kind.POINTS, Kind.RATIO})


_read = cache(attrgetter)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `path` is the attribute path into the row (default: the key). Keys are stable: files use them.

    `template` or `draw` makes a DRAWING cell; `sort_path` is what it sorts by; a drawing is for the screen only.
    `names_row`: the cell is the row's heading.
    """

    key: str
    title: str
    kind: Kind = Kind.COUNT
    path: str = ""
    help: str = ""
    template: str = ""
    #: Draws it without a template: markup that is safe as it stands. For columns with a cell in every row of a page.
    draw: Callable[[Cell], str] | None = None
    sort_path: str = ""
    css: str = ""
    link: Callable[[Any], str | None] | None = None
    #: A remark on the figure, shown as a mark with these words.
    remark: Callable[[Any], str] | None = None
    sortable: bool = True
    names_row: bool = False
    #: The title on screen, where what stands around the column says the rest.
    short: str = ""
    #: Reads the value where no path leads to it, as in columns made for one question.
    get: Callable[[Any], Any] | None = None
    #: What the figure means, for the "?" in its heading.
    term: Term | None = None

    def value(self, row: Any) -> Any:
        return self.get(row) if self.get else _read(self.path or self.key)(row)

    def sort_value(self, row: Any) -> Any:
        return _read(self.sort_path)(row) if self.sort_path else self.value(row)

    def text(self, row: Any) -> str:
        """What the screen shows."""
        return _FORMATS[self.kind](self.value(row))

    @property
    def is_drawn(self) -> bool:
        return bool(self.template or self.draw)

    @property
    def is_number(self) -> bool:
        return self.kind in _NUMERIC

    @property
    def is_sortable(self) -> bool:
        return self.sortable and (self.kind != Kind.DRAWING or bool(self.sort_path))


class Cell(NamedTuple):
    """A cell ready for the screen."""

    column: Column
    value: Any
    text: str
    link: str | None
    is_negative: bool
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """A column's head on screen: its title, and where a click sorts."""

    column: Column
    sort: str
    aria_sort: str


class UnknownOrder(ValueError):
    """The address asks for an order the table does not declare."""


class UnknownColumn(ValueError):
    """The address asks for a column the table does not declare."""


def _kept_link(link: Callable[[Any], str | None], kept: str, row: Any) -> str | None:
    address = link(row)
    return f"{address}{'&' if '?' in address else '?'}{kept}" if address else address


@dataclass
class Table:
    """Columns, rows and the total of one answer.

    `columns` stand in the order of the files; `screen` names those on screen, in their order there. `order` is a
    column's key, with `-` in front for descending.
    """

    columns: Sequence[Column]
    screen: Sequence[str]
    rows: Sequence[Any]
    total: Any = None
    order: str = ""
    caption: str = ""
    #: Titles over groups of screen columns: (title, number of columns, css).
    groups: Sequence[tuple[str, int, str]] = ()
    shown: Sequence[Any] = field(default=())
    #: What is on screen as long as nobody chooses.
    usual: Sequence[str] = field(default=())

    def __post_init__(self) -> None:
        self.usual = self.screen
        if self.order:
            self.rows = self.sorted_by(self.order)
        self.shown = self.rows

    def sorted_by(self, order: str) -> list[Any]:
        """Rows by one declared column; missing values stand last in both directions. Raises UnknownOrder."""
        key = order.removeprefix("-")
        column = next((column for column in self.columns if column.key == key and column.is_sortable), None)
        if column is None:
            raise UnknownOrder(f"Urutan “{key}” tidak dikenal.")
        read = column.sort_value
        known = [row for row in self.rows if read(row) is not None]
        known.sort(key=read, reverse=order.startswith("-"))
        return known + [row for row in self.rows if read(row) is None]

    def show(self, keys: Sequence[str]) -> None:
        """Put these columns on screen, in their usual order; what names the row always stays. Raises UnknownColumn."""
        offered = [column.key for column in self.offered]
        unknown = [key for key in keys if key not in offered]
        if unknown:
            raise UnknownColumn(f"Kolom “{unknown[0][:40]}” tidak dikenal.")
        wanted = {*keys, *(column.key for column in self.columns if column.names_row)}
        over = [(title, css) for title, columns, css in self.groups for _ in range(columns)]
        title_over = dict(zip(self.usual, over, strict=True)) if over else {}
        self.screen = [key for key in offered if key in wanted]
        if over:
            runs = groupby(title_over.get(key, ("", "")) for key in self.screen)
            self.groups = [(title, len(list(run)), css) for (title, css), run in runs]

    def keep(self, kept: Mapping[str, str]) -> None:
        """Let every link of the table carry this part of the address along."""
        if kept:
            self.columns = [
                replace(column, link=partial(_kept_link, column.link, urlencode(kept))) if column.link else column
                for column in self.columns
            ]

    @property
    def offered(self) -> list[Column]:
        """Every column the screen can show: the usual ones in their order, then what otherwise only files have."""
        by_key = {column.key: column for column in self.columns}
        return [*(by_key[key] for key in self.usual), *(at for at in self.columns if at.key not in self.usual)]

    @property
    def screen_columns(self) -> list[Column]:
        by_key = {column.key: column for column in self.columns}
        return [by_key[key] for key in self.screen]

    @property
    def file_columns(self) -> list[Column]:
        return [column for column in self.columns if column.kind != Kind.DRAWING]

    @property
    def headers(self) -> list[Header]:
        found = []
        for column in self.screen_columns:
            current = self.order.removeprefix("-") == column.key
            descending = self.order.startswith("-")
            # numbers are first wanted from high to low, words from A to Z
            first = column.key if column.kind == Kind.TEXT or column.names_row else f"-{column.key}"
            turned = column.key if descending else f"-{column.key}"
            found.append(
                Header(
                    column,
                    (turned if current else first) if column.is_sortable else "",
                    ("descending" if descending else "ascending") if current else "",
                )
            )
        return found

    def cells(self, row: Any, columns: Sequence[Column]) -> list[Cell]:
        found = []
        for column in columns:
            value = column.value(row)
            found.append(
                Cell(
                    column,
                    value,
                    _FORMATS[column.kind](value),
                    column.link(row) if column.link else None,
                    column.kind in _CHANGES and value is not None and value < 0,
                    column.remark(row) if column.remark else "",
                )
            )
        return found

    @property
    def body(self) -> list[list[Cell]]:
        columns = self.screen_columns
        return [self.cells(row, columns) for row in self.shown]

    @property
    def foot(self) -> list[Cell]:
        return self.cells(self.total, self.screen_columns) if self.total is not None and self.rows else []
