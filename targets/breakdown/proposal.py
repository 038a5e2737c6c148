"""The basis of a breakdown: a province and its regencies with positions, targets in force and proposed targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from accounts.models import User
from coverage.figures.position import Position
from coverage.figures.potentials import Potentials
from coverage.figures.reader import FigureReader
from coverage.figures.segments import SegmentGroup
from coverage.models import Province
from targets.models import Target
from targets.progress.data import Question
from targets.progress.definitions import Progress, TargetFigure
from targets.progress.report import figure_of

from .arithmetic import DividedPart, by_gap, by_potential

#: The code of the part of a province that is not broken down by regency.
WHOLE = ""


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A regency (or the province): its position, its target in force and the proposed one, in heads."""

    code: str
    name: str
    position: Position
    month: date
    year: int
    present: TargetFigure | None = None
    workers: int | None = None

    def against(self, target: TargetFigure | None) -> Progress:
        at = self.position
        return Progress(self.month, at.participants, at.potential, at.coverage_rate, target)

    @property
    def part(self) -> DividedPart:
        return DividedPart(self.code, self.position.potential, self.position.participants)

    @property
    def now(self) -> Progress:
        """The progress against the target in force."""
        return self.against(self.present)

    @property
    def proposal(self) -> Progress:
        """The progress against the proposed target."""
        return self.against(None if self.workers is None else TargetFigure(self.year, workers=self.workers))

    @property
    def present_workers(self) -> int | None:
        return self.now.target_workers

    @property
    def is_derived(self) -> bool:
        """Whether the target in force is stated as percent only."""
        return self.present is not None and self.present.workers is None

    @property
    def rate(self) -> Fraction | None:
        return self.proposal.target_rate

    @property
    def is_beyond(self) -> bool:
        """Whether the proposal exceeds the potential, which is possible because a potential is an estimate."""
        return self.rate is not None and self.rate > 1

    @property
    def is_below_present_participants(self) -> bool:
        return self.added is not None and self.added < 0

    @property
    def added(self) -> int | None:
        """Workers to add; negative when the proposal is below today's participants."""
        return self.proposal.gap_workers

    @property
    def per_month(self) -> Fraction | None:
        return self.proposal.required_per_month


@dataclass(frozen=True)
class Proposal:
    """A province and its regencies for one segment, year and source of target."""

    province: Province
    question: Question
    rows: tuple[ProposalRow, ...]
    #: The province itself, with its target.
    total: ProposalRow
    #: Participants and potential that are not broken down by regency; None when there are none.
    whole: ProposalRow | None
    potentials: Potentials
    #: Every target of the province and its regencies for this segment and year, by area code and source.
    stored: Mapping[tuple[str, str], Target]

    @property
    def target_workers(self) -> int | None:
        """The provincial target in force, in heads."""
        return self.total.present_workers

    @property
    def months_left(self) -> int:
        return self.total.against(TargetFigure(self.question.target_year, workers=0)).months_left

    def present(self) -> dict[str, int | None]:
        """The regencies' targets in force, in heads."""
        return {row.code: row.present_workers for row in self.rows}

    def by_potential(self, total: int) -> dict[str, int | None]:
        """The proposal in proportion to the potential. Raises Undividable."""
        return by_potential(total, [row.part for row in self.rows])

    def by_gap(self, total: int) -> dict[str, int | None]:
        """The proposal in proportion to uncovered workers. Raises Undividable."""
        return by_gap(total, [row.part for row in self.rows])

    def proposing(self, workers: Mapping[str, int | None]) -> tuple[ProposalRow, ...]:
        """The rows with these proposals."""
        return tuple(replace(row, workers=workers.get(row.code)) for row in self.rows)


def load_proposal(user: User, province: Province, question: Question) -> Proposal:
    """The proposal without proposed workers. A fixed number of queries; targets of all sources are read at once."""
    reader = FigureReader.visible_to(user).in_provinces([province.code])
    segments = SegmentGroup.of(question.segment)
    positions, potentials, _heads = reader.positions(segments, [question.month], question.basis)[question.month]
    rows = Target.objects.visible_to(user).filter(
        province=province, segment=question.segment, year=question.target_year
    )
    stored = {(target.area_code, target.source_id): target for target in rows.order_by().select_related("source")}
    asked = {
        area: figure_of(target)
        for (area, source), target in stored.items()
        if (source == question.source.pk if question.source else target.is_reference)
    }

    def row(code: str, name: str, position: Position) -> ProposalRow:
        return ProposalRow(code, name, position, question.month, question.target_year, asked.get(code))

    cell = (province.code, None)
    whole = positions.get(cell, Position())
    names = reader.regencies.order_by("code").values_list("code", "name")
    return Proposal(
        province=province,
        question=question,
        rows=tuple(row(code, name, positions.get((province.code, code), Position())) for code, name in names),
        total=row(province.code, province.name, sum(positions.values(), Position())),
        whole=None if whole == Position() else row(WHOLE, "Tidak dirinci per kab/kota", whole),
        potentials=potentials,
        stored=stored,
    )
