"""The regencies of the demonstration, read from the fixtures."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class DemoArea:
    code: str
    name: str
    is_city: bool
    #: Employed people, August 2024: an estimate for the demonstration, not a statistic.
    employed: int

    @property
    def province(self) -> str:
        return self.code[:2]

    @property
    def island(self) -> str:
        """Return the first digit of the code: 1, 2 Sumatera, 3 Jawa, 5 Bali and Nusa Tenggara, 6 to 9 eastern ones."""
        return self.code[0]


def read_areas() -> list[DemoArea]:
    """Return all 514 regencies in order of code."""
    path = settings.FIXTURE_DIR / "demo_workforce_estimates.csv"
    with path.open(encoding="utf-8", newline="") as file:
        areas = [
            DemoArea(row["code"], row["name"], row["name"].startswith("Kota "), int(row["employed_estimate_2024"]))
            for row in csv.DictReader(file)
        ]
    return sorted(areas, key=lambda area: area.code)


def by_province(areas: Iterable[DemoArea]) -> dict[str, list[DemoArea]]:
    grouped: dict[str, list[DemoArea]] = defaultdict(list)
    for area in areas:
        grouped[area.province].append(area)
    return dict(grouped)
