"""Geometry of the line chart: a rate over months, with the straight path to a target. Integers only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor
from types import MappingProxyType

from . import months
from .axes import Point, Tick, month_axis, month_path
from .numbers import format_rate, round_count

#: Distances between grid lines, in percentage points.
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200)
MOST_GRID_LINES = 6
#: Space for the figure at the last point, in units of the drawing.
LABEL_WIDTH, LABEL_HEIGHT = 52, 15
EMPTY: Mapping[date, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Reading:
    """The values of a month in the table beside the chart; None where the chart shows nothing."""

    month: date
    rate: Fraction | None
    path: Fraction | None
    target: Fraction | None


@dataclass(frozen=True, slots=True)
class LineChart:
    """The data the template draws; lines are SVG paths."""

    width: int
    height: int
    left: int
    right: int
    bottom: int
    line: str
    points: list[Point]
    goal: str
    target: Point | None
    grid: list[Tick]
    axis: list[Tick]
    #: Marked months, such as falls; `label` is the reason.
    marks: list[Point]
    #: The values of every month, for the table beside the chart.
    readings: list[Reading]

    @property
    def last(self) -> Point | None:
        return self.points[-1] if self.points else None

    @property
    def last_label(self) -> Point | None:
        """The position of the last value's text: below its dot, or above it when target or axis are near."""
        if self.last is None:
            return None
        x, below, above = self.last.x + 6, self.last.y + 17, self.last.y - 9
        places = [below, above] if below <= self.bottom - 2 else [above]
        if self.target is not None and x + LABEL_WIDTH > self.target.x - 8:
            taken = self.target.y + 4
            places += [taken - LABEL_HEIGHT, taken + LABEL_HEIGHT]
            places = [y for y in places if abs(y - taken) >= LABEL_HEIGHT and y >= LABEL_HEIGHT]
        return Point(x, places[0], self.last.label.rpartition(": ")[2])


def line_chart(
    values: Sequence[tuple[date, Fraction | None]],
    path: Sequence[tuple[date, Fraction]] = (),
    *,
    marks: Mapping[date, str] = EMPTY,
    width: int = 560,
    height: int = 230,
) -> LineChart | None:
    """The chart; None when no month has a value. `path` goes from the baseline to the target; a target alone is a path
    of one point.

    `marks` are tooltips by month; months without a value get no mark.
    """
    known = [(month, rate) for month, rate in values if rate is not None]
    if not known:
        return None
    left, right, top, bottom = 44, width - 92, 12, height - 26
    shown = [rate * 100 for _month, rate in (*known, *path)]
    low, high, step = _scale(min(shown), max(shown))
    first = min(month for month, _rate in (*known, *path))  # leave out the months before the first figure
    span = max(months.months_between(first, max(month for month, _rate in (*values, *path))), 1)

    def x(month: date) -> int:
        return left + round_count(Fraction(months.months_between(first, month) * (right - left), span))

    def y(rate: Fraction) -> int:
        return bottom - round_count((rate * 100 - low) * (bottom - top) / (high - low))

    ends = [path[0], path[-1]] if len(path) > 1 else []
    return LineChart(
        width=width,
        height=height,
        left=left,
        right=right,
        bottom=bottom,
        line=month_path([(month, x(month), y(rate)) for month, rate in known]),
        points=[Point(x(month), y(rate), f"{months.month_name(month)}: {format_rate(rate)}") for month, rate in known],
        goal=" ".join(f"{'L' if at else 'M'}{x(month)} {y(rate)}" for at, (month, rate) in enumerate(ends)),
        target=Point(x(path[-1][0]), y(path[-1][1]), format_rate(path[-1][1])) if path else None,
        grid=[Tick(y(Fraction(at, 100)), f"{at}%") for at in range(low, high + 1, step)],
        axis=month_axis(first, span, x),
        marks=[Point(x(month), y(rate), marks[month]) for month, rate in known if month in marks],
        readings=_readings(dict(values), path, first, span),
    )


def _readings(
    values: Mapping[date, Fraction | None], path: Sequence[tuple[date, Fraction]], first: date, span: int
) -> list[Reading]:
    """The months of the chart in chronological order; the path between its ends is a straight line."""
    goal = path[-1] if path else None
    found = []
    for step in range(span + 1):
        month = months.add_months(first, step)
        value, on_path = values.get(month), _on_path(path, month)
        if value is not None or on_path is not None:
            found.append(Reading(month, value, on_path, goal[1] if goal and goal[0] == month else None))
    return found


def _on_path(path: Sequence[tuple[date, Fraction]], month: date) -> Fraction | None:
    if not path or not path[0][0] <= month <= path[-1][0]:
        return None
    (start, low), (end, high) = path[0], path[-1]
    return low + (high - low) * months.months_between(start, month) / max(months.months_between(start, end), 1)


def _scale(low: Fraction, high: Fraction) -> tuple[int, int, int]:
    """Bottom, top and step in whole percents around the values, with at most six grid lines, from 0 upwards."""
    for step in STEPS:
        bottom = max(0, floor(low / step) * step)
        top = max(ceil(high / step) * step, bottom + step)
        if (top - bottom) / step < MOST_GRID_LINES:
            return bottom, top, step
    return 0, ceil(high / STEPS[-1]) * STEPS[-1], STEPS[-1] * ceil(high / (STEPS[-1] * MOST_GRID_LINES))
