"""The tables of a file's preview: its cells before and after, and those that were changed since it was made."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from coverage.models import ReportingPeriod
from reporting.months import moment, short_month
from reporting.tables.columns import ChangeColumn, CountColumn, TextColumn
from reporting.tables.table import ReportTable

from .preview import Clash, Line

NOT_REPORTED = "belum lapor"


class PlaceColumn(TextColumn):
    """The name of an area and its code."""

    def content(self, record: Line, value: str, table: Any) -> str:
        return f"{escape(value)} <small>{escape(record.place.code)}</small>"


class FigureColumn(CountColumn):
    """A figure; in words where there is none."""

    def content(self, record: Line, value: int | None, table: Any) -> str:
        return f'<span class="dim">{NOT_REPORTED}</span>' if value is None else self.text(value)


class DifferenceColumn(ChangeColumn):
    """The difference, and where it is not from the stored figure from which."""

    def content(self, record: Line, value: int | None, table: Any) -> str:
        is_from_previous = record.before is None and value is not None
        return self.text(value) + (' <small class="dim">dari bulan lalu</small>' if is_from_previous else "")


class NoteColumn(TextColumn):
    """The note and the chosen reason."""

    def content(self, record: Line, value: str, table: Any) -> str:
        return escape(" · ".join(filter(None, [value, record.reason])))


class FlagColumn(TextColumn):
    """What is questionable about the figure."""

    def content(self, record: Line, value: Any, table: Any) -> str:
        return " ".join(f'<span class="flag w">{escape(flag.sentence)}</span>' for flag in value)


class LineTable(ReportTable):
    """Cells of a file, before and after."""

    place = PlaceColumn("Wilayah", accessor="place__name", names_row=True)
    segment = TextColumn("Segmen", label="Segmen")
    previous = CountColumn("Bulan lalu", css="dim", label="Bulan lalu")
    before = FigureColumn("Tersimpan", label="Tersimpan")
    after = FigureColumn("Menjadi", css="strong", label="Menjadi")
    difference = DifferenceColumn("Selisih", label="Selisih")
    note = NoteColumn("Keterangan", label="Keterangan")
    flags = FlagColumn("Pemeriksaan", label="Pemeriksaan")

    class Meta(ReportTable.Meta):
        attrs = {"class": "lines"}
        orderable = False
        template_name = "reporting/table_plain.html"

    def __init__(self, lines: Iterable[Line], earlier: ReportingPeriod | None, *, caption: str) -> None:
        super().__init__(lines, caption=caption)
        if earlier:
            self.columns["previous"].column.short_name = short_month(earlier.month)

    def row_css(self, record: Line) -> str:
        return record.kind


class SeenColumn(CountColumn):
    """A figure of one of two that differ, with its note where that differs too; the value is `records.Seen`."""

    def content(self, record: Clash, value: Any, table: Any) -> str:
        text = NOT_REPORTED if value.participants is None else self.text(value.participants)
        if record.in_file.note == record.stored.note:
            return text
        return f"{text}<br><i>{escape(value.note or 'tanpa keterangan')}</i>"


class ChangedByColumn(TextColumn):
    """By whom and when it was changed."""

    def content(self, record: Clash, value: str, table: Any) -> str:
        return escape(value) + (f", {moment(record.changed_at)}" if record.changed_at else "")


class ClashTable(ReportTable):
    """Cells that were changed after the preview was made."""

    place = TextColumn("Wilayah", accessor="place__name", names_row=True)
    segment = TextColumn("Segmen")
    in_file = SeenColumn("Di berkas")
    stored = SeenColumn("Tersimpan")
    changed_by = ChangedByColumn("Diubah")

    class Meta(ReportTable.Meta):
        attrs: dict[str, str] = {}
        orderable = False
        template_name = "reporting/table_plain.html"
