"""Targets of the demonstration by province, regency and year; the reference where none is published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from coverage.models import Via
from targets.models import Target, TargetSource

from . import scenario
from .areas import DemoArea, by_province, read_areas
from .history import Series, make_history
from .potentials import Potential, PotentialInForce, make_potentials
from .shares import chance
from .window import index_of

SOURCE = "PERAGAAN"
SEGMENT = "UCJ"
YEARS = (2024, 2025, 2026)
#: Share of regencies without a target.
WITHOUT_TARGET = 0.03
#: Factors of a target over last December's coverage, from nearly reached to out of reach.
AMBITIONS = (
    (0.16, 0.97),
    (0.34, 1.01),
    (0.52, 1.04),
    (0.70, 1.08),
    (0.88, 1.16),
    (1.0, 1.30),
)
#: In this year targets are derived from the wanted position in September: observed over required pace, or `None` for a
#: target that is reached by then.
SHOWN_YEAR = 2026
PACES: tuple[tuple[float, float | None], ...] = (
    (0.15, None),
    (0.27, 1.35),
    (0.40, 1.05),
    (0.52, 0.85),
    (0.66, 0.68),
    (0.82, 0.42),
    (1.0, 0.2),
)
#: Targets of `SHOWN_YEAR` in percent that continue published ones of 2024 and 2025.
OWN_PERCENTS = {"": 44.5, "16": 42.5, "18": 28.0, "19": 45.0}


@dataclass(frozen=True)
class DemoTarget:
    """`area`: `1801`, `18`, or empty for the country. `percent` with two decimals."""

    area: str
    year: int
    percent: Decimal


def plan_targets(areas: Iterable[DemoArea], potentials: list[Potential], series: Series) -> list[DemoTarget]:
    """Return one target per area and year, for a few regencies none."""
    in_force = PotentialInForce(potentials)
    provinces = by_province(areas)
    places: list[tuple[str, list[DemoArea]]] = [("", [area for members in provinces.values() for area in members])]
    for province, members in provinces.items():
        places.append((province, members))
        places += [
            (area.code, [area])
            for area in members
            if area.code in scenario.FIXED_PERCENTS or chance(area.code, "no target").random() >= WITHOUT_TARGET
        ]
    planned = []
    for place, members in places:
        for year in YEARS:
            share = (_shown if year == SHOWN_YEAR else _ambitious)(place, year, members, in_force, series)
            planned.append(DemoTarget(place, year, Decimal(max(1, round(share * 10_000))) / 100))
    return planned


def _ambitious(place: str, year: int, members: list[DemoArea], in_force: PotentialInForce, series: Series) -> float:
    """Return the target from last December's coverage and a random factor, in percent."""
    december = date(year - 1, 12, 1)
    dice = chance(place, year, "ambition").random()
    factor = next(factor for limit, factor in AMBITIONS if dice < limit)
    return _participants(members, december, series) / _potential(members, december, in_force) * factor


def _shown(place: str, year: int, members: list[DemoArea], in_force: PotentialInForce, series: Series) -> float:
    """Return the target, in percent, that gives a randomly chosen position in September."""
    if place in OWN_PERCENTS:
        return OWN_PERCENTS[place] / 100
    september = date(year, 9, 1)
    now = _participants(members, september, series)
    observed = (now - _participants(members, date(year - 1, 9, 1), series)) / 12
    dice = chance(place, year, "pace").random()
    pace = next(pace for limit, pace in PACES if dice < limit)
    if observed <= 0:
        wanted = now * 1.05
    elif pace is None:
        wanted = now * 0.985
    else:
        # At least 0.4 % more, even where participants hardly changed.
        wanted = max(now + 3 * observed / pace, now * 1.004)
    return wanted / _potential(members, september, in_force)


def _participants(members: Iterable[DemoArea], month: date, series: Series) -> int:
    index = index_of(month)
    return sum(series[area.code, segment][index] or 0 for area in members for segment in ("PU", "BPU"))


def _potential(members: Iterable[DemoArea], month: date, in_force: PotentialInForce) -> int:
    return sum(in_force(area.code, month).total for area in members)


def make_targets() -> int:
    """Write the missing targets and return their number. Published ones must be loaded before."""
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
        bulk_create_with_history(rows, Target, batch_size=2_000, custom_historical_attrs={"via": Via.COMMAND})
    return len(rows)


_AREA = ("province_id", "regency_id", "year")


def _known(rows: Iterable[tuple[str | None, str | None, int]]) -> set[tuple[str, int]]:
    return {(regency or province or "", year) for province, regency, year in rows}
