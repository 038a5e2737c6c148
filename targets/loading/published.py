"""Published targets, by source."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from coverage.loading.published import cell_of, sources_of
from coverage.models import Via
from reporting.loading import LoadTally, read_csv, write_one
from targets.models import Target

SEGMENT = "UCJ"


def load_targets(folder: Path) -> LoadTally:
    """Load the published targets of the country and of provinces.

    The reference is set on creation only, and not where a user has chosen another one.
    """
    tally = LoadTally("Target")
    for row in read_csv(folder / "published_targets.csv"):
        place = {**cell_of(row["area"]), "segment_id": SEGMENT, "year": int(row["year"])}
        key = {**place, "source_id": row["source"]}
        found = Target.objects.filter(**key).first()
        chosen = Target.objects.filter(**place, is_reference=True).exists()
        source = sources_of(row)
        write_one(
            Target,
            found,
            {**key, "is_reference": row["is_reference"] == "1" and not chosen} if found is None else key,
            {
                "percent": Decimal(row["percent"]) if row["percent"] else None,
                "workers": int(row["workers"]) if row["workers"] else None,
                "note": row["note"] or f"{source}.",
            },
            tally=tally,
            reason=source or row["note"],
            via=Via.COMMAND,
        )
    return tally
