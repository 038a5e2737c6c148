"""Columns of the progress table: once, for the screen and every file. Keys are part of the file format."""

from __future__ import annotations

from reporting.drawings import draw_bullet, draw_spark
from reporting.numbers import format_count
from reporting.tables import Column, Kind

from .glossary import explained
from .links import area_link
from .standing import Standing


def changed_remark(row: Standing) -> str:
    """Says that verified figures behind this one were changed since."""
    changed = row.position.changed
    return f"{format_count(changed)} angka berubah sejak diverifikasi" if changed else ""


_COLUMNS = (
    Column("rank", "#"),
    Column("area_code", "Kode", Kind.TEXT),
    Column("area_name", "Wilayah", Kind.TEXT, link=area_link, names_row=True),
    Column("participants", "Peserta aktif", path="progress.participants", remark=changed_remark),
    Column("potential", "Potensi", path="progress.potential", css="dim"),
    Column(
        "coverage_rate",
        "Cakupan",
        Kind.RATE,
        path="progress.coverage_rate",
        css="strong",
    ),
    Column("uncovered", "Belum terlindungi", path="position.uncovered"),
    Column("target_source", "Sumber target", Kind.TEXT, path="target_source"),
    Column("target_year", "Tahun target", Kind.YEAR, path="target_year"),
    Column("target_rate", "Target", Kind.RATE, path="progress.target_rate"),
    Column("target_workers", "Target peserta", path="progress.target_workers"),
    Column(
        "gap_workers",
        "Selisih ke target",
        path="progress.gap_workers",
    ),
    Column("gap_points", "Selisih (poin persen)", Kind.RATIO, path="progress.gap_points"),
    Column("achievement_rate", "Capaian terhadap target", Kind.RATE, path="progress.achievement_rate"),
    Column(
        "required_per_month",
        "Kebutuhan/bulan",
        path="progress.required_per_month",
    ),
    Column(
        "observed_per_month",
        "Laju/bulan",
        Kind.SIGNED,
        path="progress.observed_per_month",
    ),
    Column("pace_ratio", "Rasio laju", Kind.RATIO, path="progress.pace_ratio"),
    Column("status", "Status", Kind.STATUS, path="progress.status"),
    Column("path_workers", "Lintasan", path="progress.path_workers"),
    Column("year_end_projection", "Proyeksi akhir tahun", path="progress.year_end_projection"),
    Column("change_points", "Δ bulan (pp)", Kind.POINTS),
    Column("reported", "Lapor", path="position.reported"),
    Column("expected", "Wajib lapor", path="position.expected"),
    Column("changed_since_verified", "Berubah sejak diverifikasi", path="position.changed"),
    Column(
        "bar",
        "Cakupan terhadap target",
        Kind.DRAWING,
        path="drawing",
        draw=draw_bullet,
        sort_path="progress.achievement_rate",
    ),
    Column("spark", "12 bulan", Kind.DRAWING, path="line", draw=draw_spark),
)
PROGRESS_COLUMNS = explained(_COLUMNS)

PROGRESS_SCREEN = (
    "rank",
    "area_name",
    "participants",
    "potential",
    "bar",
    "coverage_rate",
    "target_rate",
    "gap_workers",
    "change_points",
    "spark",
    "required_per_month",
    "status",
)
