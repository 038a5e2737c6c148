"""The tables of a breakdown: the sheet for dividing the target, and the preview."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from django.utils.html import format_html

from reporting.numbers import format_count, format_rate
from reporting.tables.columns import ChangeColumn, CountColumn, RateColumn, ReportColumn, TextColumn
from reporting.tables.table import ReportTable
from targets.planning.tables import DERIVED_WORDS, derived_mark
from targets.progress.links import area_address

from .page import BreakdownSheet, SheetRow
from .preview import BreakdownLine


class NameColumn(ReportColumn):
    """The regency with a link to its page, which is left out of the tab order while typing by hand."""

    def content(self, record: SheetRow, value: str, table: SheetTable) -> str:
        if not record.is_regency:
            return escape(value)
        apart = ' tabindex="-1"' if table.is_by_hand else ""
        return f'<a href="{area_address(record.row.code)}"{apart}>{escape(value)}</a>'


class PotentialColumn(CountColumn):
    """The potential; that of the province is emphasized."""

    def render_footer(self, table: SheetTable) -> str:
        return f'<td class="n" data-label="{self.label}">{self.text(self.read(table.total))}</td>'


class PresentColumn(CountColumn):
    """The target in force: heads and rate, with a mark on derived heads."""

    def content(self, record: SheetRow, value: int | None, table: SheetTable) -> str:
        text, rate = self.text(value), record.row.now.target_rate
        if record.is_regency and record.row.is_derived:
            text += derived_mark(DERIVED_WORDS)
        return text if rate is None else f"{text} <small>{format_rate(rate)}</small>"


class ProposalColumn(CountColumn):
    """The proposed workers, in an input field when dividing by hand; for the province the workers to distribute."""

    def attributes(self, record: SheetRow, value: int | None) -> str:
        if record.is_regency:
            return ' class="n in" data-label="Usulan target"'
        return f' class="n" data-label="{"Yang dibagi" if record.is_province else "Usulan target"}"'

    def content(self, record: SheetRow, value: int | None, table: SheetTable) -> str:
        if not record.is_regency:
            return self.text(value)
        if table.is_by_hand:
            return self.field(record)
        return format_html(
            '<b>{}</b><input type="hidden" name="w-{}" value="{}">{}',
            self.text(value),
            record.row.code,
            record.text,
            format_html(" <small>{}</small>", "tetap") if record.is_kept else "",
        )

    def field(self, record: SheetRow) -> str:
        """The input field with the typed text and its error message."""
        row = record.row
        present = row.present_workers
        stays = "" if present is None else format_html(' placeholder="tetap {}"', format_count(present))
        return format_html(
            '<input class="count" name="w-{code}" id="w-{code}" value="{text}" inputmode="numeric" size="11"'
            ' maxlength="60" autocomplete="off"{stays} aria-label="Usulan target {name}"'
            ' aria-describedby="e-{code}"{wrong}> <span class="flag e" id="e-{code}" data-error>{sentence}</span>',
            code=row.code,
            text=record.text,
            stays=stays,
            name=row.name,
            wrong=format_html(' aria-invalid="{}"', "true") if record.wrong else "",
            sentence=record.wrong,
        )


class ProposedRateColumn(RateColumn):
    """The proposed coverage; a script updates it while typing."""

    def content(self, record: SheetRow, value: Any, table: SheetTable) -> str:
        text = self.text(value)
        return f"<span data-rate>{text}</span>" if record.is_regency else text


class AddedColumn(ChangeColumn):
    """Workers to add; a script updates them while typing."""

    def attributes(self, record: SheetRow, value: Any) -> str:
        return super().attributes(record, value) + (" data-added" if record.is_regency else "")


class MonthlyColumn(CountColumn):
    """Workers to add per month; a script updates them while typing."""

    def attributes(self, record: SheetRow, value: Any) -> str:
        return super().attributes(record, value) + (" data-monthly" if record.is_regency else "")


class SheetTable(ReportTable):
    """Regencies with their proposals, followed by the province; records are `SheetRow`."""

    class Meta(ReportTable.Meta):
        attrs = {"class": "report split-table"}
        orderable = False

    name = NameColumn("Kab/kota", accessor="row__name", names_row=True)
    potential = PotentialColumn("Potensi", accessor="row__position__potential", css="dim", label="Potensi")
    participants = CountColumn("Peserta aktif", accessor="row__position__participants", label="Peserta aktif")
    coverage_rate = RateColumn("Cakupan", accessor="row__position__coverage_rate", label="Cakupan")
    present = PresentColumn("Target sekarang", accessor="row__present_workers", label="Target sekarang")
    proposal = ProposalColumn("Usulan target", accessor="row__workers")
    proposed_rate = ProposedRateColumn("Usulan cakupan", accessor="row__rate", label="Usulan cakupan")
    added = AddedColumn(
        "Tambahan", accessor="row__added", label="Tambahan", help_text="Usulan target dikurangi peserta aktif"
    )
    per_month = MonthlyColumn("Kebutuhan/bulan", accessor="row__per_month", label="Kebutuhan/bulan")

    def __init__(self, sheet: BreakdownSheet, *, is_by_hand: bool) -> None:
        self.is_by_hand = is_by_hand
        year = sheet.proposal.question.target_year
        whole = sheet.proposal.whole
        super().__init__(
            [*sheet.rows, *([SheetRow(whole)] if whole else [])],
            total=SheetRow(sheet.whole),
            caption=f"Usulan target kab/kota {sheet.proposal.province} {year}",
        )
        self.columns["per_month"].column.help_text = f"Tambahan per bulan sampai Desember {year}"

    def row_data(self, record: SheetRow) -> Mapping[str, Any]:
        if not record.is_regency:
            return {}
        at = record.row.position
        return {
            "row": True,
            "potential": at.potential or None,
            "participants": at.participants,
            "present": record.row.present_workers,
        }


class LineNameColumn(ReportColumn):
    """The regency, with the hidden fields sent when the preview is confirmed."""

    def content(self, record: BreakdownLine, value: str, table: Any) -> str:
        return format_html(
            '{name}<input type="hidden" name="w-{code}" value="{workers}">'
            '<input type="hidden" name="s-{code}" value="{seen}">',
            name=value,
            code=record.row.code,
            workers="" if record.after is None else format_count(record.after),
            seen=record.expected,
        )


def stored_mark(line: BreakdownLine) -> str:
    """The mark of derived heads."""
    return derived_mark(DERIVED_WORDS) if line.is_derived else ""


class LineDifferenceColumn(ChangeColumn):
    """The change of a stored target; empty for a new one."""

    def content(self, record: BreakdownLine, value: int | None, table: Any) -> str:
        return "" if record.before is None else self.text(value)


class ChangeKindColumn(TextColumn):
    """Whether the target is new, changed or unchanged, and what happens to the reference."""

    def content(self, record: BreakdownLine, value: str, table: Any) -> str:
        word = value.capitalize()
        return format_html(
            "{}{}{}",
            format_html("<b>{}</b>" if record.is_written else '<span class="dim">{}</span>', word),
            ", menjadi acuan" if record.becomes_reference else "",
            format_html("<small>, menggantikan acuan {}</small>", record.replaces) if record.replaces else "",
        )


class PreviewTable(ReportTable):
    """Regencies before and after; records are `BreakdownLine`."""

    class Meta(ReportTable.Meta):
        attrs = {"class": "report split-table"}
        orderable = False

    name = LineNameColumn("Kab/kota", accessor="row__name", names_row=True)
    before = CountColumn("Tersimpan", label="Tersimpan", after=stored_mark)
    after = CountColumn("Menjadi", css="strong", label="Menjadi")
    rate = RateColumn("Cakupan", accessor="row__rate", label="Cakupan")
    difference = LineDifferenceColumn("Selisih", label="Selisih")
    change = ChangeKindColumn("Perubahan", css="kind", label="Perubahan")

    def row_css(self, record: BreakdownLine) -> str:
        return record.change.value
