"""Loads provinces, regencies and worker segments from the reference data."""

from __future__ import annotations

from pathlib import Path

from accounts.models import Office
from accounts.reference import government_code
from coverage.models import Province, Regency, WorkerSegment
from reporting.loading import LoadTally, read_csv, upsert

REASON = "Data acuan"


def load_provinces(folder: Path) -> LoadTally:
    """Load 38 provinces under both code systems; the regional office is set on creation only."""
    serving = _serving_offices(folder, Office.Kind.REGIONAL)
    rows = [
        {
            "code": row["code"],
            "bps_code": row["bps_code"],
            "name": row["name"],
            "island_group": row["island_group"],
            "regional_office_id": serving[row["code"]],
            "government_office_id": government_code(row["code"]),
        }
        for row in read_csv(folder / "provinces.csv")
    ]
    return upsert(
        Province,
        rows,
        what="Provinsi",
        on_creation=("regional_office_id", "government_office_id"),
        reason=REASON,
    )


def load_regencies(folder: Path) -> LoadTally:
    """Load 514 regencies and cities under both code systems, each with its responsible office.

    That is the branch where it is known, else the regional office of its province. Set on creation only.
    """
    branches = _serving_offices(folder, Office.Kind.BRANCH)
    regional = dict(Province.objects.values_list("code", "regional_office_id"))
    rows = [
        {
            "code": row["code"],
            "bps_code": row["bps_code"],
            "name": row["name"],
            "kind": row["kind"],
            "province_id": row["province"],
            "split_from_id": row["split_from"] or None,
            "branch_office_id": branches.get(row["code"]) or regional[row["province"]],
            "government_office_id": government_code(row["code"]),
        }
        for row in read_csv(folder / "regencies.csv")
    ]
    return upsert(
        Regency,
        rows,
        what="Kabupaten/kota",
        on_creation=("branch_office_id", "government_office_id"),
        reason=REASON,
    )


def _serving_offices(folder: Path, kind: str) -> dict[str, str]:
    """Return the serving office of this kind by area code. Raises ValueError when two serve the same area."""
    serving: dict[str, str] = {}
    for row in read_csv(folder / "offices.csv"):
        if row["kind"] != kind:
            continue
        for area in row["areas"].split():
            if area in serving:
                raise ValueError(f"{area} is served by {serving[area]} and {row['code']}")
            serving[area] = row["code"]
    return serving


def load_segments(folder: Path) -> LoadTally:
    """Load the 20 segments: legal ones, composites, and groups. `is_headline` is set on creation only."""
    lines = read_csv(folder / "segments.csv")
    rows = [
        {
            "code": row["code"],
            "name": row["name"],
            "kind": row["kind"],
            "ecosystem": row["ecosystem"],
            "has_potential": row["has_potential"] == "1",
            "is_expected": row["is_expected"] == "1",
            "is_headline": row["is_headline"] == "1",
            "position": position,
        }
        for position, row in enumerate(lines, start=1)
    ]
    before = {
        segment.code: {component.code for component in segment.components.all()}
        for segment in WorkerSegment.objects.prefetch_related("components")
    }
    tally = upsert(WorkerSegment, rows, what="Segmen", on_creation=("is_headline",))
    for row in lines:
        components = set(row["components"].split())
        if components != before.get(row["code"], set()):
            WorkerSegment.objects.get(code=row["code"]).components.set(
                WorkerSegment.objects.filter(code__in=components)
            )
            if row["code"] in before:
                tally.changed += 1
                tally.unchanged -= 1
    return tally
