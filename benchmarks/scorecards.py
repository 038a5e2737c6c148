"""Measures scorecards: one page with warm caches, and all pages of the province with most regencies.

    python benchmarks/scorecards.py [province code]

Needs a database with the demonstration data; writes nothing. Prints wall time and processor time, of which only the
latter is meaningful on a busy machine.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection, reset_queries
from django.db.models import Count

from accounts.models import User
from coverage.models import Province, Regency, ReportingPeriod, WorkerSegment
from reporting import pdf
from targets.progress.data import Question
from targets.scorecard.layout import paper
from targets.scorecard.selectors import Scorecards

ROUNDS = 5


def clock() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def since(start: tuple[float, float]) -> tuple[float, float]:
    """Wall and processor time since `start`, in milliseconds."""
    now = clock()
    return (now[0] - start[0]) * 1000, (now[1] - start[1]) * 1000


def memory() -> int:
    """The peak memory of this process, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    connection.force_debug_cursor = True
    user = User.objects.filter(is_superuser=True).first()
    if user is None:
        sys.exit("No superuser: load the demonstration first.")
    asked = sys.argv[1:2] or [
        Regency.objects.values_list("province").annotate(Count("code")).order_by("-code__count")[0][0]
    ]
    province = Province.objects.get(code=asked[0])
    period = ReportingPeriod.objects.order_by("-month")[min(1, ReportingPeriod.objects.count() - 1)]
    question = Question(month=period.month, segment=WorkerSegment.objects.get(is_headline=True))

    reset_queries()
    start = clock()
    cards = Scorecards(user, province, question)
    areas = [province, *cards.reader.regencies.order_by("code").select_related("province", "branch_office")]
    sheets = [cards.sheet(area) for area in areas]
    wall, cpu = since(start)
    queries = len(connection.queries)
    print(f"{province}, {period}: {len(sheets)} sheets asked in {wall:.0f} ms ({cpu:.0f} ms cpu), {queries} queries")

    start = clock()
    paper(sheets[0], period, is_demonstration=True)
    print("first page of the process: {:.0f} ms ({:.0f} ms cpu)".format(*since(start)))

    walls, cpus = [], []
    for _round in range(ROUNDS):
        for sheet in sheets:
            start = clock()
            content = paper(sheet, period, is_demonstration=True)
            wall, cpu = since(start)
            walls.append(wall)
            cpus.append(cpu)
            assert pdf.page_count(content) == 1
    for name, values in (("wall", walls), ("cpu", cpus)):
        values = sorted(values)
        print(
            f"a page, {name}: median {statistics.median(values):.1f} ms, nine of ten below "
            f"{values[len(values) * 9 // 10]:.1f} ms, longest {values[-1]:.1f} ms"
        )
    print(f"{len(sheets)} pages: {sum(walls) / ROUNDS:.0f} ms ({sum(cpus) / ROUNDS:.0f} ms cpu)")
    print(f"at most {memory()} MiB after {len(walls)} pages")


if __name__ == "__main__":
    main()
