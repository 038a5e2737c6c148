"""How long opening a month takes: 514 regencies x 20 stored segments, all carried from the month before.

    python benchmarks/opening.py

Needs a database with the reference data or the demonstration. Everything is rolled back.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection, transaction

from coverage.models import CoverageRecord, Regency, ReportingPeriod, WorkerSegment
from coverage.periods import open_period
from reporting import months

SEGMENTS = 20
RUNS = 5


def prepare(month) -> None:
    """Fill the month with a figure for every regency and segment; add groups until there are twenty."""
    stored = list(WorkerSegment.objects.exclude(kind="COMPOSITE").exclude(pk=WorkerSegment.UNSPLIT))
    for number in range(len(stored), SEGMENTS):
        stored.append(
            WorkerSegment.objects.create(code=f"UJI-{number}", name=f"Uji {number}", kind="GROUP", position=number)
        )
    CoverageRecord.objects.filter(period=month).delete()
    CoverageRecord.objects.bulk_create(
        [
            CoverageRecord(
                period=month,
                province_id=regency.province_id,
                regency_id=regency.pk,
                segment=segment,
                participants=1_000,
                verified_participants=1_000,
                origin=CoverageRecord.Origin.ENTERED,
            )
            for regency in Regency.objects.filter(is_active=True)
            for segment in stored[:SEGMENTS]
        ],
        batch_size=2_000,
    )


def main() -> None:
    seconds, written = [], 0
    for _ in range(RUNS):
        with transaction.atomic():
            latest = ReportingPeriod.objects.order_by("-month").first()
            month = latest.month if latest else months.parse_month("2030-01")
            prepare(latest or open_period(month))
            connection.check_constraints()
            started = time.perf_counter()
            period = open_period(months.add_months(month, 1))
            connection.check_constraints()  # what a commit would do
            seconds.append(time.perf_counter() - started)
            written = CoverageRecord.objects.filter(period=period).count()
            transaction.set_rollback(True)
    print(f"{connection.vendor}: {written} cells in {statistics.median(seconds):.2f} s (median of {RUNS})")


if __name__ == "__main__":
    main()
