"""Readers for single cells of a file of figures. Unreadable cells raise Wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping

from coverage.importing.cells import Wrong, read_text, shortened, text_of
from coverage.importing.sheets import Cell, Odd
from coverage.models import CoverageRecord
from coverage.records.services import NOTE_LENGTH
from reporting.numbers import parse_count

from .columns import FigureFileColumn


def read_count(cell: Cell) -> int | None:
    """A head-count; None for an empty cell. Raises Wrong."""
    if isinstance(cell, Odd):
        raise Wrong(f"Berisi {cell.kind} ({cell.shown}), bukan jumlah peserta. Tulis angka saja, misalnya 43.202.")
    return parse_count(cell)


def read_note(cell: Cell) -> str | None:
    """The note on one line; None for an empty cell, which keeps the stored one."""
    text = read_text(cell)
    if len(text) > NOTE_LENGTH:
        raise Wrong(f"Keterangan paling banyak {NOTE_LENGTH} huruf; ini {len(text)}.")
    return text or None


def read_reason(cell: Cell) -> str | None:
    """The reason by code or name; None for an empty cell."""
    text = text_of(cell)
    for reason in CoverageRecord.Reason:
        if text.casefold() in (reason.value.casefold(), reason.label.casefold()):
            return reason.value
    if text:
        choices = ", ".join(str(label) for label in CoverageRecord.Reason.labels)
        raise Wrong(f"“{shortened(text)}” bukan salah satu alasan: {choices}.")
    return None


def is_split(values: Mapping[str, Cell]) -> bool:
    """Whether an unquoted `43,202` in a comma-separated file was split into the figure 43 and the note 202."""
    count, after = (
        str(values.get(column, "")).strip() for column in (FigureFileColumn.PARTICIPANTS, FigureFileColumn.NOTE)
    )
    return bool(re.fullmatch("[1-9][0-9]{0,2}", count) and re.fullmatch("[0-9]{3}", after))
