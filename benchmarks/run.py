"""Measures the cases on the database of DATABASE_URL and prints the table; called by `python -m benchmarks`."""

from __future__ import annotations

import json
import sys

from . import product

product.start()

from django.db import connection, transaction

from .cases import cases
from .meter import Measured, measure

HEAD = (
    "| measured | median ms | p95 ms | processor ms | queries | database ms | peak MB | floor ms | ratio | target ms |"
)
#: The factor on PostgreSQL's target times.
SQLITE_MAY = 2


def main() -> None:
    wanted = json.loads(sys.argv[1])
    product.tidy()
    print(HEAD)
    print("|---|" + "---:|" * 9)
    for case in cases():
        if wanted["only"] and case.key not in wanted["only"]:
            continue
        with transaction.atomic():
            case.prepare()
            found = measure(case.name, case.action, case.floor, case.repetitions or wanted["repeat"])
            transaction.set_rollback(True)
        print(row(found, case.target), flush=True)


def row(found: Measured, target: int | None) -> str:
    """A line of the table; a median above its target is printed bold."""
    may = None if target is None else target * (1 if connection.vendor == "postgresql" else SQLITE_MAY)
    median = f"{found.median:,.0f}"
    if may is not None and found.median > may:
        median = f"**{median}**"
    return (
        f"| {found.name} | {median} | {found.p95:,.0f} | {found.processor:,.0f} | {found.queries:,} | "
        f"{found.database:,.0f} | {found.peak:.0f} | {found.floor:,.1f} | {found.median / found.floor:.1f} | "
        f"{'' if may is None else f'{may:,}'} |"
    )


if __name__ == "__main__":
    main()
