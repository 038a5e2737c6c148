"""Potentials of cells and segments as they are in force at a month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .stocks import Cell


@dataclass(frozen=True, slots=True)
class Potentials:
    """Potentials in force at the end of a month, per cell and stored segment, with source and start of each."""

    workers: dict[tuple[Cell, str], int]
    origins: dict[tuple[Cell, str], tuple[str, date]]

    def of(self, codes: Iterable[str]) -> Potentials:
        """Only those of these stored segments."""
        parts = self.split()
        return Potentials.joined(parts.get(code) for code in codes)

    def split(self) -> dict[str, Potentials]:
        """One for every segment."""
        found: dict[str, Potentials] = {}
        for key, workers in self.workers.items():
            part = found.get(key[1])
            if part is None:
                part = found[key[1]] = Potentials({}, {})
            part.workers[key], part.origins[key] = workers, self.origins[key]
        return found

    @classmethod
    def joined(cls, parts: Iterable[Potentials | None]) -> Potentials:
        """What `split` took apart, or some of it."""
        known = [part for part in parts if part is not None]
        if len(known) == 1:
            return known[0]
        workers: dict[tuple[Cell, str], int] = {}
        origins: dict[tuple[Cell, str], tuple[str, date]] = {}
        for part in known:
            workers |= part.workers
            origins |= part.origins
        return cls(workers, origins)

    @property
    def by_segment(self) -> dict[str, dict[Cell, int]]:
        found: dict[str, dict[Cell, int]] = defaultdict(dict)
        for (cell, segment), workers in self.workers.items():
            found[segment][cell] = workers
        return found

    @property
    def vintages(self) -> set[tuple[str, date]]:
        """The different (source, effective from) among them."""
        return set(self.origins.values())
