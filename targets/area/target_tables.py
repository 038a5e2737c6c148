"""The table of an area's targets."""

from __future__ import annotations

from html import escape
from typing import Any

from django.utils.safestring import SafeString

from reporting.months import long_date
from reporting.numbers import NOTHING, format_count, format_number
from reporting.tables.columns import (
    CountColumn,
    DateColumn,
    FlagColumn,
    RateColumn,
    RatioColumn,
    StatusColumn,
    TextColumn,
    YearColumn,
)
from reporting.tables.table import ReportTable
from targets.progress.glossary import TERMS

from .columns import Badge, Word, small_below
from .targets import TargetLine

NATIONAL, HERE = Word("national", "nasional"), Word("area", "wilayah ini")


NOT_REACHED = Badge("Belum tercapai", "–", "na")


def _target_source(line: TargetLine) -> SafeString:
    """The source of the target, whether it is the reference, its decree and note."""
    target = line.target
    text = escape(target.source.name)
    if line.is_national:
        text += ' <b class="dim">nasional</b>'
    elif target.is_reference:
        text += " <b>(acuan)</b>"
    if target.decree:
        text += small_below(
            escape(target.decree) + (f", {long_date(target.decree_date)}" if target.decree_date else "")
        )
    return SafeString(text + (small_below(escape(target.note)) if target.note else ""))


def _derived_rate(line: TargetLine) -> str:
    has_rate = line.area_progress.progress.target_rate is not None
    return small_below("turunan") if line.rate_is_derived and has_rate else ""


def _derived_workers(line: TargetLine) -> str:
    return (
        small_below("turunan")
        if line.workers_are_derived and line.area_progress.progress.target_workers is not None
        else ""
    )


def _per_year(line: TargetLine) -> str:
    return small_below(f"{format_count(line.required_per_year)} per tahun") if line.required_per_year else ""


class MonthsLeftColumn(CountColumn):
    """Months left; for a past year a text that also replaces the required growth per month."""

    def cell(self, record: TargetLine, table: Any) -> str:
        return '<td colspan="2" class="dim">tahun sudah lewat</td>' if record.is_past else super().cell(record, table)


class RequiredColumn(RatioColumn):
    """Whole heads on screen; exact in files."""

    def cell(self, record: TargetLine, table: Any) -> str:
        return "" if record.is_past else super().cell(record, table)


class TargetStatusColumn(StatusColumn):
    """The status; for a past year only whether the target was reached."""

    def content(self, record: TargetLine, value: Any, table: Any) -> str:
        gap = record.area_progress.progress.gap_workers
        is_missed = record.is_past and gap is not None and gap > 0
        return super().content(record, NOT_REACHED if is_missed else value, table)


class AreaTargetTable(ReportTable):
    """Targets of the area and what each requires; records are `TargetLine`."""

    terms = TERMS
    term_place = "target"
    screen = (
        "target_year",
        "target_source_name",
        "target_rate",
        "target_workers",
        "gap_workers",
        "gap_points",
        "months_left",
        "required_per_month",
        "pace_ratio",
        "status",
    )

    class Meta(ReportTable.Meta):
        attrs = {"class": "wrap targets"}

    target_year = YearColumn("Tahun target", accessor="target__year", short_name="Tahun", names_row=True, css="short")
    level = StatusColumn("Ditetapkan untuk", get=lambda line: NATIONAL if line.is_national else HERE)
    target_source = TextColumn("Kode sumber", accessor="target__source_id")
    target_source_name = TextColumn("Sumber", accessor="target__source__name", shown_as=_target_source)
    is_reference = FlagColumn("Acuan", accessor="target__is_reference")
    decree = TextColumn("Dasar hukum", accessor="target__decree")
    decree_date = DateColumn("Tanggal dasar hukum", accessor="target__decree_date")
    target_rate = RateColumn("Target cakupan", accessor="area_progress__progress__target_rate", after=_derived_rate)
    target_rate_is_derived = FlagColumn("Target cakupan turunan", accessor="rate_is_derived")
    target_workers = CountColumn(
        "Target peserta", accessor="area_progress__progress__target_workers", after=_derived_workers
    )
    target_workers_are_derived = FlagColumn("Target peserta turunan", accessor="workers_are_derived")
    gap_workers = CountColumn(
        "Selisih ke target", accessor="area_progress__progress__gap_workers", short_name="Selisih (pekerja)"
    )
    gap_points = RatioColumn("Selisih (poin persen)", accessor="area_progress__progress__gap_points")
    achievement_rate = RateColumn("Capaian terhadap target", accessor="area_progress__progress__achievement_rate")
    months_left = MonthsLeftColumn("Bulan tersisa", accessor="area_progress__progress__months_left")
    required_per_month = RequiredColumn(
        "Kebutuhan/bulan",
        css="strong",
        shown_as=lambda line: format_count(line.required_per_month),
        after=_per_year,
    )
    required_per_year = RatioColumn("Kebutuhan/tahun")
    pace_ratio = RatioColumn(
        "Rasio laju",
        accessor="area_progress__progress__pace_ratio",
        shown_as=lambda line: NOTHING if line.is_past else format_number(line.area_progress.progress.pace_ratio, 2),
    )
    status = TargetStatusColumn("Status", accessor="area_progress__progress__status")
    note = TextColumn("Catatan", accessor="target__note")

    def row_css(self, record: TargetLine) -> str:
        return "national" if record.is_national else "past" if record.is_past else ""
