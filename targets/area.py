"""One area on one page: its standing, all its targets, its segments and groups, and what was published about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from accounts.models import User
from coverage.known import rows_of
from coverage.models import Province, PublishedFigure, Regency, WorkerSegment
from coverage.positions import Facts, SegmentSum
from coverage.stocks import Cell, Position

from .comparison import Comparison, comparisons
from .models import Target
from .standings import Board, Question, Standing, figure_of, targets_of


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """A segment or group of the area at the month."""

    segment: WorkerSegment
    position: Position


@dataclass(frozen=True, slots=True)
class AreaReport:
    """Everything the page of an area shows."""

    standing: Standing
    board: Board
    targets: list[tuple[Target, Standing]]
    additive: list[SegmentLine]
    groups: list[SegmentLine]
    published: list[Comparison]


def facts_of(user: User, area: Province | Regency, known_on: date | None = None) -> Facts:
    """What the user may see of this area; with a day what was known of it at its end."""
    facts = Facts.visible_to(user, known_on)
    return facts.in_provinces([area.code]) if isinstance(area, Province) else facts.in_regency(area.code)


def area_report(user: User, area: Province | Regency, question: Question) -> AreaReport:
    """A fixed number of queries for a regency as for a province with forty."""
    facts = facts_of(user, area, question.known_on)
    board = Board(facts, question)
    here = Q(regency=area.code) if isinstance(area, Regency) else Q(province=area.code, regency__isnull=True)
    targets = list(
        targets_of(user, question.known_on).filter(here).order_by("year", "source__position").select_related("source")
    )
    cells: Sequence[Cell] = list(board.now)
    rows = [
        (target, board.standing(area.code, area.name, cells, figure_of(target)))
        for target in targets
        if target.segment_id == question.segment.pk
    ]
    chosen = next(
        (
            standing
            for target, standing in rows
            if target.year == question.target_year
            and (target.source_id == question.source.pk if question.source else target.is_reference)
        ),
        None,
    )
    sums = SegmentSum.all_active()
    at = facts.positions_of_each(sums, [question.month], question.basis)
    lines = [SegmentLine(one.segment, sum(at[one.segment.pk][question.month][0].values(), Position())) for one in sums]
    group = WorkerSegment.Kind.GROUP
    said: Any = rows_of(PublishedFigure, question.known_on)
    published = list(said.visible_to(user).filter(here).select_related("segment").order_by("-as_of", "code"))
    return AreaReport(
        standing=chosen or board.standing(area.code, area.name, cells, None),
        board=board,
        targets=rows,
        additive=[line for line in lines if line.segment.kind != group],
        groups=[line for line in lines if line.segment.kind == group],
        published=comparisons(published, facts, sums, targets, question.basis),
    )
