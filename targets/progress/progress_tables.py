"""The progress table: once, for the screen and every file. The names of its columns are part of the file format."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from reporting.drawings import draw_bullet, draw_spark
from reporting.months import month_code, month_name
from reporting.newtables.columns import (
    ChangeColumn,
    CountColumn,
    DrawingColumn,
    PointsColumn,
    RateColumn,
    RatioColumn,
    StatusColumn,
    TextColumn,
    YearColumn,
)
from reporting.newtables.table import ReportTable
from reporting.numbers import format_count

from .glossary import TERMS
from .links import area_link
from .standing import Standing


def changed_remark(row: Standing) -> str:
    """Says that verified figures behind this one were changed since."""
    changed = row.position.changed
    return f"{format_count(changed)} angka berubah sejak diverifikasi" if changed else ""


class ProgressTable(ReportTable):
    """Areas against their targets; records are `Standing`, the total is one, too."""

    terms = TERMS
    screen = (
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

    rank = CountColumn("#")
    area_code = TextColumn("Kode")
    area_name = TextColumn("Wilayah", linkify=area_link, names_row=True)
    participants = CountColumn("Peserta aktif", accessor="progress__participants", remark=changed_remark)
    potential = CountColumn("Potensi", accessor="progress__potential", css="dim")
    coverage_rate = RateColumn("Cakupan", accessor="progress__coverage_rate", css="strong")
    uncovered = CountColumn("Belum terlindungi", accessor="position__uncovered")
    target_source = TextColumn("Sumber target")
    target_year = YearColumn("Tahun target")
    target_rate = RateColumn("Target", accessor="progress__target_rate")
    target_workers = CountColumn("Target peserta", accessor="progress__target_workers")
    gap_workers = CountColumn("Selisih ke target", accessor="progress__gap_workers")
    gap_points = RatioColumn("Selisih (poin persen)", accessor="progress__gap_points")
    achievement_rate = RateColumn("Capaian terhadap target", accessor="progress__achievement_rate")
    required_per_month = CountColumn("Kebutuhan/bulan", accessor="progress__required_per_month")
    observed_per_month = ChangeColumn("Laju/bulan", accessor="progress__observed_per_month")
    pace_ratio = RatioColumn("Rasio laju", accessor="progress__pace_ratio")
    status = StatusColumn("Status", accessor="progress__status")
    path_workers = CountColumn("Lintasan", accessor="progress__path_workers")
    year_end_projection = CountColumn("Proyeksi akhir tahun", accessor="progress__year_end_projection")
    change_points = PointsColumn("Δ bulan (pp)")
    reported = CountColumn("Lapor", accessor="position__reported")
    expected = CountColumn("Wajib lapor", accessor="position__expected")
    changed_since_verified = CountColumn("Berubah sejak diverifikasi", accessor="position__changed")
    bar = DrawingColumn(
        "Cakupan terhadap target", accessor="drawing", draw=draw_bullet, order_by="progress__achievement_rate"
    )
    spark = DrawingColumn("12 bulan", accessor="line", draw=draw_spark)


def month_column(words: Callable[[date], str] = month_name) -> TextColumn:
    """The month that names a row: in words on screen, `2024-09` in files."""
    return TextColumn(
        "Bulan",
        get=lambda row: month_code(row.month),
        shown_as=lambda row: words(row.month),
        names_row=True,
        css="short",
    )


class ReadingTable(ReportTable):
    """The numbers of a line chart; records are `reporting.lines.Reading`."""

    class Meta(ReportTable.Meta):
        attrs: dict[str, str] = {}

    month = month_column()
    rate = RateColumn("Cakupan", css="strong")
    path = RateColumn("Lintasan")
    target = RateColumn("Target")
