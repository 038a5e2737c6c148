"""Plausibility checks of entered figures. They are warnings: none of them blocks an entry.

A change is compared with the cell's own changes, not with a fixed percentage: the monthly changes of the last twelve
months give a median and a median absolute deviation (MAD), which a single outlier does not move. The change in the
same month last year widens the range, so that January, when yearly premiums end, raises no false alarm. Method: Hampel
identifier (F. R. Hampel, The Influence Curve and its Role in Robust Estimation, 1974) on logarithms of monthly ratios.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil, exp, floor, isqrt, log
from statistics import median
from typing import NamedTuple

from django.conf import settings

from accounts.models import Office
from coverage.figures.reader import FigureReader
from reporting import months
from reporting.numbers import format_count, format_number

from .models import CellKey, CoverageRecord, ReportingPeriod, WorkerSegment, WorkforceEstimate
from .models.querysets import CellQuerySet

#: Months before the one being checked: twelve changes need thirteen values.
MEMORY = 13
_MAD_TO_DEVIATION = 1.4826


class FlagKind(StrEnum):
    BLANK = "blank"
    CHANGE = "change"
    ZERO = "zero"
    ABOVE_POTENTIAL = "above_potential"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Flag:
    """One warning. `needs_reason`: a reason code is required before the month can be submitted."""

    kind: FlagKind
    sentence: str
    needs_reason: bool = False


class Range(NamedTuple):
    """Lowest and highest number of participants without a warning, both included."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class CellCheck:
    """Warnings of one cell. `history` holds the working values of the thirteen months before, oldest first."""

    flags: tuple[Flag, ...]
    usual: Range | None
    history: tuple[int | None, ...]

    @property
    def needs_reason(self) -> bool:
        return any(flag.needs_reason for flag in self.flags)

    @property
    def low(self) -> int | None:
        return self.usual.low if self.usual else None

    @property
    def high(self) -> int | None:
        return self.usual.high if self.usual else None


def usual_range(history: Sequence[int | None]) -> Range | None:
    """Return the range of plausible values, from the values of the months before (oldest first, last month last).

    None when last month's value is unknown or zero.
    """
    if not history or not history[-1]:
        return None
    last: int = history[-1]
    rules = settings.CHECKS
    changes = [
        log(later / earlier)
        for earlier, later in zip(history[-MEMORY:], history[-MEMORY + 1 :], strict=False)
        if earlier and later
    ]
    if len(changes) >= rules["habit_months"]:
        middle = median(changes)
        spread = median(abs(change - middle) for change in changes) * _MAD_TO_DEVIATION * rules["deviations"]
    else:
        middle, spread = 0.0, log(1 + rules["border_without_habit"])
    spread = max(spread, log(1 + rules["floor_share"]))
    centres = [middle]
    year_ago, before_that = (history[-12], history[-13]) if len(history) >= MEMORY else (None, None)
    if year_ago and before_that:
        centres.append(log(year_ago / before_that))
    chance = int(rules["chance_roots"] * isqrt(last)) + 5
    factor = int(rules["largest_factor"])
    low = min(floor(last * exp(min(centres) - spread)), last - chance)
    high = max(ceil(last * exp(max(centres) + spread)), last + chance)
    return Range(max(low, -(-last // factor)), min(high, last * factor))


def check_value(
    value: int | None, history: Sequence[int | None], potential: int | None, *, is_expected: bool = True
) -> CellCheck:
    """Return the warnings of one cell. `value` None: no value of its own this month."""
    usual = usual_range(history)
    last = history[-1] if history else None
    flags: list[Flag] = []
    if value is None:
        if is_expected:
            flags.append(Flag(FlagKind.BLANK, "Belum diisi. Isi angkanya, atau jelaskan di keterangan."))
        return CellCheck(tuple(flags), usual, tuple(history))
    if value == 0 and last:
        flags.append(Flag(FlagKind.ZERO, f"Menjadi nol dari {format_count(last)}. Pilih alasannya.", True))
    elif usual and last and not usual.low <= value <= usual.high:
        word = "Turun" if value < last else "Naik"
        share = format_number(Fraction(abs(value - last) * 100, last), 1)
        flags.append(
            Flag(FlagKind.CHANGE, f"{word} {share}% dari bulan lalu, di luar kebiasaan. Pilih alasannya.", True)
        )
    if potential and value > potential:
        flags.append(Flag(FlagKind.ABOVE_POTENTIAL, f"Melebihi potensi {format_count(potential)}. Periksa lagi."))
    if value >= settings.CHECKS["unchanged_from"] and len(history) >= 3 and set(history[-3:]) == {value}:
        flags.append(Flag(FlagKind.UNCHANGED, "Sama persis dengan tiga bulan sebelumnya. Periksa lagi."))
    return CellCheck(tuple(flags), usual, tuple(history))


def recent_values(
    records: CellQuerySet, month: date
) -> tuple[dict[CellKey, int | None], dict[CellKey, list[int | None]]]:
    """This month's own values, and the working values of the thirteen months before, oldest first. By cell; one query.

    Every cell with a row in this month stands in the first, None where it has no value of its own.
    """
    first = months.add_months(month, -MEMORY)
    place = {months.add_months(first, step): step for step in range(MEMORY)}
    own: dict[CellKey, int | None] = {}
    histories: dict[CellKey, list[int | None]] = defaultdict(lambda: [None] * MEMORY)
    for at, province, regency, segment, participants, origin in (
        records.filter(period__gte=first, period__lte=month)
        .order_by()
        .values_list("period", "province", "regency", "segment", "participants", "origin")
    ):
        key = (regency or province, segment)
        if at == month:
            own[key] = participants if origin in CoverageRecord.OWN else None
        else:
            histories[key][place[at]] = participants
    return own, histories


def flags_of(
    office: Office, period: ReportingPeriod, typed: Mapping[CellKey, int | None] | None = None
) -> dict[CellKey, CellCheck]:
    """Return the check of every cell of the office with a row in this month. `typed` values replace stored ones.

    Three queries, whatever the number of cells.
    """
    records = CoverageRecord.objects.of_office(office)
    own, histories = recent_values(records, period.month)
    own.update(typed or {})
    segments = {segment.pk: segment for segment in WorkerSegment.objects.filter(is_active=True)}
    facts = FigureReader(records, WorkforceEstimate.objects.of_office(office), office.regencies.filter(is_active=True))
    in_force = facts.potentials([pk for pk, segment in segments.items() if segment.has_potential], [period.month])
    potentials = {(cell[1] or cell[0], segment): workers for cell, segment, workers in in_force[period.month].items()}
    return {
        key: check_value(
            value,
            histories[key],
            potentials.get(key),
            is_expected=len(key[0]) == 4 and key[1] in segments and segments[key[1]].is_expected,
        )
        for key, value in own.items()
    }
