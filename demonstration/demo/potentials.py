"""Invented potential workers of every regency for PU and BPU by vintage; published totals are met exactly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import fsum

from .areas import DemoArea, by_province
from .shares import apportion, chance, swing

START = date(2023, 8, 1)
VINTAGES = (START, date(2024, 8, 1), date(2025, 8, 1))
#: Lampung's potential was restated twice.
OWN_VINTAGES = {"18": (START, date(2024, 1, 1), date(2025, 8, 1), date(2025, 12, 1))}

#: Published totals of provinces (PU + BPU).
PUBLISHED_TOTALS = {
    ("18", date(2024, 1, 1)): 3_058_943,
    ("18", date(2025, 8, 1)): 2_800_000,
    ("18", date(2025, 12, 1)): 2_990_000,
    ("16", date(2024, 8, 1)): 2_800_000,
    ("15", date(2024, 8, 1)): 1_312_370,
    ("17", date(2024, 8, 1)): 625_750,
}
#: Potential / employed where nothing is published.
USUAL_SHARE = 0.687

#: Share of wage earners in the potential of a kabupaten, by island (first digit of the code); a city has more.
WAGE_SHARES = {"1": 0.41, "2": 0.52, "3": 0.46, "5": 0.38, "6": 0.47, "7": 0.38, "8": 0.35, "9": 0.36}
OWN_WAGE_SHARES = {"31": 0.71}
CITY_BONUS = 0.19


@dataclass(frozen=True)
class Potential:
    """Potential of one regency from a date on, in workers."""

    code: str
    effective_from: date
    pu: int
    bpu: int

    @property
    def total(self) -> int:
        return self.pu + self.bpu


def make_potentials(areas: Iterable[DemoArea]) -> list[Potential]:
    """Return all vintages of all regencies, by province, vintage, regency."""
    made: list[Potential] = []
    for province, members in by_province(areas).items():
        made += _province(province, members)
    return made


def _province(province: str, members: list[DemoArea]) -> list[Potential]:
    vintages = OWN_VINTAGES.get(province, VINTAGES)
    share = USUAL_SHARE + swing(chance(province, "potential"), 0.008)
    base = [area.employed * share * (1 + swing(chance(area.code, "potential"), 0.02)) for area in members]
    published = PUBLISHED_TOTALS.get((province, vintages[1]))
    if published:
        scale = published / fsum(base)
        base = [weight * scale for weight in base]
    made = []
    for position, vintage in enumerate(vintages):
        weights = []
        for area, weight in zip(members, base, strict=True):
            growth = 1.013 + swing(chance(area.code, vintage, "growth"), 0.005)
            weights.append(weight / growth if position == 0 else weight if position == 1 else weight * growth)
        total = PUBLISHED_TOTALS.get((province, vintage))
        counts = apportion(weights, total) if total else [round(weight) for weight in weights]
        for area, count in zip(members, counts, strict=True):
            pu = round(count * (_wage_share(area) + 0.003 * position))
            made.append(Potential(area.code, vintage, pu, count - pu))
    return made


def _wage_share(area: DemoArea) -> float:
    usual = WAGE_SHARES[area.island] + (CITY_BONUS if area.is_city else 0)
    return OWN_WAGE_SHARES.get(area.province, usual) + swing(chance(area.code, "wage"), 0.035)


class PotentialInForce:
    """Finds the vintage in force in a month: the latest that began before the month's end."""

    def __init__(self, potentials: Iterable[Potential]) -> None:
        self._by_code: dict[str, list[Potential]] = {}
        for potential in sorted(potentials, key=lambda item: (item.code, item.effective_from)):
            self._by_code.setdefault(potential.code, []).append(potential)

    def __call__(self, code: str, month: date) -> Potential:
        """Return the vintage in force. Vintages begin on the first of a month, so `<= month` is sufficient."""
        return [item for item in self._by_code[code] if item.effective_from <= month][-1]

    def of_province(self, province: str, month: date) -> int:
        return sum(self(code, month).total for code in self._by_code if code.startswith(province))
