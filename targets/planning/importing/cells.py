"""Readers for single cells of a file of targets. Unreadable values raise Wrong and are never guessed."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from coverage.importing.cells import Wrong, shortened, text_of
from coverage.importing.sheets import Cell, Odd, OddKind
from reporting.amounts import format_amount, parse_amount
from reporting.months import NAMES as MONTHS
from reporting.numbers import parse_count
from targets.planning.changes import FIRST_YEAR, LAST_YEAR, LEAST_PERCENT, read_heads

#: A smaller percentage is taken for a fraction (0.35) unless it has a percent sign.
LEAST_IN_FILE = 2
YES, NO = ("ya", "y", "acuan", "1"), ("tidak", "t", "bukan", "0")


def read_year(cell: Cell) -> int:
    year = parse_count(cell) if not isinstance(cell, Odd) else None
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        raise Wrong(f"Tulis tahun dengan empat angka, antara {FIRST_YEAR} dan {LAST_YEAR}.")
    return year


def read_percent(cell: Cell) -> Decimal | None:
    """`38,39`, `38,39%`, or the number 38.39 of a spreadsheet; in percent. Empty is None."""
    if isinstance(cell, Odd):
        raise Wrong(f"Berisi {cell.kind} ({cell.shown}), bukan persentase. Tulis misalnya 38,39.")
    if isinstance(cell, str):
        typed = parse_amount(cell, below_thousand=True)
        if typed is not None and 0 < typed < LEAST_IN_FILE and not cell.strip().endswith("%"):
            raise Wrong(
                f"Terbaca {format_amount(typed)}%. Tulis 35, bukan 0,35; bila memang sekecil itu, dengan tanda %."
            )
        return typed
    value = Decimal(str(cell))
    if 0 < value < LEAST_IN_FILE:
        # A cell formatted as percent holds 0.3839 for 38,39% and 1.2 for 120%; the reader does not report the format.
        raise Wrong(
            f"Terbaca kurang dari {LEAST_IN_FILE}%. Tulis 35, bukan 0,35, dalam sel berformat angka, bukan persen."
        )
    rounded = value.quantize(LEAST_PERCENT) if value < 10**6 else value
    # Tiny remainders after the third decimal come from formulas; larger ones are real decimals.
    return rounded if abs(rounded - value) < Decimal("0.000001") else value


def read_workers(cell: Cell) -> int | None:
    if isinstance(cell, Odd):
        raise Wrong(f"Berisi {cell.kind} ({cell.shown}), bukan jumlah pekerja. Tulis misalnya 1.174.328.")
    return read_heads(cell)


def read_reference(cell: Cell) -> bool | None:
    """Whether the target is the reference; None for an empty cell, which keeps what is stored."""
    if isinstance(cell, Odd) and cell.kind == OddKind.LOGICAL:
        return cell.shown == "BENAR"
    text = text_of(cell).casefold()
    if not text:
        return None
    if text in YES or text in NO:
        return text in YES
    raise Wrong(f"“{shortened(text)}” tidak dikenal. Tulis ya atau tidak, atau kosongkan.")


def read_date(cell: Cell) -> date | None:
    """A date from `2026-01-05`, `5/1/2026`, `5 Januari 2026` or a date cell; None for an empty cell."""
    text = text_of(cell)
    if not text:
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    match = re.fullmatch(r"([0-9]{1,2}) ([A-Za-z]+) ([0-9]{4})", text)
    if match:
        for number, name in enumerate(MONTHS, 1):
            if name.casefold() == match[2].casefold():
                try:
                    return date(int(match[3]), number, int(match[1]))
                except ValueError:
                    break
    raise Wrong(f"“{shortened(text)}” bukan tanggal. Tulis misalnya 5 Januari 2026.")
