"""Groups and ecosystems of the five Sumbagsel provinces, province-wide: potentials and monthly participants.

The series pass through published figures; their month, and the potential from then on, come from the published data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .potentials import START
from .shares import chance, swing
from .window import MONTHS, index_of

PROVINCES = ("15", "16", "17", "18", "19")
#: Potential of a group as percent of the potential of PU and BPU, and participants as percent of that in December 2024.
SHARES = {"PERANGKAT-DESA": 1.95, "RT-RW": 0.84, "GURU": 1.33, "NON-ASN": 1.25, "RENTAN": 25.0}
LEVELS = {"PERANGKAT-DESA": 70, "RT-RW": 26, "GURU": 34, "NON-ASN": 84, "RENTAN": 6}
#: A second vintage where nothing is published.
LATER = date(2025, 8, 1)


@dataclass(frozen=True)
class PublishedCell:
    month: date
    participants: int
    potential: int


_SEPTEMBER, _DECEMBER = date(2024, 9, 1), date(2024, 12, 1)
PUBLISHED = {
    ("18", "PERANGKAT-DESA"): PublishedCell(_SEPTEMBER, 43_202, 59_754),
    ("18", "RT-RW"): PublishedCell(_SEPTEMBER, 5_697, 25_662),
    ("18", "GURU"): PublishedCell(_SEPTEMBER, 13_381, 40_796),
    ("18", "NON-ASN"): PublishedCell(_SEPTEMBER, 36_171, 37_600),
    ("18", "RENTAN"): PublishedCell(_SEPTEMBER, 35_263, 760_500),
    ("16", "RENTAN"): PublishedCell(_DECEMBER, 65_000, 937_000),
}

#: Change over the year, December to December. Non-ASN become PPPK in 2025 and leave the group.
GROWTH = {
    "PERANGKAT-DESA": {2024: 0.04, 2025: 0.02, 2026: 0.02},
    "RT-RW": {2024: 0.05, 2025: 0.03, 2026: 0.06},
    "GURU": {2024: 0.06, 2025: 0.04, 2026: 0.03},
    "NON-ASN": {2024: 0.01, 2025: -0.19, 2026: -0.06},
    "RENTAN": {2024: 0.12, 2025: 0.05, 2026: 0.09},
}
#: Fall from December to January as a share: cover paid from the annual budget ends with the year.
JANUARY_FALL = {"PERANGKAT-DESA": 0.03, "RT-RW": 0.05, "GURU": 0.02, "NON-ASN": 0.02, "RENTAN": 0.3}


def make_group_potentials(totals: Mapping[str, int]) -> list[tuple[str, str, date, int]]:
    """Return (province, group, effective from, workers). `totals`: potential of PU and BPU by province."""
    made = []
    for province in PROVINCES:
        for group in SHARES:
            if published := PUBLISHED.get((province, group)):
                made.append((province, group, START, round(published.potential * 0.985)))
            else:
                workers = _potential(province, group, totals[province])
                made.append((province, group, START, workers))
                made.append((province, group, LATER, round(workers * 1.012)))
    return made


def make_group_history(totals: Mapping[str, int]) -> dict[tuple[str, str], list[int | None]]:
    """Return the monthly participants by (province, group); None in the month of the published figure."""
    series: dict[tuple[str, str], list[int | None]] = {}
    for province in PROVINCES:
        for group in SHARES:
            published = PUBLISHED.get((province, group))
            anchor = published.month if published else _DECEMBER
            moves = _moves(province, group)
            base = moves[index_of(anchor)]
            if published:
                fixed = published.participants
            else:
                level = LEVELS[group] / 100 * (1 + swing(chance(province, group, "level"), 0.12))
                fixed = round(_potential(province, group, totals[province]) * level)
            values: list[int | None] = [round(fixed * move / base) for move in moves]
            if published:
                values[index_of(anchor)] = None
            series[province, group] = values
    return series


def _potential(province: str, group: str, total: int) -> int:
    return round(total * SHARES[group] / 100 * (1 + swing(chance(province, group, "potential"), 0.12)))


def _moves(province: str, group: str) -> list[float]:
    noise = chance(province, group)
    level, moves = 1.0, []
    for month in MONTHS:
        level += level * GROWTH[group].get(month.year, 0.03) / 12
        season = 1 - JANUARY_FALL[group] * (12 - month.month) / 11
        moves.append(level * season * (1 + swing(noise, 0.006)))
    return moves
