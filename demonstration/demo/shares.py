"""Reproducible random numbers, exact distribution of totals, and linear interpolation.

Only `+ - * /` and `fsum` on floats: these give the same bits on every machine and Python version; powers, logarithms
and `sum` need not.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from math import fsum
from random import Random


def chance(*key: object) -> Random:
    """Return a generator seeded by `key` only. Use `.random()`, whose sequence is stable across Python versions."""
    return Random(":".join(str(part) for part in key))


def swing(generator: Random, width: float) -> float:
    """Return a random number between -width and +width."""
    return width * (2 * generator.random() - 1)


def apportion(weights: Sequence[float], total: int) -> list[int]:
    """Return integers in proportion to `weights` whose sum is `total` (largest remainder method)."""
    scale = total / fsum(weights)
    exact = [weight * scale for weight in weights]
    whole = [int(value) for value in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: (whole[index] - exact[index], index))
    for index in by_remainder[: total - sum(whole)]:
        whole[index] += 1
    return whole


def between(points: Mapping[int, float], at: int) -> float:
    """Return the linear interpolation of `points` (index: value) at `at`, constant outside of them."""
    known = sorted(points)
    if at <= known[0]:
        return points[known[0]]
    for left, right in itertools.pairwise(known):
        if at <= right:
            return points[left] + (points[right] - points[left]) * (at - left) / (right - left)
    return points[known[-1]]
