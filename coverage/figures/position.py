"""Positions: additive values of area cells, and the rates computed from them.

A province is the sum of its cells, the country the sum of its provinces, so totals agree at every level. Rates are
never added; they are sum over sum. Named tuples instead of dataclasses, because a page makes thousands of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from django.db import models

#: (province code, regency code), or (province code, None) for figures not broken down by regency.
Cell = tuple[str, str | None]


class Basis(models.TextChoices):
    """Which of the two values of a record is counted."""

    VERIFIED = "terverifikasi", "Terverifikasi"
    PROVISIONAL = "sementara", "Sementara"


class Position(NamedTuple):
    """Participants and potential of some cells at the end of a month, in persons; None is unknown, not zero.

    `rated_participants` and `rated_potential` give the rate. Both cover the areas that have a figure, with their whole
    potential. A segment that has a potential counts only where its potential is known; JAKON and PMI have none by
    nature and add to the participants only.
    """

    participants: int | None = None
    potential: int | None = None
    rated_participants: int | None = None
    rated_potential: int | None = None
    reported: int = 0
    carried: int = 0
    expected: int = 0
    #: Verified figures of this month whose working value has been changed since.
    changed: int = 0
    #: Own figures that are not broken down by regency; they are added to those of the regencies.
    province_wide: int = 0

    @property
    def coverage_rate(self) -> Fraction | None:
        """Return participants over potential of the same reported areas; None without potential."""
        if self.rated_participants is None or not self.rated_potential:
            return None
        return Fraction(self.rated_participants, self.rated_potential)

    @property
    def uncovered(self) -> int | None:
        """Return the workers without cover: potential less participants, never below 0."""
        if self.participants is None or self.potential is None:
            return None
        return max(0, self.potential - self.participants)

    @property
    def is_partial(self) -> bool:
        """Return True when the rate covers only part of the potential, because areas have never reported."""
        return self.rated_potential is not None and self.rated_potential != self.potential

    def __add__(self, other: Position) -> Position:  # type: ignore[override]  # of sums, not of tuples
        return sum_positions((self, other))


#: The sum of no cells.
NOWHERE = Position()


def add(left: int | None, right: int | None) -> int | None:
    """Return the sum, where None is ignored: None + 5 is 5, None + None is None."""
    if left is None or right is None:
        return right if left is None else left
    return left + right


class RateParts(NamedTuple):
    """Numerator and denominator of a rate: participants and potential of the same reported areas."""

    participants: int | None = None
    potential: int | None = None

    @property
    def rate(self) -> Fraction | None:
        if self.participants is None or not self.potential:
            return None
        return Fraction(self.participants, self.potential)


class Participants(NamedTuple):
    """Working and verified participants of some cells in a month, in persons."""

    working: int | None = None
    verified: int | None = None

    def __add__(self, other: Participants) -> Participants:  # type: ignore[override]
        return Participants(add(self.working, other.working), add(self.verified, other.verified))

    def on(self, basis: Basis) -> int | None:
        return self.verified if basis == Basis.VERIFIED else self.working


#: A record on one basis: participants, whether they are the month's own, whether they changed since verification.
Value = tuple[int | None, bool, bool]


def add_by_month(parts: Iterable[dict[date, Participants]]) -> dict[date, Participants]:
    """Return the sum of several series, month by month."""
    known = list(parts)
    if len(known) == 1:
        return known[0]
    total: dict[date, tuple[int | None, int | None]] = {}
    for part in known:
        for month, stock in part.items():
            working, verified = total.get(month, (None, None))
            total[month] = (add(working, stock.working), add(verified, stock.verified))
    return {month: Participants(*both) for month, both in total.items()}


def sum_positions(positions: Iterable[Position]) -> Position:
    """Return the sum of positions. Added field by field for speed: a page has twenty thousand of them."""
    known = list(positions)
    if len(known) == 1:
        return known[0]
    participants = potential = rated_participants = rated_potential = None
    reported = carried = expected = changed = province_wide = 0
    for at in known:
        if at.participants is not None:
            participants = at.participants + (participants or 0)
        if at.potential is not None:
            potential = at.potential + (potential or 0)
        if at.rated_participants is not None:
            rated_participants = at.rated_participants + (rated_participants or 0)
        if at.rated_potential is not None:
            rated_potential = at.rated_potential + (rated_potential or 0)
        reported += at.reported
        carried += at.carried
        expected += at.expected
        changed += at.changed
        province_wide += at.province_wide
    return Position(
        participants,
        potential,
        rated_participants,
        rated_potential,
        reported,
        carried,
        expected,
        changed,
        province_wide,
    )
