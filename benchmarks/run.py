"""Measures the cases on the database of DATABASE_URL and prints the table; called by `python -m benchmarks`."""

from __future__ import annotations

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection, transaction

from .cases import cases
from .meter import Measured, measure

HEAD = ("| yang diukur | median ms | p95 ms | prosesor ms | kueri | basis data ms | puncak MB | lantai ms | rasio |",)


def main() -> None:
    wanted = json.loads(sys.argv[1])
    settings.DEBUG = False  # as on a server: no query is kept in memory, templates are read once
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(*HEAD)
    print("|---|" + "---:|" * 8)
    for case in cases():
        if wanted["only"] and case.key not in wanted["only"]:
            continue
        with transaction.atomic():
            case.prepare()
            found = measure(case.name, case.action, case.floor, case.repetitions or wanted["repeat"], case.note)
            transaction.set_rollback(True)
        print(row(found), flush=True)


def row(found: Measured) -> str:
    ratio = found.median / found.floor if found.floor else 0
    return (
        f"| {found.name} | {found.median:.0f} | {found.p95:.0f} | {found.processor:.0f} | {found.queries} | "
        f"{found.database:.0f} | {found.peak:.0f} | {found.floor:.1f} | {ratio:.1f} |"
    )


if __name__ == "__main__":
    main()
