"""The life of an uploaded file: kept as read, shown as a preview, confirmed once or forgotten."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Denied, Office, User
from coverage.models import ImportBatch, ReportingPeriod
from coverage.records.services import REASON_LENGTH

from .cells import text_of
from .matching import Matched

#: How long a file waits for its confirmation.
FORGOTTEN_AFTER = timedelta(days=7)
#: Of a file that is not there.
GONE = "Unggahan ini tidak ada, atau sudah dihapus karena lama tidak dikonfirmasi."


def keep_upload(
    *,
    user: User,
    office: Office | None,
    period: ReportingPeriod | None = None,
    name: str,
    data: bytes,
    matched: Matched,
    rows: Sequence[Any],
    **more: Any,
) -> ImportBatch:
    """Keep a file without mistakes until somebody confirms it; nothing else is written. Forgotten ones go.

    `rows` are those of `matched` as JSON, with what stands there now; `more` is what its kind needs besides.
    """
    ImportBatch.objects.filter(confirmed_at=None, uploaded_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
    return ImportBatch.objects.create(
        office=office,
        period=period,
        file_name=file_name(name),
        sha256=hashlib.sha256(data).hexdigest(),
        uploaded_by=user,
        rows={**more, "remarks": matched.remarks, "blank": matched.blank, "rows": rows},
    )


def keep_rows(batch: ImportBatch, rows: Sequence[Any]) -> None:
    """Replace the rows of a file that still waits, after they were held against what stands there now."""
    ImportBatch.objects.filter(pk=batch.pk, confirmed_at=None).update(rows={**batch.rows, "rows": rows})


def lock_unconfirmed(batch: ImportBatch) -> ImportBatch:
    """The batch, locked until the end of the transaction. Raises Denied when it was confirmed already."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.confirmed_at is not None:
        raise Denied("Berkas ini sudah disimpan sebelumnya. Tidak ada yang ditulis dua kali.")
    return batch


def mark_confirmed(batch: ImportBatch) -> None:
    """To be called in the transaction that wrote the file."""
    batch.confirmed_at = timezone.now()
    batch.save(update_fields=["confirmed_at"])


def change_reason(batch: ImportBatch) -> str:
    """What the history says: `berkas oktober.xlsx, sha256 0123456789ab`, with the name cut to fit."""
    ending = f", sha256 {batch.sha256[:12]}"
    return f"berkas {batch.file_name}"[: REASON_LENGTH - len(ending)] + ending


def file_name(name: str) -> str:
    """The name as it may be shown and stored: one line, nothing invisible in it."""
    return text_of(name)[:255] or "tanpa nama"
