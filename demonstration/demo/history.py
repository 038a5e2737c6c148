"""Invented monthly participants of every regency and legal segment; published totals are met exactly.

A province's figures are fixed in its anchor month. From there each cell follows the season (falls in January, more
for BPU than for PU, and rises through the year), its own growth per year, and a little noise.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from math import fsum

from . import scenario
from .areas import DemoArea, by_province
from .potentials import Potential, PotentialInForce
from .shares import apportion, between, chance, swing
from .window import COUNT, MONTHS, index_of

#: Participants at the end of each month of the year, December = 1.
SEASON = {
    "PU": (0.973, 0.963, 0.960, 0.964, 0.968, 0.973, 0.977, 0.982, 0.986, 0.991, 0.996, 1.0),
    "BPU": (0.800, 0.740, 0.725, 0.740, 0.765, 0.790, 0.820, 0.850, 0.885, 0.920, 0.960, 1.0),
    "JAKON": (0.82, 0.79, 0.79, 0.82, 0.84, 0.87, 0.89, 0.91, 0.94, 0.96, 0.98, 1.0),
    "PMI": (0.985, 0.985, 0.987, 0.988, 0.990, 0.992, 0.993, 0.995, 0.996, 0.998, 0.999, 1.0),
}
#: Largest deviation of a cell's season from `SEASON`, as a share.
SEASON_SWING = {"PU": 0.4, "BPU": 0.45, "JAKON": 0.4, "PMI": 0.3}
NOISE = {"PU": 0.0022, "BPU": 0.007, "JAKON": 0.012, "PMI": 0.006}
#: Growth in the year: the middle, half its width over the provinces, and over the regencies of one province.
GROWTH = {
    2023: (0.05, 0.005, 0.01),
    2024: (0.075, 0.02, 0.03),
    2025: (0.012, 0.03, 0.035),
    2026: (0.034, 0.045, 0.045),
}

Series = dict[tuple[str, str], list[int | None]]


def make_history(areas: Iterable[DemoArea], potentials: Iterable[Potential]) -> Series:
    """Return the monthly participants by (regency, segment); None where nothing has ever been reported."""
    in_force = PotentialInForce(potentials)
    series: Series = {}
    for province, members in by_province(areas).items():
        headline = _headline(province, members, in_force)
        series |= headline
        series |= _without_potential(province, members, in_force, headline)
    for cell in scenario.NEVER_REPORTED:
        series[cell] = [None] * COUNT
    return series


def _headline(province: str, members: list[DemoArea], in_force: PotentialInForce) -> Series:
    """Return PU and BPU of the regencies of a province."""
    anchor = scenario.ANCHORS.get(province, scenario.DEFAULT_ANCHOR)
    exact: dict[tuple[str, str], list[float]] = {}
    for area, total in zip(members, _anchor_totals(province, members, in_force, anchor), strict=True):
        potential = in_force(area.code, anchor)
        pu = _wage_earners(area, total, potential)
        for segment, value in (("PU", pu), ("BPU", total - pu)):
            exact[area.code, segment] = [value * step for step in _moves(area.code, segment, anchor)]
    factors = _way_points(province, exact, in_force, anchor)
    series: Series = {
        cell: [round(value * between(factors, index)) for index, value in enumerate(values)]
        for cell, values in exact.items()
    }
    for area in members:
        if path := scenario.OWN_PATHS.get(area.code):
            points = {index_of(month): percent for month, percent in path.items()}
            for index, month in enumerate(MONTHS):
                total = round(in_force(area.code, month).total * between(points, index) / 100)
                series[area.code, "BPU"][index] = total - (series[area.code, "PU"][index] or 0)
    return series


def _anchor_totals(province: str, members: list[DemoArea], in_force: PotentialInForce, anchor: date) -> list[int]:
    """Return PU + BPU of each regency in the anchor month: `FIXED_PERCENTS` first, the rest is distributed."""
    potential = {area.code: in_force(area.code, anchor).total for area in members}
    percent = scenario.ANCHOR_PERCENTS.get(province, scenario.PROVINCE_LEVELS[province])
    total = scenario.ANCHOR_TOTALS.get(province, round(sum(potential.values()) * percent / 100))
    fixed = {
        area.code: round(potential[area.code] * scenario.FIXED_PERCENTS[area.code] / 100)
        for area in members
        if area.code in scenario.FIXED_PERCENTS
    }
    # The spread is smaller in provinces with high coverage, so that only Kaimana passes 100 %.
    spread = min(1.0, (100 - percent) / 60)
    weights = [potential[area.code] * (1 + spread * _advantage(area)) for area in members if area.code not in fixed]
    rest = iter(apportion(weights, total - sum(fixed.values())) if weights else [])
    return [fixed[area.code] if area.code in fixed else next(rest) for area in members]


def _advantage(area: DemoArea) -> float:
    """Return the deviation of a regency from its province, before all are scaled to the province's total."""
    return (0.28 if area.is_city else 0.0) + swing(chance(area.code, "level"), 0.26)


