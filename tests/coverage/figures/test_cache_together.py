"""Potentials changed and read concurrently: no deadlock, no outdated values."""

from __future__ import annotations

from django.core.cache import cache
from django.db import transaction

from coverage.figures.reader import FigureReader
from coverage.models import WorkforceEstimate
from tests.conftest import estimate
from tests.coverage.figures.test_cache import MARCH
from tests.support.side_by_side import Worker, needs_postgresql, together, unfinished

pytestmark = needs_postgresql


def workers(world) -> list[int]:
    found = FigureReader.visible_to(world.pimpinan).potentials(["PU"], [MARCH])[MARCH]
    return sorted(count for _cell, _segment, count in found.items())


def test_two_writers_of_the_same_rows_in_opposite_order_do_not_deadlock(world):
    first, second = (estimate(area, "PU", 100).pk for area in ("1801", "3671"))

    def change(key: int, count: int) -> None:
        row = WorkforceEstimate.objects.get(pk=key)
        row.workers = count
        row.save()

    def change_both() -> None:
        with transaction.atomic():
            change(second, 60)
            change(first, 60)

    with unfinished(lambda: change(first, 70), then=lambda: change(second, 70)):
        other = Worker(change_both)
        assert other.waits()
    assert other.outcome() is None
    assert workers(world) == [60, 60]


def test_concurrent_readers_never_get_a_value_older_than_committed(world):
    """Four readers read while one writer raises the potential fifty times; every value was current when it was read."""
    cache.clear()
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
