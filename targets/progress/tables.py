"""The tables of the progress pages. Column names are part of the file format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from typing import Any

from django.utils.safestring import SafeString

from reporting.drawings import draw_bullet, draw_spark
from reporting.lines import LineChart
from reporting.months import month_code, month_name
from reporting.numbers import format_change, format_count
from reporting.tables.columns import (
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
from reporting.tables.table import ReportTable

from .data import AreaProgress
from .forecast import Mover
from .glossary import TERMS
from .links import area_address, area_link


def changed_remark(row: AreaProgress) -> str:
    """The remark on a figure whose verified records were changed since."""
    changed = row.position.changed
    return f"{format_count(changed)} angka berubah sejak diverifikasi" if changed else ""


class ProgressTable(ReportTable):
    """Progress of areas against their targets; records and the total are `AreaProgress`."""

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
    change_points = PointsColumn("Δ\N{NO-BREAK SPACE}bulan (pp)")
    reported = CountColumn("Lapor", accessor="position__reported")
    expected = CountColumn("Wajib lapor", accessor="position__expected")
    changed_since_verified = CountColumn("Berubah sejak diverifikasi", accessor="position__changed")
    bar = DrawingColumn(
        "Cakupan terhadap target", accessor="drawing", draw=draw_bullet, order_by="progress__achievement_rate"
    )
    spark = DrawingColumn("12 bulan", accessor="line", draw=draw_spark)


def month_column(words: Callable[[date], str] = month_name) -> TextColumn:
    """The column of the month that names a row: in words on screen, `2024-09` in files."""
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


def reading_table(chart: LineChart | None) -> ReadingTable | None:
    """The table of the figures in the chart of two years, newest month first."""
    if chart is None:
        return None
    return ReadingTable(chart.readings[::-1], caption="Angka grafik: Cakupan 24 bulan dan lintasan ke target")


class ShareColumn(ChangeColumn):
    """A change relative to the value before: `+1,7%`."""

    def text(self, value: Any) -> str:
        return format_change(value)


def _mover_reasons(mover: Mover) -> SafeString:
    """The reasons of the change; for a fall without any, a remark that says so."""
    unexplained = "belum dijelaskan" if mover.change < 0 else ""
    return SafeString(f"<small>{'<br>'.join(escape(reason) for reason in mover.reasons) or unexplained}</small>")


class MoverTable(ReportTable):
    """Regencies with the largest rises or the largest falls; records are `Mover`."""

    screen = ("area_name", "change", "share", "reasons")

    class Meta(ReportTable.Meta):
        attrs: dict[str, str] = {}

    change = ChangeColumn("Peserta")
    share = ShareColumn("Perubahan")
    reasons = TextColumn("Alasan", shown_as=_mover_reasons)

    def __init__(self, movers: Sequence[Mover], title: str, **options: Any) -> None:
        name = TextColumn(title, accessor="name", linkify=lambda mover: area_address(mover.code), names_row=True)
        super().__init__(movers, caption=title, extra_columns=[("area_name", name)], **options)
