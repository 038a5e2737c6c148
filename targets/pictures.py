"""The pictures of a progress page: the line of two years with the path to the target, and the map."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from coverage.positions import SegmentSum
from reporting import months
from reporting.lines import LineChart, line_chart

from .maps import Map, choropleth
from .standings import Board, Standing

#: Months before the position that the line shows.
LOOK_BACK = 23


def trend(board: Board, standing: Standing, *, height: int = 230) -> LineChart | None:
    """Coverage of the last 24 months and the straight path from the baseline to this year's target."""
    question = board.question
    first = months.add_months(question.month, -LOOK_BACK)
    rates = board.facts.rates(SegmentSum.of(question.segment), first, question.month, question.basis)
    return line_chart([(month, rated.rate) for month, rated in rates.items()], path_of(standing), height=height)


def path_of(standing: Standing) -> list[tuple[date, Fraction]]:
    """From last December to this one; the target alone without a baseline, empty without a target of the month's year.

    It begins in December also when the baseline is a later month: so `path_workers` has it, twelve equal steps.
    """
    at = standing.progress
    if at.target is None or at.target.year != at.month.year or at.target_rate is None:
        return []
    goal = (date(at.month.year, 12, 1), at.target_rate)
    if at.path_workers is None or at.baseline is None or not at.potential:
        return [goal]
    return [(date(at.month.year - 1, 12, 1), Fraction(at.baseline.participants, at.potential)), goal]


def area_map(board: Board, names: dict[str, str]) -> Map:
    """Coverage by regency; `names` are the regencies the reader may see."""
    rates = {code: (name, board.now[code[:2], code].coverage_rate) for code, name in names.items()}
    return choropleth(rates)
