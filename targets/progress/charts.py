"""Charts of a progress page: two years of coverage with the path to the target, and the map."""

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

#: Months before the position in the chart.
LOOK_BACK = 23
#: Changes of the potential listed under the chart.
MOST_REVISIONS = 4


def two_years(progress_data: ProgressData) -> dict[date, RateParts]:
    """The parts of the rates of the last 24 months."""
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
    """Months in which the potential changed, before and after: the rate moves without new participants."""
    found = []
    for (_month, before), (month, now) in pairwise(sorted(rates.items(), key=lambda item: item[0])):
        if before.potential and now.potential and before.potential != now.potential:
            found.append((month, before.potential, now.potential))
    return found[-MOST_REVISIONS:]


def trend(rates: Mapping[date, RateParts], area_progress: AreaProgress, *, height: int = 230) -> LineChart | None:
    """The chart of monthly coverage with the straight path from the baseline to this year's target."""
    return line_chart([(month, rated.rate) for month, rated in rates.items()], path_of(area_progress), height=height)


def path_of(area_progress: AreaProgress) -> list[tuple[date, Fraction]]:
    """The path from last December to this one; without a baseline the target alone, without a target empty.

    It begins in December even if the baseline is a later month: twelve equal steps, like `path_workers`.
    """
    at = area_progress.progress
    if at.target is None or at.target.year != at.month.year or at.target_rate is None:
        return []
    goal = (date(at.month.year, 12, 1), at.target_rate)
    if at.path_workers is None or at.baseline is None or not at.potential:
        return [goal]
    return [(date(at.month.year - 1, 12, 1), Fraction(at.baseline.participants, at.potential)), goal]


def area_map(progress_data: ProgressData, names: dict[str, str]) -> Map:
    """The map of coverage by regency; `names` are the regencies the user may see."""
    rates = {code: (name, progress_data.now[code[:2], code].coverage_rate) for code, name in names.items()}
    return choropleth(rates)
