"""Columns of the completeness table, for the screen and every file. Keys are part of the file format."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from html import escape

from django.utils.safestring import SafeString, mark_safe

from reporting.months import month_name, short_month
from reporting.tables import Cell, Column, Kind

from .selectors import Level, Row, mark_name

#: Address of the page behind one month of a row, for whom may open it.
MarkLink = Callable[[Row, date], str | None]

OFFICE = Column(
    "office",
    "Kantor",
    Kind.DRAWING,
    path="short_name",
    template="coverage/completeness/_office.html",
    sort_path="name",
    names_row=True,
)
REGIONAL = Column(
    "regional",
    "Kanwil",
    Kind.DRAWING,
    path="short_regional",
    template="coverage/completeness/_office.html",
    sort_path="regional_name",
    css="dim one-line",
)
REMINDER = Column(
    "reminder", "Pengingat", Kind.DRAWING, template="coverage/completeness/_remind.html", css="one-line", sortable=False
)
BEGIN = (
    Column("office_code", "Kode", Kind.TEXT, path="code"),
    Column("office_name", "Kantor", Kind.TEXT, path="name"),
    Column("regional_office", "Kantor Wilayah", Kind.TEXT, path="regional_name"),
)
LAST_MONTH = (
    Column("due_on", "Tenggat", Kind.DATE, path="last.due_on"),
    Column("state", "Keadaan", Kind.STATUS, path="last.state", sort_path="last.state.urgency"),
    Column("filled", "Sel terisi", path="last.tally.filled", help="Sel wajib yang diisi sendiri bulan itu"),
    Column("expected", "Sel wajib", path="last.tally.expected"),
    Column(
        "completeness_rate",
        "Kelengkapan",
        Kind.RATE,
        path="last.tally.rate",
        help="Sel wajib yang diisi sendiri bulan itu dibagi sel wajib",
    ),
    Column(
        "cells",
        "Sel terisi",
        Kind.DRAWING,
        path="last.tally",
        template="coverage/completeness/_cells.html",
        sort_path="last.tally.rate",
        css="n of",
        help="Sel wajib yang diisi sendiri bulan itu, dari semua sel wajib",
    ),
    Column("submission", "Pengajuan", Kind.TEXT, path="last.submission_label", css="one-line"),
    Column("first_submitted_on", "Pertama diajukan", Kind.DATE, path="last.first_submitted_on"),
    Column("offices", "Kantor wajib lapor", path="last.tally.offices", help="Kantor yang wajib lapor bulan itu"),
    Column("offices_complete", "Lengkap", path="last.tally.complete", help="Kantor yang semua sel wajibnya terisi"),
    Column(
        "offices_on_time", "Tepat waktu", path="last.tally.on_time", help="Kantor yang lengkap dan diajukan tepat waktu"
    ),
    Column(
        "complete",
        "Kantor lengkap",
        Kind.DRAWING,
        path="last.tally",
        template="coverage/completeness/_offices.html",
        sort_path="last.tally.complete",
        css="n of",
        help="Kantor yang semua sel wajibnya terisi, dari semua yang wajib lapor",
    ),
)
WHOLE_STRIP = (
    Column("due_months", "Bulan jatuh tempo", path="due.offices", help="Kantor kali bulan yang sudah jatuh tempo"),
    Column("on_time_months", "Bulan tepat waktu", path="due.on_time"),
    Column(
        "timeliness_rate",
        "Tepat waktu 12 bulan",
        Kind.RATE,
        path="due.timeliness",
        help="Laporan tepat waktu dibagi laporan yang sudah jatuh tempo dalam 12 bulan",
    ),
    Column(
        "strip_completeness_rate",
        "Kelengkapan 12 bulan",
        Kind.RATE,
        path="due.rate",
        help="Sel terisi dibagi sel wajib dari semua bulan yang sudah jatuh tempo",
    ),
)
SCREENS = {
    Level.OFFICE: ("office", "state", "cells", "submission"),
    Level.REGIONAL: ("office", "cells", "complete"),
}
SCREEN_END = ("timeliness_rate", "strip_completeness_rate")


def columns(
    wanted: Iterable[date], mark_link: MarkLink, row_link: Callable[[Row], str | None], *, may_remind: bool
) -> list[Column]:
    """All columns. Name and months are there twice: drawn for the screen, in words for the files."""
    found = [replace(OFFICE, link=row_link), REGIONAL, *BEGIN, *LAST_MONTH, *WHOLE_STRIP]
    for month in wanted:
        found += [_drawn(month, mark_link), _worded(month)]
    return [*found, REMINDER] if may_remind else found


def screen(level: Level, wanted: Iterable[date], *, is_whole_country: bool, may_remind: bool) -> list[str]:
    """Keys in their order on screen."""
    keys = [*SCREENS[level]]
    if level == Level.OFFICE and is_whole_country:
        keys.insert(1, "regional")
    keys += [f"strip_{month:%Y_%m}" for month in wanted]
    return [*keys, *SCREEN_END, *(["reminder"] if may_remind else [])]


def draw_mark(cell: Cell) -> SafeString:
    """One month of a strip: sign or percent in the colour of its state, words on pointing at it, a link behind it.

    Written here and not in a template: every office has twelve of them.
    """
    mark, link = cell.value, cell.link
    state, words = mark.state, escape(mark.words)
    sign = mark.percent if mark.is_sum and mark.percent is not None else state.sign
    tag, address = ("a", f' href="{escape(link)}"') if link else ("span", "")
    return mark_safe(  # noqa: S308 - all that is not ours is escaped
        f'<{tag}{address} class="{state.css}" title="{month_name(mark.month)} – {words}">'
        f'<i aria-hidden="true">{sign}</i><span class="hidden-text">{words}</span></{tag}>'
    )


def _drawn(month: date, mark_link: MarkLink) -> Column:
    return Column(
        f"strip_{month:%Y_%m}",
        short_month(month),
        Kind.DRAWING,
        path=f"strip.{mark_name(month)}",
        draw=draw_mark,
        css="mk",
        sortable=False,
        link=lambda row: mark_link(row, month),
    )


def _worded(month: date) -> Column:
    path = f"strip.{mark_name(month)}.state"
    return Column(f"state_{month:%Y_%m}", short_month(month), Kind.STATUS, path=path, sort_path=f"{path}.urgency")
