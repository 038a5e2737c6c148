"""Measures every page and write on PostgreSQL and SQLite with a lower bound in plain SQL, as a Markdown table.

    python -m benchmarks                                  # both databases, 120 months
    python -m benchmarks --growth                         # report pages at 12, 36 and 120 months
    python -m benchmarks --only home unpaged --repeat 20 --databases sqlite
    python -m benchmarks --against 66ca4be                # an older commit and this one, on PostgreSQL

Databases are created once by `manage.py generate_national` and reused: `semesta_national` (`..._12`, `..._36`) on the
server in `--postgres`, and files in `--folder`. Every measured write is rolled back.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from .against import ROOT, compare

REPORTS = ("home", "provinces", "paged", "unpaged", "area", "regency", "segments", "completeness")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.partition("\n")[0])
    parser.add_argument("--databases", nargs="+", choices=("postgresql", "sqlite"))
    parser.add_argument("--months", nargs="+", type=int, default=[120])
    parser.add_argument("--growth", action="store_true", help="the report pages at 12, 36 and 120 months")
    parser.add_argument("--only", nargs="+", default=[], metavar="CASE", help="keys as in benchmarks/cases.py")
    parser.add_argument("--repeat", type=int, default=9, help="repetitions of each (default: 9)")
    parser.add_argument("--against", metavar="COMMIT", help="measure this commit too, pair by pair")
    parser.add_argument("--postgres", default="postgres://postgres@127.0.0.1:5432/", help="server, without a database")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "semesta-benchmarks")
    wanted = parser.parse_args()
    spans = [12, 36, 120] if wanted.growth else wanted.months
    only = wanted.only or (list(REPORTS) if wanted.growth else [])
    for vendor in wanted.databases or (["postgresql"] if wanted.against else ["postgresql", "sqlite"]):
        for count in spans:
            address = prepare(vendor, count, wanted.postgres, wanted.folder)
            print(f"\n### {vendor}, {count} months\n", flush=True)
            if wanted.against:
                compare(wanted.against, _environment(address), only, wanted.repeat)
                continue
            _run([sys.executable, "-m", "benchmarks.run", json.dumps({"only": only, "repeat": wanted.repeat})], address)


def prepare(vendor: str, count: int, server: str, folder: Path) -> str:
    """The URL of a database with `count` months, generated on first use."""
    if vendor == "sqlite":
        folder.mkdir(parents=True, exist_ok=True)
        address = f"sqlite:///{folder / f'national-{count}.sqlite3'}"
    else:
        name = "semesta_national" if count == 120 else f"semesta_national_{count}"
        address = f"{server.rstrip('/')}/{name}"
        _create(server, name)
    _run([sys.executable, "manage.py", "migrate", "-v", "0"], address)
    _run([sys.executable, "manage.py", "generate_national", "--months", str(count)], address, quiet=True)
    return address


def _create(server: str, name: str) -> None:
    import psycopg

    at = server.replace("postgres://", "postgresql://", 1).rstrip("/")
    with psycopg.connect(f"{at}/postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')


def _run(command: list[str], address: str, *, quiet: bool = False) -> None:
    subprocess.run(
        command, check=True, cwd=ROOT, env=_environment(address), stdout=subprocess.DEVNULL if quiet else None
    )


def _environment(address: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": address, "DEBUG": "true", "PYTHONWARNINGS": "ignore"}


if __name__ == "__main__":
    main()
