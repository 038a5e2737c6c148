"""The lines of the preview of a file of targets."""

from __future__ import annotations

from dataclasses import dataclass

from coverage.importing.preview import LineKind
from targets.planning.changes import TargetChange
from targets.planning.history import ChangedValue
from targets.progress.definitions import Progress


@dataclass(frozen=True, slots=True)
class TargetFileLine:
    """A target before and after. `clash`: it was changed after the preview was made."""

    change: TargetChange
    kind: LineKind
    parts: tuple[ChangedValue, ...]
    words: dict[str, str]
    progress: Progress | None
    doubts: tuple[str, ...]
    clash: bool
    #: A new target that becomes the reference because it is the first of its area, segment and year.
    is_first: bool = False
    #: The reference that this one replaces, in words; empty when there is none.
    replaces: str = ""

    @property
    def questions(self) -> tuple[str, ...]:
        return self.doubts

    @property
    def rank(self) -> tuple[bool, bool]:
        """The sort key: conflicts first, then doubtful lines."""
        return not self.clash, not self.doubts
