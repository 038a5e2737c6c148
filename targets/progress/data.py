"""The data of a progress page: the question, and the progress of an area or the total against a target.

Monthly series are read on first use, in one query for all rows of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cached_property

from django.db import models

from accounts.models import Office
from coverage.figures.position import Basis, Cell, Participants, Position, add_by_month, sum_positions
from coverage.figures.positions import positions_of_each
from coverage.figures.prefetch import PrefetchedFigures
from coverage.figures.reader import FigureReader
from coverage.figures.segments import SegmentGroup
from coverage.models import Province, WorkerSegment
from reporting import months
from reporting.charts import Bullet, Spark, bullet, spark
from targets.models import TargetSource

from .definitions import Baseline, Progress, Status, TargetFigure, baseline, observed_pace


class Level(models.TextChoices):
    PROVINCE = "provinsi", "Provinsi"
    REGENCY = "kabkota", "Kab/kota"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The question of a progress page. `source` None means the reference target."""

    month: date
    segment: WorkerSegment
    year: int | None = None
    level: Level = Level.PROVINCE
    province: Province | None = None
    office: Office | None = None
    source: TargetSource | None = None
    basis: Basis = Basis.VERIFIED
    status: Status | None = None
    #: Read everything as known at the end of this day; None: as stored now.
    known_on: date | None = None

    @property
    def target_year(self) -> int:
        return self.year or self.month.year


#: Up to this number of cells, all are read at once because they are on one page.
FEW = 50


class Months:
    """The sum of some cells over the thirteen months up to the position, read on first use: a `Course`."""

    def __init__(self, question: Question, read: Callable[[], dict[date, Participants]]) -> None:
        self.question, self._read = question, read

    @cached_property
    def participants(self) -> dict[date, Participants]:
        return self._read()

    @cached_property
    def heads(self) -> dict[date, int | None]:
        """Participants on the basis asked for."""
        return {month: heads.on(self.question.basis) for month, heads in self.participants.items()}

    @cached_property
    def baseline(self) -> Baseline | None:
        return baseline({month: heads.verified for month, heads in self.participants.items()}, self.question.month)

    @cached_property
    def observed_per_month(self) -> Fraction | None:
        return observed_pace(self.heads, self.question.month)


@dataclass(frozen=True)
class AreaProgress:
    """The position of an area (or the total) and its progress against a target."""

    area_code: str
    area_name: str
    question: Question
    cells: Sequence[Cell]
    position: Position
    target: TargetFigure | None
    months: Months = field(compare=False, repr=False)
    #: Returns the coverage a month before.
    earlier: Callable[[], Fraction | None] = field(compare=False, repr=False)
    rank: int | None = None
    #: The part of a province that is not broken down by regency: included in the total, but not ranked.
    is_province_wide: bool = False

    def against(self, target: TargetFigure | None) -> AreaProgress:
        """The same area measured against another target."""
        return replace(self, target=target)

    @cached_property
    def progress(self) -> Progress:
        at = self.position
        return Progress(self.question.month, at.participants, at.potential, at.coverage_rate, self.target, self.months)

    @property
    def change_points(self) -> Fraction | None:
        """Coverage less that of last month, in percentage points."""
        now, before = self.progress.coverage_rate, self.earlier()
        return None if now is None or before is None else (now - before) * 100

    @property
    def trend(self) -> tuple[int | None, ...]:
        """Participants of the last twelve months."""
        month = self.question.month
        return tuple(self.months.heads.get(months.add_months(month, back)) for back in range(-11, 1))

    @property
    def target_source(self) -> str | None:
        return (self.target.source or None) if self.target else None

    @property
    def target_year(self) -> int | None:
        return self.target.year if self.target else None

    def bar(self, width: int = 160) -> Bullet | None:
        """Coverage, path and target on one scale."""
        progress = self.progress
        path = None
        if progress.path_workers is not None and progress.potential:
            path = Fraction(progress.path_workers, progress.potential)
        return bullet(progress.coverage_rate, progress.target_rate, path, width=width)

    @property
    def drawing(self) -> tuple[Bullet | None, str]:
        """The bar of a table row and the CSS class of its colour."""
        return self.bar(), self.progress.status.css

    @property
    def wide_bar(self) -> Bullet | None:
        """The bar of a page's headline."""
        return self.bar(640)

    @property
    def line(self) -> Spark | None:
        """Participants of the last twelve months."""
        return spark(self.trend)


