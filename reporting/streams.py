"""Files that are written while they are read: any number of rows through the same small memory.

A statement is its own snapshot: a file made of one statement shows one moment, however long the reader takes.
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

#: Rows fetched and sent at a time. Measured by benchmarks/export.py: larger ones gain nothing and cost memory.
ROWS_AT_A_TIME = 5_000


def rows_in_parts(rows: QuerySet[Any, Any], size: int = ROWS_AT_A_TIME) -> Iterator[list[Any]]:
    """The rows of one statement, `size` at a time, never all in memory.

    Outside a transaction PostgreSQL would copy the whole answer aside before giving the first row (a cursor WITH HOLD).
    SQLite needs none to read from one moment, and ours would shut every writer out until the reader is done.
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
    """Fields as our other CSV files write them: `;` between, quoted where needed, nothing a sheet executes."""
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="").writerow([safe_text(text) for text in texts])
    return line.getvalue()


def streamed(parts: Iterable[str], name: str, content_type: str) -> StreamingHttpResponse:
    """The parts of a text as a file to keep, sent as they come."""
    response = StreamingHttpResponse(_encoded(parts), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _encoded(parts: Iterable[str]) -> Iterator[bytes]:
    for part in parts:
        yield part.encode()
