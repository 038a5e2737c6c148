"""The completeness table, for page and files. Column names are part of the file format."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from html import escape
from typing import Any

from django.template.backends.utils import csrf_input

from reporting.months import month_name, short_moment, short_month
from reporting.numbers import NOTHING, format_count
from reporting.tables.columns import (
    CountColumn,
    DateColumn,
    DrawingColumn,
    RateColumn,
    ReportColumn,
    StatusColumn,
    TextColumn,
)
from reporting.tables.table import ReportTable

from .selectors import CellTally, CompletenessLevel, CompletenessRow, Mark, ReminderButton, mark_name

#: Returns the URL of a row's month; None when the user may not open it.
MarkLink = Callable[[CompletenessRow, Mark], str | None]


class ShortNameColumn(DrawingColumn):
    """A short name on the page, the whole one in files."""

    def text(self, value: str) -> str:
        return value


class MarkColumn(DrawingColumn):
    """One month: sign or percent in the colour of its state, with a tooltip and a link."""

    def __init__(self, verbose_name: str, mark_link: MarkLink, **options: Any) -> None:
        super().__init__(verbose_name, css="mk", **options)
        self.mark_link = mark_link

    def content(self, record: CompletenessRow, value: Mark, table: Any) -> str:
        state, words = value.state, escape(value.words)
        sign = value.percent if value.is_sum and value.percent is not None else state.sign
        address = self.mark_link(record, value)
        tag, link = ("a", f' href="{escape(address)}"') if address else ("span", "")
        return (
            f'<{tag}{link} class="{state.css}" title="{month_name(value.month)} – {words}">'
            f'<i aria-hidden="true">{sign}</i><span class="hidden-text">{words}</span></{tag}>'
        )


class ReminderColumn(DrawingColumn):
    """The button that reminds an office, and the time of the last reminder."""

    def content(self, record: CompletenessRow, value: ReminderButton | None, table: Any) -> str:
        if value is None:
            return ""
        form = ""
        if value.address:
            form = (
                f'<form method="post" action="{escape(value.address)}">'
                f"{csrf_input(table.request)}"
                f'<input type="hidden" name="back" value="{escape(table.request.GET.urlencode())}">'
                '<button type="submit" class="link">Ingatkan</button></form>'
            )
        sent = f'<small class="dim">diingatkan {short_moment(value.sent_at)}</small>' if value.sent_at else ""
        return form + sent


def of_all(count: int, total: int) -> str:
    """Return `3 dari 4`; a dash when `total` is 0."""
    return f"{format_count(count)} <small>dari {format_count(total)}</small>" if total else NOTHING


def draw_cells(tally: CellTally) -> str:
    """Return the cell of filled and expected cells."""
    return of_all(tally.filled, tally.expected)


def draw_offices(tally: CellTally) -> str:
    """Return the cell of complete and all reporting offices."""
    return of_all(tally.complete, tally.offices)


class CompletenessTable(ReportTable):
    """Table of offices, or regional offices. The months are added as `month_columns` for each request."""

    office = ShortNameColumn("Kantor", accessor="short_name", order_by="name", names_row=True)
    regional = ShortNameColumn("Kanwil", accessor="short_regional", order_by="regional_name", css="dim one-line")
    office_code = TextColumn("Kode", accessor="code")
    office_name = TextColumn("Kantor", accessor="name")
    regional_office = TextColumn("Kantor Wilayah", accessor="regional_name")
    due_on = DateColumn("Tenggat", accessor="last__due_on")
    state = StatusColumn("Keadaan", accessor="last__state", order_by="last__state__urgency")
    filled = CountColumn(
        "Sel terisi", accessor="last__tally__filled", help_text="Sel wajib yang diisi sendiri bulan itu"
    )
    expected = CountColumn("Sel wajib", accessor="last__tally__expected")
    completeness_rate = RateColumn(
        "Kelengkapan",
        accessor="last__tally__rate",
        help_text="Sel wajib yang diisi sendiri bulan itu dibagi sel wajib",
    )
    cells = DrawingColumn(
        "Sel terisi",
        accessor="last__tally",
        draw=draw_cells,
        order_by="last__tally__rate",
        css="n of",
        help_text="Sel wajib yang diisi sendiri bulan itu, dari semua sel wajib",
    )
    submission = TextColumn("Pengajuan", accessor="last__submission_label", css="one-line")
    first_submitted_on = DateColumn("Pertama diajukan", accessor="last__first_submitted_on")
    offices = CountColumn(
        "Kantor wajib lapor", accessor="last__tally__offices", help_text="Kantor yang wajib lapor bulan itu"
    )
    offices_complete = CountColumn(
        "Lengkap", accessor="last__tally__complete", help_text="Kantor yang semua sel wajibnya terisi"
    )
    offices_on_time = CountColumn(
        "Tepat waktu", accessor="last__tally__on_time", help_text="Kantor yang lengkap dan diajukan tepat waktu"
    )
    complete = DrawingColumn(
        "Kantor lengkap",
        accessor="last__tally",
        draw=draw_offices,
        order_by="last__tally__complete",
        css="n of",
        help_text="Kantor yang semua sel wajibnya terisi, dari semua yang wajib lapor",
    )
    due_months = CountColumn(
        "Bulan jatuh tempo", accessor="due__offices", help_text="Kantor kali bulan yang sudah jatuh tempo"
    )
    on_time_months = CountColumn("Bulan tepat waktu", accessor="due__on_time")
    timeliness_rate = RateColumn(
        "Tepat waktu 12 bulan",
        accessor="due__timeliness",
        help_text="Laporan tepat waktu dibagi laporan yang sudah jatuh tempo dalam 12 bulan",
    )
    strip_completeness_rate = RateColumn(
        "Kelengkapan 12 bulan",
        accessor="due__rate",
        help_text="Sel terisi dibagi sel wajib dari semua bulan yang sudah jatuh tempo",
    )


SCREENS = {
    CompletenessLevel.OFFICE: ("office", "state", "cells", "submission"),
    CompletenessLevel.REGIONAL: ("office", "cells", "complete"),
}
SCREEN_END = ("timeliness_rate", "strip_completeness_rate")


def month_columns(wanted: Iterable[date], mark_link: MarkLink) -> list[tuple[str, ReportColumn]]:
    """Return a column for each month, a mark on the page and words in files."""
    found: list[tuple[str, ReportColumn]] = []
    for month in wanted:
        accessor = f"strip__{mark_name(month)}"
        drawn = MarkColumn(short_month(month), mark_link, accessor=accessor)
        state = f"{accessor}__state"
        worded = StatusColumn(short_month(month), accessor=state, order_by=f"{state}__urgency")
        found += [(f"strip_{month:%Y_%m}", drawn), (f"state_{month:%Y_%m}", worded)]
    return found


def reminder_column() -> tuple[str, ReportColumn]:
    """Return the column of reminder buttons."""
    return "reminder", ReminderColumn("Pengingat", css="one-line")


def screen(level: CompletenessLevel, wanted: Iterable[date], *, is_whole_country: bool, may_remind: bool) -> list[str]:
    """Return the names of the columns on the page, in order."""
    names = [*SCREENS[level]]
    if level == CompletenessLevel.OFFICE and is_whole_country:
        names.insert(1, "regional")
    names += [f"strip_{month:%Y_%m}" for month in wanted]
    return [*names, *SCREEN_END, *(["reminder"] if may_remind else [])]
