"""Measures an action: time, queries, time in the database, peak memory of the process."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(frozen=True)
class Measured:
    """Milliseconds and megabytes. `processor` is this process's processor time, which other load affects less."""

    name: str
    median: float
    p95: float
    processor: float
    queries: int
    database: float
    peak: float
    floor: float


class Run(NamedTuple):
    """Seconds and queries of one run."""

    wall: float
    processor: float
    database: float
    queries: int


def once(action: Callable[[], object]) -> Run:
    """Run the action once and measure it."""
    meter = _Queries()
    processor, started = time.process_time(), time.perf_counter()
    with connection.execute_wrapper(meter):
        action()
    return Run(time.perf_counter() - started, time.process_time() - processor, meter.seconds, meter.count)


def measure(name: str, action: Callable[[], object], floor: Callable[[], object], repetitions: int) -> Measured:
    """Run the action once to warm up and then `repetitions` times, alternating with its lower bound."""
    runs, floors, peak = [], [], 0.0
    for turn in range(repetitions + 1):
        if turn == 1:
            _reset_peak()
        run = once(action)
        peak = _peak()
        started = time.perf_counter()
        floor()
        floors.append(time.perf_counter() - started)
        if turn or not repetitions:
            runs.append(run)
    walls = sorted(run.wall for run in runs)
    return Measured(
        name,
        statistics.median(walls) * 1000,
        walls[min(len(walls) - 1, round(len(walls) * 0.95))] * 1000,
        statistics.median(run.processor for run in runs) * 1000,
        max(run.queries for run in runs),
        statistics.median(run.database for run in runs) * 1000,
        peak,
        statistics.median(floors[-max(1, repetitions) :]) * 1000,
    )


class _Queries:
    """Counts statements and their time, without the time SQLite takes to fetch rows."""

    def __init__(self) -> None:
        self.count, self.seconds = 0, 0.0

    def __call__(self, execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, parameters, many, context)
        finally:
            self.count += 1
            self.seconds += time.perf_counter() - started


def _reset_peak() -> None:
    if _CLEAR.exists():
        _CLEAR.write_text("5")


def _peak() -> float:
    """Peak resident memory since the last reset (Linux only)."""
    found = re.search(r"VmHWM:\s+(\d+)", _STATUS.read_text()) if _STATUS.exists() else None
    return int(found[1]) / 1024 if found else 0.0
