"""From the bytes of an uploaded file to rows. Nothing a file holds makes it fail otherwise than with a sentence."""

from __future__ import annotations

from .delimited import read_text
from .kinds import open_workbook
from .sheets import Document
from .xlsx import read_workbook


def read(data: bytes) -> Document:
    """Raises Unreadable with the sentence for the user."""
    archive = open_workbook(data)
    if archive is None:
        return read_text(data)
    with archive:
        return read_workbook(archive)
