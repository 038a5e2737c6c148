"""A row of the entry grid: the stored cell, its inputs and its flags."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings

from coverage.models import CoverageRecord
from coverage.plausibility import CellCheck, Flag, FlagKind, check_value
from coverage.records.services import CellConflict, CellValue

from .grid import GridCell

#: End of a sentence that asks for a reason; left out once there is one.
ASKS = " Pilih alasannya."


@dataclass
class EntryRow:
    """A row of the grid. `participants`, `reason` and the texts are the inputs, which need not be stored."""

    cell: GridCell
    text: str
    note: str
    reason: str
    participants: int | None
    errors: list[str] = field(default_factory=list)
    count_is_wrong: bool = False
    note_is_wrong: bool = False
    reason_is_wrong: bool = False
    conflict: CellConflict | None = None
    #: The verifier's remark.
    remark: str = ""
    #: What prevents the submission.
    missing: str = ""

    @property
    def name(self) -> str:
        """Return the key used in field names: `1802-PU`."""
        return "-".join(self.cell.key)

    @property
    def state(self) -> str:
        """Return the CSS classes of the row: e error, c conflict, w flag, ask reason missing, empty no own value."""
        if self.errors:
            return "e"
        if self.conflict:
            return "c"
        words = {
            "empty": not self.text,
            "w": self.questions or self.missing or self.remark,
            "ask": self.needs_reason and not self.reason,
        }
        return " ".join(word for word, applies in words.items() if applies)

    @cached_property
    def check(self) -> CellCheck:
        """Return the check of the input. Cached: it is used many times, after the input was read."""
        cell = self.cell
        return check_value(self.participants, cell.history, cell.potential, is_expected=cell.is_expected)

    @cached_property
    def questions(self) -> list[Flag]:
        """Return the flags without that of a blank cell."""
        if self.count_is_wrong:
            return []
        return [flag for flag in self.check.flags if flag.kind != FlagKind.BLANK]

    @property
    def needs_reason(self) -> bool:
        return any(flag.needs_reason for flag in self.questions)

    @property
    def flags(self) -> list[str]:
        """Return the sentences of the flags."""
        return [flag.sentence.removesuffix(ASKS) if self.reason else flag.sentence for flag in self.questions]

    @property
    def missing_beside_flags(self) -> str:
        return self.missing if self.missing and self.missing not in self.flags else ""

    @property
    def last(self) -> int | None:
        return self.cell.history[-1] if self.cell.history else None

    @property
    def repeated(self) -> int | None:
        """Return the figure of the last three months if it was the same, so that a repetition is flagged."""
        recent = set(self.cell.history[-3:])
        value = self.last
        if len(self.cell.history) < 3 or len(recent) > 1 or value is None:
            return None
        return value if value >= settings.CHECKS["unchanged_from"] else None

    @property
    def reason_label(self) -> str:
        return dict(CoverageRecord.Reason.choices).get(self.reason, "")

    @property
    def is_unsaved(self) -> bool:
        """Return whether the inputs differ from the stored values."""
        if self.errors:
            return True
        return (self.participants, self.note, self.reason) != (
            self.cell.own_value,
            self.cell.note,
            self.cell.change_reason,
        )

    @property
    def stored_as_json(self) -> str:
        """Return the stored values of the conflict, to be posted with the answer."""
        return json.dumps(self.conflict.stored if self.conflict else None)


def seen_of(cell: GridCell) -> CellValue:
    return CellValue(cell.own_value, cell.note)
