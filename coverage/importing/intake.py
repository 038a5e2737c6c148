"""An uploaded file on its way in: read, held against what stands, kept for confirmation when nothing is wrong."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from accounts.models import Office
from coverage.models import ImportBatch, ReportingPeriod
from coverage.models.querysets import CodeSystem

from .context import load
from .matching import Matched, match
from .parsing import text_of
from .reading import read
from .sheets import Unreadable
from .uploads import propose

if TYPE_CHECKING:
    from accounts.models import User


def take_in(
    *, user: User, office: Office | None, period: ReportingPeriod, name: str, data: bytes, system: str
) -> tuple[Matched, ImportBatch | None]:
    """What the file says, and the batch that waits for confirmation; None when there are mistakes.

    Raises Unreadable for a file that cannot be read at all.
    """
    if system not in CodeSystem:
        raise Unreadable("Pilih kode wilayah yang dipakai berkas ini.")
    document = read(data)
    standing = load(period, office)
    matched = match(document, standing, system)
    if matched.mistakes:
        return matched, None
    batch = propose(
        user=user,
        office=office,
        period=period,
        file_name=file_name(name),
        sha256=hashlib.sha256(data).hexdigest(),
        system=system,
        matched=matched,
        standing=standing,
    )
    return matched, batch


def file_name(name: str) -> str:
    """The name as it may be shown and stored: one line, nothing invisible in it."""
    return text_of(name)[:255] or "tanpa nama"
