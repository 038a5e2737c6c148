"""Geometry of line charts of head-counts over months, on one scale that begins at zero. Integers only.

Lines are not stacked, so that one line does not move another and a missing month affects its own line only. Lines
differ by dash and label, not by colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from . import months
from .axes import Point, Tick, month_axis, month_path
from .numbers import format_count, round_count

MOST_GRID_LINES = 5
#: The least distance between two labels at the right edge.
LABEL_HEIGHT = 14


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """One line. `place` (0, 1, 2 …) selects the dash; `label` is the short name, placed at `label_y`."""

    place: int
    name: str
    label: str
    path: str
    points: list[Point]
    label_y: int

    @property
    def last(self) -> Point:
        return self.points[-1]


@dataclass(frozen=True, slots=True)
class SeriesChart:
    """The data the template draws."""

    width: int
    height: int
    left: int
    right: int
    bottom: int
    lines: list[SeriesLine]
    grid: list[Tick]
    axis: list[Tick]


def series_chart(
    lines: Sequence[tuple[str, str, Mapping[date, int | None]]], *, width: int = 560, height: int = 230
) -> SeriesChart | None:
    """The chart of (name, short name, participants by month), without lines that have no values; None without any."""
    known = [
        (place, name, label, sorted((month, heads) for month, heads in values.items() if heads is not None))
        for place, (name, label, values) in enumerate(lines)
    ]
    known = [line for line in known if line[-1]]
    if not known:
        return None
    left, right, top, bottom = 72, width - 92, 12, height - 26
    first = min(line[-1][0][0] for line in known)
    span = max(months.months_between(first, max(line[-1][-1][0] for line in known)), 1)
    high, step = scale(max(heads for line in known for _month, heads in line[-1]))

    def x(month: date) -> int:
        return left + round_count(Fraction(months.months_between(first, month) * (right - left), span))

    def y(heads: int) -> int:
        return bottom - round_count(Fraction(heads * (bottom - top), high))

    drawn = []
    for place, name, label, values in known:
        path = month_path([(month, x(month), y(heads)) for month, heads in values])
        points = [
            Point(x(month), y(heads), f"{name}, {months.month_name(month)}: {format_count(heads)}")
            for month, heads in values
        ]
        drawn.append(SeriesLine(place, name, label, path, points, points[-1].y + 4))
    return SeriesChart(
        width,
        height,
        left,
        right,
        bottom,
        _with_room(drawn, bottom),
        [Tick(y(heads), format_count(heads)) for heads in range(0, high + 1, step)],
        month_axis(first, span, x),
    )


def scale(highest: int) -> tuple[int, int]:
    """Top and step of the grid for values from 0 to `highest`: round numbers and few lines."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if highest <= step * MOST_GRID_LINES:
                return max(-(-highest // step), 1) * step, step
        power *= 10


def _with_room(lines: list[SeriesLine], bottom: int) -> list[SeriesLine]:
    """The lines with their labels moved apart, from the lowest one upwards."""
    placed: dict[int, int] = {}
    limit = bottom + 4
    for line in sorted(lines, key=lambda one: (-one.label_y, one.place)):
        placed[line.place] = min(line.label_y, limit)
        limit = placed[line.place] - LABEL_HEIGHT
    return [SeriesLine(one.place, one.name, one.label, one.path, one.points, placed[one.place]) for one in lines]
