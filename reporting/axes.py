"""Shared parts of charts over months: points, ticks and the axis of months."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from . import months

#: Space for a label of the axis of months, in units of the drawing.
LABEL_WIDTH = 42


@dataclass(frozen=True, slots=True)
class Point:
    """A month in the chart; `label` is the tooltip."""

    x: int
    y: int
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    at: int
    label: str


def month_axis(first: date, span: int, x: Callable[[date], int]) -> list[Tick]:
    """Ticks for the first month and every quarter, half year or December, so that labels do not overlap.

    `span` is the number of months from the first to the last one, `x` returns the position of a month.
    """
    every = 3 if span <= 18 else 6 if span <= 36 else 12
    ticks = [Tick(x(first), months.short_month(first))]
    for step in range(1, span + 1):
        month = months.add_months(first, step)
        if month.month % every == 0 and x(month) - ticks[-1].at >= LABEL_WIDTH:
            is_december = month.month == 12
            ticks.append(
                Tick(x(month), months.short_month(month) if is_december else months.SHORT_NAMES[month.month - 1])
            )
    return ticks


def month_path(points: Sequence[tuple[date, int, int]]) -> str:
    """The SVG path through (month, x, y) in chronological order, interrupted where a month is missing.

    A single month becomes a line without length, drawn as a dot by round line caps.
    """
    commands = []
    for at, (month, x, y) in enumerate(points):
        joined = at > 0 and months.months_between(points[at - 1][0], month) == 1
        goes_on = at + 1 < len(points) and months.months_between(month, points[at + 1][0]) == 1
        commands.append(f"{'L' if joined else 'M'}{x} {y}" + ("" if joined or goes_on else "h0"))
    return " ".join(commands)
