"""Invented reasons of offices for large falls of a figure."""

from __future__ import annotations

from datetime import date

from coverage.models import CoverageRecord

from .scenario import SUBSIDY_END
from .shares import chance

#: Fall from last month's figure, as a share, from which on a reason is given.
LARGE_FALL = {"PU": 0.035, "BPU": 0.23, "JAKON": 0.2, "PMI": 0.5}
#: Cells with fewer participants have no reasons.
SMALL_CELL = 1_000

Reason = CoverageRecord.Reason

_JANUARY = (
    (0.55, Reason.SUBSIDY_ENDED, "Iuran yang dibayar anggaran tahun lalu berakhir Desember."),
    (0.75, Reason.OTHER, "Peserta mandiri belum memperpanjang setelah akhir tahun."),
    (1.0, Reason.DATA_CLEANED, "Peserta menunggak lebih dari tiga bulan dikeluarkan."),
)


def reason_for_fall(code: str, segment: str, month: date, before: int | None, now: int) -> tuple[str, str]:
    """Return (reason, note), both empty when the figure did not fall much."""
    if segment == "BPU" and month in SUBSIDY_END.get(code, {}):
        return Reason.SUBSIDY_ENDED, SUBSIDY_END[code][month]
    if before is None or before < SMALL_CELL or before - now <= LARGE_FALL[segment] * before:
        return "", ""
    if segment == "JAKON":
        return Reason.PROJECT_ENDED, "Proyek tahun anggaran sebelumnya selesai."
    if segment == "PU":
        if month.year >= 2025:
            return Reason.BECAME_PPPK, "Pegawai non-ASN diangkat menjadi PPPK."
        return Reason.DATA_CLEANED, "Tenaga kerja nonaktif dikeluarkan pada rekonsiliasi akhir tahun."
    if month.month != 1:
        return Reason.OTHER, "Pembayaran iuran kelompok belum diterima."
    if month == date(2025, 1, 1) and chance(code, "election").random() < 0.2:
        return Reason.ELECTION_ENDED, "Perlindungan petugas pilkada berakhir Desember 2024."
    dice = chance(code, month, "reason").random()
    return next((reason, note) for limit, reason, note in _JANUARY if dice < limit)
