"""The form of the entry grid: reads the input, shows it again if it was not saved, and shows conflicts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from coverage.models import CellKey, CoverageRecord
from coverage.records.services import NOTE_LENGTH, CellChange, CellValue, SaveResult
from reporting.fields import CountField
from reporting.numbers import format_count

from .grid import Grid, GridArea, GridCell
from .rows import EntryRow, seen_of

#: Answers to a conflict: overwrite the stored values, or leave them.
MINE, STORED = "mine", "stored"

_count = CountField(required=False)
_note = forms.CharField(
    required=False,
    max_length=NOTE_LENGTH,
    error_messages={"max_length": "Keterangan paling banyak %(limit_value)d huruf; ini %(show_value)d."},
)


class EntryForm:
    """Fields `p-<area>-<segment>` (participants), `n-...` (note), `r-...` (reason), and one `seen`: the values shown
    before typing (optimistic lock).

    A cell without fields is not changed. `remarks` are the verifier's, by cell.
    """

    def __init__(
        self,
        grid: Grid,
        data: Mapping[str, Any] | None = None,
        *,
        remarks: Mapping[CellKey, str] | None = None,
    ) -> None:
        self.grid = grid
        self.data = data
        self.seen = {cell.key: seen_of(cell) for cell in grid.cells}
        self.seen_reasons = {cell.key: cell.change_reason for cell in grid.cells}
        self.rows = {
            cell.key: EntryRow(cell, _shown(cell.own_value), cell.note, cell.change_reason, cell.own_value)
            for cell in grid.cells
        }
        for key, remark in (remarks or {}).items():
            if key in self.rows:
                self.rows[key].remark = remark
        self.changes: list[CellChange] = []
        if data is not None:
            self._read(data)

    def _read(self, data: Mapping[str, Any]) -> None:
        before, reasons_before = _read_seen(data.get("seen", ""))
        for key, row in self.rows.items():
            if f"p-{row.name}" not in data:
                continue
            if data.get(f"choice-{row.name}") == STORED:
                continue
            seen = before.get(key, CellValue())
            if data.get(f"choice-{row.name}") == MINE:
                seen = _as_seen(_from_json(data.get(f"stored-{row.name}", ""))) or seen
            self.seen[key] = seen
            row.text = data.get(f"p-{row.name}", "")
            row.note = data.get(f"n-{row.name}", row.note)
            row.participants, wrong = _clean(_count, row.text)
            note, note_wrong = _clean(_note, row.note)
            row.count_is_wrong, row.note_is_wrong = bool(wrong), bool(note_wrong)
            row.errors = [*wrong, *note_wrong]
            reason = self._read_reason(row, data.get(f"r-{row.name}"), reasons_before.get(key, ""))
            if not row.errors:
                row.note = note
                self.changes.append(CellChange(*key, row.participants, note, reason, seen=seen))
        self.changes += _foreign(data, {row.name for row in self.rows.values()})

    def _read_reason(self, row: EntryRow, chosen: str | None, seen: str) -> str | None:
        """Return the reason to write; None leaves the stored one, empty deletes it when it is not needed any more."""
        stored = row.cell.change_reason
        is_new = row.participants != row.cell.own_value
        if is_new and not row.count_is_wrong and not row.needs_reason:
            row.reason = ""
            return "" if stored else None
        if chosen is None or chosen == seen:
            return None
        if chosen and chosen not in CoverageRecord.Reason.values:
            row.errors.append("Pilih alasan dari daftar.")
        elif stored not in (seen, chosen):
            label = dict(CoverageRecord.Reason.choices).get(stored, "kosong")
            row.errors.append(f"Orang lain mengubah alasan menjadi “{label}”. Pilih lagi alasannya, lalu simpan.")
        row.reason_is_wrong = bool(row.errors) and not row.count_is_wrong and not row.note_is_wrong
        row.reason = chosen
        return chosen

    def after(self, result: SaveResult, following: EntryForm) -> EntryForm:
        """Return the form to show next: the stored grid (`following`) with the input that was not saved."""
        for conflict in result.conflicts:
            if conflict.key in following.rows:
                self.rows[conflict.key].conflict = conflict
        for key, row in self.rows.items():
            if (row.errors or row.conflict) and key in following.rows:
                stored = following.rows[key]
                following.rows[key] = replace(row, cell=stored.cell, remark=stored.remark)
                following.seen[key] = self.seen[key]
        return following

    def mark_missing(self, cells: Mapping[CellKey, str]) -> None:
        """Mark the cells that prevent the submission."""
        for key, sentence in cells.items():
            if key in self.rows:
                self.rows[key].missing = sentence

    @property
    def wrong(self) -> int:
        return sum(bool(row.errors) for row in self.rows.values())

    @property
    def contested(self) -> int:
        return sum(row.conflict is not None for row in self.rows.values())

    @property
    def first_open(self) -> str:
        """Return the name of the first cell on the page that was not saved."""
        shown = [row for _, rows in (*self.areas, *self.optional_areas) for row in rows]
        return next((row.name for row in shown if row.errors or row.conflict), "")

    @property
    def unsaved(self) -> int:
        """Return the number of cells whose input differs from the stored values."""
        return sum(row.is_unsaved for row in self.rows.values())

    @property
    def seen_as_json(self) -> str:
        """Return the values shown now, for the field `seen` of the next save, without empty cells."""
        known = {
            "-".join(key): [*seen, *filter(None, [self.seen_reasons[key]])]
            for key, seen in self.seen.items()
            if seen != CellValue() or self.seen_reasons[key]
        }
        return json.dumps(known, separators=(",", ":"))

    @property
    def areas(self) -> list[tuple[GridArea, list[EntryRow]]]:
        """Return the areas with the rows that are expected every month."""
        return [(area, self._rows(area.expected)) for area in self.grid.areas if area.expected]

    @property
    def optional_areas(self) -> list[tuple[GridArea, list[EntryRow]]]:
        return [(area, self._rows(area.optional)) for area in self.grid.areas if area.optional]

    @property
    def optional_needs_attention(self) -> bool:
        shown = [row for _, rows in self.optional_areas for row in rows]
        return any(row.errors or row.conflict or row.missing or row.remark or row.needs_reason for row in shown)

    @property
    def missing(self) -> list[tuple[GridArea, list[EntryRow]]]:
        """Return the cells that prevent the submission, by area."""
        return self._marked("missing")

    @property
    def remarked(self) -> list[tuple[GridArea, list[EntryRow]]]:
        """Return the cells the verifier asks to correct, by area."""
        return self._marked("remark")

    @property
    def to_explain(self) -> int:
        """Return the number of cells whose figure still needs a reason."""
        return sum(row.needs_reason and not row.reason for row in self.rows.values())

    def _marked(self, name: str) -> list[tuple[GridArea, list[EntryRow]]]:
        found = [(area, self._rows([*area.expected, *area.optional])) for area in self.grid.areas]
        marked = [(area, [row for row in rows if getattr(row, name)]) for area, rows in found]
        return [(area, rows) for area, rows in marked if rows]

    def _rows(self, cells: Iterable[GridCell]) -> list[EntryRow]:
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


def _as_seen(pair: Any) -> CellValue | None:
    match pair:
        case [int() | None as count, str() as note, *_] if not isinstance(count, bool):
            return CellValue(count, note)
    return None


def _read_seen(text: str) -> tuple[dict[CellKey, CellValue], dict[CellKey, str]]:
    """Return the seen values and reasons by cell. Invalid input counts as empty, so that a change is a conflict."""
    found, reasons = {}, {}
    known = _from_json(text)
    for name, values in known.items() if isinstance(known, dict) else ():
        area, _, segment = name.partition("-")
        seen = _as_seen(values)
        if seen is not None:
            found[area, segment] = seen
            reasons[area, segment] = str(values[2]) if len(values) > 2 else ""
    return found, reasons


def _foreign(data: Mapping[str, Any], known: set[str]) -> list[CellChange]:
    """Return the changes of cells that are not on this grid, so that `save_cells` refuses them."""
    names = {name[2:] for name in data if name.startswith("p-")} - known
    return [CellChange(area, segment, None) for area, _, segment in (name.partition("-") for name in sorted(names))]
