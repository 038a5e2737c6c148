"""One area on one page: its standing, targets, segments over time, rank, and what was published about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, prefetch_related_objects

from accounts.models import User
from coverage.known import rows_of
from coverage.models import Province, PublishedFigure, Regency, WorkerSegment
from coverage.positions import Facts, SegmentSum
from coverage.stocks import Cell, Position
from reporting import months

from .area_history import DEFAULT_SPAN, History, history
from .area_rank import Ranking, rankings
from .area_submissions import submissions
from .area_targets import TargetLine, chosen_line, target_lines
from .comparison import Comparison, SegmentPositions, comparisons
from .standings import Board, Question, Standing, targets_of

NOWHERE = Position()


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """A segment or group of the area at the month, and at the month before."""

    segment: WorkerSegment
    position: Position
    before: Position = NOWHERE
    #: Some of its potential was worked out from a published count and percentage.
    potential_is_derived: bool = False

    @property
    def is_group(self) -> bool:
        return self.segment.kind == WorkerSegment.Kind.GROUP

    @property
    def has_data(self) -> bool:
        return self.position.participants is not None or self.position.potential is not None

    @property
    def change(self) -> int | None:
        """Participants more than last month; None when one of the two is not known."""
        if self.position.participants is None or self.before.participants is None:
            return None
        return self.position.participants - self.before.participants


@dataclass(frozen=True, slots=True)
class AreaReport:
    """Everything the page of an area shows."""

    standing: Standing
    board: Board
    targets: list[TargetLine]
    lines: list[SegmentLine]
    published: list[Comparison]
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


def facts_of(user: User, area: Province | Regency, known_on: date | None = None) -> Facts:
    """What the user may see of this area; with a day what was known of it at its end."""
    facts = Facts.visible_to(user, known_on)
    return facts.in_provinces([area.code]) if isinstance(area, Province) else facts.in_regency(area.code)


def area_report(user: User, area: Province | Regency, question: Question, span: int = DEFAULT_SPAN) -> AreaReport:
    """A fixed number of queries for a regency as for a province with forty, for one year as for five."""
    facts = facts_of(user, area, question.known_on)
    prefetch_related_objects([question.segment], "components")  # asked for by everything below
    board = Board(facts, question)
    here = Q(regency=area.code) if isinstance(area, Regency) else Q(province=area.code, regency__isnull=True)
    targets = list(
        targets_of(user, question.known_on)
        .filter(here | Q(province__isnull=True))
        .order_by("year", "source__position", "source")
        .select_related("source")
    )
    cells: Sequence[Cell] = list(board.now)
    standing = board.standing(area.code, area.name, cells, None)
    lines = target_lines(targets, standing, question)
    chosen = chosen_line(lines, question)
    sums = SegmentSum.all_active()
    said: Any = rows_of(PublishedFigure, question.known_on)
    published = list(said.visible_to(user).filter(here).select_related("segment").order_by("-as_of", "code"))
    said_in = {figure.as_of.replace(day=1) for figure in published}
    at = facts.positions_of_each(
        sums, sorted({months.add_months(question.month, -1), question.month, *said_in}), question.basis
    )
    own = [target for target in targets if target.province_id is not None]
    names = {area.code: area.name} if isinstance(area, Regency) else dict(facts.regencies.values_list("code", "name"))
    return AreaReport(
        standing=chosen.standing if chosen else standing,
        board=board,
        targets=lines,
        lines=segment_lines(facts, question, sums, at),
        published=comparisons(published, at, sums, own),
        history=history(facts, question, span, names),
        rankings=rankings(user, area, question),
        # The state of a submission is known for today only; its page of a past day shows none rather than today's.
        submissions=[] if question.known_on else submissions(user, area, facts, question),
    )


def segment_lines(
    facts: Facts, question: Question, sums: Sequence[SegmentSum], found: SegmentPositions
) -> list[SegmentLine]:
    """Every segment in use: segments and their sums first, groups after them.

    `found` has the positions of this month and the one before. One query.
    """
    before = months.add_months(question.month, -1)
    derived = {
        ((province, regency), segment, since)
        for province, regency, segment, since in facts.estimates.filter(is_derived=True)
        .order_by()
        .values_list("province", "regency", "segment", "effective_from")
    }
    lines = []
    for one in sums:
        now, potentials = found[one.segment.pk][question.month]
        lines.append(
            SegmentLine(
                one.segment,
                sum(now.values(), Position()),
                sum(found[one.segment.pk][before][0].values(), Position()),
                any((*key, since) in derived for key, (_source, since) in potentials.origins.items()),
            )
        )
    return sorted(lines, key=lambda line: line.is_group)
