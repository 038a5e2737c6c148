"""Reads everything for the page of one area: progress, targets, segments, history, rank, published figures."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, prefetch_related_objects
from django.http import Http404, HttpRequest
from django.urls import reverse

from accounts.models import User
from coverage.as_of import rows_as_of
from coverage.figures.position import NOWHERE, Cell, Position, sum_positions
from coverage.figures.potentials import Potentials
from coverage.figures.prefetch import PrefetchedFigures, prefetch
from coverage.figures.reader import FigureReader
from coverage.figures.segments import SegmentGroup
from coverage.models import Province, PublishedFigure, Regency, ReportingPeriod, WorkerSegment
from reporting import months
from targets.progress.data import AreaProgress, ProgressData, Question
from targets.progress.report import targets_of

from .history import DEFAULT_SPAN, History, history
from .published import PublishedComparison, SegmentPositions, comparisons
from .ranking import Ranking, rankings
from .submissions import submissions
from .targets import TargetLine, chosen_line, target_lines

#: Months before the one asked for that the pace needs.
PACE = 12


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """A segment or group of the area in the month and the month before."""

    segment: WorkerSegment
    position: Position
    before: Position = NOWHERE
    #: Whether some of its potential was computed from a published count and percentage.
    potential_is_derived: bool = False

    @property
    def is_group(self) -> bool:
        return self.segment.kind == WorkerSegment.Kind.GROUP

    @property
    def has_data(self) -> bool:
        return self.position.participants is not None or self.position.potential is not None

    @property
    def change(self) -> int | None:
        """The change of participants since last month; None when one of the two is not known."""
        if self.position.participants is None or self.before.participants is None:
            return None
        return self.position.participants - self.before.participants


@dataclass(frozen=True, slots=True)
class AreaReport:
    """The data of an area's page."""

    area_progress: AreaProgress
    progress_data: ProgressData
    targets: list[TargetLine]
    lines: list[SegmentLine]
    published: list[PublishedComparison]
    history: History
    rankings: list[Ranking]
    submissions: Sequence[Any]

    @property
    def additive(self) -> list[SegmentLine]:
        return [line for line in self.lines if not line.is_group]

    @property
    def empty_additive(self) -> list[SegmentLine]:
        return [line for line in self.additive if not line.has_data]

    @property
    def groups(self) -> list[SegmentLine]:
        return [line for line in self.lines if line.is_group]

    @property
    def empty_groups(self) -> list[SegmentLine]:
        return [line for line in self.groups if not line.has_data]


def reader_of(user: User, area: Province | Regency, known_on: date | None = None) -> FigureReader:
    """A reader of the area's figures the user may see; with a day, as they were known at its end."""
    reader = FigureReader.visible_to(user, known_on)
    return reader.in_provinces([area.code]) if isinstance(area, Province) else reader.in_regency(area.code)


def area_report(
    user: User,
    area: Province | Regency,
    question: Question,
    span: int = DEFAULT_SPAN,
    *,
    sums: Sequence[SegmentGroup] | None = None,
    periods: Sequence[ReportingPeriod] | None = None,
) -> AreaReport:
    """A fixed number of queries for a regency as for a province with forty, for one year as for five.

    `sums` and `periods` are all active segments and all months, if already read.
    """
    prefetch_related_objects([question.segment], "components")  # asked for by everything below
    if sums is None:
        sums = SegmentGroup.all_active()
    here = Q(regency=area.code) if isinstance(area, Regency) else Q(province=area.code, regency__isnull=True)
    said: Any = rows_as_of(PublishedFigure, question.known_on)
    published = list(said.visible_to(user).filter(here).select_related("segment").order_by("-as_of", "code"))
    shown = {
        months.add_months(question.month, -1),
        question.month,
        *(figure.as_of.replace(day=1) for figure in published),
    }
    reader = reader_of(user, area, question.known_on)
    prefetched = prefetch(
        reader,
        sums,
        SegmentGroup.of(question.segment),
        months.span(months.add_months(question.month, -max(span, PACE)), question.month),
        shown,
    )
    progress_data = ProgressData(prefetched, question)
    targets = list(
        targets_of(user, question.known_on)
        .filter(here | Q(province__isnull=True))
        .order_by("year", "source__position", "source")
        .select_related("source")
    )
    cells: Sequence[Cell] = list(progress_data.now)
    area_progress = progress_data.area_progress(area.code, area.name, cells, None, is_whole=True)
    lines = target_lines(targets, area_progress, question)
    chosen = chosen_line(lines, question)
    at = prefetched.positions_of_each(sums, sorted(shown), question.basis)
    own = [target for target in targets if target.province_id is not None]
    return AreaReport(
        area_progress=chosen.area_progress if chosen else area_progress,
        progress_data=progress_data,
        targets=lines,
        lines=segment_lines(prefetched, question, sums, at),
        published=comparisons(published, at, sums, own),
        history=history(prefetched, question, span, {area.code: area.name, **prefetched.names}),
        rankings=rankings(user, area, question),
        # The state of submissions is known for today only; a past day shows none rather than today's.
        submissions=[] if question.known_on else submissions(user, area, reader, question, periods),
    )


def segment_lines(
    reader: PrefetchedFigures, question: Question, sums: Sequence[SegmentGroup], found: SegmentPositions
) -> list[SegmentLine]:
    """A line per active segment: segments and their sums first, then groups.

    `found` holds the positions of this month and the one before. No query.
    """
    before = months.add_months(question.month, -1)
    lines = []
    for one in sums:
        now, potentials, _heads = found[one.segment.pk][question.month]
        lines.append(
            SegmentLine(
                one.segment,
                sum_positions(now.values()),
                sum_positions(found[one.segment.pk][before].by_cell.values()),
                _is_derived(potentials, reader.derived),
            )
        )
    return sorted(lines, key=lambda line: line.is_group)


def _is_derived(potentials: Potentials, derived: Set[tuple[Cell, str, date]]) -> bool:
    """Whether some of these potentials were computed from a published count and percentage."""
    return any(
        (cell, segment, since) in derived
        for segment, at in potentials.sources.items()
        for cell, (_source, since) in at.items()
    )


def find_area(request: HttpRequest, code: str) -> Province | Regency:
    """The area with this Kemendagri code. Raises Http404 if there is none that the user may see."""
    digits = code.replace(".", "")
    if not (digits.isascii() and digits.isdigit()):
        raise Http404(f"“{code[:20]}” bukan kode wilayah. Kode terdiri atas dua atau empat angka.")
    areas: Any = (
        Province.objects.select_related("regional_office")
        if len(digits) == 2
        else Regency.objects.select_related("province", "branch_office", "split_from")
    )
    area = areas.visible_to(request.user).by_code(digits).first()
    if area is None:
        raise Http404(f"Wilayah dengan kode {code} tidak ditemukan.")
    return area


def crumbs(area: Province | Regency) -> list[tuple[str, str]]:
    """The breadcrumbs of the area: label and address."""
    way = [("Capaian", reverse("progress-list"))]
    if isinstance(area, Regency):
        way.append((area.province.name, reverse("area", args=[area.province_id])))
    return way
