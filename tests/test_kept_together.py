"""Potentials changed and read at the same moment: nobody waits in a circle, nobody is told what no longer holds."""

from __future__ import annotations

import time

import pytest
from django.db import connection, transaction

from coverage.models import WorkforceEstimate
from coverage.positions import KEPT, Facts

from .conftest import estimate
from .test_kept import MARCH
from .test_together import together

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite has one writer at a time; real concurrency needs PostgreSQL"
    ),
]


def workers(world) -> list[int]:
    found = Facts.visible_to(world.pimpinan).potentials(["PU"], [MARCH])[MARCH].workers
    return sorted(found.values())


def test_two_who_change_the_same_rows_in_opposite_order_both_come_through(world):
    rows = [estimate(area, "PU", 100) for area in ("1801", "3671")]

    def change(keys: list[int], count: int) -> str:
        with transaction.atomic():
            for key in keys:
                row = WorkforceEstimate.objects.get(pk=key)
                row.workers = count
                row.save()
                time.sleep(0.05)
        return "done"

    keys = [row.pk for row in rows]
    assert together(lambda: change(keys, 70), lambda: change(keys[::-1], 60)) == ["done", "done"]
    assert workers(world) in ([60, 60], [70, 70])


def test_who_reads_while_somebody_writes_is_never_told_less_than_was_committed(world):
    """Four readers ask all the time while one raises the potential fifty times: no answer is older than its question."""
    KEPT.clear()
    row = estimate("1801", "PU", 1)
    committed = [1]
    done: list[bool] = []

    def write() -> int:
        for count in range(2, 52):
            WorkforceEstimate.objects.filter(pk=row.pk).update(workers=count)
            committed.append(count)
        done.append(True)
        return 0

    def read() -> int:
        stale = 0
        while not done:
            at_least = committed[-1]
            stale += workers(world)[0] < at_least
        return stale

    assert together(write, *[read] * 4) == [0, 0, 0, 0, 0]
    assert workers(world) == [51]
