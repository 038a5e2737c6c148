"""What charts over months share: points, ticks, and an axis of months whose labels never crowd."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from . import months

#: Room a label of the axis of months takes, in units of the drawing.
LABEL_WIDTH = 42


@dataclass(frozen=True, slots=True)
class Point:
    """A month on the drawing; `label` for the tooltip."""

    x: int
    y: int
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    at: int
    label: str


def month_axis(first: date, span: int, x: Callable[[date], int]) -> list[Tick]:
    """The first month and then every quarter, half year or December, as far as the labels leave each other room.

    `span` is the number of months from the first to the last one, `x` places a month on the drawing.
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
    """The SVG path through (month, x, y) in the order of time: broken where a month is missing.

    A month alone becomes a stroke without length, which round ends make a dot.
    """
    commands = []
    for at, (month, x, y) in enumerate(points):
        joined = at > 0 and months.months_between(points[at - 1][0], month) == 1
        goes_on = at + 1 < len(points) and months.months_between(month, points[at + 1][0]) == 1
        commands.append(f"{'L' if joined else 'M'}{x} {y}" + ("" if joined or goes_on else "h0"))
    return " ".join(commands)
