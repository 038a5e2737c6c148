"""An area over time: coverage, participants by basic segment, and months with falling participants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from coverage.figures.position import Cell, RateParts, add
from coverage.figures.prefetch import PrefetchedFigures
from coverage.figures.segments import SegmentGroup
from coverage.models import WorkerSegment
from reporting import months
from reporting.lines import LineChart, Reading, line_chart
from reporting.numbers import format_count
from reporting.series import SeriesChart, series_chart
from targets.progress.charts import path_of
from targets.progress.data import AreaProgress, Question

#: The spans the page offers, in months.
SPANS = (12, 24, 36, 48, 60)
DEFAULT_SPAN = 24
#: Falls on the page, and causes per fall.
MOST_FALLS = 10
MOST_CAUSES = 3
#: Changes of the potential listed under the chart.
MOST_REVISIONS = 4

#: Participants of a cell by month, on the basis asked for.
Heads = dict[date, int | None]


@dataclass(frozen=True, slots=True)
class Cause:
    """A record that fell in that month, by how much and why. `remark` is empty when no reason was given."""

    area_code: str
    area_name: str
    segment: WorkerSegment
    change: int
    remark: str


@dataclass(frozen=True, slots=True)
class AreaFall:
    """A month with fewer participants than the month before. `by_segment` has the segments known in both months."""

    month: date
    change: int
    before: int
    by_segment: list[tuple[WorkerSegment, int]]
    causes: list[Cause]
    #: How many more records fell without being listed.
    others: int

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.change, self.before) if self.before else None

    @property
    def words(self) -> str:
        """The tooltip of the mark on the chart."""
        remarks = dict.fromkeys(cause.remark for cause in self.causes if cause.remark)
        text = f"{months.month_name(self.month)}: peserta turun {format_count(-self.change)}"
        return f"{text} – {'; '.join(remarks)}" if remarks else f"{text}, belum dijelaskan"


@dataclass(frozen=True, slots=True)
class MonthLine:
    """The figures of one month in the charts."""

    month: date
    rated: RateParts
    #: By segment code.
    heads: dict[str, int | None]


@dataclass(frozen=True, slots=True)
class MonthReading:
    """A row of the table beside the coverage chart."""

    month: date
    rate: Fraction | None
    path: Fraction | None
    target: Fraction | None
    participants: int | None
    potential: int | None


@dataclass(frozen=True)
class History:
    """The months of an area, from the first one with a figure on; `falls` are the largest of `falls_in_all`."""

    span: int
    lines: list[MonthLine]
    segments: list[WorkerSegment]
    falls: list[AreaFall]
    falls_in_all: int

    @property
    def is_short(self) -> bool:
        """Whether fewer months have figures than were asked for."""
        return 0 < len(self.lines) < self.span

    @property
    def revisions(self) -> list[tuple[date, int, int]]:
        """Months in which the potential changed, so that the rate moved without a change of participants."""
        found = []
        for before, now in pairwise(self.lines):
            if before.rated.potential and now.rated.potential and before.rated.potential != now.rated.potential:
                found.append((now.month, before.rated.potential, now.rated.potential))
        return found[-MOST_REVISIONS:]

    def chart(self, area_progress: AreaProgress) -> LineChart | None:
        """The chart of coverage with the path to the target and a mark at every listed fall."""
        rates = [(line.month, line.rated.rate) for line in self.lines]
        return line_chart(rates, path_of(area_progress), marks={fall.month: fall.words for fall in self.falls})

    def readings(self, chart: LineChart) -> list[MonthReading]:
        """The rows of the table beside the chart, newest first."""
        rates, drawn = {line.month: line.rated for line in self.lines}, {at.month: at for at in chart.readings}
        found = []
        for month in sorted({*rates, *drawn}, reverse=True):
            rated, at = rates.get(month) or RateParts(), drawn.get(month) or Reading(month, None, None, None)
            found.append(MonthReading(month, rated.rate, at.path, at.target, rated.participants, rated.potential))
        return found

    def segment_chart(self) -> SeriesChart | None:
        """The chart of participants by basic segment."""
        return series_chart(
            [
                (one.name, short_name(one), {line.month: line.heads.get(one.pk) for line in self.lines})
                for one in self.segments
            ]
        )


def short_name(segment: WorkerSegment) -> str:
    """The label of a line in the chart: the code, which is the common short name for PU and BPU."""
    return "belum dirinci" if segment.pk == WorkerSegment.UNSPLIT else segment.pk


def history(reader: PrefetchedFigures, question: Question, span: int, names: Mapping[str, str]) -> History:
    """The history of one area over `span` months up to the month asked for; `names` are its regencies.

    No query: `reader` holds prefetched figures.
    """
    sums = SegmentGroup.of(question.segment)
    first = months.add_months(question.month, 1 - span)
    eve = months.add_months(first, -1)
    parts = {part.pk: _heads(reader, part, eve, question) for part in sums.stored}
    by_part = {code: _together(cells.values()) for code, cells in parts.items()}
    total = _together(by_part.values())
    rated = reader.monthly_rates(sums, first, question.month, question.basis)
    lines = [
        MonthLine(month, rate, {code: heads.get(month) for code, heads in by_part.items()})
        for month, rate in rated.items()
    ]
    while lines and total.get(lines[0].month) is None:
        lines.pop(0)
    falling = sorted(
        (change, month)
        for month, change in ((line.month, _change(total, line.month)) for line in lines)
        if change is not None and change < 0
    )
    shown = [month for _change, month in falling[:MOST_FALLS]]
    has_value = [part for part in sums.stored if any(line.heads[part.pk] is not None for line in lines)]
    return History(
        span,
        lines,
        has_value,
        [_fall(month, total, by_part, parts, sums, reader.remarks, names) for month in shown],
        len(falling),
    )


def _heads(reader: PrefetchedFigures, part: WorkerSegment, first: date, question: Question) -> dict[Cell, Heads]:
    series = reader.monthly_participants(SegmentGroup(part, (part,)), first, question.month)
    return {
        cell: {month: heads.on(question.basis) for month, heads in monthly.items()} for cell, monthly in series.items()
    }


def _together(parts: Iterable[Heads]) -> Heads:
    total: Heads = {}
    for part in parts:
        for month, heads in part.items():
            total[month] = add(total.get(month), heads)
    return total


def _change(heads: Heads, month: date) -> int | None:
    """The change from the month before; None when one of the two is not known."""
    now, before = heads.get(month), heads.get(months.add_months(month, -1))
    return None if now is None or before is None else now - before


def _fall(
    month: date,
    total: Heads,
    by_part: Mapping[str, Heads],
    parts: Mapping[str, dict[Cell, Heads]],
    sums: SegmentGroup,
    remarks: Mapping[tuple[date, Cell, str], str],
    names: Mapping[str, str],
) -> AreaFall:
    change, before = _change(total, month) or 0, total[months.add_months(month, -1)] or 0  # a fall: both are known
    causes = []
    for part in sums.stored:
        for cell, heads in parts[part.pk].items():
            lost = _change(heads, month)
            if lost is not None and lost < 0:
                code = cell[1] or cell[0]
                name = names.get(code, "") if cell[1] else "tidak dirinci per kab/kota"
                causes.append(Cause(code, name, part, lost, remarks.get((month, cell, part.pk), "")))
    causes.sort(key=lambda cause: (cause.change, cause.area_code))
    by_segment = [(part, _change(by_part[part.pk], month)) for part in sums.stored]
    return AreaFall(
        month,
        change,
        before,
        [(part, lost) for part, lost in by_segment if lost],
        causes[:MOST_CAUSES],
        max(0, len(causes) - MOST_CAUSES),
    )
