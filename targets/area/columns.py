"""Helpers for the columns of an area's tables."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, NamedTuple


class Word(str):
    """A key with a label: JSON contains the key, a spreadsheet the label."""

    label: str

    def __new__(cls, key: str, label: str) -> Word:
        word = super().__new__(cls, key)
        word.label = label
        return word


def choice(choices: Any, path: str) -> Callable[[Any], Word]:
    """A getter for a stored choice with its label, `coverage_rate` as “Cakupan”; "" for an empty one."""
    read = attrgetter(path)

    def word(row: Any) -> Word:
        value = read(row)
        return Word(value.lower(), str(choices(value).label)) if value else Word("", "")

    return word


def small_below(words: str) -> str:
    """Markup for a small line under a figure; `words` are not escaped."""
    return f'<br><small class="dim">{words}</small>'


class Badge(NamedTuple):
    """A value of a status column."""

    label: str
    sign: str
    css: str
