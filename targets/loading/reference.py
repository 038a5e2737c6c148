"""Sources of targets from the reference data."""

from __future__ import annotations

from pathlib import Path

from reporting.loading import LoadTally, read_csv, upsert
from targets.models import TargetSource


def load_target_sources(folder: Path) -> LoadTally:
    """Load the sources of targets, in the order in which the page lists them."""
    rows = [
        {"code": row["code"], "name": row["name"], "position": position}
        for position, row in enumerate(read_csv(folder / "target_sources.csv"), start=1)
    ]
    return upsert(TargetSource, rows, what="Sumber target")
