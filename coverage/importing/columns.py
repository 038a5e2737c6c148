"""Detection of the heading row: columns are found by name, in any order, in one of the first rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .sheets import Cell

#: The heading row is among this number of rows.
SEARCHED_ROWS = 30

#: Rows of a sheet with their numbers.
NumberedRows = Iterable[tuple[int, Sequence[Cell]]]


@dataclass(frozen=True, slots=True)
class FileHeading:
    """Position (from 0) and name of each column found. `missing` are required columns not found."""

    places: dict[str, int]
    names: dict[str, str]
    width: int
    missing: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    def values(self, cells: Sequence[Cell]) -> dict[str, Cell]:
        """The cells of a row by column; missing cells are empty."""
        return {column: cells[index] if index < len(cells) else "" for column, index in self.places.items()}


@dataclass(frozen=True)
class FileColumns:
    """The columns of one kind of file.

    `names` are the accepted headings of each column by priority: with both `Kode segmen` and `Segmen` the code is used.
    A heading has all columns in `required` and at least one in `one_of` (if any).
    `for_people` are columns of the template that are not read.
    """

    names: Mapping[str, Sequence[str]]
    required: Sequence[str]
    one_of: Sequence[str] = ()
    for_people: Sequence[str] = ()

    @property
    def needed(self) -> str:
        """The required columns, for a message."""
        choice = f", dan {' atau '.join(self.one_of)}" if self.one_of else ""
        return ", ".join(self.required) + choice

    def read(self, cells: Sequence[Cell]) -> FileHeading:
        """The row parsed as a heading, whether or not it is complete: see `missing`."""
        written = [normalised(cell) for cell in cells]
        found = {
            column: name
            for column, accepted in self.names.items()
            if (name := next((name for name in accepted if name in written), None))
        }
        places = {column: written.index(name) for column, name in found.items()}
        used = set(places.values())
        missing = tuple(column for column in self.required if column not in found)
        if self.one_of and not any(column in found for column in self.one_of):
            missing += (" atau ".join(self.one_of),)
        return FileHeading(
            places,
            found,
            width=max((index + 1 for index, cell in enumerate(cells) if cell != ""), default=0),
            missing=missing,
            doubled=tuple(column for column, name in found.items() if written.count(name) > 1),
            extra=tuple(
                str(cell).strip()
                for index, (cell, name) in enumerate(zip(cells, written, strict=True))
                if name and index not in used and name not in self.for_people
            ),
        )

    def find(self, rows: NumberedRows) -> tuple[int, FileHeading] | None:
        """(row number, heading) of the first complete heading; None without one."""
        for number, cells in rows:
            if number > SEARCHED_ROWS:
                break
            heading = self.read(cells)
            if not heading.missing:
                return number, heading
        return None

    def find_nearest(self, rows: NumberedRows) -> tuple[int, FileHeading] | None:
        """The row most similar to a heading, for messages; None when no row has any required column."""
        found = [(number, self.read(cells)) for number, cells in rows if number <= SEARCHED_ROWS]
        best = min(found, key=lambda pair: len(pair[1].missing), default=None)
        return best if best and any(column in best[1].places for column in self.required) else None


def normalised(cell: Cell) -> str:
    """The heading in lower case without punctuation."""
    return " ".join(re.sub(r"[\W_]+", " ", cell).split()).casefold() if isinstance(cell, str) else ""
