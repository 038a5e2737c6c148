"""A file that waits for confirmation: what it would write, what stood there when it was read, and the writing of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.models import Denied, Office
from coverage import permissions
from coverage.models import ImportBatch, ReportingPeriod, Submission, Via
from coverage.models.querysets import CodeSystem
from coverage.records.services import REASON_LENGTH, CellChange, CellValue, Contested, save_cells

from .context import Standing
from .matching import FileRow, Matched

if TYPE_CHECKING:
    from accounts.models import User


#: How long a file waits for its confirmation.
FORGOTTEN_AFTER = timedelta(days=7)


class Proposed(NamedTuple):
    """A row of the file, and what stood in its cell for the person who saw the preview."""

    row: FileRow
    seen: CellValue

    @property
    def wanted(self) -> CellValue:
        """What the cell would become."""
        row = self.row
        return CellValue(
            self.seen.participants if row.participants is None else row.participants,
            self.seen.note if row.note is None else row.note,
        )

    @property
    def is_change(self) -> bool:
        return self.wanted != self.seen or self.row.reason is not None


@dataclass(frozen=True)
class Proposal:
    batch: ImportBatch
    system: CodeSystem
    rows: tuple[Proposed, ...]
    remarks: tuple[str, ...]
    blank: int
    kept: int

    @property
    def changes(self) -> list[Proposed]:
        return [proposed for proposed in self.rows if proposed.is_change]

    def stale(self, standing: Standing) -> list[Proposed]:
        """Rows whose cell is neither as it was seen nor already as it is wanted: somebody changed it meanwhile."""
        found = []
        for proposed in self.rows:
            stands = standing.at(proposed.row.key)
            if CellValue(stands.participants, stands.note) not in (proposed.seen, proposed.wanted):
                found.append(proposed)
        return found


def propose(
    *,
    user: User,
    office: Office | None,
    period: ReportingPeriod,
    file_name: str,
    sha256: str,
    system: str,
    matched: Matched,
    standing: Standing,
) -> ImportBatch:
    """Keep a file without mistakes until somebody confirms it; no figure is touched. Forgotten ones go."""
    ImportBatch.objects.filter(confirmed_at=None, uploaded_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
    return ImportBatch.objects.create(
        office=office,
        period=period,
        file_name=file_name,
        sha256=sha256,
        uploaded_by=user,
        rows={
            "system": system,
            "remarks": matched.remarks,
            "blank": matched.blank,
            "kept": matched.kept,
            "rows": [_stored(row, standing) for row in matched.rows],
        },
    )


def _stored(row: FileRow, standing: Standing) -> list:
    stands = standing.at(row.key)
    row = row._replace(reason=None if row.reason == stands.reason else row.reason)
    return [*row, stands.participants, stands.note]


def proposal_of(batch: ImportBatch) -> Proposal:
    content = batch.rows
    return Proposal(
        batch,
        CodeSystem(content["system"]),
        tuple(Proposed(FileRow(*row[:-2]), CellValue(*row[-2:])) for row in content["rows"]),
        tuple(content["remarks"]),
        content["blank"],
        content["kept"],
    )


def see_again(batch: ImportBatch, standing: Standing) -> None:
    """Hold the file against what stands there now; the person looks at the preview again and decides anew."""
    rows = [_stored(proposed.row, standing) for proposed in proposal_of(batch).rows]
    ImportBatch.objects.filter(pk=batch.pk, confirmed_at=None).update(rows={**batch.rows, "rows": rows})


class Progress(NamedTuple):
    """Cells handled so far. `saved` of them were written."""

    done: int
    total: int
    saved: int


def confirm(*, user: User, batch: ImportBatch, standing: Standing) -> Iterator[Progress]:
    """Write the whole file in one transaction, office by office, or nothing. The generator must be run to its end.

    Raises Denied, Contested, OutOfScope like `save_cells`; a generator that is closed early writes nothing either.
    """
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.confirmed_at is not None:
            raise Denied("Berkas ini sudah disimpan sebelumnya. Tidak ada yang ditulis dua kali.")
        proposal = proposal_of(batch)
        if proposal.stale(standing):
            raise Contested([])
        total, done, saved = len(proposal.changes), 0, 0
        reason = change_reason(batch)
        for office, rows in _by_office(proposal, standing):
            try:
                result = save_cells(
                    user=user,
                    office=office,
                    period=standing.period,
                    changes=[_change(proposed) for proposed in rows],
                    via=Via.FILE,
                    reason=reason,
                    all_or_nothing=True,
                )
            except Denied as refusal:
                raise _of_office(office, refusal, standing) from refusal
            done, saved = done + len(rows), saved + len(result.saved)
            yield Progress(done, total, saved)
        batch.confirmed_at = timezone.now()
        batch.save(update_fields=["confirmed_at"])


def refusals(user: User, proposal: Proposal, standing: Standing) -> list[Denied]:
    """Why the file may not be written now, office by office; empty when it may."""
    found = []
    try:
        groups = _by_office(proposal, standing)
    except Denied as refusal:
        return [refusal]
    submissions = {
        submission.office_id: submission
        for submission in Submission.objects.filter(period=standing.period, office__in=[office for office, _ in groups])
    }
    for office, _ in groups:
        try:
            permissions.check_entry(user, office, standing.period, submissions.get(office.pk))
        except Denied as refusal:
            found.append(_of_office(office, refusal, standing))
    return found


class Corrected(NamedTuple):
    """What a file would change in months that were handed in or verified: cells, and the offices they belong to."""

    cells: int
    offices: int


def corrected(proposal: Proposal, standing: Standing) -> Corrected:
    """How much of the file corrects what others have handed in already. One query."""
    office_of = {place.code: place.office for place in standing.own_places}
    changes = Counter(office_of.get(proposed.row.area) for proposed in proposal.changes)
    handed_in = Submission.objects.filter(period=standing.period).exclude(status__in=permissions.WITH_THE_OFFICE)
    found = [changes[office] for office in handed_in.values_list("office", flat=True) if changes[office]]
    return Corrected(sum(found), len(found))


def _of_office(office: Office, refusal: Denied, standing: Standing) -> Denied:
    """In a national file the sentence says which office it is about."""
    return refusal if standing.office else Denied(f"{office}: {refusal}")


def change_reason(batch: ImportBatch) -> str:
    """What the history says: `berkas oktober.xlsx, sha256 0123456789ab`, with the name cut to fit."""
    ending = f", sha256 {batch.sha256[:12]}"
    return f"berkas {batch.file_name}"[: REASON_LENGTH - len(ending)] + ending


def _change(proposed: Proposed) -> CellChange:
    row, wanted = proposed.row, proposed.wanted
    return CellChange(row.area, row.segment, wanted.participants, row.note, row.reason, proposed.seen)


def _by_office(proposal: Proposal, standing: Standing) -> list[tuple[Office, list[Proposed]]]:
    """Always in the same order, so that two files at once queue and never wait for each other in a circle."""
    office_of = {place.code: place.office for place in standing.own_places}
    groups: dict[str, list[Proposed]] = {}
    for proposed in proposal.changes:
        if proposed.row.area not in office_of:
            raise Denied("Ada wilayah dalam berkas ini yang bukan lagi milik kantor ini. Unggah ulang berkasnya.")
        groups.setdefault(office_of[proposed.row.area], []).append(proposed)
    return [(office, groups[office.pk]) for office in Office.objects.filter(pk__in=groups).order_by("pk")]
