"""The preview of a file: its lines, divided into changes and the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar


class LineKind(StrEnum):
    """The effect of a line on the stored values. `NOTE` changes no figure."""

    NEW = "baru"
    CHANGED = "berubah"
    NOTE = "keterangan"
    SAME = "tetap"


class PreviewLine(Protocol):
    """A row of a file before and after."""

    @property
    def kind(self) -> LineKind: ...

    @property
    def questions(self) -> Sequence[Any]:
        """Sentences to read before confirming."""

    @property
    def rank(self) -> tuple[bool, bool]:
        """The sort key; lines to look at first have the lowest."""


Line = TypeVar("Line", bound=PreviewLine)


@dataclass(frozen=True)
class FilePreview(Generic[Line]):
    """The lines of a file in their order. A page shows at most `limit` of the changes and of the rest.

    `clashes` are cells or targets that were changed after the preview was made.
    """

    lines: Sequence[Line]
    clashes: Sequence[Any]
    limit: int

    @cached_property
    def counts(self) -> dict[str, int]:
        found = Counter(line.kind.value for line in self.lines)
        return {kind.value: found[kind.value] for kind in LineKind}

    @cached_property
    def changes(self) -> list[Line]:
        """The lines that would be written, by rank."""
        return sorted((line for line in self.lines if line.kind != LineKind.SAME), key=lambda line: line.rank)

    @cached_property
    def same(self) -> list[Line]:
        return [line for line in self.lines if line.kind == LineKind.SAME]

    @property
    def shown(self) -> list[Line]:
        return self.changes[: self.limit]

    @property
    def shown_same(self) -> list[Line]:
        return self.same[: self.limit]

    @property
    def questioned(self) -> int:
        return sum(bool(line.questions) for line in self.changes)
