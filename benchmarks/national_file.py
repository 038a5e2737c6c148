"""How long a national file takes: 10,000 rows read, previewed and written with their history.

    python benchmarks/national_file.py

Needs a database with the demonstration. The latest month is filled twice, so that the second file changes every
figure. Everything is rolled back.
"""

from __future__ import annotations

import io
import itertools
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import xlsxwriter
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from coverage.importing.intake import take_in
from coverage.importing.preview import preview_of
from coverage.importing.proposals import confirm, proposal_of
from coverage.importing.standing import Standing, load
from coverage.models import ReportingPeriod, WorkerSegment

ROWS = 10_000


def file_of(standing: Standing, first: int) -> bytes:
    """ROWS rows as XLSX; every figure differs from the one of another `first`."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Kode", "Wilayah", "Segmen", "Peserta", "Keterangan"])
    cells = [
        (place, segment)
        for place in standing.places
        for segment in standing.segments.values()
        if standing.offers(place, segment)
    ]
    for line, (place, segment) in enumerate(cells[:ROWS], 1):
        sheet.write_row(line, 0, [place.code, place.name, segment.pk, first + line, ""])
    book.close()
    return buffer.getvalue()


def main() -> None:
    with transaction.atomic():
        period = ReportingPeriod.objects.order_by("-month").first()
        user = User.objects.filter(is_superuser=True).first()
        if period is None or user is None:
            sys.exit("Load the demonstration first: python manage.py demo")
        closes_on = max(period.due_on, timezone.localdate())
        ReportingPeriod.objects.filter(pk=period.pk).update(locked_at=None, closes_on=closes_on)
        for number in range(len(WorkerSegment.objects.filter(kind="GROUP")), 16):
            WorkerSegment.objects.create(code=f"UJI-{number}", name=f"Uji {number}", kind="GROUP", position=number)
        period.refresh_from_db()
        for name, first in (("new and changed figures", 1_000), ("changed figures only", 50_000)):
            data = file_of(load(period, None), first)
            marks = [time.perf_counter()]
            matched, batch = take_in(
                user=user, office=None, period=period, name="nasional.xlsx", data=data, system="kemendagri"
            )
            assert batch is not None, matched.mistakes[:3]
            marks.append(time.perf_counter())
            preview_of(proposal_of(batch), load(period, None))
            marks.append(time.perf_counter())
            *_, last = confirm(user=user, batch=batch, standing=load(period, None))
            connection.check_constraints()  # what a commit would do
            marks.append(time.perf_counter())
            read, seen, written = (later - earlier for earlier, later in itertools.pairwise(marks))
            print(
                f"{connection.vendor}, {last.saved} {name}: "
                f"read {read:.1f} s, preview {seen:.1f} s, written {written:.1f} s"
            )
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
