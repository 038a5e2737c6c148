"""Potentials as they are in force at the end of a month, and the cache that keeps them between requests.

Every report reads them, they change about once a year, and to find those in force all vintages are looked through.
They are cached under the token of `Revision`, which is renewed in the transaction that changes them. The token is read
first, from the database the potentials come from: no process and no replica answers with older ones.
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
    """Potentials in force at the end of a month by stored segment and cell, with the source and start of each."""

    workers: dict[str, dict[Cell, int]]
    origins: dict[str, dict[Cell, tuple[str, date]]]

    def at(self, cell: Cell, segment: str) -> int | None:
        """Workers of a cell and stored segment; None where no potential is known."""
        return self.workers.get(segment, {}).get(cell)

    def items(self) -> Iterator[tuple[Cell, str, int]]:
        """Cell, stored segment and workers of each."""
        for segment, at in self.workers.items():
            for cell, workers in at.items():
                yield cell, segment, workers

    def of(self, codes: Iterable[str]) -> Potentials:
        """Only those of these stored segments."""
        known = [code for code in codes if code in self.workers]
        return Potentials({code: self.workers[code] for code in known}, {code: self.origins[code] for code in known})

    def within(self, cells: Iterable[Cell]) -> Potentials:
        """Only those of these cells."""
        kept = frozenset(cells)

        def only(by_segment: dict) -> dict:
            return {code: {cell: at[cell] for cell in at.keys() & kept} for code, at in by_segment.items()}

        return Potentials(only(self.workers), only(self.origins))

    @property
    def total(self) -> int:
        """Workers of all cells and segments together."""
        return sum(sum(at.values()) for at in self.workers.values())

    @cached_property
    def vintages(self) -> frozenset[tuple[str, date]]:
        """The different (source, effective from) among them."""
        return frozenset(origin for at in self.origins.values() for origin in at.values())


def in_force(rows: Sequence[Vintage], wanted: Iterable[date]) -> dict[date, Potentials]:
    """For each month the vintages with the latest start not after its end; `rows` come oldest first.

    Months between which nothing changed share one answer.
    """
    found: dict[date, Potentials] = {}
    current, taken = Potentials({}, {}), 0
    cells: dict[Cell, Cell] = {}  # one object per cell and origin, so that the cache holds each once
    starts: dict[tuple[str, date], tuple[str, date]] = {}
    for month in sorted(wanted):
        end, start = months.month_end(month), taken
        while taken < len(rows) and rows[taken][3] <= end:
            taken += 1
        if taken > start:  # a new vintage: copy, so that the earlier months keep theirs
            current = Potentials(
                {code: dict(at) for code, at in current.workers.items()},
                {code: dict(at) for code, at in current.origins.items()},
            )
            for province, regency, segment, since, count, source in rows[start:taken]:
                cell = (province, regency)
                cell = cells.setdefault(cell, cell)
                current.workers.setdefault(segment, {})[cell] = count
                origin = (source, since)
                current.origins.setdefault(segment, {})[cell] = starts.setdefault(origin, origin)
        found[month] = current
    return found


def cached(question: str, read: Callable[[], dict[date, Potentials]]) -> dict[date, Potentials]:
    """What `read` answers to this question as potentials stand. One query, and those of `read` when it is new."""
    token = Revision.token_of(Revision.POTENTIALS)
    if not token:
        return read()
    key = f"potentials-{token}-{hashlib.sha256(question.encode()).hexdigest()}"
    found: Any = cache.get_or_set(key, read, timeout=None)
    return found
