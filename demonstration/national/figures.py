"""Invented figures of the national data set: potentials by yearly vintage, and monthly participants.

Computed backwards from the last month, so that a short span has the same figures as the end of a long one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from demonstration.demo import scenario
from demonstration.demo.areas import DemoArea
from demonstration.demo.history import NOISE, SEASON, SEASON_SWING
from demonstration.demo.potentials import PotentialInForce, make_potentials
from demonstration.demo.shares import chance, swing
from reporting import months

#: Base year of the potentials, and their growth per year.
BASE_YEAR = 2024
YEARLY_GROWTH = 0.011
#: The labour force survey is in August.
VINTAGE_MONTH = 8
#: Growth of PU and BPU per year, plus or minus half of it by cell.
GROWTH = 0.05
#: Groups have the season of BPU, but weaker.
GROUP_SEASON, GROUP_SWING = "BPU", 0.2


@dataclass(frozen=True, slots=True)
class CellPlan:
    """One regency and stored segment: potential in the base year (None for segments without one), participants."""

    area: DemoArea
    segment: str
    potential: int | None
    participants: float


def plan_cells(areas: Iterable[DemoArea], groups: Sequence[str]) -> list[CellPlan]:
    """Return the legal segments and these groups for every regency, in order of code and segment."""
    areas = list(areas)
    in_force = PotentialInForce(make_potentials(areas))
    plans = []
    for area in areas:
        base = in_force(area.code, date(BASE_YEAR, VINTAGE_MONTH, 1))
        share = scenario.PROVINCE_LEVELS[area.province] / 100 * (1 + swing(chance(area.code, "national"), 0.25))
        plans.append(CellPlan(area, "PU", base.pu, base.pu * min(0.9, share * 1.45)))
        plans.append(CellPlan(area, "BPU", base.bpu, base.bpu * share * 0.45))
        plans.append(CellPlan(area, "JAKON", None, base.total * 0.047))
        plans.append(CellPlan(area, "PMI", None, base.total * 0.004))
        for group in groups:
            dice = chance(area.code, group, "national")
            potential = round(base.total * (0.005 + 0.04 * dice.random())) + 20
            plans.append(CellPlan(area, group, potential, potential * (0.05 + 0.6 * dice.random())))
    return plans


def vintages(span: Sequence[date]) -> list[date]:
    """Return the August vintages in force in these months."""
    first, last = span[0], span[-1]
    before = first.year if first.month >= VINTAGE_MONTH else first.year - 1
    after = last.year if last.month >= VINTAGE_MONTH else last.year - 1
    return [date(year, VINTAGE_MONTH, 1) for year in range(before, after + 1)]


def potential_at(plan: CellPlan, vintage: date) -> int:
    """Return the workers of one vintage; the plan must have a potential.

    Multiplied step by step, because powers of floats differ by machine.
    """
    factor = 1.0
    for _ in range(abs(vintage.year - BASE_YEAR)):
        factor = factor * (1 + YEARLY_GROWTH) if vintage.year > BASE_YEAR else factor / (1 + YEARLY_GROWTH)
    return round((plan.potential or 0) * factor)


def participants(plan: CellPlan, span: Sequence[date]) -> list[int]:
    """Return the participants of each month of the span, computed from its end to its beginning."""
    kind = plan.segment if plan.segment in SEASON else GROUP_SEASON
    swings = SEASON_SWING[kind] if plan.segment in SEASON else GROUP_SWING
    dice = chance(plan.area.code, plan.segment, "national months")
    strength = (1 if plan.segment in SEASON else 0.5) * (1 + swing(dice, swings))
    monthly = 1 + (GROWTH + swing(dice, GROWTH / 2)) / 12
    level, drawn = plan.participants, []
    for month in reversed(span):
        season = 1 - strength * (1 - SEASON[kind][month.month - 1])
        drawn.append(round(level * season * (1 + swing(dice, NOISE[kind]))))
        level /= monthly
    return drawn[::-1]


def span_of(last: date, count: int) -> list[date]:
    """Return `count` months up to `last`."""
    return [months.add_months(last, back) for back in range(1 - count, 1)]
