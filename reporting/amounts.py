"""Parsing and formatting of numbers with decimals: percentages, published values. For head-counts see `numbers`."""

from __future__ import annotations

import re
from decimal import Decimal

from .numbers import format_number

_SPACES = re.compile(r"[ \u00a0\u2007\u2009\u202f]")
_AMOUNT = re.compile(r"([0-9]{1,16}|[1-9][0-9]{0,2}([. ])[0-9]{3}(?:\2[0-9]{3}){0,4})(?:,([0-9]{1,8}))?")


def parse_amount(text: str | Decimal | None, *, below_thousand: bool = False) -> Decimal | None:
    """Read a number that may have decimals: `38,39`, `1.174.328`, `4.640.000,5`; empty is None.

    A comma starts the decimals, points and spaces group thousands. `250,000` is ambiguous and refused, unless
    the field only takes numbers below a thousand (a percentage). Raises ValueError with an Indonesian sentence.
    """
    if text is None or isinstance(text, Decimal):
        return text
    typed = str(text).strip()
    compact = _SPACES.sub(" ", typed).removesuffix("%").rstrip()
    if not compact:
        return None
    shown = typed if len(typed) <= 20 else typed[:20] + "…"
    if match := _AMOUNT.fullmatch(compact):
        whole, grouped, decimals = match.groups()
        digits = re.sub(r"[. ]", "", whole)
        could_be_grouping = decimals and len(decimals) == 3 and not grouped and re.fullmatch("[1-9][0-9]{0,2}", digits)
        if not could_be_grouping or below_thousand:
            return Decimal(f"{digits}.{decimals}" if decimals else digits)
        raise ValueError(f"“{shown}” bisa berarti dua angka. Tulis {digits}.{decimals} atau {digits},{decimals}0.")
    if re.fullmatch(r"[-\u2012-\u2015\u2212(][0-9., ()]+", compact):
        raise ValueError(f"“{shown}” negatif. Tulis nol atau lebih.")
    if re.fullmatch(r"[0-9][0-9., ']*", compact):
        raise ValueError(f"“{shown}” tidak jelas. Tulis desimal dengan koma, misalnya 38,39 atau 1.174.328.")
    raise ValueError(f"“{shown}” bukan angka. Tulis angka saja, misalnya 38,39 atau 1.174.328.")


def format_amount(value: Decimal | int | None) -> str:
    """A decimal in the format that `parse_amount` reads: `38,39`, `1.174.328`, `38,1250`; empty for None."""
    if value is None:
        return ""
    text = format_number(value, max(0, -int(Decimal(value).normalize().as_tuple().exponent)))
    return text + "0" if re.search(r",[0-9]{3}$", text) else text
