"""Single cells as text. What cannot be read is refused with a sentence, never guessed."""

from __future__ import annotations

import unicodedata

from .sheets import Cell, Odd, OddKind


class Wrong(ValueError):
    """A cell cannot be read; carries the sentence."""


def read_text(cell: Cell) -> str:
    """A note or the like on one line; the result of a formula that failed is none. Raises Wrong."""
    if isinstance(cell, Odd) and cell.kind in (OddKind.ERROR, OddKind.FORMULA):
        raise Wrong(f"Berisi {cell.kind} ({cell.shown}).")
    return text_of(cell)


def text_of(cell: Cell) -> str:
    """The cell as one line of text, without invisible characters."""
    if isinstance(cell, Odd):
        return cell.shown
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = "".join(" " if letter.isspace() else letter for letter in str(cell))
    return " ".join("".join(letter for letter in text if unicodedata.category(letter)[0] != "C").split())


def shortened(text: str) -> str:
    """The text as a sentence quotes it."""
    return text if len(text) <= 30 else text[:30] + "…"
