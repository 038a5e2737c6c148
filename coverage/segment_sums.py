"""Positions of many segments side by side, added up by area: every figure is read once and goes into its sums at once.

Cell by cell, as `Facts.positions_of_each` does it, a page of twenty segments would hold forty thousand positions to
show eight hundred.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from reporting import months

from .positions import Facts, SegmentSum
from .stocks import Basis, Cell, Position, add, together

#: Workers in force by stored segment and cell.
Workers = dict[str, dict[Cell, int]]


def positions_by_area(
    facts: Facts,
    sums: Iterable[SegmentSum],
    at_months: Iterable[date],
    basis: Basis,
    area_of: Callable[[Cell], str],
) -> dict[str, dict[date, dict[str, Position]]]:
    """By segment code, month and area: heads, potential, what the rate is made of, figures changed since verified.

    `area_of` says in which area a cell is counted. Nothing is said about reports (`reported`, `carried`, `expected` and
    `province_wide` stay 0). Three queries, whatever the number of areas, segments and months.
    """
    wanted, sums = sorted(at_months), list(sums)
    stored = {part.pk: part.has_potential for one in sums for part in one.stored}
    workers = _in_force(facts, [code for code, has_potential in stored.items() if has_potential], wanted)
    potential = {id(one): _potential(one, area_of) for one in workers.values()}
    heads: dict[date, dict[str, dict[Cell, int]]] = {month: {code: {} for code in stored} for month in wanted}
    changed: dict[date, dict[str, dict[str, int]]] = {month: defaultdict(dict) for month in wanted}
    reads_verified = basis == Basis.VERIFIED
    for month, province, regency, segment, _origin, working, verified, counts in facts.figures(wanted, list(stored)):
        value = verified if reads_verified else working
        if value is not None:
            heads[month][segment][province, regency] = value
        if counts and working != verified:
            here, area = changed[month][segment], area_of((province, regency))
            here[area] = here.get(area, 0) + 1
    found: dict[str, dict[date, dict[str, Position]]] = {one.segment.pk: {} for one in sums}
    for month in wanted:
        of_each = {
            code: _of_segment(
                heads[month][code],
                workers[month].get(code, {}) if has_potential else None,
                potential[id(workers[month])].get(code, {}),
                changed[month].get(code, {}),
                area_of,
            )
            for code, has_potential in stored.items()
        }
        for one in sums:
            found[one.segment.pk][month] = (
                of_each[one.codes[0]]
                if len(one.codes) == 1
                else _composite(one.codes, of_each, heads[month], workers[month], area_of)
            )
    return found


def _in_force(facts: Facts, codes: list[str], wanted: list[date]) -> dict[date, Workers]:
    """Months between which no vintage begins share one answer."""
    rows = list(facts.vintages(codes, months.month_end(wanted[0]), months.month_end(wanted[-1])))
    found: dict[date, Workers] = {}
    current: Workers = {}
    taken = 0
    for month in wanted:
        end, start = months.month_end(month), taken
        while taken < len(rows) and rows[taken][3] <= end:
            taken += 1
        if taken > start:
            current = {code: dict(cells) for code, cells in current.items()}
            for province, regency, segment, _since, count, _source in rows[start:taken]:
                current.setdefault(segment, {})[province, regency] = count
        found[month] = current
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
