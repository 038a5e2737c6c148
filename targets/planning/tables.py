"""The table of targets, for the screen and every file. Column names are part of the file format."""

from __future__ import annotations

from html import escape

from django.urls import reverse

from reporting.tables.columns import (
    ChangeColumn,
    CountColumn,
    DateColumn,
    DrawingColumn,
    RateColumn,
    RatioColumn,
    TextColumn,
    YearColumn,
    draw_mark,
)
from reporting.tables.table import ReportTable
from targets.progress.links import area_link

from .rows import PlanRow

#: Tooltip of a head-count derived from a percentage.
DERIVED_WORDS = "diturunkan: persen × potensi"


def derived_mark(words: str) -> str:
    """The mark of a derived figure; its tooltip says what it is derived from."""
    return draw_mark("≈", words)


def rate_mark(row: PlanRow) -> str:
    """The mark of a percentage that is not stated but derived."""
    is_derived = row.is_percent_derived and row.progress.target_rate
    return derived_mark("diturunkan dari jumlah pekerja") if is_derived else ""


def workers_mark(row: PlanRow) -> str:
    """The mark of a head-count that is derived or contradicts the percentage."""
    if row.are_workers_derived and row.progress.target_workers is not None:
        return derived_mark("diturunkan dari persentase")
    return draw_mark("≠", row.disagreement) if row.disagreement else ""


def draw_reference(word: str | None) -> str:
    """`acuan` for the reference target, else ""."""
    return f'<span class="acuan">{escape(word)}</span>' if word else ""


def draw_action(row: PlanRow) -> str:
    """A link to the target, or to the form that enters a missing one."""
    if row.target:
        address, word = reverse("target", args=[row.target.pk]), "Ubah" if row.may_plan else "Lihat"
        hidden = f" target {row.area_name} dari {row.source_name}"
    elif row.may_plan:
        address, word, hidden = row.enter, "Isi", f" target {row.area_name}"
    else:
        return ""
    return f'<a href="{escape(address)}">{word}<span class="hidden-text">{escape(hidden)}</span></a>'


class PlanTable(ReportTable):
    """Targets by area and source, with areas that have none; records are `PlanRow`."""

    screen = (
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

    area_code = TextColumn("Kode")
    area_name = TextColumn("Wilayah", linkify=area_link, names_row=True)
    source_name = TextColumn("Sumber", css="source")
    year = YearColumn("Tahun")
    reference = TextColumn(
        "Acuan",
        accessor="reference_word",
        help_text="Target yang dipakai di Ringkasan dan Capaian; satu untuk tiap wilayah, segmen, dan tahun.",
        draw=draw_reference,
    )
    stated_percent = RatioColumn("Persentase tertulis")
    stated_workers = CountColumn("Jumlah tertulis")
    target_rate = RateColumn("Target", accessor="progress__target_rate", css="strong", after=rate_mark)
    target_workers = CountColumn("Target peserta", accessor="progress__target_workers", after=workers_mark)
    coverage_rate = RateColumn("Cakupan kini", accessor="progress__coverage_rate", css="dim")
    gap_workers = CountColumn("Selisih ke target", accessor="progress__gap_workers")
    gap_points = RatioColumn("Selisih (poin persen)", accessor="progress__gap_points")
    required_per_month = CountColumn("Kebutuhan/bulan", accessor="progress__required_per_month", css="strong")
    observed_per_month = ChangeColumn("Laju/bulan", accessor="progress__observed_per_month")
    decree = TextColumn("Dasar hukum", css="decree")
    decree_date = DateColumn("Tanggal dasar hukum", css="date")
    note = TextColumn("Catatan", css="decree")
    doubts = TextColumn("Perlu diperiksa", accessor="doubts_text", css="decree")
    action = DrawingColumn("Rincian", get=lambda row: row, draw=draw_action)
