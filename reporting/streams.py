"""Streamed files: any number of rows with constant memory.

A statement is its own snapshot, so a file made from one statement shows one moment, however long the download takes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from typing import Any

from django.db import connections, transaction
from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from .tables.columns import safe_text

#: Rows fetched and sent at a time. Measured by benchmarks/export.py: larger chunks are not faster and cost memory.
ROWS_AT_A_TIME = 5_000


def rows_in_parts(rows: QuerySet[Any, Any], size: int = ROWS_AT_A_TIME) -> Iterator[list[Any]]:
    """The rows of one statement in lists of `size`.

    Outside a transaction PostgreSQL would store the whole result before returning the first row (a cursor WITH HOLD).
    On SQLite a transaction is not needed, and ours would block all writers until the download ends.
    """
    is_sqlite = connections[rows.db].vendor == "sqlite"
    with nullcontext() if is_sqlite else transaction.atomic(using=rows.db):
        part: list[Any] = []
        for row in rows.iterator(chunk_size=size):
            part.append(row)
            if len(part) == size:
                yield part
                part = []
        if part:
            yield part


def csv_text(texts: Sequence[str]) -> str:
    """Rows as CSV like `reporting.tables.exports`: separated by `;`, quoted where needed, formulas escaped."""
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="").writerow([safe_text(text) for text in texts])
    return line.getvalue()


def streamed(parts: Iterable[str], name: str, content_type: str) -> StreamingHttpResponse:
    """A response that streams the parts of a text as a download."""
    response = StreamingHttpResponse(_encoded(parts), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _encoded(parts: Iterable[str]) -> Iterator[bytes]:
    for part in parts:
        yield part.encode()
