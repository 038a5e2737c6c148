"""The rule of the coverage rate: which participants are divided by which potential. All rates use it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .position import Cell, RateParts
from .segments import SegmentGroup

#: Participants, or the potential in force, by stored segment and cell, without blanks.
Heads = Mapping[str, Mapping[Cell, int]]


def rate_sums(
    heads: Heads, potential: Heads, segments: SegmentGroup, area_of: Callable[[Cell], Any] | None = None
) -> tuple[dict[Any, int], dict[Any, int]]:
    """Return participants and potential of the rate of one month by area, without areas that have none.

    `area_of` maps a cell to its area; without it every cell is an area.

    The participants of a segment count where its potential is known, or where it has none by nature (JAKON, PMI).
    A cell counts with its whole potential once it has a figure: leaving out the potential of a blank segment would
    show the rate of the other segment as if it were the rate of both. See docs/definitions.md.
    """
    participants: dict[Any, int] = {}
    in_force: dict[Any, int] = {}
    with_figure: set[Cell] = set()
    for segment in segments.stored:
        values = heads.get(segment.pk)
        if not values:
            continue
        with_figure.update(values)
        known = potential.get(segment.pk, {}) if segment.has_potential else None
        for cell, value in values.items():
            if known is None or cell in known:
                area = area_of(cell) if area_of else cell
                participants[area] = participants.get(area, 0) + value
    for segment in segments.stored:
        for cell, workers in potential.get(segment.pk, {}).items() if segment.has_potential else ():
            if cell in with_figure:
                area = area_of(cell) if area_of else cell
                in_force[area] = in_force.get(area, 0) + workers
    return participants, in_force


def rate_parts(
    heads: Heads, potential: Heads, segments: SegmentGroup, area_of: Callable[[Cell], Any]
) -> dict[Any, RateParts]:
    """Return `rate_sums` as one value per area."""
    participants, in_force = rate_sums(heads, potential, segments, area_of)
    areas = dict.fromkeys([*participants, *in_force])
    return {area: RateParts(participants.get(area), in_force.get(area)) for area in areas}


def all_together(cell: Cell) -> None:
    """Return None: all cells are one area."""
