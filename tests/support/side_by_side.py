"""Concurrent transactions on PostgreSQL, each in a thread with its own connection."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models import QuerySet

from accounts.models import Denied

#: For a module whose tests need two writers at once.
needs_postgresql = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite has one writer at a time; real concurrency needs PostgreSQL"
    ),
]
LONGEST = 20


def on_postgresql(test: Callable) -> Callable:
    """The same for one test."""
    for mark in needs_postgresql:
        test = mark(test)
    return test


class Worker(threading.Thread):
    """Thread that runs one function on its own connection and stores its result."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.work = work
        self.result: Any = None
        self.backend: int | None = None
        self.start()

    def run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.backend = cursor.fetchone()[0]
            self.result = self.work()
        except Exception as error:
            self.result = error
        finally:
            connections.close_all()

    def waits(self) -> bool:
        """Return True as soon as it waits for another's lock, False when it ended without waiting."""
        deadline = time.monotonic() + LONGEST
        while time.monotonic() < deadline and self.is_alive():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'", [self.backend]
                )
                if cursor.fetchone():
                    return True
            time.sleep(0.01)
        assert not self.is_alive(), "neither waits nor ends"
        return False

    def outcome(self) -> Any:
        """Return the result or the exception, once it has ended."""
        self.join(timeout=LONGEST)
        assert not self.is_alive(), "hangs"
        return self.result


@contextmanager
def unfinished(*work: Callable[[], object], then: Callable[[], object] | None = None) -> Iterator[None]:
    """Run the work without committing while the block runs; `then` ends its transaction after the block."""
    done, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            for each in work:
                each()
            done.set()
            assert go_on.wait(timeout=2 * LONGEST)
            if then:
                then()

    worker = Worker(hold)
    while not done.wait(timeout=0.01):
        assert worker.is_alive(), worker.result
    try:
        yield
    finally:
        go_on.set()
        assert worker.outcome() is None, worker.result


def behind(first: Callable[[], object], second: Callable[[], object]) -> Any:
    """Return the result of the second, which begins before the first has committed and waits for it."""
    with unfinished(first):
        worker = Worker(second)
        assert worker.waits(), worker.result
    return worker.outcome()


def refused_behind(first: Callable[[], object], second: Callable[[], object]) -> str:
    """Return the sentence with which the second is refused; fail if it is not refused."""
    refusal = behind(first, second)
    assert isinstance(refusal, Denied), repr(refusal)
    return str(refusal)


def hold(rows: QuerySet) -> None:
    """Lock these rows, but no joined ones."""
    assert list(rows.order_by().select_for_update(of=("self",)))


def is_free(rows: QuerySet) -> bool:
    """Return whether these rows are not locked, without waiting."""
    with transaction.atomic():
        return len(rows.order_by().select_for_update(of=("self",), skip_locked=True)) == rows.count() > 0


def together(*work: Callable[[], object]) -> list[object]:
    """Return the results of work started at the same time, in any order; this does not prove a lock."""
    barrier = threading.Barrier(len(work))

    def begin(each: Callable[[], object]) -> object:
        barrier.wait(timeout=LONGEST)
        return each()

    return [worker.outcome() for worker in [Worker(lambda each=each: begin(each)) for each in work]]
