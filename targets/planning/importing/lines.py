"""What a file of targets would change, line by line."""

from __future__ import annotations

from dataclasses import dataclass

from coverage.importing.preview import LineKind
from targets.planning.changes import TargetChange
from targets.planning.history import ChangedValue
from targets.progress.definitions import Progress


@dataclass(frozen=True, slots=True)
class TargetFileLine:
    """A target before and after. `clash`: somebody changed it after the preview was made."""

    change: TargetChange
    kind: LineKind
    parts: tuple[ChangedValue, ...]
    words: dict[str, str]
    progress: Progress | None
    doubts: tuple[str, ...]
    clash: bool
    #: A new target that nobody chose, and that is the first of its area, segment and year.
    is_first: bool = False
    #: The reference this one takes the place of, with what it asks for; empty when there is none.
    replaces: str = ""

    @property
    def questions(self) -> tuple[str, ...]:
        return self.doubts

    @property
    def rank(self) -> tuple[bool, bool]:
        """What was changed meanwhile comes first, then what is doubtful."""
        return not self.clash, not self.doubts
