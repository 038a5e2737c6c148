"""One side of a comparison: a process of one commit that runs cases on request. See against.py.

Reads a line of JSON per request and answers with one: `{}` returns what this commit is, `{"case": key}` runs the case
once, `{"tidy": true}` vacuums the tables. A case is prepared and run in a transaction that is rolled back, so that the
other side finds the data unchanged and nothing locked.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from . import product

product.start()

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from .cases import Case, cases
from .meter import once

LOOPBACK = ("", "127.0.0.1", "localhost", "::1")


def main() -> None:
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # output of the product must not mix with the answers
    known: dict[str, Case] = {}
    for line in sys.stdin:
        question = json.loads(line)
        answer: Any
        try:
            if question.get("case"):
                known = known or {case.key: case for case in cases()}
                answer = run(known[question["case"]])
            elif question.get("tidy"):
                answer = product.tidy()
            else:
                answer = schema()
        except Exception as error:
            answer = {"error": " ".join(f"{type(error).__name__}: {error}".split())[:300]}
        print(json.dumps(answer), file=answers, flush=True)


def run(case: Case) -> dict[str, float]:
    """Milliseconds and queries of one run. Processor time includes the database process of this connection."""
    with transaction.atomic():
        case.prepare()
        before = database_seconds()
        found = once(case.action)
        processor = found.processor + database_seconds() - before
        transaction.set_rollback(True)
    return {"wall": found.wall * 1000, "processor": processor * 1000, "queries": found.queries}


def database_seconds() -> float:
    """Processor time of PostgreSQL's process for this connection; 0 where it is not visible."""
    if connection.vendor != "postgresql" or connection.settings_dict["HOST"] not in LOOPBACK:
        return 0.0
    found = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(found.read_text().split()[0]) / 1e9 if found.exists() else 0.0


def schema() -> dict[str, list[str]]:
    """Migrations missing in the database, and migrations in the database unknown to this commit."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    strange = executor.loader.applied_migrations.keys() - executor.loader.disk_migrations.keys()
    return {
        "lacking": [f"{migration.app_label}.{migration.name}" for migration, _ in plan],
        "strange": sorted(".".join(name) for name in strange),
        "cases": [[case.key, case.name, case.repetitions is not None] for case in cases()] if not plan else [],
    }


if __name__ == "__main__":
    main()
