"""When each office reported each month: on time, late, returned once, or never.

In a month an office never submits, its cells have last month's value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.conf import settings

from coverage.models import CoverageRecord
from reporting import months

from .areas import DemoArea
from .scenario import ANCHOR_MONTHS
from .shares import chance
from .window import FIRST, MONTHS, OPEN_MONTH

DRAFT, SUBMITTED, RETURNED, VERIFIED, NOT_BEGUN = "DRAFT", "SUBMITTED", "RETURNED", "VERIFIED", ""

#: The office of the demonstration user `entri`: its open month is half filled.
ENTRY_OFFICE = "KC-LAMPUNG-TENGAH"
#: Status of the open month at the offices of the demonstration users; the others are random.
OPEN_MONTH_STATUS = {
    ENTRY_OFFICE: DRAFT,
    "KC-BANDAR-LAMPUNG": SUBMITTED,
    "KC-PALEMBANG": VERIFIED,
    "KC-MUARA-ENIM": SUBMITTED,
    "KC-JAMBI": RETURNED,
    "KC-BENGKULU": DRAFT,
    "KC-MUARO-BUNGO": NOT_BEGUN,
    "KC-PANGKAL-PINANG": SUBMITTED,
    "KW-SUMBAGSEL": DRAFT,
}
#: Branches that did not submit the last closed month.
MISSED = {date(2026, 9, 1): frozenset({"KC-MUARO-BUNGO", "KC-NATUNA-RANAI", "KC-ROKAN-HILIR-BAGAN-SINEMBAH"})}

#: Reason of a return: (segment, remark on the cell).
RETURN_REASONS = {
    "Angka BPU turun tajam tanpa alasan. Mohon diperiksa dan diisi alasan perubahannya.": (
        "BPU",
        "Periksa penurunannya, lalu pilih alasan.",
    ),
    "Angka PU sama persis dengan bulan lalu. Mohon dipastikan data sudah ditarik untuk bulan ini.": (
        "PU",
        "Tarik ulang data bulan ini.",
    ),
    "Jumlah JAKON tidak sesuai rekap proyek. Mohon dicocokkan kembali.": ("JAKON", "Cocokkan dengan rekap proyek."),
}
#: Flagged cells of the open month: (share of the invented value, reason, note) by cell.
STRIKING = {
    ("1871", "BPU"): (
        Fraction(62, 100),
        CoverageRecord.Reason.SUBSIDY_ENDED,
        "Premi pekerja rentan dari APBD berakhir 30 September.",
    ),
    ("1801", "JAKON"): (
        Fraction(141, 100),
        CoverageRecord.Reason.OTHER,
        "Dua proyek jalan tol mendaftarkan pekerjanya bulan ini.",
    ),
}
LATE_NOTE = "Data unit layanan belum diterima, memakai angka bulan lalu."


@dataclass(frozen=True)
class DemoOfficeMonth:
    """One office's month. Times of steps that were not taken are None."""

    status: str
    entered_at: datetime | None = None
    first_submitted_at: datetime | None = None
    returned_at: datetime | None = None
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    return_reason: str = ""


def plan(office: str, month: date) -> DemoOfficeMonth:
    """Return the steps of this office in this month."""
    dice = chance(office, months.month_code(month), "routine")
    status = _status(office, month, dice.random())
    if status == NOT_BEGUN:
        return DemoOfficeMonth(NOT_BEGUN)
    following = months.add_months(month, 1)
    is_late = dice.random() < 0.13 and month != OPEN_MONTH
    handed_in = (11 + int(dice.random() * 7)) if is_late else (5 + int(dice.random() * 6))
    entered_at = _at(following, handed_in - 1 - int(dice.random() * 3), dice.random())
    if status == DRAFT:
        return DemoOfficeMonth(DRAFT, entered_at=entered_at)
    first = _at(following, handed_in, dice.random())
    if status == SUBMITTED:
        return DemoOfficeMonth(SUBMITTED, entered_at, first, None, first)
    answered = _at(following, handed_in + 1, dice.random())
    reason = tuple(RETURN_REASONS)[int(dice.random() * len(RETURN_REASONS))]
    if status == RETURNED:
        return DemoOfficeMonth(RETURNED, entered_at, first, answered, first, answered, reason)
    if dice.random() < 0.06 and not is_late:
        again = _at(following, handed_in + 3, dice.random())
        decided = _at(following, handed_in + 4, dice.random())
        return DemoOfficeMonth(VERIFIED, entered_at, first, answered, again, decided, reason)
    return DemoOfficeMonth(VERIFIED, entered_at, first, None, first, answered)


def _status(office: str, month: date, dice: float) -> str:
    if month == OPEN_MONTH:
        if office in OPEN_MONTH_STATUS:
            return OPEN_MONTH_STATUS[office]
        for limit, status in ((0.12, VERIFIED), (0.38, SUBMITTED), (0.42, RETURNED), (0.62, DRAFT)):
            if dice < limit:
                return status
        return NOT_BEGUN
    if month in MISSED:
        return NOT_BEGUN if office in MISSED[month] else VERIFIED
    # A regional office submits every month; a small branch may not.
    is_sure = month == FIRST or month in ANCHOR_MONTHS or not office.startswith("KC-") or office == ENTRY_OFFICE
    is_weak = chance(office, "routine").random() < 0.15
    return NOT_BEGUN if not is_sure and dice < (0.09 if is_weak else 0.015) else VERIFIED


def is_filled(area: DemoArea, segment: str, month: date, office_month: DemoOfficeMonth) -> bool:
    """Return whether the office entered an own figure for this cell. A whole regency may be missing in a month."""
    if office_month.status == NOT_BEGUN:
        return False
    code = months.month_code(month)
    if office_month.status == DRAFT:
        return chance(area.code, segment, code, "draft").random() < 0.5
    if month == FIRST or (month in ANCHOR_MONTHS and area.code.startswith("1")):
        return True
    usual = 0.05 if area.island == "9" else 0.012
    risk = usual * (3 if month >= MONTHS[-2] else 1)
    return chance(area.code, code, "late").random() >= risk


def _at(month: date, day: int, part: float) -> datetime:
    """Return a time within office hours of that day."""
    minutes = 8 * 60 + int(part * 9 * 60)
    return datetime.combine(
        month.replace(day=day), time(minutes // 60, minutes % 60), tzinfo=ZoneInfo(settings.TIME_ZONE)
    )