class ProgressData:
    """The figures for one question, from which the progress of every area on a page is computed."""

    def __init__(
        self,
        reader: FigureReader | PrefetchedFigures,
        question: Question,
        *,
        by_province: bool = False,
        look_back: int = 1,
    ) -> None:
        """`by_province`: only whole provinces are needed, so that the database can sum their months.

        `look_back`: how many months before the position the page shows; potentials are read once for all of them.
        """
        self.reader = reader
        self.question = question
        self.by_province = by_province
        self.segments = SegmentGroup.of(question.segment)
        month = question.month
        before = months.add_months(month, -1)
        span = months.span(months.add_months(month, -look_back), month)
        #: Potentials by month, from `look_back` months before the position.
        self.potentials_by_month = reader.potentials(self.segments.with_potential, span)
        figures = reader.figures([before, month], self.segments.codes)
        in_force = {one: self.potentials_by_month[one] for one in (before, month)}
        found = positions_of_each([self.segments], figures, in_force, reader.names, question.basis)[question.segment.pk]
        self.before = found[before].by_cell
        self.now, self.potentials, self.heads = found[month]
        self._first = months.add_months(month, -12)
        #: Monthly participants of the rows of one page, once prefetched.
        self._of_page: dict[Cell, dict[date, Participants]] | None = None

    @cached_property
    def monthly_participants(self) -> dict[Cell, dict[date, Participants]]:
        """Participants of the last thirteen months by cell, or by province. One query."""
        return self.reader.monthly_participants(
            self.segments, self._first, self.question.month, by_province=self.by_province
        )

    @property
    def _has_all_months(self) -> bool:
        return self.by_province or "monthly_participants" in self.__dict__

    def prefetch(self, rows: Iterable[AreaProgress]) -> None:
        """Read the monthly participants of these rows only, unless all have been read already. One query."""
        if not self._has_all_months:
            cells = [cell for row in rows for cell in row.cells]
            found = self.reader.monthly_participants_of(cells, self.segments, self._first, self.question.month)
            self._of_page = {cell: found.get(cell, {}) for cell in cells}

    def position(self, cells: Iterable[Cell]) -> Position:
        return sum_positions(self.now[cell] for cell in cells if cell in self.now)

    def monthly_total(self, cells: Sequence[Cell]) -> dict[date, Participants]:
        """The sum of these cells over the last thirteen months."""
        if not self._has_all_months and self._of_page is not None and all(cell in self._of_page for cell in cells):
            return add_by_month(self._of_page[cell] for cell in cells)
        keys: Iterable[Cell] = dict.fromkeys((cell[0], None) for cell in cells) if self.by_province else cells
        return add_by_month(self.monthly_participants[key] for key in keys if key in self.monthly_participants)

    def monthly_whole(self) -> dict[date, Participants]:
        """The sum of all cells over the last thirteen months, by the database unless the cells are read anyway."""
        if self._has_all_months or len(self.now) <= FEW:
            return add_by_month(self.monthly_participants.values())
        return self.reader.monthly_total(self.segments, self._first, self.question.month)

    def area_progress(
        self,
        code: str,
        name: str,
        cells: Iterable[Cell],
        target: TargetFigure | None,
        *,
        position: Position | None = None,
        rank: int | None = None,
        is_province_wide: bool = False,
        is_whole: bool = False,
    ) -> AreaProgress:
        """The progress of these cells together; sums are taken before rates. `is_whole`: these are all cells."""
        cells = list(cells)
        return AreaProgress(
            area_code=code,
            area_name=name,
            question=self.question,
            cells=cells,
            position=self.position(cells) if position is None else position,
            target=target,
            months=Months(self.question, self.monthly_whole if is_whole else lambda: self.monthly_total(cells)),
            earlier=lambda: sum_positions(self.before[cell] for cell in cells if cell in self.before).coverage_rate,
            rank=rank,
            is_province_wide=is_province_wide,
        )
