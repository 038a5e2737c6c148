"""Parsing and formatting of numbers in Indonesian notation.

Parsing: `250.000`, `250,000`, `250 000` and `250000` are the same number; ambiguous text is refused. Formatting:
1.174.328 · 38,39% · +1,25 · Rp16.800. All arithmetic is exact (int, Decimal, Fraction); rounding is half up.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

Number = int | Decimal | Fraction

#: Shown instead of a missing value.
NOTHING = "–"
MINUS = "\u2212"
#: Above every head-count in Indonesia; a longer number is a typing mistake.
MAX_COUNT = 999_999_999

# Spaces that group digits. A tab or line break separates two cells: `12\t345` is not 12.345.
_SPACES = re.compile(r"[ \u00a0\u2007\u2009\u202f]")
# Invisible characters in numbers copied from web pages or chats.
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"
_PLAIN = re.compile(r"[0-9]+")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}([.,' ])[0-9]{3}(?:\1[0-9]{3})*")


def parse_count(text: str | int | float | None) -> int | None:
    """Parse a head-count; empty is None. A float (from a spreadsheet cell) must be whole.

    Raises ValueError with an Indonesian sentence for ambiguous or invalid text.
    """
    if text is None:
        return None
    if isinstance(text, int | float) and not isinstance(text, bool):
        if text != text or text in (float("inf"), float("-inf")):
            raise ValueError("Isi sel ini bukan angka. Tulis angka saja, misalnya 43.202.")
        if text != int(text):
            shown = format_number(Decimal(str(text)), 2)
            raise ValueError(f"“{shown}” bukan bilangan bulat. Tulis tanpa desimal, misalnya 43.202.")
        text = str(int(text))
    typed = str(text).strip().strip(_INVISIBLE).strip()
    compact = _SPACES.sub(" ", typed)
    if not compact:
        return None
    shown = typed if len(typed) <= 20 else typed[:20] + "…"
    if _PLAIN.fullmatch(compact) or _GROUPED.fullmatch(compact):
        value = int(re.sub(r"[^0-9]", "", compact)) if len(compact) < 40 else MAX_COUNT + 1
        if value > MAX_COUNT:
            raise ValueError(f"“{shown}” terlalu besar. Paling banyak {format_count(MAX_COUNT)}.")
        return value
    if re.fullmatch(r"[-\u2012-\u2015\u2212]+", compact):
        raise ValueError(f"“{shown}” bukan angka. Kosongkan bila belum ada angkanya; tulis 0 bila memang nol.")
    if re.fullmatch(r"[-\u2012-\u2015\u2212(][0-9., ()]+", compact):
        raise ValueError(f"“{shown}” negatif. Jumlah peserta tidak boleh kurang dari nol.")
    if re.fullmatch(r"[0-9][0-9., ']*", compact):
        raise ValueError(f"“{shown}” tidak jelas. Tulis bilangan bulat tanpa desimal, misalnya 43.202 atau 43202.")
    raise ValueError(f"“{shown}” bukan angka. Tulis angka saja, misalnya 43.202.")


def round_half_up(value: Number, digits: int = 0) -> Decimal:
    """Round exactly, halves away from zero: 0.125 to two digits is 0.13, -0.125 is -0.13."""
    return Decimal(_scaled(value, digits)).scaleb(-digits)


def _scaled(value: Number, digits: int = 0, times: int = 1) -> int:
    """The rounded value in units of its last digit: 0.125 to two digits is 13. Integer arithmetic for speed."""
    if isinstance(value, int):
        return value * times * 10**digits
    above, below = value.as_integer_ratio()
    return round_ratio(above * times * 10**digits, below)


def round_ratio(above: int, below: int) -> int:
    """above / below rounded, halves away from zero; `below` is positive. Faster than creating a Fraction."""
    whole, rest = divmod(abs(above), below)
    whole += 2 * rest >= below
    return whole if above >= 0 else -whole


def round_count(value: Number) -> int:
    """A derived head-count, rounded half up."""
    return _scaled(value)


def format_number(value: Number | None, digits: int = 0, *, signed: bool = False) -> str:
    """`1.174.328`, `79.119,67`; a true minus sign; `–` for None."""
    if value is None:
        return NOTHING
    return _written(_scaled(value, digits), digits, signed=signed)


def _written(scaled: int, digits: int, *, signed: bool = False) -> str:
    whole, rest = divmod(abs(scaled), 10**digits)
    text = f"{whole:,}".replace(",", ".")
    if digits:
        text += f",{rest:0{digits}d}"
    sign = MINUS if scaled < 0 else "+" if signed and scaled > 0 else ""
    return sign + text


def format_count(value: Number | None) -> str:
    """`1.174.328`."""
    return format_number(value)


def format_rate(fraction: Number | None, digits: int = 2) -> str:
    """A fraction as percent: 0.3839 is `38,39%`."""
    if fraction is None:
        return NOTHING
    return _written(_scaled(fraction, digits, 100), digits) + "%"


def format_change(fraction: Number | None, digits: int = 1) -> str:
    """A change as percent with its sign: 0.017 is `+1,7%`, -0.39 is `−39,0%`."""
    if fraction is None:
        return NOTHING
    return format_number(fraction * 100, digits, signed=True) + "%"


def format_money(rupiah: Number | None) -> str:
    """`Rp16.800`; from a million on abbreviated: `Rp4,64 miliar`, `Rp327 miliar`."""
    if rupiah is None:
        return NOTHING
    for size, word in ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta")):
        if abs(Fraction(rupiah)) >= size:
            short = format_number(Fraction(rupiah) / size, 2)
            return f"Rp{short.removesuffix(',00')} {word}"
    return "Rp" + format_number(rupiah)


def as_float(value: Number | None) -> float | int | None:
    """The nearest float of an exact number, for files; int and None are returned as they are."""
    return value if value is None or isinstance(value, int) else float(value)
