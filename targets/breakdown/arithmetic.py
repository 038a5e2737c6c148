"""Divides a provincial target among its regencies: exact arithmetic on heads, no database.

By every method the parts add up to the target exactly (largest remainder method, equal remainders by code). A regency
whose share cannot be computed gets None, not 0, and the others get the whole target.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


class Undividable(ValueError):
    """The data to divide the target by are missing; the message says which."""


@dataclass(frozen=True, slots=True)
class DividedPart:
    """A regency's potential and participants; None where not known."""

    code: str
    potential: int | None
    participants: int | None

    @property
    def uncovered(self) -> int:
        """Workers not covered; 0 above 100 % or when the potential is not known."""
        return max(0, (self.potential or 0) - (self.participants or 0))


def apportion(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Divide `total` heads in proportion to the weights by the largest remainder method, equal remainders by code.

    Every share is the exact one rounded down or up, so a larger weight never gets less. Raises Undividable when all
    weights are 0.
    """
    everything = sum(weights.values())
    if total < 0 or min(weights.values(), default=0) < 0:
        raise ValueError("Neither the total nor a weight may be negative.")
    if not everything:
        raise Undividable("Tidak ada dasar pembagian: semua bobotnya nol.")
    shares, remainders = {}, {}
    for code, weight in weights.items():
        shares[code], remainders[code] = divmod(total * weight, everything)
    left = total - sum(shares.values())
    for code in sorted(weights, key=lambda code: (-remainders[code], code))[:left]:
        shares[code] += 1
    return shares


def by_potential(total: int, parts: Sequence[DividedPart]) -> dict[str, int | None]:
    """T x W / sum of W: the same target rate everywhere. A regency without a potential gets None.

    Raises Undividable when no regency has a potential.
    """
    weights = {part.code: part.potential for part in parts if part.potential}
    if not weights:
        raise Undividable("Potensi kab/kota belum ada, jadi target tidak dapat dibagi menurut potensi.")
    shares = apportion(total, weights)
    return {part.code: shares.get(part.code) for part in parts}


def by_gap(total: int, parts: Sequence[DividedPart]) -> dict[str, int | None]:
    """P + (T - sum of P) x uncovered / sum of uncovered: growth in proportion to uncovered workers.

    A regency without figures gets None, because blank is not zero. One above 100 %, or without a potential, keeps its
    participants. A target below today's participants reduces all in proportion, T x P / sum of P; if no workers are
    uncovered, growth follows the potential. Participants not broken down by regency are not included. Raises
    Undividable when no regency has figures.
    """
    known = [part for part in parts if part.participants is not None]
    if not known:
        raise Undividable("Kab/kota belum punya angka peserta, jadi target tidak dapat dibagi menurut selisih.")
    now = {part.code: part.participants or 0 for part in known}
    growth = total - sum(now.values())
    if growth < 0:
        shares = apportion(total, now)
    elif growth == 0:
        shares = now
    else:
        added = apportion(growth, _growth_weights(known))
        shares = {code: now[code] + added[code] for code in now}
    return {part.code: shares.get(part.code) for part in parts}


def _growth_weights(parts: Iterable[DividedPart]) -> dict[str, int]:
    """Uncovered workers, or the potential if all are covered. Raises Undividable when no potential is known either."""
    parts = list(parts)
    weights = {part.code: part.uncovered if part.potential else 0 for part in parts}
    if any(weights.values()):
        return weights
    weights = {part.code: part.potential or 0 for part in parts}
    if any(weights.values()):
        return weights
    raise Undividable("Potensi kab/kota belum ada, jadi kenaikan tidak dapat dibagi menurut selisih.")


def remainder(total: int, shares: Iterable[int | None]) -> int:
    """The workers still to distribute; negative when the parts exceed the target."""
    return total - sum(share or 0 for share in shares)
