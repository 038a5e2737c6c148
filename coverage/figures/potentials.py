"""Potentials in force at the end of a month, and their cache.

Every report reads them, they change about once a year, and finding those in force scans all vintages. The cache key
has the token of `Revision`, which is renewed in the transaction that changes them. The token is read first and from
the same database as the potentials, so that neither a process nor a replica returns older ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.core.cache import cache

from coverage.models import Revision
from reporting import months

from .position import Cell

#: Province, regency, segment, effective from, workers, source.
Vintage = tuple[str, str | None, str, date, int, str]


@dataclass(frozen=True)
class Potentials:
    """Potentials in force at the end of a month, in workers, with source and start, by stored segment and cell."""

    workers: dict[str, dict[Cell, int]]
    sources: dict[str, dict[Cell, tuple[str, date]]]

    def at(self, cell: Cell, segment: str) -> int | None:
        """Return the workers of a cell and stored segment; None where no potential is known."""
        return self.workers.get(segment, {}).get(cell)

    def items(self) -> Iterator[tuple[Cell, str, int]]:
        """Yield cell, stored segment and workers of each."""
        for segment, at in self.workers.items():
            for cell, workers in at.items():
                yield cell, segment, workers

    def of(self, codes: Iterable[str]) -> Potentials:
        """Return only those of these stored segments."""
        known = [code for code in codes if code in self.workers]
        return Potentials({code: self.workers[code] for code in known}, {code: self.sources[code] for code in known})

    def within(self, cells: Iterable[Cell]) -> Potentials:
        """Return only those of these cells."""
        kept = frozenset(cells)

        def only(by_segment: dict) -> dict:
            return {code: {cell: at[cell] for cell in at.keys() & kept} for code, at in by_segment.items()}

        return Potentials(only(self.workers), only(self.sources))

    @property
    def total(self) -> int:
        """Return the workers of all cells and segments together."""
        return sum(sum(at.values()) for at in self.workers.values())

    @cached_property
    def vintages(self) -> frozenset[tuple[str, date]]:
        """Return the distinct (source, effective from)."""
        return frozenset(vintage for at in self.sources.values() for vintage in at.values())


def in_force(rows: Sequence[Vintage], wanted: Iterable[date]) -> dict[date, Potentials]:
    """Return for each month the vintages with the latest start not after its end; `rows` are ordered oldest first.

    Months without a change between them share one object.
    """
    found: dict[date, Potentials] = {}
    current, taken = Potentials({}, {}), 0
    cells: dict[Cell, Cell] = {}  # one object per cell and source, to save memory in the cache
    distinct: dict[tuple[str, date], tuple[str, date]] = {}
    for month in sorted(wanted):
        end, start = months.month_end(month), taken
        while taken < len(rows) and rows[taken][3] <= end:
            taken += 1
        if taken > start:  # copy, so that the months already done do not change
            current = Potentials(
                {code: dict(at) for code, at in current.workers.items()},
                {code: dict(at) for code, at in current.sources.items()},
            )
            for province, regency, segment, since, count, source in rows[start:taken]:
                cell = (province, regency)
                cell = cells.setdefault(cell, cell)
                current.workers.setdefault(segment, {})[cell] = count
                vintage = (source, since)
                current.sources.setdefault(segment, {})[cell] = distinct.setdefault(vintage, vintage)
        found[month] = current
    return found


def cached(question: str, read: Callable[[], dict[date, Potentials]]) -> dict[date, Potentials]:
    """Return `read()`, cached by `question` and the present token. One query, and those of `read` on a cache miss."""
    token = Revision.token_of(Revision.POTENTIALS)
    if not token:
        return read()
    key = f"potentials-{token}-{hashlib.sha256(question.encode()).hexdigest()}"
    found: Any = cache.get_or_set(key, read, timeout=None)
    return found
