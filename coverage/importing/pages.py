"""Shared helpers of the upload pages: receiving a file, its mistakes, the template."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from coverage.models import ImportBatch

from .batches import file_name
from .file_types import check_size
from .matching import Matched
from .sheets import MAX_ROWS, Unreadable
from .template import CONTENT_TYPE

#: The most mistakes and earlier uploads on a page.
SHOWN_MISTAKES, SHOWN_UPLOADS = 200, 5

#: Reads a file from its name and content; the batch is None when there are mistakes.
TakeIn = Callable[[str, bytes], tuple[Matched, ImportBatch | None]]


@dataclass(frozen=True)
class Received:
    """An uploaded file: the batch to confirm, or the errors."""

    file_name: str = ""
    batch: ImportBatch | None = None
    unreadable: str = ""
    matched: Matched | None = None

    @property
    def context(self) -> dict[str, Any]:
        """The context for `coverage/importing/upload.html`."""
        mistakes = self.matched.mistakes if self.matched else []
        return {
            "file_name": self.file_name,
            "unreadable": self.unreadable,
            "matched": self.matched,
            "mistakes": mistakes[:SHOWN_MISTAKES],
            "mistake_count": len(mistakes),
        }


def receive(request: HttpRequest, take_in: TakeIn) -> Received:
    """Read the file of the form. Errors in the file are returned, not raised."""
    file = request.FILES.get("berkas")
    name = (file.name or "") if file else ""
    try:
        if file is None:
            raise Unreadable("Pilih berkasnya dahulu.")
        check_size(file.size or 0)
        matched, batch = take_in(name, file.read())
    except Unreadable as sentence:
        return Received(file_name(name), unreadable=str(sentence))
    return Received(file_name(name), batch, matched=matched)


def upload_context(earlier: QuerySet[ImportBatch], received: Received | None) -> dict[str, Any]:
    """The context for `coverage/importing/upload.html`: limits, earlier uploads, and errors of the received file."""
    return {
        "megabytes": settings.UPLOAD_MAX_BYTES // 2**20,
        "max_rows": MAX_ROWS,
        "earlier_uploads": earlier.select_related("uploaded_by").defer("rows")[:SHOWN_UPLOADS],
        **(received.context if received else {}),
    }


def template_response(content: bytes, name: str) -> HttpResponse:
    """A template workbook as a download."""
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
