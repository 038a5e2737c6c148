"""The preview of a file of targets: what confirming would change. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from accounts.models import User
from coverage.importing.preview import FilePreview, LineKind
from coverage.models import ImportBatch, ReportingPeriod
from targets.planning.changes import TargetChange, TargetValues
from targets.planning.history import figures_of, parts_of, words_of
from targets.planning.rows import already_reached, doubts
from targets.planning.services import references_after
from targets.progress.data import Level, Question
from targets.progress.definitions import Progress, TargetFigure
from targets.progress.filters import latest_month
from targets.progress.report import progress_report

from .batches import changes_of, stored_targets
from .lines import TargetFileLine

#: Lines on one page.
SHOWN = 600
NO_REFERENCE = "Setelah disimpan, wilayah ini tanpa acuan untuk tahun itu."


def preview_of(user: User, batch: ImportBatch) -> FilePreview[TargetFileLine]:
    """The preview of the file. The number of queries depends on the segments in the file, not on its rows."""
    changes = changes_of(batch)
    stored = stored_targets(changes)
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
            TargetFileLine(
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
    return FilePreview(lines, [line for line in lines if line.clash], SHOWN)


def _progress(user: User, changes: Iterable[TargetChange]) -> dict[tuple[str, str], Progress]:
    """The present progress of every area in the file, by segment and area."""
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
