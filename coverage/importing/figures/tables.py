"""The tables of the preview of a file of figures."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from coverage.models import ReportingPeriod
from reporting.months import moment, short_month
from reporting.numbers import format_count
from reporting.tables.columns import ChangeColumn, CountColumn, TextColumn
from reporting.tables.table import ReportTable

from .lines import Clash, FigureFileLine

NOT_REPORTED = "belum lapor"


def show_figure(count: int | None) -> str:
    """The figure of this month, or a text that there is none."""
    return format_html('<span class="dim">{}</span>', NOT_REPORTED) if count is None else format_count(count)


def show_flags(line: FigureFileLine) -> SafeString:
    """The flags and questions about the cell."""
    return format_html_join("", '<span class="flag w">{}</span> ', ((flag.sentence,) for flag in line.flags))


def after_difference(line: FigureFileLine) -> str:
    """A note when the difference is counted from last month, because nothing is stored for this one."""
    is_from_last_month = line.before is None and line.difference is not None
    return mark_safe(' <small class="dim">dari bulan lalu</small>') if is_from_last_month else ""


class FigureFileTable(ReportTable):
    """Cells of a file before and after; records are `FigureFileLine`."""

    class Meta(ReportTable.Meta):
        attrs = {"class": "lines"}
        template_name = "reporting/table_plain.html"
        orderable = False

    area = TextColumn(
        "Wilayah",
        accessor="place__name",
        names_row=True,
        after=lambda line: format_html(" <small>{}</small>", line.place.code),
    )
    segment = TextColumn("Segmen", label="Segmen")
    previous = CountColumn("Bulan lalu", css="dim", label="Bulan lalu")
    before = CountColumn("Tersimpan", label="Tersimpan", shown_as=lambda line: show_figure(line.before))
    after = CountColumn("Menjadi", css="strong", label="Menjadi", shown_as=lambda line: show_figure(line.after))
    difference = ChangeColumn("Selisih", label="Selisih", after=after_difference)
    note = TextColumn(
        "Keterangan",
        label="Keterangan",
        shown_as=lambda line: " · ".join(filter(None, [line.note, line.reason])),
    )
    flags = TextColumn("Pemeriksaan", label="Pemeriksaan", shown_as=show_flags)

    def __init__(self, data: Any, *, earlier: ReportingPeriod | None, **options: Any) -> None:
        super().__init__(data, **options)
        if earlier:
            self.columns["previous"].column.short_name = short_month(earlier.month)

    def row_css(self, record: FigureFileLine) -> str:
        return record.kind.value


def show_side(clash: Clash, count: int | None, note: str) -> str:
    """One side of a conflict: the figure, and the note if the notes differ."""
    text = NOT_REPORTED if count is None else format_count(count)
    if clash.in_file_note == clash.stored_note:
        return text
    return format_html("{}<br><i>{}</i>", text, note or "tanpa keterangan")


class ClashTable(ReportTable):
    """Cells that were changed after the preview was made; records are `Clash`."""

    class Meta(ReportTable.Meta):
        attrs: dict[str, str] = {}
        template_name = "reporting/table_plain.html"
        orderable = False

    area = TextColumn("Wilayah", accessor="place__name", names_row=True)
    segment = TextColumn("Segmen")
    in_file = CountColumn("Di berkas", shown_as=lambda clash: show_side(clash, clash.in_file, clash.in_file_note))
    stored = CountColumn("Tersimpan", shown_as=lambda clash: show_side(clash, clash.stored, clash.stored_note))
    changed_by = TextColumn(
        "Diubah",
        shown_as=lambda clash: clash.changed_by + (f", {moment(clash.changed_at)}" if clash.changed_at else ""),
    )
