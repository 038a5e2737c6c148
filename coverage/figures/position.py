"""What a position is made of: additive values of area cells, and the rates read from them.

They are named tuples and not dataclasses, because a page makes thousands of them.

A position is additive: a province is the sum of its cells, the country the sum of its provinces, so a total is the same
by every path. Rates are never added; they are sum over sum.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from django.db import models

#: (province code, regency code), or (province code, None) for what is not broken down by regency.
Cell = tuple[str, str | None]


class Basis(models.TextChoices):
    """Which of the two values of a record counts."""

    VERIFIED = "terverifikasi", "Terverifikasi"
    PROVISIONAL = "sementara", "Sementara"


class Position(NamedTuple):
    """Participants and potential of some cells at the end of a month. Heads; None means nothing is known, not zero.

    `rated_participants` and `rated_potential` cover the same reported areas and give the rate: areas that have a
    figure, with their whole potential. A segment that has a potential counts there only where its potential is known;
    JAKON and PMI add to the participants only.
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
    #: Figures of their own that are not broken down by regency; they stand beside the reports of the regencies.
    province_wide: int = 0

    @property
    def coverage_rate(self) -> Fraction | None:
        """Sum of participants over sum of potential of the same reported areas; None without potential."""
        if self.rated_participants is None or not self.rated_potential:
            return None
        return Fraction(self.rated_participants, self.rated_potential)

    @property
    def uncovered(self) -> int | None:
        """Workers without cover: potential less participants, never below 0."""
        if self.participants is None or self.potential is None:
            return None
        return max(0, self.potential - self.participants)

    @property
    def is_partial(self) -> bool:
        """True when the rate covers only part of the potential, because areas have never reported."""
        return self.rated_potential is not None and self.rated_potential != self.potential

    def __add__(self, other: Position) -> Position:  # type: ignore[override]  # of sums, not of tuples
        return sum_positions((self, other))


#: The position of no cell at all.
NOWHERE = Position()


def add(left: int | None, right: int | None) -> int | None:
    """Add where a missing value is neither zero nor poison: None + 5 is 5, None + None is None."""
    if left is None or right is None:
        return right if left is None else left
    return left + right


class RateParts(NamedTuple):
    """What a rate is made of: participants and potential of the same reported areas."""

    participants: int | None = None
    potential: int | None = None

    @property
    def rate(self) -> Fraction | None:
        if self.participants is None or not self.potential:
            return None
        return Fraction(self.participants, self.potential)


class Participants(NamedTuple):
    """Participants of some cells at a month, both as worked on and as verified."""

    working: int | None = None
    verified: int | None = None

    def __add__(self, other: Participants) -> Participants:  # type: ignore[override]
        return Participants(add(self.working, other.working), add(self.verified, other.verified))

    def on(self, basis: Basis) -> int | None:
        return self.verified if basis == Basis.VERIFIED else self.working


#: A record as one basis reads it: heads, whether they are of this month itself, whether they changed since verified.
Value = tuple[int | None, bool, bool]


def add_by_month(parts: Iterable[dict[date, Participants]]) -> dict[date, Participants]:
    """The series of several cells together: added month by month, never over months."""
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
    """The sum of positions; a single one is itself. Added field by field: a page has twenty thousand of them."""
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
