"""The entry grid as a form: reads what was typed, keeps what could not be saved, shows both sides of a conflict."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from reporting.fields import CountField
from reporting.numbers import format_count

from .entry import NOTE_LENGTH, CellChange, CellKey, Conflict, SaveResult, Seen
from .grid import Grid, GridArea, GridCell

#: What a person answers to a conflict.
MINE, STORED = "mine", "stored"

_count = CountField(required=False)
_note = forms.CharField(
    required=False,
    max_length=NOTE_LENGTH,
    error_messages={"max_length": "Keterangan paling banyak %(limit_value)d huruf; ini %(show_value)d."},
)


@dataclass(slots=True)
class Row:
    """A cell on screen: the facts, and what stands in its inputs."""

    cell: GridCell
    text: str
    note: str
    errors: list[str] = field(default_factory=list)
    count_is_wrong: bool = False
    note_is_wrong: bool = False
    conflict: Conflict | None = None

    @property
    def name(self) -> str:
        """The key of this cell in field names: `1802-PU`."""
        return "-".join(self.cell.key)

    @property
    def state(self) -> str:
        """Class of the row: e error, c conflict, empty without a value of its own."""
        if self.errors:
            return "e"
        if self.conflict:
            return "c"
        return "" if self.text else "empty"

    @property
    def stored_as_json(self) -> str:
        """The stored side of the conflict as it was shown, for the answer."""
        return json.dumps(self.conflict.stored if self.conflict else None)


class EntryForm:
    """Fields `p-<area>-<segment>` (participants), `n-...` (note), and once `seen`: what stood there before typing.

    A cell whose fields are missing is left alone.
    """

    def __init__(self, grid: Grid, data: Mapping[str, Any] | None = None) -> None:
        self.grid = grid
        self.data = data
        self.seen = {cell.key: Seen(cell.own_value, cell.note) for cell in grid.cells}
        self.rows = {cell.key: Row(cell, _shown(cell.own_value), cell.note) for cell in grid.cells}
        self.changes: list[CellChange] = []
        if data is not None:
            self._read(data)

    def _read(self, data: Mapping[str, Any]) -> None:
        before = _read_seen(data.get("seen", ""))
        for key, row in self.rows.items():
            if f"p-{row.name}" not in data:
                continue
            if data.get(f"choice-{row.name}") == STORED:
                continue
            seen = before.get(key, Seen())
            if data.get(f"choice-{row.name}") == MINE:
                seen = _as_seen(_from_json(data.get(f"stored-{row.name}", ""))) or seen
            self.seen[key] = seen
            row.text = data.get(f"p-{row.name}", "")
            row.note = data.get(f"n-{row.name}", "")
            participants, wrong = _clean(_count, row.text)
            note, note_wrong = _clean(_note, row.note)
            row.count_is_wrong, row.note_is_wrong = bool(wrong), bool(note_wrong)
            row.errors = [*wrong, *note_wrong]
            if not row.errors:
                self.changes.append(CellChange(*key, participants, note, seen=seen))
        self.changes += _foreign(data, {row.name for row in self.rows.values()})

    def after(self, result: SaveResult, grid: Grid) -> EntryForm:
        """The form to show next: the stored grid, with only what could not be saved still as it was typed."""
        following = EntryForm(grid)
        for conflict in result.conflicts:
            if conflict.key in following.rows:
                self.rows[conflict.key].conflict = conflict
        for key, row in self.rows.items():
            if (row.errors or row.conflict) and key in following.rows:
                row.cell = following.rows[key].cell
                following.rows[key] = row
                following.seen[key] = self.seen[key]
        return following

    @property
    def wrong(self) -> int:
        return sum(bool(row.errors) for row in self.rows.values())

    @property
    def contested(self) -> int:
        return sum(row.conflict is not None for row in self.rows.values())

    @property
    def first_open(self) -> str:
        """Name of the first cell on screen that was not saved."""
        shown = [row for _, rows in (*self.areas, *self.optional_areas) for row in rows]
        return next((row.name for row in shown if row.errors or row.conflict), "")

    @property
    def unsaved(self) -> int:
        """Cells whose inputs hold something else than what is stored."""
        return sum((row.text, row.note) != (_shown(row.cell.own_value), row.cell.note) for row in self.rows.values())

    @property
    def seen_as_json(self) -> str:
        """What the person sees now, for `seen` of the next save. Cells without anything stored are left out."""
        known = {"-".join(key): seen for key, seen in self.seen.items() if seen != Seen()}
        return json.dumps(known, separators=(",", ":"))

    @property
    def areas(self) -> list[tuple[GridArea, list[Row]]]:
        """Regencies with the rows that are expected every month."""
        return [(area, self._rows(area.expected)) for area in self.grid.areas if area.expected]

    @property
    def optional_areas(self) -> list[tuple[GridArea, list[Row]]]:
        return [(area, self._rows(area.optional)) for area in self.grid.areas if area.optional]

    @property
    def optional_needs_attention(self) -> bool:
        return any(row.errors or row.conflict for _, rows in self.optional_areas for row in rows)

    def _rows(self, cells: Iterable[GridCell]) -> list[Row]:
        return [self.rows[cell.key] for cell in cells]


def _shown(count: int | None) -> str:
    return "" if count is None else format_count(count)


def _clean(form_field: forms.Field, text: str) -> tuple[Any, list[str]]:
    try:
        return form_field.clean(text), []
    except ValidationError as error:
        return None, error.messages


def _from_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _as_seen(pair: Any) -> Seen | None:
    match pair:
        case [int() | None as count, str() as note] if not isinstance(count, bool):
            return Seen(count, note)
    return None


def _read_seen(text: str) -> dict[CellKey, Seen]:
    """What was seen, by cell. What cannot be read counts as not seen: then the writer asks instead of overwriting."""
    found = {}
    known = _from_json(text)
    for name, pair in known.items() if isinstance(known, dict) else ():
        area, _, segment = name.partition("-")
        seen = _as_seen(pair)
        if seen is not None:
            found[area, segment] = seen
    return found


def _foreign(data: Mapping[str, Any], known: set[str]) -> list[CellChange]:
    """Cells that are not on this grid. The writer refuses them; they must not vanish without a word."""
    names = {name[2:] for name in data if name.startswith("p-")} - known
    return [CellChange(area, segment, None) for area, _, segment in (name.partition("-") for name in sorted(names))]
