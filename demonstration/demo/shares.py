"""Repeatable chance, exact splitting of totals, and straight lines between way points.

Only `+ - * /` and `fsum` on floats: these give the same bits on every machine and Python, powers, logarithms and `sum`
need not.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from math import fsum
from random import Random


def chance(*key: object) -> Random:
    """A generator that depends on nothing but `key` (the codes it is for). Use `.random()` only: it never changes."""
    return Random(":".join(str(part) for part in key))


def swing(generator: Random, width: float) -> float:
    """A number between -width and +width."""
    return width * (2 * generator.random() - 1)


def apportion(weights: Sequence[float], total: int) -> list[int]:
    """Whole numbers in proportion to `weights` that sum to `total` exactly (largest remainders first)."""
    scale = total / fsum(weights)
    exact = [weight * scale for weight in weights]
    whole = [int(value) for value in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: (whole[index] - exact[index], index))
    for index in by_remainder[: total - sum(whole)]:
        whole[index] += 1
    return whole


def between(points: Mapping[int, float], at: int) -> float:
    """The straight line through `points` (index: value) at `at`; flat before the first and after the last."""
    known = sorted(points)
    if at <= known[0]:
        return points[known[0]]
    for left, right in itertools.pairwise(known):
        if at <= right:
            return points[left] + (points[right] - points[left]) * (at - left) / (right - left)
    return points[known[-1]]
