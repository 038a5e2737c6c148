"""Reads scorecards, the printed page of an area. The figures of a province are read once for all its sheets.

A scorecard has the same data as the page of the area, from the same functions; `layout` writes it for paper.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from accounts.models import User
from coverage.figures.position import Cell, Position, add_by_month
from coverage.figures.potentials import Potentials
from coverage.figures.reader import FigureReader
from coverage.figures.segments import SegmentGroup
from coverage.models import CoverageRecord, Province, Regency, WorkerSegment
from reporting import months
from targets.models import Target
from targets.progress.charts import LOOK_BACK
from targets.progress.data import AreaProgress, ProgressData, Question
from targets.progress.forecast import Forecast, forecast, growth_between
from targets.progress.report import figure_of, targets_of

#: The most falls on a sheet, and the least fall as a share of participants.
MOST_FALLS = 3
SMALLEST_FALL = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class ScorecardLine:
    """A segment or group of the area in the month."""

    segment: WorkerSegment
    position: Position

    @property
    def is_empty(self) -> bool:
        return self.position.participants is None and self.position.potential is None


@dataclass(frozen=True, slots=True)
class ScorecardFall:
    """Participants lost in a month; `reasons` are ordered by loss, the largest first."""

    month: date
    change: int
    before: int
    reasons: tuple[str, ...]

    @property
    def share(self) -> Fraction:
        return Fraction(self.change, self.before)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The data of one area's sheet."""

    area: Province | Regency
    question: Question
    area_progress: AreaProgress
    forecast: Forecast | None
    #: Coverage of the last 24 months.
    rates: list[tuple[date, Fraction | None]]
    additive: list[ScorecardLine]
    groups: list[ScorecardLine]
    targets: list[tuple[Target, AreaProgress]]
    falls: list[ScorecardFall]
    potentials: Potentials

    @property
    def chosen(self) -> Target | None:
        """The target that progress is measured against."""
        return next((target for target, area_progress in self.targets if area_progress is self.area_progress), None)


