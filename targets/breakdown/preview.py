"""The preview of a breakdown and the changes to save. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from coverage.models import Regency
from reporting.numbers import format_count
from targets.models import Target, TargetSource
from targets.planning.changes import TargetChange, TargetValues
from targets.progress.report import figure_of

from .proposal import Proposal, ProposalRow


class LineChange(StrEnum):
    NEW = "baru"
    CHANGED = "berubah"
    UNCHANGED = "tetap"
    LEFT = "kosong"


@dataclass(frozen=True, slots=True)
class BreakdownLine:
    """A regency with its stored target of the chosen source and the proposed one (None: unchanged)."""

    row: ProposalRow
    before: int | None
    #: Whether the stored target is stated as percent only.
    is_derived: bool
    after: int | None
    change: LineChange
    #: The reference of another source that this one replaces; empty when there is none.
    replaces: str
    stored: Target | None
    becomes_reference: bool

    @property
    def difference(self) -> int | None:
        """The change of the stored target in workers."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def is_written(self) -> bool:
        return self.change in (LineChange.NEW, LineChange.CHANGED)

    @property
    def expected(self) -> str:
        """The stored values as a hidden form value, for the optimistic lock."""
        return TargetValues.of(self.stored).text


def lines_of(
    proposal: Proposal, workers: Mapping[str, int | None], source: TargetSource, *, as_reference: bool
) -> list[BreakdownLine]:
    """A line for every regency, in the order of the page."""
    references = {area: target for (area, _source), target in proposal.stored.items() if target.is_reference}
    found = []
    for row in proposal.proposing(workers):
        stored = proposal.stored.get((row.code, source.pk))
        before = row.against(figure_of(stored)).target_workers if stored else None
        reference = references.get(row.code)
        other = reference if reference is not None and reference.source_id != source.pk else None
        becomes_reference = as_reference and not (stored is not None and stored.is_reference)
        if row.workers is None:
            change = LineChange.LEFT
        elif stored is None:
            change = LineChange.NEW
        elif before == row.workers and not becomes_reference:
            change = LineChange.UNCHANGED
        else:
            change = LineChange.CHANGED
        found.append(
            BreakdownLine(
                row=row,
                before=before,
                is_derived=stored is not None and stored.workers is None,
                after=row.workers,
                change=change,
                replaces=_named(row, other) if other is not None and as_reference and row.workers is not None else "",
                stored=stored,
                becomes_reference=becomes_reference and stored is not None and row.workers is not None,
            )
        )
    return found


def _named(row: ProposalRow, target: Target) -> str:
    """`RPJMN 2025-2029 (45.000)`."""
    return f"{target.source.name} ({format_count(row.against(figure_of(target)).target_workers)})"


def changes_of(
    proposal: Proposal,
    lines: list[BreakdownLine],
    source: TargetSource,
    *,
    as_reference: bool,
    decree: str,
    decree_date: date | None,
    expected: Mapping[str, TargetValues],
) -> list[TargetChange]:
    """The changes of the lines that change something. The percentage is kept unless the head-count changes."""
    regencies = Regency.objects.in_bulk([line.row.code for line in lines if line.is_written])
    return [
        TargetChange(
            province=proposal.province,
            regency=regencies[line.row.code],
            segment=proposal.question.segment,
            year=proposal.question.target_year,
            source=source,
            percent=line.stored.percent if line.stored is not None and line.before == line.after else None,
            workers=line.stored.workers if line.stored is not None and line.before == line.after else line.after,
            is_reference=as_reference or None,
            decree=decree or None,
            decree_date=decree_date if decree else None,
            expected=expected.get(line.row.code, TargetValues()),
        )
        for line in lines
        if line.is_written
    ]
