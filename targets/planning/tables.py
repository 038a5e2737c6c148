"""Columns of the list of targets: once, for the screen and every file. Keys are part of the file format."""

from __future__ import annotations

from reporting.tables import Column, Kind
from targets.progress.tables import area_link

from .rows import PlanRow


def rate_remark(row: PlanRow) -> str:
    """The mark and what it says: the percentage was not stated."""
    return "≈ diturunkan dari jumlah pekerja" if row.is_percent_derived and row.progress.target_rate else ""


def workers_remark(row: PlanRow) -> str:
    """The mark and what it says: the head-count was not stated, or it does not go with the percentage."""
    if row.are_workers_derived and row.progress.target_workers is not None:
        return "≈ diturunkan dari persentase"
    return f"≠ {row.disagreement}" if row.disagreement else ""


PLAN_COLUMNS = (
    Column("area_code", "Kode", Kind.TEXT),
    Column("area_name", "Wilayah", Kind.TEXT, link=area_link, names_row=True),  # type: ignore[arg-type]
    Column("source_name", "Sumber", Kind.TEXT, css="source"),
    Column("year", "Tahun", Kind.YEAR),
    Column(
        "reference",
        "Acuan",
        Kind.TEXT,
        path="reference_word",
        help="Target yang dipakai di Ringkasan dan Capaian; satu untuk tiap wilayah, segmen, dan tahun.",
        template="partials/plans/reference.html",
    ),
    Column("stated_percent", "Persentase tertulis", Kind.RATIO),
    Column("stated_workers", "Jumlah tertulis"),
    Column(
        "target_rate",
        "Target",
        Kind.RATE,
        path="progress.target_rate",
        template="partials/plans/figure.html",
        css="n strong",
        remark=rate_remark,
    ),
    Column(
        "target_workers",
        "Target peserta",
        path="progress.target_workers",
        template="partials/plans/figure.html",
        css="n",
        remark=workers_remark,
    ),
    Column("coverage_rate", "Cakupan kini", Kind.RATE, path="progress.coverage_rate", css="dim"),
    Column("gap_workers", "Selisih ke target", path="progress.gap_workers"),
    Column("gap_points", "Selisih (poin persen)", Kind.RATIO, path="progress.gap_points"),
    Column("required_per_month", "Kebutuhan/bulan", path="progress.required_per_month", css="strong"),
    Column("observed_per_month", "Laju/bulan", Kind.SIGNED, path="progress.observed_per_month"),
    Column("decree", "Dasar hukum", Kind.TEXT, css="decree"),
    Column("decree_date", "Tanggal dasar hukum", Kind.DATE, css="date"),
    Column("note", "Catatan", Kind.TEXT, css="decree"),
    Column("doubts", "Perlu diperiksa", Kind.TEXT, path="doubts_text", css="decree"),
    Column("action", "Rincian", Kind.DRAWING, path="itself", template="partials/plans/action.html"),
)
PLAN_SCREEN = (
    "area_name",
    "source_name",
    "reference",
    "target_rate",
    "target_workers",
    "coverage_rate",
    "gap_workers",
    "required_per_month",
    "decree",
    "action",
)
