"""Single cells: codes, head-counts, notes, reasons. What cannot be read is refused with a sentence, never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from coverage.models import CoverageRecord
from coverage.records.services import NOTE_LENGTH
from reporting.numbers import parse_count

from .headings import Column, normalised
from .sheets import Cell, Odd, OddKind


class Wrong(ValueError):
    """A cell cannot be read; carries the sentence."""


def read_code(cell: Cell) -> str:
    """`1802`, `18.02`, or the number 1802 or 18.02 that a spreadsheet makes of it. Raises Wrong."""
    if isinstance(cell, Odd):
        raise Wrong(f"Berisi {cell.kind} ({cell.shown}), bukan kode wilayah.")
    if isinstance(cell, float) and not cell.is_integer():
        text = repr(cell)
    else:
        text = str(int(cell)) if isinstance(cell, int | float) else text_of(cell)
    if not text:
        raise Wrong("Kode wilayah kosong.")
    if re.fullmatch(r"[0-9]{2}([.,]?[0-9]{2})?", text):
        return re.sub("[.,]", "", text)
    if re.fullmatch(r"[0-9]{2}[.,][0-9]", text):
        either = f"{text[:2]}0{text[3]} atau {text[:2]}{text[3]}0"
        raise Wrong(f"“{text}” tidak jelas. Tulis empat angka: {either}.")
    raise Wrong(f"“{shortened(text)}” bukan kode wilayah. Tulis empat angka, atau dua untuk provinsi.")


def read_count(cell: Cell) -> int | None:
    if isinstance(cell, Odd):
        raise Wrong(f"Berisi {cell.kind} ({cell.shown}), bukan jumlah peserta. Tulis angka saja, misalnya 43.202.")
    return parse_count(cell)


def read_note(cell: Cell) -> str | None:
    """The note on one line; None for an empty cell, which leaves what is stored."""
    if isinstance(cell, Odd) and cell.kind in (OddKind.ERROR, OddKind.FORMULA):
        raise Wrong(f"Berisi {cell.kind} ({cell.shown}).")
    text = text_of(cell)
    if len(text) > NOTE_LENGTH:
        raise Wrong(f"Keterangan paling banyak {NOTE_LENGTH} huruf; ini {len(text)}.")
    return text or None


def read_reason(cell: Cell) -> str | None:
    """Code or name of a reason; None for an empty cell."""
    text = text_of(cell)
    for reason in CoverageRecord.Reason:
        if text.casefold() in (reason.value.casefold(), reason.label.casefold()):
            return reason.value
    if text:
        choices = ", ".join(str(label) for label in CoverageRecord.Reason.labels)
        raise Wrong(f"“{shortened(text)}” bukan salah satu alasan: {choices}.")
    return None


def is_split(values: dict[Column, Cell]) -> bool:
    """`43,202` without quotes in a file separated by commas: 43 would be read, and 202 taken for a note."""
    count, after = (str(values.get(column, "")).strip() for column in (Column.PARTICIPANTS, Column.NOTE))
    return bool(re.fullmatch("[1-9][0-9]{0,2}", count) and re.fullmatch("[0-9]{3}", after))


def beyond_heading(separator: str, beyond: Sequence[Cell], width: int) -> str:
    """A row of a text file with more filled cells than its heading (`38,39` without quotes makes two); else empty."""
    if not separator or not any(str(cell).strip() for cell in beyond):
        return ""
    return (
        f"Baris ini punya lebih banyak sel daripada judulnya ({width}). Isi yang memuat “{separator}” diapit dengan "
        "kutip."
    )


def text_of(cell: Cell) -> str:
    """The cell as one line of text, without invisible characters."""
    if isinstance(cell, Odd):
        return cell.shown
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = "".join(" " if letter.isspace() else letter for letter in str(cell))
    return " ".join("".join(letter for letter in text if unicodedata.category(letter)[0] != "C").split())


def shortened(text: str) -> str:
    return text if len(text) <= 30 else text[:30] + "…"


def plain_name(name: str) -> str:
    """For comparing: `Kab. Lampung Barat` is `kabupaten lampung barat`."""
    return re.sub(r"^kab ", "kabupaten ", normalised(name))


def names_of(name: str) -> tuple[str, str]:
    """An area's name as files write it: with and without Kabupaten or Kota."""
    whole = plain_name(name)
    return whole, re.sub(r"^(kabupaten|kota) ", "", whole)
