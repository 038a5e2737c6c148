"""Facts read ahead for a page that shows a month, the two years before it and the growth of the potential."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, Q

from coverage.models import Regency
from reporting import months

from .position import Basis, Cell, Rated, Stock
from .potentials import Potentials
from .rates import field_of, heads_of, rated_months
from .reader import Facts, Figure, workers_of
from .segments import SegmentSum


class Sum(NamedTuple):
    """A province in a month: participants, and of how many figures they are the sum, on the basis asked for."""

    stock: Stock
    figures: int
    #: Regencies that have one, by stored segment.
    regencies: tuple[int, ...]


@dataclass(frozen=True)
class FactsAhead(Facts):
    """Answers like `Facts`; what it was told it would be asked for is read once."""

    segments: SegmentSum
    first: date
    last: date
    basis: Basis
    #: Potentials of these segments in every month from the first to the last.
    in_force: dict[date, Potentials]
    #: Figures by month, as far as they have been read.
    read: dict[date, list[Figure]] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Facts, segments: SegmentSum, first: date, last: date, basis: Basis) -> FactsAhead:
        """With the potentials of this sum in every month from `first` to `last`. Two queries."""
        in_force = facts.potentials(segments.with_potential, months.span(first, last))
        return cls(
            facts.records,
            facts.estimates,
            facts.regencies,
            segments,
            first,
            last,
            basis,
            in_force,
            is_kept=facts.is_kept,
        )

    def potentials(self, codes: Iterable[str], at_months: Iterable[date]) -> dict[date, Potentials]:
        codes, wanted = list(codes), list(at_months)
        if set(codes) != set(self.segments.with_potential) or not self.in_force.keys() >= set(wanted):
            return super().potentials(codes, wanted)
        return {month: self.in_force[month] for month in wanted}

    def figures(self, at_months: list[date], codes: list[str]) -> Iterable[Figure]:
        """Those of a month that were asked for once are kept: the page asks for them with the position and the line."""
        if not self.read.keys() >= set(at_months) or codes != self.segments.codes:
            found = list(super().figures(at_months, codes))
            if codes == self.segments.codes:
                self.read.update({month: [] for month in at_months})
                for row in found:
                    self.read[row[0]].append(row)
            return found
        return [row for month in at_months for row in self.read[month]]

    def series(
        self, segments: SegmentSum, first: date, last: date, *, by_province: bool = False
    ) -> dict[Cell, dict[date, Stock]]:
        if not by_province or not self._has(segments, first, last):
            return super().series(segments, first, last, by_province=by_province)
        found: dict[Cell, dict[date, Stock]] = {}
        for province, by_month in self._provinces.items():
            if within := {month: at.stock for month, at in by_month.items() if first <= month <= last}:
                found[province, None] = within
        return found

    def rates(self, segments: SegmentSum, first: date, last: date, basis: Basis) -> dict[date, Rated]:
        if basis != self.basis or not self._has(segments, first, last):
            return super().rates(segments, first, last, basis)
        place = basis == Basis.VERIFIED
        span, in_force = months.span(first, last), workers_of(self.in_force)
        totals: dict[date, tuple[int, int]] = {}
        for by_month in self._provinces.values():
            for month in by_month.keys() & set(span):
                heads, figures = totals.get(month, (0, 0))
                totals[month] = (heads + (by_month[month].stock.on(basis) or 0), figures + by_month[month].figures)

        def known_in(month: date) -> Iterable[tuple[Cell, str]]:
            for _month, province, regency, segment, _origin, *heads, _was in self.figures([month], segments.codes):
                if heads[place] is not None:
                    yield (province, regency), segment

        told = [month for month in span if totals.get(month, (0, 0))[1]]
        records, doubt = self.of_sum(segments, span), self._in_doubt(told)
        return rated_months(records, basis, segments.with_potential, in_force, span, totals, known_in, doubt)

    def _has(self, segments: SegmentSum, first: date, last: date) -> bool:
        return segments.codes == self.segments.codes and self.first <= first and last <= self.last

    def _in_doubt(self, told: list[date]) -> list[str]:
        """Provinces in which an area may lack a figure in one of these months: all but those counted to be whole.

        Whole is a province where in every month the same segments have a figure of all regencies there are, in use or
        not, and nothing else has one: then there is no room for an area that lacks one.
        """
        if not told:
            return []
        there_are = dict(Regency.objects.order_by().values_list("province").annotate(Count("pk")))
        nothing = Sum(Stock(), 0, (0,) * len(self.segments.codes))
        found = []
        for province, by_month in self._provinces.items():
            first, *others = ((at.figures, at.regencies) for at in (by_month.get(month, nothing) for month in told))
            figures, regencies = first
            is_even = figures == sum(regencies) and all(count in (0, there_are[province]) for count in regencies)
            if not is_even or any(other != first for other in others):
                found.append(province)
        return found

    @cached_property
    def _provinces(self) -> dict[str, dict[date, Sum]]:
        """By province and month. One query."""
        found: dict[str, dict[date, Sum]] = {}
        known, of_regency = field_of(self.basis), Q(regency__isnull=False)
        for province, month, working, verified, figures, *regencies in (
            self.of_sum(self.segments, months.span(self.first, self.last))
            .values_list("province", "period")
            .annotate(
                working=heads_of("participants"),
                verified=heads_of("verified_participants"),
                figures=Count(known),
                **{
                    f"regencies_{place}": Count(known, filter=of_regency & Q(segment=code))
                    for place, code in enumerate(self.segments.codes)
                },
            )
        ):
            found.setdefault(province, {})[month] = Sum(Stock(working, verified), figures, tuple(regencies))
        return found
