"""Potentials of cells and segments as they are in force at a month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from .position import Cell


@dataclass(frozen=True)
class Potentials:
    """Potentials in force at the end of a month, per cell and stored segment, with source and start of each.

    Not to be changed: they are kept between requests, and so is how they were looked at.
    """

    workers: dict[tuple[Cell, str], int]
    origins: dict[tuple[Cell, str], tuple[str, date]]

    def of(self, codes: Iterable[str]) -> Potentials:
        """Only those of these stored segments."""
        parts = self.parts
        known = [parts[code] for code in codes if code in parts]
        if len(known) == len(parts):
            return self
        if len(known) == 1:
            return known[0]
        workers: dict[tuple[Cell, str], int] = {}
        origins: dict[tuple[Cell, str], tuple[str, date]] = {}
        for part in known:
            workers |= part.workers
            origins |= part.origins
        return Potentials(workers, origins)

    @cached_property
    def parts(self) -> dict[str, Potentials]:
        """One for every segment."""
        found: dict[str, Potentials] = {}
        for key, workers in self.workers.items():
            part = found.get(key[1])
            if part is None:
                part = found[key[1]] = Potentials({}, {})
            part.workers[key], part.origins[key] = workers, self.origins[key]
        return found

    @cached_property
    def by_segment(self) -> dict[str, dict[Cell, int]]:
        return {
            code: {cell: workers for (cell, _), workers in part.workers.items()} for code, part in self.parts.items()
        }

    @cached_property
    def vintages(self) -> frozenset[tuple[str, date]]:
        """The different (source, effective from) among them."""
        return frozenset(self.origins.values())
