"""Loads figures published by newspapers; counts and potentials among them also become records and estimates.

These are written to province-wide cells. A province-wide cell is *added* to the regencies of its province, so nothing
is written where the same workers are counted already.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from coverage.models import CoverageRecord, PublishedFigure, ReportingPeriod, Via, WorkerSegment, WorkforceEstimate
from reporting import months
from reporting.loading import LoadTally, read_csv, upsert, write_one


def cell_of(area: str) -> dict[str, str | None]:
    """Return the cell of an area code: `1801` a regency's, `18` the province-wide one, empty for the country."""
    return {"province_id": area[:2] or None, "regency_id": area if len(area) == 4 else None}


def load_figures(folder: Path) -> LoadTally:
    """Load every number of the articles under a stable code, with source, date and, where they conflict, a note."""
    rows = [
        {
            "code": row["code"],
            **cell_of(row["area"]),
            "segment_id": row["segment"] or None,
            "label": row["label"],
            "as_of": date.fromisoformat(row["as_of"]),
            "is_date_estimated": row["is_date_estimated"] == "1",
            "measure": row["measure"],
            "value": Decimal(row["value"]) if row["value"] else None,
            "unit": row["unit"],
            "target_year": int(row["target_year"]) if row["target_year"] else None,
            "source": row["source"],
            "note": row["note"],
            "is_disputed": row["is_disputed"] == "1",
        }
        for row in read_csv(folder / "published_figures.csv")
    ]
    return upsert(PublishedFigure, rows, what="Angka terbitan", unless_edited=True, reason="Angka terbitan")


def sources_of(row: Mapping[str, str]) -> str:
    """Return the sources of the published figures a row is based on, as one text."""
    codes = row["figures"].split()
    sources = dict(PublishedFigure.objects.filter(code__in=codes).values_list("code", "source"))
    return "; ".join(dict.fromkeys(sources[code] for code in codes))


def load_records(folder: Path) -> list[LoadTally]:
    """Load published counts as verified records of province-wide cells, with their months."""
    periods, records = LoadTally("Periode"), LoadTally("Angka bulanan")
    for row in read_csv(folder / "published_records.csv"):
        period = _period(row["month"], date.fromisoformat(row["cut_off_on"]), periods)
        key = {**cell_of(row["area"]), "segment_id": row["segment"], "period": period}
        found = CoverageRecord.objects.filter(**key).first()
        if _records_beside(key).exists():
            fact = found or CoverageRecord(**key)
            records.leave(fact, "kab/kota di provinsi itu sudah punya angka (akan terhitung dua kali)")
            continue
        participants, source = int(row["participants"]), sources_of(row)
        write_one(
            CoverageRecord,
            found,
            key,
            {
                "participants": participants,
                "verified_participants": participants,
                "origin": CoverageRecord.Origin.IMPORTED,
                "note": f"{source}. {row['note']}".strip(),
            },
            tally=records,
            stamps={"verified_at": timezone.now(), "changed_at": timezone.now()},
            reason=source,
            via=Via.COMMAND,
        )
    return [periods, records]


def load_estimates(folder: Path) -> LoadTally:
    """Load published potentials of province-wide cells, each from its own date on."""
    tally = LoadTally("Potensi pekerja")
    for row in read_csv(folder / "published_estimates.csv"):
        key = {
            **cell_of(row["area"]),
            "segment_id": row["segment"],
            "effective_from": date.fromisoformat(row["effective_from"]),
        }
        found = WorkforceEstimate.objects.filter(**key).first()
        if _estimates_beside(key).exists():
            fact = found or WorkforceEstimate(**key)
            tally.leave(fact, "kab/kota di provinsi itu sudah punya potensi (akan terhitung dua kali)")
            continue
        source = sources_of(row)
        write_one(
            WorkforceEstimate,
            found,
            key,
            {
                "workers": int(row["workers"]),
                "source": source,
                "is_derived": row["is_derived"] == "1",
                "note": row["note"],
            },
            tally=tally,
            reason=source,
            via=Via.COMMAND,
        )
    return tally


def _period(code: str, cut_off_on: date, tally: LoadTally) -> ReportingPeriod:
    """Return the month, created when missing and otherwise unchanged."""
    first = months.parse_month(code)
    following = months.add_months(first, 1)
    period, created = ReportingPeriod.objects.get_or_create(
        month=first,
        defaults={
            "cut_off_on": cut_off_on,
            "due_on": following.replace(day=settings.ENTRY_DUE_DAY),
            "closes_on": following.replace(day=settings.ENTRY_CLOSING_DAY),
        },
    )
    tally.created += created
    return period


def _same_workers(segment: str) -> list[str]:
    """Return the segments that count the same workers: all parts of the headline for one of them, else itself."""
    parts = list(WorkerSegment.objects.filter(composites__is_headline=True).values_list("code", flat=True))
    return parts if segment in parts else [segment]


def _records_beside(key: Mapping[str, Any]) -> Any:
    """Return the records with a value, own or carried, that count the same workers in that month."""
    return CoverageRecord.objects.filter(
        province=key["province_id"],
        period=key["period"],
        segment__in=_same_workers(key["segment_id"]),
        participants__isnull=False,
    ).exclude(regency__isnull=True, segment=key["segment_id"])


def _estimates_beside(key: Mapping[str, Any]) -> Any:
    """Return the estimates that count the same workers, whatever their date.

    An estimate stays in force until the next one of the same cell and segment, so a province-wide one would still be
    added to those of the regencies even if theirs began later.
    """
    return WorkforceEstimate.objects.filter(
        province=key["province_id"], segment__in=_same_workers(key["segment_id"])
    ).exclude(regency__isnull=True, segment=key["segment_id"])
