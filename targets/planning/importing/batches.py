"""A file of targets that waits for confirmation: shown beside what stands, written whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Denied, User
from coverage.importing.intake import file_name
from coverage.importing.uploads import FORGOTTEN_AFTER, change_reason
from coverage.models import ImportBatch, Province, Regency, ReportingPeriod, Via, WorkerSegment
from targets.models import Target, TargetSource
from targets.planning.changes import SavedTargets, TargetChange, TargetKey, TargetValues
from targets.planning.history import figures_of, parts_of, words_of
from targets.planning.rows import already_reached, doubts
from targets.planning.services import references_after, save_targets
from targets.progress.data import Level, Question
from targets.progress.definitions import Progress, TargetFigure
from targets.progress.filters import latest_month
from targets.progress.report import progress_report

from .matching import MatchedTargets
from .preview import Line, LineKind, Preview

KIND = "targets"
NO_REFERENCE = "Setelah disimpan, wilayah ini tanpa acuan untuk tahun itu."


def keep(user: User, name: str, data: bytes, matched: MatchedTargets) -> ImportBatch:
    """Keep a file without mistakes until somebody confirms it; no target is touched. Forgotten ones go."""
    ImportBatch.objects.filter(confirmed_at=None, uploaded_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
    return ImportBatch.objects.create(
        office=user.office,
        file_name=file_name(name),
        sha256=hashlib.sha256(data).hexdigest(),
        uploaded_by=user,
        rows={
            "kind": KIND,
            "remarks": matched.remarks,
            "blank": matched.blank,
            "rows": [_stored(change) for change in matched.changes],
        },
    )


def batch_of(user: User, number: int) -> ImportBatch | None:
    """An upload of this user that holds targets: nobody confirms what somebody else has read."""
    found = ImportBatch.objects.select_related("uploaded_by").filter(pk=number, uploaded_by=user, period=None).first()
    return found if found and isinstance(found.rows, dict) and found.rows.get("kind") == KIND else None


def changes_of(batch: ImportBatch) -> list[TargetChange]:
    """What the file asks for, with what its user saw. Raises Denied when an area or a source has gone since."""
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
    """Hold the file against what stands there now; the person looks at the preview again and decides anew."""
    changes = changes_of(batch)
    stored = _standing(changes)
    rows = [_stored(replace(change, expected=TargetValues.of(stored.get(change.key)))) for change in changes]
    ImportBatch.objects.filter(pk=batch.pk, confirmed_at=None).update(rows={**batch.rows, "rows": rows})


def preview_of(user: User, batch: ImportBatch) -> Preview:
    """What confirming would do. The number of queries depends on the segments in the file, not on its rows."""
    changes = changes_of(batch)
    stored = _standing(changes)
    progress = _progress(user, changes)
    chosen = references_after(stored, changes)
    before = {key[:3]: target for key, target in stored.items() if target.is_reference}
    is_open = batch.confirmed_at is None
    lines = []
    for change in changes:
        now, expected = TargetValues.of(stored.get(change.key)), change.expected or TargetValues()
        wanted = change.wanted(expected, expected.is_reference if change.is_reference is None else change.is_reference)
        at = progress.get((change.segment.pk, change.area_code))
        figure = TargetFigure(change.year, wanted.percent, wanted.workers, change.source.pk, change.source.name)
        against = replace(at, target=figure) if at else None
        old = before.get(change.place)
        takes = is_open and old is not None and chosen[change.place] == change.key and change.key[3] != old.source_id
        leaves = is_open and old is not None and change.key[3] == old.source_id and chosen[change.place] is None
        asks = [*doubts(against), already_reached(against)] if against else []
        lines.append(
            Line(
                change=change,
                kind=LineKind.NEW if not expected.exists else LineKind.SAME if expected == wanted else LineKind.CHANGED,
                parts=parts_of(expected, wanted),
                words=words_of(wanted),
                progress=against,
                doubts=tuple(filter(None, [NO_REFERENCE if leaves else "", *asks])),
                clash=is_open and now not in (expected, wanted),
                is_first=not expected.exists and change.is_reference is None and chosen.get(change.place) == change.key,
                replaces=f"{old.source} ({figures_of(TargetValues.of(old))})" if takes and old else "",
            )
        )
    return Preview(tuple(lines), tuple(batch.rows["remarks"]), batch.rows["blank"])


def confirm(user: User, batch: ImportBatch) -> SavedTargets:
    """Write the whole file, or with a conflict nothing. Raises Denied, Mistakes like the writer."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.confirmed_at is not None:
            raise Denied("Berkas ini sudah disimpan sebelumnya. Tidak ada yang ditulis dua kali.")
        saved = save_targets(user, changes_of(batch), reason=change_reason(batch), via=Via.FILE)
        if not saved.conflicts:
            batch.confirmed_at = timezone.now()
            batch.save(update_fields=["confirmed_at"])
    return saved


def _stored(change: TargetChange) -> list[Any]:
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


def _standing(changes: Iterable[TargetChange]) -> dict[TargetKey, Target]:
    """What is stored for the segments and years of the file, by whomever. One query."""
    changes = list(changes)
    rows = Target.objects.filter(
        segment__in={change.segment.pk for change in changes},
        year__in={change.year for change in changes},
    )
    return {
        (row.area_code, row.segment_id, row.year, row.source_id): row
        for row in rows.order_by().select_related("source")
    }


def _progress(user: User, changes: Iterable[TargetChange]) -> dict[tuple[str, str], Progress]:
    """Where every area of the file stands now, by segment and area."""
    period = latest_month(list(ReportingPeriod.objects.order_by("-month")))
    found: dict[tuple[str, str], Progress] = {}
    if period is None:
        return found
    asked = {(change.segment, Level.REGENCY if change.regency else Level.PROVINCE) for change in changes}
    for segment, level in asked:
        answer = progress_report(user, Question(month=period.month, segment=segment, level=level))
        for row in answer.rows:
            if not row.is_province_wide:
                found[segment.pk, row.area_code] = row.progress
        if level == Level.PROVINCE and user.reads_all_areas:
            found[segment.pk, ""] = answer.total.progress
    return found