def _wage_earners(area: DemoArea, total: int, potential: Potential) -> int:
    """Return the PU among the participants: most of them, but at most nine tenths of the potential PU."""
    usual = 0.19 + 0.08 * (not area.is_city) + swing(chance(area.code, "informal"), 0.05)
    informal = scenario.INFORMAL_SHARES.get(area.code, usual)
    pu = round(total * (1 - informal))
    if total < potential.total:
        pu = min(pu, round(potential.pu * 0.92))
    return pu


def _moves(code: str, segment: str, anchor: date) -> list[float]:
    """Return the cell's months as multiples of its anchor month."""
    strength = 1 + swing(chance(code, segment, "season"), SEASON_SWING[segment])
    yearly = {year: _growth(code, year) + swing(chance(code, segment, year), 0.006) for year in range(2023, 2027)}
    noise = chance(code, segment)
    level, moves = 1.0, []
    for month in MONTHS:
        # A twelfth of the year's growth each month, starting from last December.
        level += level * yearly[month.year] / 12
        season = 1 - strength * (1 - SEASON[segment][month.month - 1])
        moves.append(level * season * (1 + swing(noise, NOISE[segment])))
    base = moves[index_of(anchor)]
    return [value / base for value in moves]


def _growth(code: str, year: int) -> float:
    if code in scenario.SLOW_GROWTH:
        return scenario.SLOW_GROWTH[code]
    middle, of_province, of_regency = GROWTH[year]
    return (
        middle + swing(chance(code[:2], year, "growth"), of_province) + swing(chance(code, year, "growth"), of_regency)
    )


def _way_points(
    province: str, exact: dict[tuple[str, str], list[float]], in_force: PotentialInForce, anchor: date
) -> dict[int, float]:
    """Return by month index the factors that give the province its later totals; 1 at the anchor."""
    wanted: dict[date, float] = dict(scenario.LATER_TOTALS.get(province, {}))
    for month, percent in scenario.LATER_PERCENTS.get(province, {}).items():
        wanted[month] = in_force.of_province(province, month) * percent / 100
    factors = {index_of(anchor): 1.0}
    for month, total in wanted.items():
        index = index_of(month)
        factors[index] = total / fsum(values[index] for values in exact.values())
    return factors


def _without_potential(province: str, members: list[DemoArea], in_force: PotentialInForce, headline: Series) -> Series:
    """Return JAKON and PMI, which have participants but no potential. Fixed in December 2024.

    Distributed over the regencies in proportion to their PU and BPU participants.
    """
    anchor = scenario.DEFAULT_ANCHOR
    insured = [
        sum(headline[area.code, segment][index_of(anchor)] or 0 for segment in ("PU", "BPU")) for area in members
    ]
    series: Series = {}
    for segment in ("JAKON", "PMI"):
        weights = [
            count * (1 + swing(chance(area.code, segment, "level"), 0.5))
            for area, count in zip(members, insured, strict=True)
        ]
        percent = _percent_without_potential(province, segment)
        total = round(in_force.of_province(province, anchor) * percent / 100)
        for area, value in zip(members, apportion(weights, total), strict=True):
            series[area.code, segment] = [round(value * step) for step in _moves(area.code, segment, anchor)]
    return series


def _percent_without_potential(province: str, segment: str) -> float:
    if segment == "PMI":
        return scenario.PMI_PERCENTS.get(province, scenario.PMI_ELSEWHERE)
    return scenario.JAKON_PERCENTS.get(province, 4.7 + swing(chance(province, "JAKON"), 1.2))
