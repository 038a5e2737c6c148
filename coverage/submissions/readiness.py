"""Checks that a month can be submitted: expected cells filled or explained, flagged figures with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from accounts.models import Denied
from coverage import plausibility
from coverage.models import CellKey, CoverageRecord, Regency, ReportingPeriod, WorkerSegment
from reporting import months
from reporting.numbers import format_count

if TYPE_CHECKING:
    from accounts.models import Office

TO_FILL = "Belum diisi. Isi angkanya, atau jelaskan di keterangan."
TO_EXPLAIN = "Alasan “Lainnya” perlu dijelaskan di keterangan."


class NotReady(Denied):
    """The month cannot be submitted yet. `cells` has what is missing, by cell."""

    def __init__(self, sentence: str, cells: dict[CellKey, str]) -> None:
        super().__init__(sentence)
        self.cells = cells


def check_ready(office: Office, period: ReportingPeriod, records: Iterable[CoverageRecord]) -> int:
    """Return the number of flagged cells.

    Raises NotReady unless every expected cell is filled or explained and every figure that needs a reason has one,
    Denied for a month without any figure.
    """
    stored = {(record.area_code, record.segment_id): record for record in records}
    expected = _expected_cells(office)
    missing: dict[CellKey, str] = {}
    for key in expected:
        record = stored.get(key)
        if record is None or not (record.has_own_value or record.note.strip()):
            missing[key] = TO_FILL
    flagged = 0
    for key, check in plausibility.flags_of(office, period).items():
        flagged += bool(check.flags)
        record = stored.get(key)
        if record is None or not record.has_own_value:
            continue
        question = next((flag.sentence for flag in check.flags if flag.needs_reason), None)
        if question and not record.change_reason:
            missing[key] = question
        elif question and record.change_reason == CoverageRecord.Reason.OTHER and not record.note.strip():
            missing[key] = TO_EXPLAIN
    name = months.month_name(period.month)
    if missing:
        count = format_count(len(missing))
        raise NotReady(
            f"Data {name} belum dapat diajukan: {count} sel belum diisi atau belum dijelaskan.",
            dict(sorted(missing.items())),
        )
    if not expected and not any(record.has_own_value for record in stored.values()):
        raise Denied(f"Belum ada angka {name} yang diisi, jadi belum ada yang diajukan.")
    return flagged


def _expected_cells(office: Office) -> list[CellKey]:
    segments = WorkerSegment.objects.filter(is_active=True, is_expected=True).values_list("code", flat=True)
    regencies = Regency.objects.filter(branch_office=office, is_active=True).values_list("code", flat=True)
    return [(regency, segment) for regency in regencies for segment in segments]
