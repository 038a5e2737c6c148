"""Published figures compared with our records for the same area and month."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from coverage.figures.position import Position
from coverage.figures.positions import MonthPositions
from coverage.figures.segments import SegmentGroup
from coverage.models import PublishedFigure
from reporting.months import months_between
from reporting.numbers import NOTHING, format_money, format_number, round_count
from targets.models import Target
from targets.progress.definitions import Progress
from targets.progress.report import figure_of

Measure = PublishedFigure.Measure

#: Segment code -> month -> positions of the cells, and the potentials behind them.
SegmentPositions = Mapping[str, Mapping[date, MonthPositions]]


@dataclass(frozen=True, slots=True)
class PublishedComparison:
    """A published figure and ours in the same unit; `computed` is None when we have none.

    `is_from_published`: our records have no participants in that month, so they were computed from the coverage
    published for the same month and the potential in force. This checks a source against its own figures.
    """

    figure: PublishedFigure
    computed: Fraction | int | None
    is_from_published: bool = False

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
    if unit == PublishedFigure.Unit.MONTHS:
        return format_number(value) + " bulan"
    return format_number(value)


def _percent(rate: Fraction | None) -> Fraction | None:
    return None if rate is None else rate * 100


_FROM_POSITION: dict[str, Callable[[Position], Fraction | int | None]] = {
    Measure.PARTICIPANTS: lambda at: at.participants,
    Measure.POTENTIAL: lambda at: at.potential,
    Measure.COVERAGE_RATE: lambda at: _percent(at.coverage_rate),
    Measure.UNCOVERED: lambda at: at.uncovered,
}
#: Measures computed without participants.
_WITHOUT_PARTICIPANTS = frozenset({Measure.POTENTIAL, Measure.TARGET_RATE, Measure.TARGET_WORKERS})
_FROM_TARGET: dict[str, Callable[[Progress], Fraction | int | None]] = {
    Measure.TARGET_RATE: lambda at: _percent(at.target_rate),
    Measure.TARGET_WORKERS: lambda at: at.target_workers,
    Measure.TARGET_GAP: lambda at: at.gap_workers,
    Measure.TARGET_SURPLUS: lambda at: None if at.gap_workers is None else -at.gap_workers,
}


def comparisons(
    figures: Sequence[PublishedFigure], found: SegmentPositions, sums: Sequence[SegmentGroup], targets: Sequence[Target]
) -> list[PublishedComparison]:
    """Each published figure of one area with the same measure from our records in the month of its date.

    `found` has the area's positions at those months, `targets` are the area's own. No query.
    """
    references = {(row.segment_id, row.year): figure_of(row) for row in targets if row.is_reference}
    headline = next((one.segment.pk for one in sums if one.segment.is_headline), "")
    said = _published_coverage(figures)
    compared = []
    for figure in figures:
        month, segment = figure.as_of.replace(day=1), figure.segment_id or headline
        at, is_ours = _position(found, segment, month), True
        if at.participants is None and at.potential and (segment, month) in said:
            heads = round_count(said[segment, month] * at.potential / 100)
            at = at._replace(participants=heads, rated_participants=heads, rated_potential=at.potential)
            is_ours = figure.measure in _WITHOUT_PARTICIPANTS
        computed: Fraction | int | None = None
        if figure.measure in _FROM_POSITION and figure.segment_id:
            # published coverage is not compared with itself
            if is_ours or figure.measure != Measure.COVERAGE_RATE:
                computed = _FROM_POSITION[figure.measure](at)
        elif figure.measure in _FROM_TARGET and figure.segment_id:
            target = references.get((segment, figure.target_year or month.year))
            progress = Progress(month, at.participants, at.potential, at.coverage_rate, target)
            computed = _FROM_TARGET[figure.measure](progress)
        elif figure.unit == PublishedFigure.Unit.MONTHS and figure.target_year:
            computed = max(0, months_between(month, date(figure.target_year, 12, 1)))
        compared.append(PublishedComparison(figure, computed, computed is not None and not is_ours))
    return compared


def _published_coverage(figures: Sequence[PublishedFigure]) -> dict[tuple[str, date], Fraction]:
    """The published coverage in percent by segment and month, where the sources agree."""
    found: dict[tuple[str, date], set[Fraction]] = {}
    for figure in figures:
        if figure.measure == Measure.COVERAGE_RATE and figure.segment_id and figure.value is not None:
            found.setdefault((figure.segment_id, figure.as_of.replace(day=1)), set()).add(Fraction(figure.value))
    return {key: values.pop() for key, values in found.items() if len(values) == 1}


def _position(found: SegmentPositions, segment: str, month: date) -> Position:
    by_month = found.get(segment)
    return sum(by_month[month].by_cell.values(), Position()) if by_month else Position()
