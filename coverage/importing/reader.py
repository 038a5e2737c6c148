"""Reads an uploaded file into rows. Unreadable is the only exception for any content."""

from __future__ import annotations

from .columns import FileColumns
from .delimited import read_text_file
from .file_types import open_workbook
from .sheets import Document
from .xlsx import read_workbook


def read_upload(data: bytes, columns: FileColumns) -> Document:
    """The document in an uploaded file; `columns` help to detect the separator of a text file.

    Raises Unreadable with the sentence for the user.
    """
    archive = open_workbook(data)
    if archive is None:
        return read_text_file(data, columns)
    with archive:
        return read_workbook(archive)
