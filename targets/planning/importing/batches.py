"""Files of targets that wait for confirmation, written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Denied, User
from coverage.importing.batches import change_reason, keep_rows, keep_upload, lock_unconfirmed, mark_confirmed
from coverage.importing.matching import Matched
from coverage.importing.reader import read_upload
from coverage.models import ImportBatch, Province, Regency, Via, WorkerSegment
from targets.models import Target, TargetSource
from targets.planning.changes import SavedTargets, TargetChange, TargetKey, TargetValues
from targets.planning.services import save_targets

from .columns import COLUMNS
from .matching import TargetMatcher

KIND = "targets"


def take_in(*, user: User, name: str, data: bytes) -> tuple[Matched, ImportBatch | None]:
    """Read the file; returns the matched rows and the batch to confirm, None when there are mistakes.

    Raises Unreadable for a file that cannot be read at all.
    """
    matched = TargetMatcher(read_upload(data, COLUMNS), user).match()
    if matched.mistakes:
        return matched, None
    rows = [_row(change) for change in matched.rows]
    batch = keep_upload(user=user, office=user.office, name=name, data=data, matched=matched, rows=rows, kind=KIND)
    return matched, batch


def batch_of(user: User, number: int) -> ImportBatch | None:
    """An upload of targets by this user; only the uploader may confirm it."""
    found = ImportBatch.objects.select_related("uploaded_by").filter(pk=number, uploaded_by=user, period=None).first()
    return found if found and isinstance(found.rows, dict) and found.rows.get("kind") == KIND else None


def changes_of(batch: ImportBatch) -> list[TargetChange]:
    """The changes in the file, with the values its user saw. Raises Denied when an area or source no longer exists."""
    provinces, regencies = Province.objects.in_bulk(), Regency.objects.in_bulk()
    segments, sources = WorkerSegment.objects.in_bulk(), TargetSource.objects.in_bulk()
    found = []
    try:
        for area, segment, year, source, percent, workers, reference, decree, day, note, expected in batch.rows["rows"]:
            found.append(
                TargetChange(
                    province=provinces[area[:2]] if area else None,
                    regency=regencies[area] if len(area) == 4 else None,
                    segment=segments[segment],
                    year=year,
                    source=sources[source],
                    percent=None if percent is None else Decimal(percent),
                    workers=workers,
                    is_reference=reference,
                    decree=decree,
                    decree_date=None if day is None else date.fromisoformat(day),
                    note=note,
                    expected=TargetValues.read(expected),
                )
            )
    except KeyError:
        raise Denied("Ada wilayah atau sumber dalam berkas ini yang sudah tidak ada. Unggah ulang berkasnya.") from None
    return found


def see_again(batch: ImportBatch) -> None:
    """Compare the file with what is stored now, so that the user can review the preview again."""
    changes = changes_of(batch)
    stored = stored_targets(changes)
    changes = [replace(change, expected=TargetValues.of(stored.get(change.key))) for change in changes]
    keep_rows(batch, [_row(change) for change in changes])


def confirm(user: User, batch: ImportBatch) -> SavedTargets:
    """Write the whole file, or nothing if there is a conflict. Raises Denied and Mistakes like the writer."""
    with transaction.atomic():
        batch = lock_unconfirmed(batch)
        saved = save_targets(user, changes_of(batch), reason=change_reason(batch), via=Via.FILE)
        if not saved.conflicts:
            mark_confirmed(batch)
    return saved


def _row(change: TargetChange) -> list[Any]:
    return [
        *change.key,
        None if change.percent is None else str(change.percent),
        change.workers,
        change.is_reference,
        change.decree,
        change.decree_date.isoformat() if change.decree_date else None,
        change.note,
        (change.expected or TargetValues()).text,
    ]


def stored_targets(changes: Iterable[TargetChange]) -> dict[TargetKey, Target]:
    """The stored targets of the file's segments and years, of all sources. One query."""
    changes = list(changes)
    rows = Target.objects.filter(
        segment__in={change.segment.pk for change in changes},
        year__in={change.year for change in changes},
    )
    return {
        (row.area_code, row.segment_id, row.year, row.source_id): row
        for row in rows.order_by().select_related("source")
    }
