"""Measures time and memory of exporting all figures; the lower bound is COPY of the same columns.

    python benchmarks/export.py          # prints a table; needs a database with figures (generate_national)

Whole requests through the middleware, as with gunicorn, each measured in a separate process.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

ADDRESSES = ("/data/angka.csv", "/data/angka.csv?data=terverifikasi", "/data/angka.jsonl")
#: The same rows in the same order, as fast as the database can return them.
_COLUMNS = (
    "period_id, segment_id, province_id, regency_id, participants, origin, verified_participants, "
    "verified_at FROM coverage_coveragerecord ORDER BY period_id, segment_id, province_id, regency_id"
)


@dataclass(frozen=True)
class MeasuredExport:
    """The result of one file. Memory in MiB: before the request and at its peak."""

    what: str
    rows: int
    size: int
    seconds: float
    processor: float
    first: float
    before: int
    peak: int

    def __str__(self) -> str:
        return (
            f"| {self.what} | {self.rows:,} | {self.size / 1e6:.0f} MB | {self.seconds:.1f} | {self.processor:.1f} "
            f"| {self.rows / self.seconds:,.0f} | {self.first * 1000:.0f} | {self.before} | {self.peak} |"
        )


HEAD = "| file | rows | size | s | of it processor | rows/s | first line ms | MiB before | MiB peak |\n|" + "---|" * 9


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(address: str) -> MeasuredExport:
    """Run one request in this process, by a user who may see all areas."""
    import django

    django.setup()
    from django.test import Client

    from accounts.models import User

    client = Client(headers={"host": "127.0.0.1", "x-forwarded-proto": "https"})
    reader = User.objects.filter(is_superuser=True, is_active=True).first()
    assert reader is not None, "no superuser: run generate_national first"
    client.force_login(reader)
    client.get("/data/")  # loaded in every worker
    before, rows, size, first = _memory(), 0, 0, 0.0
    started, processor = time.perf_counter(), time.process_time()
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    for part in response.streaming_content:
        rows += part.count(b"\n")
        size += len(part)
        first = first or (rows > 1 and time.perf_counter() - started) or 0.0
    seconds, processor = time.perf_counter() - started, time.process_time() - processor
    return MeasuredExport(address, rows, size, seconds, processor, first, before, _memory())


def floor() -> MeasuredExport:
    """The lower bound: the same columns by COPY, or by a cursor of sqlite3."""
    import django

    django.setup()
    from django.db import connection

    before, rows, size, first = _memory(), 0, 0, 0.0
    connection.ensure_connection()
    started, processor = time.perf_counter(), time.process_time()
    if connection.vendor == "postgresql":
        copy = f"COPY (SELECT {_COLUMNS}) TO STDOUT (FORMAT csv, DELIMITER ';')"
        with connection.connection.cursor() as cursor, cursor.copy(copy) as parts:
            for part in parts:
                first = first or time.perf_counter() - started
                rows, size = rows + bytes(part).count(b"\n"), size + len(part)
    else:
        cursor = connection.connection.cursor().execute(f"SELECT {_COLUMNS}")
        while part := cursor.fetchmany(5_000):
            first = first or time.perf_counter() - started
            rows += len(part)
    seconds, processor = time.perf_counter() - started, time.process_time() - processor
    return MeasuredExport(f"floor: bare {connection.vendor}", rows, size, seconds, processor, first, before, _memory())


def main() -> None:
    """Measure every file in a separate process, because peak memory is per process."""
    if len(sys.argv) > 1:
        print(floor() if sys.argv[1] == "floor" else measure(sys.argv[1]))
        return
    print(HEAD, flush=True)
    for what in ("floor", *ADDRESSES):
        subprocess.run([sys.executable, __file__, what], check=True)


if __name__ == "__main__":
    main()
