"""Columns of the progress table: once, for the screen and every file. Keys are part of the file format."""

from __future__ import annotations

from django.urls import reverse

from reporting.numbers import format_count
from reporting.tables import Column, Kind

from .standings import Standing


def area_link(row: Standing) -> str | None:
    """The area's own page."""
    return reverse("area", args=[row.area_code]) if row.area_code else None


def changed_remark(row: Standing) -> str:
    """Says that verified figures behind this one were changed since."""
    changed = row.position.changed
    return f"{format_count(changed)} angka berubah sejak diverifikasi" if changed else ""


PROGRESS_COLUMNS = (
    Column("rank", "#", help="Peringkat menurut cakupan; cakupan yang sama berbagi peringkat"),
    Column("area_code", "Kode", Kind.TEXT, help="Kode Kemendagri"),
    Column("area_name", "Wilayah", Kind.TEXT, link=area_link, names_row=True),
    Column("participants", "Peserta aktif", path="progress.participants", remark=changed_remark),
    Column("potential", "Potensi", path="progress.potential", css="dim", help="Potensi pekerja yang berlaku"),
    Column(
        "coverage_rate",
        "Cakupan",
        Kind.RATE,
        path="progress.coverage_rate",
        css="strong",
        help="Peserta aktif dibagi potensi dari wilayah yang sama",
    ),
    Column("uncovered", "Belum terlindungi", path="position.uncovered", help="Potensi dikurangi peserta aktif"),
    Column("target_source", "Sumber target", Kind.TEXT, path="target_source"),
    Column("target_year", "Tahun target", Kind.YEAR, path="target_year"),
    Column("target_rate", "Target", Kind.RATE, path="progress.target_rate", help="Target cakupan akhir tahun"),
    Column("target_workers", "Target peserta", path="progress.target_workers"),
    Column(
        "gap_workers",
        "Selisih ke target",
        path="progress.gap_workers",
        help="Target peserta dikurangi peserta aktif; negatif berarti target terlampaui",
    ),
    Column("gap_points", "Selisih (poin persen)", Kind.RATIO, path="progress.gap_points"),
    Column("achievement_rate", "Capaian terhadap target", Kind.RATE, path="progress.achievement_rate"),
    Column(
        "required_per_month",
        "Kebutuhan/bulan",
        path="progress.required_per_month",
        help="Tambahan peserta per bulan agar target tercapai akhir tahun",
    ),
    Column(
        "observed_per_month",
        "Laju/bulan",
        Kind.SIGNED,
        path="progress.observed_per_month",
        help="Rata-rata tambahan bersih per bulan selama 12 bulan",
    ),
    Column("pace_ratio", "Rasio laju", Kind.RATIO, path="progress.pace_ratio", help="Laju dibagi kebutuhan"),
    Column("status", "Status", Kind.STATUS, path="progress.status"),
    Column("path_workers", "Lintasan", path="progress.path_workers", help="Peserta menurut lintasan lurus ke target"),
    Column("year_end_projection", "Proyeksi akhir tahun", path="progress.year_end_projection"),
    Column("change_points", "Δ bulan (pp)", Kind.POINTS, help="Perubahan cakupan dari bulan lalu, poin persen"),
    Column("reported", "Lapor", path="position.reported", help="Kab/kota yang melaporkan angka bulan ini"),
    Column("expected", "Wajib lapor", path="position.expected"),
    Column("changed_since_verified", "Berubah sejak diverifikasi", path="position.changed"),
    Column(
        "bar",
        "Cakupan terhadap target",
        Kind.DRAWING,
        path="drawing",
        template="partials/cells/bullet.html",
        sort_path="progress.achievement_rate",
    ),
    Column("spark", "12 bulan", Kind.DRAWING, path="line", template="partials/cells/spark.html"),
)

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
