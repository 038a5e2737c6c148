"""The table of the meeting page."""

from __future__ import annotations

from html import escape
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from reporting.numbers import format_count, format_number, format_rate
from reporting.tables.columns import CountColumn, RateColumn, StatusColumn, TextColumn
from reporting.tables.table import ReportTable
from targets.progress.data import AreaProgress, Question

from .selectors import MeetingRow, Screen


def _bar(row: MeetingRow) -> str:
    """Coverage, path and target on one scale."""
    area_progress = row.area_progress
    return render_to_string(
        "targets/meeting/_bar.html", {"bar": area_progress.bar(), "css": area_progress.progress.status.css}
    )


def _gap(row: MeetingRow) -> str:
    """The gap to the target in heads, or the surplus."""
    at = row.area_progress.progress
    if at.surplus_workers is None:
        return format_count(at.gap_workers)
    return SafeString(f'<span class="dim">lebih {format_count(at.surplus_workers)}</span>')


def _source_mark(row: MeetingRow) -> str:
    """The letter of the target's source, if there are several."""
    return f"<sup>{escape(row.target_source.mark)}</sup>" if row.target_source and row.target_source.mark else ""


class RankColumn(CountColumn):
    """The rank; empty for the province."""

    def render_footer(self, table: Any) -> str:
        return '<td class="later"></td>'


class MeetingCoverageColumn(RateColumn):
    """Coverage, with the target in a data attribute: narrow screens show it below instead of in its own column."""

    def cell(self, record: MeetingRow, table: Any) -> str:
        cell, target = super().cell(record, table), record.area_progress.progress.target_rate
        return cell if target is None else cell.replace("<td", f'<td data-target="target {format_rate(target)}"', 1)


class MeetingTable(ReportTable):
    """The regencies of one screen, followed by the province; records are `MeetingRow`."""

    screen = ("rank", "name", "bar", "coverage_rate", "target_rate", "gap_workers", "required_per_month", "status")

    class Meta(ReportTable.Meta):
        attrs: dict[str, str] = {}

    rank = RankColumn("#", accessor="area_progress__rank", css="dim later", heading_css="later")
    name = TextColumn("Kab/kota", names_row=True)
    bar = TextColumn("Cakupan dan target", accessor="name", css="bars", heading_css="bars", shown_as=_bar)
    coverage_rate = MeetingCoverageColumn("Cakupan", accessor="area_progress__progress__coverage_rate", css="strong")
    gap_workers = CountColumn(
        "Selisih (pekerja)",
        accessor="area_progress__progress__gap_workers",
        css="later",
        heading_css="later",
        shown_as=_gap,
    )
    required_per_month = CountColumn(
        SafeString("Kebutuhan<wbr>/bulan"),
        accessor="area_progress__progress__required_per_month",
        css="strong",
        shown_as=lambda row: format_number(row.area_progress.progress.required_per_month, signed=True),
    )
    status = StatusColumn("Status", accessor="area_progress__progress__status")

    def __init__(self, screen: Screen, province: AreaProgress, question: Question) -> None:
        target = RateColumn(
            f"Target {question.target_year}",
            accessor="area_progress__progress__target_rate",
            css="later",
            heading_css="later",
            after=_source_mark,
        )
        super().__init__(
            screen.rows,
            total=MeetingRow(province, None),
            caption=f"Kab/kota, layar {screen.number}",
            extra_columns=[("target_rate", target)],
        )
