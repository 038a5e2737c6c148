"""Reading of single cells as text. Unreadable cells raise Wrong."""

from __future__ import annotations

import unicodedata

from .sheets import Cell, Odd, OddKind


class Wrong(ValueError):
    """A cell cannot be read; the message is for the user."""


def read_text(cell: Cell) -> str:
    """A text on one line. Raises Wrong for a formula's error value or missing result."""
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
    """The text shortened for a message."""
    return text if len(text) <= 30 else text[:30] + "…"
