"""Published figures beside ours: what was said, what our records give for the same place and month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from coverage.models import PublishedFigure
from coverage.positions import Facts, SegmentSum
from coverage.stocks import Basis, Position
from reporting.numbers import NOTHING, format_money, format_number

from .models import Target
from .progress import Progress
from .standings import figure_of

Measure = PublishedFigure.Measure


@dataclass(frozen=True, slots=True)
class Comparison:
    """A published figure and ours in the same unit; `computed` is None where we have none to compare."""

    figure: PublishedFigure
    computed: Fraction | int | None

    @property
    def difference(self) -> Fraction | None:
        if self.computed is None or self.figure.value is None:
            return None
        return Fraction(self.figure.value) - self.computed

    @property
    def published_text(self) -> str:
        return in_unit(self.figure.value, self.figure.unit)

    @property
    def computed_text(self) -> str:
        return in_unit(self.computed, self.figure.unit)

    @property
    def difference_text(self) -> str:
        if self.difference is None:
            return NOTHING
        if self.figure.unit == PublishedFigure.Unit.PERCENT:
            return format_number(self.difference, 2, signed=True) + " pp"
        return format_number(self.difference, signed=True)


def in_unit(value: Decimal | Fraction | int | None, unit: str) -> str:
    """`760.468`, `24,86%`, `Rp327 miliar`."""
    if value is None:
        return NOTHING
    if unit == PublishedFigure.Unit.PERCENT:
        return format_number(value, 2) + "%"
    if unit == PublishedFigure.Unit.RUPIAH:
        return format_money(value)
    return format_number(value)


def _percent(rate: Fraction | None) -> Fraction | None:
    return None if rate is None else rate * 100


_FROM_POSITION: dict[str, Callable[[Position], Fraction | int | None]] = {
    Measure.PARTICIPANTS: lambda at: at.participants,
    Measure.POTENTIAL: lambda at: at.potential,
    Measure.COVERAGE_RATE: lambda at: _percent(at.coverage_rate),
    Measure.UNCOVERED: lambda at: at.uncovered,
}
_FROM_TARGET: dict[str, Callable[[Progress], Fraction | int | None]] = {
    Measure.TARGET_RATE: lambda at: _percent(at.target_rate),
    Measure.TARGET_WORKERS: lambda at: at.target_workers,
    Measure.TARGET_GAP: lambda at: at.gap_workers,
    Measure.TARGET_SURPLUS: lambda at: None if at.gap_workers is None else -at.gap_workers,
}


def comparisons(
    figures: Sequence[PublishedFigure],
    facts: Facts,
    sums: Sequence[SegmentSum],
    targets: Sequence[Target],
    basis: Basis,
) -> list[Comparison]:
    """Each published figure of one area beside the same measure from our records at the month of its date.

    `facts` are narrowed to the area; `targets` are the area's. Three queries, whatever the number of figures.
    """
    wanted = sorted({figure.as_of.replace(day=1) for figure in figures})
    if not wanted:
        return []
    found = facts.positions_of_each(sums, wanted, basis)
    references = {(row.segment_id, row.year): figure_of(row) for row in targets if row.is_reference}
    headline = next((one.segment.pk for one in sums if one.segment.is_headline), "")
    compared = []
    for figure in figures:
        month, segment = figure.as_of.replace(day=1), figure.segment_id or headline
        at = _position(found, segment, month)
        computed: Fraction | int | None = None
        if figure.measure in _FROM_POSITION and figure.segment_id:
            computed = _FROM_POSITION[figure.measure](at)
        elif figure.measure in _FROM_TARGET and figure.segment_id:
            target = references.get((segment, figure.target_year or month.year))
            progress = Progress(month, at.participants, at.potential, at.coverage_rate, target)
            computed = _FROM_TARGET[figure.measure](progress)
        compared.append(Comparison(figure, computed))
    return compared


def _position(found: dict, segment: str, month: date) -> Position:
    by_month = found.get(segment)
    return sum(by_month[month][0].values(), Position()) if by_month else Position()