class Scorecards:
    """The sheets of a province and its regencies, or of one regency. A fixed number of queries."""

    def __init__(self, user: User, area: Province | Regency, question: Question) -> None:
        self.user, self.area, self.question = user, area, question
        month, basis = question.month, question.basis
        reader = FigureReader.visible_to(user, question.known_on)
        self.reader = reader.in_provinces([area.code]) if isinstance(area, Province) else reader.in_regency(area.code)
        self.progress_data = ProgressData(self.reader, question)
        self.segments = SegmentGroup.of(question.segment)
        span = [months.add_months(month, -back) for back in range(LOOK_BACK, -1, -1)]
        self.history = self.reader.positions(self.segments, span, basis)
        self.sums = SegmentGroup.all_active()
        self.by_segment = self.reader.positions_of_each(self.sums, [month], basis)

    @cached_property
    def targets(self) -> dict[str, list[Target]]:
        """All targets of the segment, by area."""
        found: dict[str, list[Target]] = defaultdict(list)
        rows = targets_of(self.user, self.question.known_on).filter(segment=self.question.segment)
        here = {"province": self.area.code} if isinstance(self.area, Province) else {"regency": self.area.code}
        for row in rows.filter(**here).select_related("source").order_by("year", "source__position", "source"):
            found[row.regency_id or row.province_id].append(row)
        return found

    @cached_property
    def reasons(self) -> dict[tuple[date, Cell], list[str]]:
        """Reasons of changed figures in the last twelve months, by month and cell."""
        labels = dict(CoverageRecord.Reason.choices)
        first = months.add_months(self.question.month, -11)
        found: dict[tuple[date, Cell], list[str]] = defaultdict(list)
        rows = (
            self.reader.records.filter(
                period__gte=first, period__lte=self.question.month, segment__in=self.segments.codes
            )
            .exclude(change_reason="", note="")
            .order_by("period", "province", "regency", "segment__position")
            .values_list("period", "province", "regency", "change_reason", "note")
        )
        for month, province, regency, reason, note in rows:
            said = labels.get(reason, "") if reason and reason != CoverageRecord.Reason.OTHER else note
            found[month, (province, regency)].append(said or labels.get(reason, ""))
        return found

    @cached_property
    def previous_potentials(self) -> dict[date, Potentials]:
        """Potentials of the month before each newest vintage, by the month in which the vintage begins."""
        starts = {since.replace(day=1) for _source, since in self.progress_data.potentials.vintages}
        before = [months.add_months(start, -1) for start in starts]
        if not before:
            return {}
        found = self.reader.potentials(self.segments.with_potential, before)
        return {start: found[months.add_months(start, -1)] for start in starts}

    def cells_of(self, area: Province | Regency) -> list[Cell]:
        """The cells of the area in all segments; for a province with the part not broken down."""
        if isinstance(area, Regency):
            return [(area.code[:2], area.code)]
        # Previous months include cells that are out of use now.
        found = dict.fromkeys((*self.progress_data.now, *self.progress_data.monthly_participants))
        for by_month in self.by_segment.values():
            found.update(dict.fromkeys(by_month[self.question.month].by_cell))
        return list(found)

    def sheet(self, area: Province | Regency) -> Scorecard:
        """The sheet of `area`: the area asked for, or a regency in it."""
        question, cells = self.question, self.cells_of(area)
        wanted = set(cells)
        targets = [
            (target, self.progress_data.area_progress(area.code, area.name, cells, figure_of(target)))
            for target in self.targets.get(area.code, ())
        ]
        chosen = next((area_progress for target, area_progress in targets if self._is_chosen(target)), None)
        area_progress = chosen or self.progress_data.area_progress(area.code, area.name, cells, None)
        lines = [
            ScorecardLine(one.segment, _sum_of(self.by_segment[one.segment.pk][question.month].by_cell, wanted))
            for one in self.sums
        ]
        group = WorkerSegment.Kind.GROUP
        potentials = self.progress_data.potentials.within(wanted)
        return Scorecard(
            area=area,
            question=question,
            area_progress=area_progress,
            forecast=forecast(self.progress_data, area_progress, self._growth(potentials, wanted)),
            rates=[(month, _sum_of(at.by_cell, wanted).coverage_rate) for month, at in self.history.items()],
            additive=[line for line in lines if line.segment.kind != group],
            groups=[line for line in lines if line.segment.kind == group],
            targets=targets,
            falls=self._falls(cells),
            potentials=potentials,
        )

    def _is_chosen(self, target: Target) -> bool:
        if target.year != self.question.target_year:
            return False
        source = self.question.source
        return target.source_id == source.pk if source else target.is_reference

    def _growth(self, potentials: Potentials, cells: set[Cell]) -> Fraction:
        if not potentials.vintages:
            return Fraction(0)
        newest = max(since for _source, since in potentials.vintages).replace(day=1)
        return growth_between(self.previous_potentials[newest].within(cells), potentials)

    def _falls(self, cells: list[Cell]) -> list[ScorecardFall]:
        """The largest falls of the last twelve months, in chronological order."""
        basis, month = self.question.basis, self.question.month
        by_cell = self.progress_data.monthly_participants
        monthly = add_by_month(by_cell[cell] for cell in cells if cell in by_cell)
        found = []
        for back in range(11, -1, -1):
            at = months.add_months(month, -back)
            earlier = months.add_months(at, -1)
            if at not in monthly or earlier not in monthly:
                continue
            now, before = monthly[at].on(basis), monthly[earlier].on(basis)
            if now is not None and before and Fraction(before - now, before) >= SMALLEST_FALL:
                found.append((now - before, at, before))
        biggest = sorted(sorted(found)[:MOST_FALLS], key=lambda one: one[1])
        return [ScorecardFall(at, change, before, self._said(at, cells)) for change, at, before in biggest]

    def _said(self, month: date, cells: list[Cell]) -> tuple[str, ...]:
        """Reasons ordered by the heads lost in their cells, the largest loss first, as on the area's page."""
        lost: dict[str, int] = defaultdict(int)
        for cell in cells:
            for said in dict.fromkeys(self.reasons.get((month, cell), ())):
                lost[said] += self._lost(cell, month)
        return tuple(sorted(lost, key=lambda said: (-lost[said], said)))

    def _lost(self, cell: Cell, month: date) -> int:
        """Heads lost since the month before; 0 without a loss, or when one of the two is not known."""
        monthly, basis = self.progress_data.monthly_total([cell]), self.question.basis
        earlier = months.add_months(month, -1)
        if month not in monthly or earlier not in monthly:
            return 0
        now, before = monthly[month].on(basis), monthly[earlier].on(basis)
        return 0 if now is None or before is None else max(0, before - now)


def _sum_of(at: Mapping[Cell, Position], wanted: Iterable[Cell]) -> Position:
    return sum((at[cell] for cell in wanted if cell in at), Position())
