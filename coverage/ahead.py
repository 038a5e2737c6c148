"""Potentials read ahead: a page that shows the month, the months before it and the growth asks for them once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reporting import months

from .positions import Facts, Vintage


@dataclass(frozen=True)
class FactsAhead(Facts):
    """Answers like `Facts`; potentials from memory as far as they were read ahead."""

    codes: frozenset[str]
    #: Days between which potentials are known.
    since: date
    until: date
    read: list[Vintage]

    @classmethod
    def of(cls, facts: Facts, codes: Iterable[str], first: date, last: date) -> FactsAhead:
        """With the potentials of these segments in every month from `first` to `last`. Two queries."""
        wanted, since, until = sorted(codes), months.month_end(first), months.month_end(last)
        rows = list(facts.vintages(wanted, since, until))
        return cls(facts.records, facts.estimates, facts.regencies, frozenset(wanted), since, until, rows)

    def vintages(self, codes: list[str], first: date, last: date) -> list[Vintage]:
        if first < self.since or last > self.until or not self.codes.issuperset(codes):
            return super().vintages(codes, first, last)
        return [row for row in self.read if row[3] <= last and row[2] in codes]
