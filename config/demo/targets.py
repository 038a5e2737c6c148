"""Targets of the demonstration: per province and regency for every year, as a reference where none is published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from targets.models import Target, TargetSource

from . import stories
from .areas import DemoArea, by_province, read_areas
from .history import Series, make_history
from .potentials import Potential, PotentialInForce, make_potentials
from .shares import chance
from .window import index_of

SOURCE = "PERAGAAN"
SEGMENT = "UCJ"
YEARS = (2024, 2025, 2026)
#: Regencies nobody set a target for: they cannot be assessed.
WITHOUT_TARGET = 0.03
#: How far above last December's coverage a target lies, as a factor: from what is nearly given to what is out of reach.
AMBITIONS = (
    (0.16, 0.97),
    (0.34, 1.01),
    (0.52, 1.04),
    (0.70, 1.08),
    (0.88, 1.16),
    (1.0, 1.30),
)


@dataclass(frozen=True)
class DemoTarget:
    """`area`: `1801`, `18`, or empty for the country. `percent` with two decimals."""

    area: str
    year: int
    percent: Decimal


def plan_targets(areas: Iterable[DemoArea], potentials: list[Potential], series: Series) -> list[DemoTarget]:
    """From last December's coverage and the ambition each area drew."""
    in_force = PotentialInForce(potentials)
    planned: list[DemoTarget] = []
    provinces = by_province(areas)
    for year in YEARS:
        december = date(year - 1, 12, 1)
        for province, members in provinces.items():
            for area in members:
                if chance(area.code, "no target").random() >= WITHOUT_TARGET or area.code in stories.FIXED_PERCENTS:
                    planned.append(_target(area.code, year, _coverage([area], december, in_force, series)))
            planned.append(_target(province, year, _coverage(members, december, in_force, series)))
        everything = [area for members in provinces.values() for area in members]
        planned.append(_target("", year, _coverage(everything, december, in_force, series), factor=1.06))
    return planned


def _coverage(members: Iterable[DemoArea], month: date, in_force: PotentialInForce, series: Series) -> float:
    participants = potential = 0
    for area in members:
        potential += in_force(area.code, month).total
        participants += sum(series[area.code, segment][index_of(month)] or 0 for segment in ("PU", "BPU"))
    return participants / potential


def _target(area: str, year: int, coverage: float, factor: float | None = None) -> DemoTarget:
    if factor is None:
        dice = chance(area, year, "ambition").random()
        factor = next(factor for limit, factor in AMBITIONS if dice < limit)
    # In steps of a twentieth of a percent point: nobody plans in hundredths.
    return DemoTarget(area, year, Decimal(max(1, round(coverage * factor * 2000))) / 20)


def make_targets() -> int:
    """Write the targets that are missing, after the published ones. Returns how many."""
    areas = read_areas()
    potentials = make_potentials(areas)
    planned = plan_targets(areas, potentials, make_history(areas, potentials))
    with transaction.atomic():
        TargetSource.objects.get_or_create(code=SOURCE, defaults={"name": "Peragaan", "position": 99})
        there = _known(Target.objects.filter(source=SOURCE, segment=SEGMENT).values_list(*_AREA))
        referenced = _known(Target.objects.filter(is_reference=True, segment=SEGMENT).values_list(*_AREA))
        rows = [
            Target(
                province_id=item.area[:2] or None,
                regency_id=item.area if len(item.area) == 4 else None,
                segment_id=SEGMENT,
                year=item.year,
                source_id=SOURCE,
                percent=item.percent,
                is_reference=(item.area, item.year) not in referenced,
                note="Angka rekaan untuk peragaan.",
            )
            for item in planned
            if (item.area, item.year) not in there
        ]
        bulk_create_with_history(rows, Target, batch_size=2_000)
    return len(rows)


_AREA = ("province_id", "regency_id", "year")


def _known(rows: Iterable[tuple[str | None, str | None, int]]) -> set[tuple[str, int]]:
    return {(regency or province or "", year) for province, regency, year in rows}
