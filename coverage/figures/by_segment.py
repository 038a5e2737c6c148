"""Positions of many segments side by side, added up by area: every figure is read once and goes into its sums at once.

Cell by cell, as `Facts.positions_of_each` does it, a page of twenty segments would hold forty thousand positions to
show eight hundred.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from .position import Basis, Cell, Position, add, together
from .rates import field_of, heads_of
from .reader import Facts
from .segments import SegmentSum

#: Workers in force by stored segment and cell.
Workers = dict[str, dict[Cell, int]]


def positions_by_area(
    facts: Facts, sums: Iterable[SegmentSum], month: date, basis: Basis, area_of: Callable[[Cell], str]
) -> dict[str, dict[str, Position]]:
    """By segment code and area: heads, potential, what the rate is made of, figures changed since verified.

    `area_of` says in which area a cell is counted. Nothing is said about reports (`reported`, `carried`, `expected` and
    `province_wide` stay 0). At most five queries, whatever the number of areas and segments.
    """
    sums = list(sums)
    stored = {part.pk: part.has_potential for one in sums for part in one.stored}
    with_potential = [code for code, has_potential in stored.items() if has_potential]
    workers = facts.potentials(with_potential, [month])[month].by_segment
    potential = _potential(workers, area_of)
    heads: dict[str, dict[Cell, int]] = {code: {} for code in stored}
    for segment, province, regency, value in facts.values(month, list(stored), basis):
        heads[segment][province, regency] = value
    changed: dict[str, dict[str, int]] = defaultdict(dict)
    for province, regency, segment in facts.changed(month, list(stored)):
        area = area_of((province, regency))
        changed[segment][area] = changed[segment].get(area, 0) + 1
    of_each = {
        code: _of_segment(
            heads[code],
            workers.get(code, {}) if has_potential else None,
            potential.get(code, {}),
            changed.get(code, {}),
            area_of,
        )
        for code, has_potential in stored.items()
    }
    return {
        one.segment.pk: (
            of_each[one.codes[0]] if len(one.codes) == 1 else _composite(one.codes, of_each, heads, workers, area_of)
        )
        for one in sums
    }


def participants_by_area(
    facts: Facts, sums: Iterable[SegmentSum], month: date, basis: Basis, *, by_province: bool
) -> dict[str, dict[str, int]]:
    """Heads alone by segment code and area, added up by the database. One query."""
    sums = list(sums)
    stored = {code for one in sums for code in one.codes}
    areas = ("province",) if by_province else ("province", "regency")
    known = facts.of_month(month, stored, basis).values_list("segment", *areas)
    heads: dict[str, dict[str, int]] = defaultdict(dict)
    for segment, province, *regency, value in known.annotate(heads=heads_of(field_of(basis))):
        heads[segment][(regency[0] if regency else None) or province] = value
    found: dict[str, dict[str, int]] = {}
    for one in sums:
        here = found[one.segment.pk] = {}
        for code in one.codes:
            for area, value in heads[code].items():
                here[area] = here.get(area, 0) + value
    return found


def _potential(workers: Workers, area_of: Callable[[Cell], str]) -> dict[str, dict[str, int]]:
    """By segment and area."""
    found: dict[str, dict[str, int]] = {}
    for code, cells in workers.items():
        here = found[code] = {}
        for cell, count in cells.items():
            area = area_of(cell)
            here[area] = here.get(area, 0) + count
    return found


def _of_segment(
    heads: Mapping[Cell, int],
    workers: Mapping[Cell, int] | None,
    potential: Mapping[str, int],
    changed: Mapping[str, int],
    area_of: Callable[[Cell], str],
) -> dict[str, Position]:
    """One stored segment by area; `workers` None for one that has no potential by nature."""
    participants: dict[str, int] = {}
    rated: dict[str, int] = {}
    rated_potential: dict[str, int] = {}
    for cell, value in heads.items():
        area = area_of(cell)
        participants[area] = participants.get(area, 0) + value
        if workers is None:
            rated[area] = rated.get(area, 0) + value
        elif (count := workers.get(cell)) is not None:
            rated[area] = rated.get(area, 0) + value
            rated_potential[area] = rated_potential.get(area, 0) + count
    return {
        area: Position(
            participants.get(area),
            potential.get(area),
            rated.get(area),
            rated_potential.get(area),
            changed=changed.get(area, 0),
        )
        for area in participants.keys() | potential.keys() | changed.keys()
    }


def _composite(
    codes: list[str],
    of_each: Mapping[str, Mapping[str, Position]],
    heads: Mapping[str, Mapping[Cell, int]],
    workers: Workers,
    area_of: Callable[[Cell], str],
) -> dict[str, Position]:
    """The sum of its components, but a cell counts with its whole potential once it has a figure in one of them."""
    rated_potential: dict[str, int | None] = {}
    in_force = [workers[code] for code in codes if code in workers]
    for cell in set[Cell]().union(*(heads[code] for code in codes)):
        area = area_of(cell)
        for one in in_force:
            rated_potential[area] = add(rated_potential.get(area), one.get(cell))
    found = {}
    for area in set[str]().union(*(of_each[code] for code in codes)):
        at = together(of_each[code][area] for code in codes if area in of_each[code])
        found[area] = Position(
            at.participants, at.potential, at.rated_participants, rated_potential.get(area), changed=at.changed
        )
    return found
