"""Parsing of area codes (Kemendagri or BPS) and names in files."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .cells import Wrong, shortened, text_of
from .columns import normalised
from .sheets import Cell, Odd


def read_code(cell: Cell) -> str:
    """`1802`, `18.02`, or the number 1802 or 18.02 of a spreadsheet cell. Raises Wrong."""
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


def plain_name(name: str) -> str:
    """The normalized name: `Kab. Lampung Barat` is `kabupaten lampung barat`."""
    return re.sub(r"^kab ", "kabupaten ", normalised(name))


class AreaNames:
    """Checks names beside codes; names match with and without Kabupaten or Kota."""

    def __init__(self, areas: Iterable[tuple[str, str]]) -> None:
        """`areas` are pairs of code and name."""
        self._codes: dict[str, set[str]] = {}
        for code, name in areas:
            whole = plain_name(name)
            for written in (whole, re.sub(r"^(kabupaten|kota) ", "", whole)):
                self._codes.setdefault(written, set()).add(code)

    def contradicts(self, cell: Cell, code: str) -> bool:
        """Whether the name is that of another area than the code. Unknown names are accepted."""
        return code not in self._codes.get(plain_name(text_of(cell)), {code})
