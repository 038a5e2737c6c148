"""Uploaded files between upload and confirmation."""

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

#: How long a file can be confirmed.
FORGOTTEN_AFTER = timedelta(days=7)
#: The message for a file that does not exist.
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
    """Store a file without mistakes until it is confirmed, and delete expired ones.

    `rows` are those of `matched` as JSON with the stored values; `more` has the fields for its kind of file.
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
    """Replace the rows of an unconfirmed file after comparing them with what is stored now."""
    ImportBatch.objects.filter(pk=batch.pk, confirmed_at=None).update(rows={**batch.rows, "rows": rows})


def lock_unconfirmed(batch: ImportBatch) -> ImportBatch:
    """The batch, locked until the end of the transaction. Raises Denied when it has been confirmed."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.confirmed_at is not None:
        raise Denied("Berkas ini sudah disimpan sebelumnya. Tidak ada yang ditulis dua kali.")
    return batch


def mark_confirmed(batch: ImportBatch) -> None:
    """Mark the batch as confirmed. Call it in the transaction that writes the file."""
    batch.confirmed_at = timezone.now()
    batch.save(update_fields=["confirmed_at"])


def change_reason(batch: ImportBatch) -> str:
    """The change reason in the history: `berkas oktober.xlsx, sha256 0123456789ab`, with the name shortened to fit."""
    ending = f", sha256 {batch.sha256[:12]}"
    return f"berkas {batch.file_name}"[: REASON_LENGTH - len(ending)] + ending


def file_name(name: str) -> str:
    """The name on one line without invisible characters."""
    return text_of(name)[:255] or "tanpa nama"
