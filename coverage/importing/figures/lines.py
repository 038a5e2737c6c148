"""The lines of the preview of a file of figures: changed cells and conflicts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coverage.importing.preview import LineKind
from coverage.models import WorkerSegment
from coverage.plausibility import Flag

from .stored import Place


@dataclass(frozen=True, slots=True)
class FigureFileLine:
    """A cell of the file. `before` and `after` are values of this month, `previous` is last month's.

    Flags that ask for a reason are left out if there is one.
    """

    place: Place
    segment: WorkerSegment
    kind: LineKind
    before: int | None
    after: int | None
    previous: int | None
    note: str
    reason: str
    flags: tuple[Flag, ...]

    @property
    def questions(self) -> tuple[Flag, ...]:
        return self.flags

    @property
    def rank(self) -> tuple[bool, bool]:
        """The sort key: cells that need a reason first, then other flagged ones."""
        return not any(flag.needs_reason for flag in self.flags), not self.flags

    @property
    def base(self) -> int | None:
        """The base of the difference: the replaced value, else last month's."""
        return self.previous if self.before is None else self.before

    @property
    def difference(self) -> int | None:
        return None if self.after is None or self.base is None else self.after - self.base


@dataclass(frozen=True, slots=True)
class Clash:
    """A cell that was changed after the preview was made."""

    place: Place
    segment: WorkerSegment
    in_file: int | None
    in_file_note: str
    stored: int | None
    stored_note: str
    changed_by: str
    changed_at: datetime | None
