"""What a file of targets would change, line by line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from targets.planning.changes import TargetChange
from targets.planning.history import ChangedValue
from targets.progress.definitions import Progress


class LineKind(StrEnum):
    NEW = "baru"
    CHANGED = "berubah"
    SAME = "tetap"


@dataclass(frozen=True, slots=True)
class Line:
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


@dataclass(frozen=True)
class Preview:
    lines: tuple[Line, ...]
    remarks: tuple[str, ...]
    blank: int

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(line.kind.value for line in self.lines)
        return {kind.value: found[kind.value] for kind in LineKind}

    @property
    def changes(self) -> list[Line]:
        return [line for line in self.lines if line.kind != LineKind.SAME]

    @property
    def same(self) -> list[Line]:
        return [line for line in self.lines if line.kind == LineKind.SAME]

    @property
    def clashes(self) -> list[Line]:
        return [line for line in self.lines if line.clash]

    @property
    def doubtful(self) -> int:
        return sum(bool(line.doubts) for line in self.changes)
