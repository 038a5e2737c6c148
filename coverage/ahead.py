"""Facts read ahead for a page that shows a month, the two years before it and the growth of the potential."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Count

from reporting import months

from .positions import Facts, Figure, SegmentSum, workers_of
from .rating import heads_of, rated_months
from .stocks import Basis, Cell, Rated, Stock
from .vintages import Potentials


@dataclass(frozen=True)
class FactsAhead(Facts):
    """Answers like `Facts`; what it was told it would be asked for is read once."""

    segments: SegmentSum
    first: date
    last: date
    #: Potentials of these segments in every month from the first to the last.
    in_force: dict[date, Potentials]
    #: Figures by month, as far as they have been read.
    read: dict[date, list[Figure]] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Facts, segments: SegmentSum, first: date, last: date) -> FactsAhead:
        """With the potentials of this sum in every month from `first` to `last`. Two queries."""
        in_force = facts.potentials(segments.with_potential, months.span(first, last))
        return cls(facts.records, facts.estimates, facts.regencies, segments, first, last, in_force)

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
        return {
            (province, None): {month: stock for month, (stock, _known) in by_month.items() if first <= month <= last}
            for province, by_month in self._provinces.items()
        }

    def rates(self, segments: SegmentSum, first: date, last: date, basis: Basis) -> dict[date, Rated]:
        if not self._has(segments, first, last):
            return super().rates(segments, first, last, basis)
        place = basis == Basis.VERIFIED
        totals: dict[date, tuple[int, int]] = {}
        for by_month in self._provinces.values():
            for month, (stock, known) in by_month.items():
                heads, figures = totals.get(month, (0, 0))
                totals[month] = (heads + (stock.on(basis) or 0), figures + known[place])
        span, in_force = months.span(first, last), workers_of(self.in_force)
        records = self.of_sum(segments, span)

        def known_in(month: date) -> Iterable[tuple[Cell, str]]:
            for _month, province, regency, segment, _origin, *heads, _was in self.figures([month], segments.codes):
                if heads[place] is not None:
                    yield (province, regency), segment

        return rated_months(records, basis, segments.with_potential, in_force, span, totals, known_in)

    def _has(self, segments: SegmentSum, first: date, last: date) -> bool:
        return segments.codes == self.segments.codes and self.first <= first and last <= self.last

    @cached_property
    def _provinces(self) -> dict[str, dict[date, tuple[Stock, tuple[int, int]]]]:
        """By province and month: participants, and how many figures (working, verified) they are the sum of."""
        found: dict[str, dict[date, tuple[Stock, tuple[int, int]]]] = {}
        for province, month, working, verified, *known in (
            self.of_sum(self.segments, months.span(self.first, self.last))
            .values_list("province", "period")
            .annotate(
                working=heads_of("participants"),
                verified=heads_of("verified_participants"),
                working_known=Count("participants"),
                verified_known=Count("verified_participants"),
            )
        ):
            found.setdefault(province, {})[month] = (Stock(working, verified), (known[0], known[1]))
        return found
