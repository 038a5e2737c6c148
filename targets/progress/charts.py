"""The pictures of a progress page: the line of two years with the path to the target, and the map."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise

from coverage.figures.position import RateParts
from reporting import months
from reporting.lines import LineChart, line_chart

from .data import AreaProgress, ProgressData
from .maps import Map, choropleth

#: Months before the position that the line shows.
LOOK_BACK = 23
#: Changes of the potential that are named under the line.
MOST_REVISIONS = 4


def two_years(progress_data: ProgressData) -> dict[date, RateParts]:
    """What the rates of the last 24 months are made of."""
    question = progress_data.question
    first = months.add_months(question.month, -LOOK_BACK)
    known = progress_data.potentials_by_month
    return progress_data.reader.monthly_rates(
        progress_data.segments,
        first,
        question.month,
        question.basis,
        potentials=known if first in known else None,
        of_last=progress_data.heads,
    )


def revisions(rates: Mapping[date, RateParts]) -> list[tuple[date, int, int]]:
    """Months in which the potential behind the rate changed, before and after: the rate moves although nobody came."""
    found = []
    for (_month, before), (month, now) in pairwise(sorted(rates.items(), key=lambda item: item[0])):
        if before.potential and now.potential and before.potential != now.potential:
            found.append((month, before.potential, now.potential))
    return found[-MOST_REVISIONS:]


def trend(rates: Mapping[date, RateParts], area_progress: AreaProgress, *, height: int = 230) -> LineChart | None:
    """Coverage month by month and the straight path from the baseline to this year's target."""
    return line_chart([(month, rated.rate) for month, rated in rates.items()], path_of(area_progress), height=height)


def path_of(area_progress: AreaProgress) -> list[tuple[date, Fraction]]:
    """From last December to this one; the target alone without a baseline, empty without a target of the month's year.

    It begins in December also when the baseline is a later month: so `path_workers` has it, twelve equal steps.
    """
    at = area_progress.progress
    if at.target is None or at.target.year != at.month.year or at.target_rate is None:
        return []
    goal = (date(at.month.year, 12, 1), at.target_rate)
    if at.path_workers is None or at.baseline is None or not at.potential:
        return [goal]
    return [(date(at.month.year - 1, 12, 1), Fraction(at.baseline.participants, at.potential)), goal]


def area_map(progress_data: ProgressData, names: dict[str, str]) -> Map:
    """Coverage by regency; `names` are the regencies the reader may see."""
    rates = {code: (name, progress_data.now[code[:2], code].coverage_rate) for code, name in names.items()}
    return choropleth(rates)
