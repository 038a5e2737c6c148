"""Geometry of small charts. Integers only, so that the locale puts no decimal comma into an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .numbers import round_ratio

#: Width of the target's marker, in units of the drawing.
MARKER = 3


@dataclass(frozen=True, slots=True)
class Bullet:
    """A bar that shows value, path and target on one scale; the full width is 100 % of the potential."""

    width: int
    value: int
    path: int | None
    target: int | None
    is_beyond: bool

    @property
    def marker(self) -> int | None:
        """The position of the target's marker, fully visible; None without a target."""
        return None if self.target is None else min(self.target, self.width - MARKER)

    @property
    def value_label(self) -> int:
        """The middle of the value's label, moved so that it fits."""
        return self._label(self.value)

    @property
    def target_label(self) -> int:
        return self._label(self.target or 0)

    def _label(self, at: int) -> int:
        return min(max(at, 36), self.width - 40)


def bullet(
    rate: Fraction | None, target: Fraction | None = None, path: Fraction | None = None, *, width: int = 160
) -> Bullet | None:
    """The bar of a rate; None without one. Above 100 % the bar is full and marked as beyond the scale."""
    if rate is None:
        return None

    def place(share: Fraction | None) -> int | None:
        if share is None:
            return None
        above, below = share.numerator, share.denominator
        at = round_ratio(min(max(above, 0), below) * width, below)
        return max(at, 1) if above > 0 else at  # the smallest share stays visible

    return Bullet(width, place(rate) or 0, place(path), place(target), rate.numerator > rate.denominator)


@dataclass(frozen=True, slots=True)
class Spark:
    """A line without axes; gaps where a value is missing."""

    width: int
    height: int
    path: str
    last: tuple[int, int] | None


def spark(values: Sequence[int | None], *, width: int = 78, height: int = 20, margin: int = 2) -> Spark | None:
    """The line of the values; None without any. A single value is a dot, equal values a straight line."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    low, high = min(known), max(known)
    steps = max(len(values) - 1, 1)
    commands: list[str] = []
    last: tuple[int, int] | None = None
    pen_down = False
    for index, value in enumerate(values):
        if value is None:
            pen_down = False
            continue
        x = margin + round_ratio(index * (width - 2 * margin), steps)
        span = height - 2 * margin
        y = height // 2 if high == low else height - margin - round_ratio((value - low) * span, high - low)
        commands.append(f"{'L' if pen_down else 'M'}{x} {y}")
        goes_on = index + 1 < len(values) and values[index + 1] is not None
        if not pen_down and not goes_on:
            commands[-1] += "h0"  # a single month: a line without length, drawn as a dot by round line caps
        pen_down = True
        last = (x, y)
    return Spark(width, height, " ".join(commands), last)
