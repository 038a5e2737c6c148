"""Positions of cells from figures that were read: participants, potential, what makes the rate, and who reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from coverage.models import CoverageRecord

from .position import Basis, Cell, Position, Value
from .potentials import Potentials
from .rates import Heads, rate_sums
from .segments import SegmentGroup

#: Month, province, regency, segment, origin, working and verified participants, whether it was verified.
Figure = tuple[date, str, str | None, str, str, int | None, int | None, bool]


class MonthPositions(NamedTuple):
    """The position of every cell in a month, and the potentials it is based on."""

    by_cell: dict[Cell, Position]
    potentials: Potentials
    #: Participants by stored segment and cell, blanks left out.
    heads: Heads


def heads_in(figures: Iterable[Figure], basis: Basis) -> dict[date, dict[str, dict[Cell, int]]]:
    """Return participants by month, stored segment and cell, without blanks."""
    found: dict[date, dict[str, dict[Cell, int]]] = defaultdict(lambda: defaultdict(dict))
    for month, province, regency, segment, _origin, working, verified, _was_verified in figures:
        value = verified if basis == Basis.VERIFIED else working
        if value is not None:
            found[month][segment][province, regency] = value
    return found


def positions_of_each(
    groups: Iterable[SegmentGroup],
    figures: Iterable[Figure],
    potentials: Mapping[date, Potentials],
    regencies: Iterable[str],
    basis: Basis,
) -> dict[str, dict[date, MonthPositions]]:
    """Return positions by segment code and month from `figures`; `regencies` are the codes of those in use."""
    rows: dict[date, dict[str, dict[Cell, Value]]] = {month: defaultdict(dict) for month in potentials}
    heads: dict[date, dict[str, dict[Cell, int]]] = {month: defaultdict(dict) for month in potentials}
    reads_verified, own = basis == Basis.VERIFIED, CoverageRecord.OWN
    for month, province, regency, segment, origin, working, verified, was_verified in figures:
        cell, is_changed = (province, regency), was_verified and working != verified
        value, is_own = (verified, was_verified) if reads_verified else (working, origin in own)
        rows[month][segment][cell] = (value, is_own, is_changed)
        if value is not None:
            heads[month][segment][cell] = value
    served = [(code[:2], code) for code in regencies]
    return {
        group.segment.pk: {
            month: MonthPositions(
                _positions(rows[month], heads[month], at.workers, group, served),
                at.of(group.with_potential),
                heads[month],
            )
            for month, at in potentials.items()
        }
        for group in groups
    }


def _positions(
    rows: Mapping[str, Mapping[Cell, Value]],
    heads: Heads,
    potential: Heads,
    segments: SegmentGroup,
    served: Iterable[Cell],
) -> dict[Cell, Position]:
    """Return the position of every cell; `rows`, `heads` and `potential` by segment, `served` the regencies in use."""
    rated, rated_in_force = rate_sums(heads, potential, segments)
    parts = [(code, rows.get(code, {}), potential.get(code, {})) for code in segments.codes]
    expected, must_report = segments.expected, set(served)
    found: dict[Cell, Position] = {}
    for cell in must_report.union(*(of_part for _code, *both in parts for of_part in both)):
        participants = workers = None
        own: set[str] = set()
        changed = 0
        for code, values, in_force_here in parts:
            count = in_force_here.get(cell)
            if count is not None:
                workers = count if workers is None else workers + count
            if cell not in values:
                continue
            value, is_own, is_changed = values[cell]
            changed += is_changed
            if value is not None:
                participants = value if participants is None else participants + value
                if is_own:
                    own.add(code)
        if expected:
            counts = cell in must_report
            reported = counts and expected <= own
        else:  # a group is expected where it has a figure or a potential
            counts = participants is not None or workers is not None
            reported = bool(own)
        found[cell] = Position(
            participants,
            workers,
            rated.get(cell),
            rated_in_force.get(cell),
            int(reported),
            carried=int(counts and not reported and participants is not None),
            expected=int(counts),
            changed=changed,
            province_wide=int(bool(expected) and cell[1] is None and bool(own)),
        )
    return found
