"""What the columns of an area's tables share."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, NamedTuple


class Word(str):
    """A key for programs that people read by its label: JSON has the one, a spreadsheet the other."""

    label: str

    def __new__(cls, key: str, label: str) -> Word:
        word = super().__new__(cls, key)
        word.label = label
        return word


def choice(choices: Any, path: str) -> Callable[[Any], Word]:
    """A stored choice as `coverage_rate`, read as “Cakupan”; empty stays empty."""
    read = attrgetter(path)

    def word(row: Any) -> Word:
        value = read(row)
        return Word(value.lower(), str(choices(value).label)) if value else Word("", "")

    return word


def small_below(words: str) -> str:
    """Words of ours on a line of their own under a figure."""
    return f'<br><small class="dim">{words}</small>'


class Badge(NamedTuple):
    """What a status column shows."""

    label: str
    sign: str
    css: str
