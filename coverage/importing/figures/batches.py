"""Files of figures that wait for confirmation, and their writing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction

from accounts.models import Denied, Office
from coverage import permissions
from coverage.importing.batches import change_reason, keep_rows, keep_upload, lock_unconfirmed, mark_confirmed
from coverage.importing.matching import Matched
from coverage.importing.reader import read_upload
from coverage.importing.sheets import Unreadable
from coverage.models import ImportBatch, ReportingPeriod, Submission, Via
from coverage.models.querysets import CodeSystem
from coverage.records.services import CellChange, CellValue, Contested, save_cells

from .columns import COLUMNS
from .matching import FigureMatcher, FigureRow
from .stored import StoredMonth, load

if TYPE_CHECKING:
    from accounts.models import User


class Proposed(NamedTuple):
    """A row of the file, and the stored values its user saw in the preview."""

    row: FigureRow
    seen: CellValue

    @property
    def wanted(self) -> CellValue:
        """The values of the cell after the import."""
        row = self.row
        return CellValue(
            self.seen.participants if row.participants is None else row.participants,
            self.seen.note if row.note is None else row.note,
        )

    @property
    def is_change(self) -> bool:
        return self.wanted != self.seen or self.row.reason is not None


@dataclass(frozen=True)
class FigureFileProposal:
    batch: ImportBatch
    system: CodeSystem
    rows: tuple[Proposed, ...]
    remarks: tuple[str, ...]
    blank: int
    kept: int

    @property
    def changes(self) -> list[Proposed]:
        return [proposed for proposed in self.rows if proposed.is_change]

    def stale(self, stored: StoredMonth) -> list[Proposed]:
        """Rows whose cell was changed meanwhile to other values than those of the file."""
        found = []
        for proposed in self.rows:
            cell = stored.at(proposed.row.key)
            if CellValue(cell.participants, cell.note) not in (proposed.seen, proposed.wanted):
                found.append(proposed)
        return found


def take_in(
    *, user: User, office: Office | None, period: ReportingPeriod, name: str, data: bytes, system: str
) -> tuple[Matched, ImportBatch | None]:
    """Read the file; returns the matched rows and the batch to confirm, None when there are mistakes.

    Raises Unreadable for a file that cannot be read at all.
    """
    if system not in CodeSystem:
        raise Unreadable("Pilih kode wilayah yang dipakai berkas ini.")
    document = read_upload(data, COLUMNS)
    stored = load(period, office)
    matched = FigureMatcher(document, stored, system).match()
    if matched.mistakes:
        return matched, None
    rows = [_row(row, stored) for row in matched.rows]
    batch = keep_upload(
        user=user,
        office=office,
        period=period,
        name=name,
        data=data,
        matched=matched,
        rows=rows,
        system=system,
        kept=matched.kept,
    )
    return matched, batch


def _row(row: FigureRow, stored: StoredMonth) -> list[Any]:
    """The row as stored in the batch, with the present values of its cell."""
    cell = stored.at(row.key)
    row = row._replace(reason=None if row.reason == cell.reason else row.reason)
    return [*row, cell.participants, cell.note]


def proposal_of(batch: ImportBatch) -> FigureFileProposal:
    content = batch.rows
    return FigureFileProposal(
        batch,
        CodeSystem(content["system"]),
        tuple(Proposed(FigureRow(*row[:-2]), CellValue(*row[-2:])) for row in content["rows"]),
        tuple(content["remarks"]),
        content["blank"],
        content["kept"],
    )


def see_again(batch: ImportBatch, stored: StoredMonth) -> None:
    """Compare the file with what is stored now, so that the user can review the preview again."""
    keep_rows(batch, [_row(proposed.row, stored) for proposed in proposal_of(batch).rows])


class Written(NamedTuple):
    """Progress: cells handled so far, of which `saved` were written."""

    done: int
    total: int
    saved: int


def confirm(*, user: User, batch: ImportBatch, stored: StoredMonth) -> Iterator[Written]:
    """Write the whole file or nothing in one transaction, office by office. The generator must be exhausted.

    Raises Denied, Contested, OutOfScope like `save_cells`; a generator that is closed early writes nothing either.
    """
    with transaction.atomic():
        batch = lock_unconfirmed(batch)
        proposal = proposal_of(batch)
        if proposal.stale(stored):
            raise Contested([])
        total, done, saved = len(proposal.changes), 0, 0
        reason = change_reason(batch)
        for office, rows in _by_office(proposal, stored):
            try:
                result = save_cells(
                    user=user,
                    office=office,
                    period=stored.period,
                    changes=[_change(proposed) for proposed in rows],
                    via=Via.FILE,
                    reason=reason,
                    all_or_nothing=True,
                )
            except Denied as refusal:
                raise _of_office(office, refusal, stored) from refusal
            done, saved = done + len(rows), saved + len(result.saved)
            yield Written(done, total, saved)
        mark_confirmed(batch)


def refusals(user: User, proposal: FigureFileProposal, stored: StoredMonth) -> list[Denied]:
    """Why the file may not be written now, by office; empty if it may."""
    found = []
    try:
        groups = _by_office(proposal, stored)
    except Denied as refusal:
        return [refusal]
    submissions = {
        submission.office_id: submission
        for submission in Submission.objects.filter(period=stored.period, office__in=[office for office, _ in groups])
    }
    for office, _ in groups:
        try:
            permissions.check_entry(user, office, stored.period, submissions.get(office.pk))
        except Denied as refusal:
            found.append(_of_office(office, refusal, stored))
    return found


class Corrected(NamedTuple):
    """The cells a file changes in months already handed in or verified, and their offices."""

    cells: int
    offices: int


def corrected(proposal: FigureFileProposal, stored: StoredMonth) -> Corrected:
    """How many cells of the file correct submitted figures. One query."""
    office_of = {place.code: place.office for place in stored.own_places}
    changes = Counter(office_of.get(proposed.row.area) for proposed in proposal.changes)
    handed_in = Submission.objects.filter(period=stored.period).exclude(status__in=permissions.WITH_THE_OFFICE)
    found = [changes[office] for office in handed_in.values_list("office", flat=True) if changes[office]]
    return Corrected(sum(found), len(found))


def _of_office(office: Office, refusal: Denied, stored: StoredMonth) -> Denied:
    """The refusal, in a national file with the name of the office."""
    return refusal if stored.office else Denied(f"{office}: {refusal}")


def _change(proposed: Proposed) -> CellChange:
    row, wanted = proposed.row, proposed.wanted
    return CellChange(row.area, row.segment, wanted.participants, row.note, row.reason, proposed.seen)


def _by_office(proposal: FigureFileProposal, stored: StoredMonth) -> list[tuple[Office, list[Proposed]]]:
    """The rows by office, in a fixed order, so that two simultaneous imports cannot deadlock."""
    office_of = {place.code: place.office for place in stored.own_places}
    groups: dict[str, list[Proposed]] = {}
    for proposed in proposal.changes:
        if proposed.row.area not in office_of:
            raise Denied("Ada wilayah dalam berkas ini yang bukan lagi milik kantor ini. Unggah ulang berkasnya.")
        groups.setdefault(office_of[proposed.row.area], []).append(proposed)
    return [(office, groups[office.pk]) for office in Office.objects.filter(pk__in=groups).order_by("pk")]
