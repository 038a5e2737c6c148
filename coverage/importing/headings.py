"""The heading row: which column holds what. Recognised by name, in any order, wherever it stands near the top."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coverage.models.querysets import CodeSystem

from .sheets import Cell

#: The heading row stands among the first rows of a sheet.
SEARCHED_ROWS = 30


class Column(StrEnum):
    """What is read, under the name the sentences use."""

    CODE = "Kode"
    AREA = "Wilayah"
    SEGMENT = "Segmen"
    PARTICIPANTS = "Peserta"
    NOTE = "Keterangan"
    REASON = "Alasan"


REQUIRED = (Column.CODE, Column.SEGMENT, Column.PARTICIPANTS)

#: Accepted names, the surest first: with `Kode segmen` and `Segmen` side by side the code decides.
NAMES = {
    Column.CODE: (
        "kode kemendagri",
        "kode bps",
        "kode wilayah kemendagri",
        "kode wilayah bps",
        "kode wilayah",
        "kode kab kota",
        "kode kabupaten kota",
        "kode daerah",
        "kode",
    ),
    Column.AREA: ("wilayah", "nama wilayah", "kab kota", "kabupaten kota", "nama kab kota", "nama kabupaten kota"),
    Column.SEGMENT: ("kode segmen", "segmen"),
    Column.PARTICIPANTS: ("peserta", "peserta aktif", "jumlah peserta", "jumlah peserta aktif"),
    Column.NOTE: ("keterangan", "catatan"),
    Column.REASON: ("alasan", "alasan perubahan"),
}
#: Columns of the template that are there to be read by people.
FOR_PEOPLE = ("nama segmen", "potensi", "bulan lalu")


@dataclass(frozen=True, slots=True)
class Heading:
    """Where each column stands, counted from 0. `system` is set when the heading names one: `Kode BPS`."""

    columns: dict[Column, int]
    width: int
    extra: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    system: CodeSystem | None = None

    @property
    def missing(self) -> tuple[Column, ...]:
        return tuple(column for column in REQUIRED if column not in self.columns)


def normalised(cell: Cell) -> str:
    """Words of a heading without case, points, dashes and the like."""
    return " ".join(re.sub(r"[\W_]+", " ", cell).split()).casefold() if isinstance(cell, str) else ""


def read_heading(cells: Sequence[Cell]) -> Heading:
    """The row read as a heading, whether or not it is one: see `missing`."""
    names = [normalised(cell) for cell in cells]
    columns: dict[Column, int] = {}
    doubled: list[str] = []
    system = None
    for column, accepted in NAMES.items():
        name = next((name for name in accepted if name in names), None)
        if name is None:
            continue
        columns[column] = names.index(name)
        if names.count(name) > 1:
            doubled.append(column)
        if column == Column.CODE:
            system = next((system for system in CodeSystem if system.value in name.split()), None)
    used = set(columns.values())
    extra = tuple(
        str(cell).strip()
        for index, (cell, name) in enumerate(zip(cells, names, strict=True))
        if name and index not in used and name not in FOR_PEOPLE
    )
    width = max((index + 1 for index, cell in enumerate(cells) if cell != ""), default=0)
    return Heading(columns, width, extra, tuple(doubled), system)


def find_heading(rows: Iterable[tuple[int, Sequence[Cell]]]) -> tuple[int, Heading] | None:
    """(row number, heading) of the first row that has all required columns; None without one."""
    for number, cells in rows:
        if number > SEARCHED_ROWS:
            break
        heading = read_heading(cells)
        if not heading.missing:
            return number, heading
    return None


def nearest_heading(rows: Iterable[tuple[int, Sequence[Cell]]]) -> tuple[int, Heading] | None:
    """The row that comes nearest to a heading, to say what it lacks; None when no row has any of the names."""
    found = [(number, read_heading(cells)) for number, cells in rows if number <= SEARCHED_ROWS]
    best = min(found, key=lambda pair: len(pair[1].missing), default=None)
    return best if best and len(best[1].missing) < len(REQUIRED) else None
