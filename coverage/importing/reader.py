"""From the bytes of an uploaded file to rows. Nothing a file holds makes it fail otherwise than with a sentence."""

from __future__ import annotations

from .columns import FileColumns
from .delimited import read_text_file
from .file_types import open_workbook
from .sheets import Document
from .xlsx import read_workbook


def read_upload(data: bytes, columns: FileColumns) -> Document:
    """The sheets of an uploaded file of any kind; `columns` tell the separator of a text file from other signs.

    Raises Unreadable with the sentence for the user.
    """
    archive = open_workbook(data)
    if archive is None:
        return read_text_file(data, columns)
    with archive:
        return read_workbook(archive)
