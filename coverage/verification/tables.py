"""The tables of verification: the queue, and the cells of one submission."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from coverage.models import Submission, WorkerSegment
from reporting.charts import Spark
from reporting.months import long_date, moment, month_code
from reporting.numbers import NOTHING, format_change, format_count, format_number
from reporting.tables.columns import ChangeColumn, CountColumn, DrawingColumn, RateColumn, TextColumn, draw_mark
from reporting.tables.table import ReportTable, Row

from .queue import QueueRow
from .selectors import Review, ReviewArea, ReviewCell

UNKNOWN = f'<span class="dim">{NOTHING}</span>'


def changed_mark() -> str:
    """Return the mark of a figure that differs from the verified one."""
    return " " + draw_mark("≠", "berubah sejak diverifikasi", title="Berubah sejak diverifikasi")


def page_of(row: QueueRow) -> str:
    """Return the URL of the submission's page."""
    submission = row.submission
    return reverse("verification", args=[month_code(submission.period_id), submission.office_id])


class TickColumn(DrawingColumn):
    """A checkbox for submissions that can be verified together with others."""

    def content(self, record: QueueRow, value: Submission, table: Any) -> str:
        if not record.can_be_ticked:
            return ""
        label = escape(f"{value.office}, {value.period}")
        return f'<input type="checkbox" name="ticked" value="{value.pk}" aria-label="{label}">'


class HandedColumn(DrawingColumn):
    """Time and user of the submission."""

    def content(self, record: QueueRow, value: Submission, table: Any) -> str:
        if not value.submitted_at:
            return '<span class="dim">belum</span>'
        at = timezone.localtime(value.submitted_at)
        person = value.submitted_by
        by = f", {escape(person.get_full_name() or person.username)}" if person else ""
        return f"{long_date(at)}<small>pukul {at:%H.%M}{by}</small>"


class PunctualityColumn(TextColumn):
    """On time, or the days late, which are the value."""

    def content(self, record: QueueRow, value: int, table: Any) -> str:
        if value:
            return f'<span class="st warn">terlambat {format_count(value)} hari</span>'
        return '<span class="st ok">tepat waktu</span>' if record.submission.first_submitted_at else UNKNOWN


class FilledColumn(CountColumn):
    """Filled of expected cells."""

    def content(self, record: QueueRow, value: int, table: Any) -> str:
        expected = record.load.expected
        return f"{format_count(value)} dari {format_count(expected)}" if expected else NOTHING


class ParticipantsColumn(CountColumn):
    """Participants, with a mark where they differ from the verified ones."""

    def content(self, record: QueueRow, value: int | None, table: Any) -> str:
        return format_count(value) + (changed_mark() if record.changed and record.is_verified else "")


class FractionChangeColumn(ChangeColumn):
    """A fraction shown as a change in percent."""

    def text(self, value: Any) -> str:
        return format_change(value)


class CheckColumn(TextColumn):
    """Flags and other remarks on the submission."""

    def content(self, record: QueueRow, value: int, table: Any) -> str:
        if value:
            found = f'<span class="flag w">{format_count(value)} sel bertanda</span>'
        else:
            found = '<span class="dim">tanpa tanda</span>' if record.submission.submitted_at else UNKNOWN
        if record.changed:
            words = "angka berubah sejak diverifikasi" if record.is_verified else "sel diubah setelah diajukan"
            found += f' <span class="flag w">{format_count(record.changed)} {words}</span>'
        return found + ("<small>Anda yang mengajukan; diverifikasi orang lain</small>" if record.is_own else "")


class StatusDayColumn(TextColumn):
    """Status, and the day since when."""

    def content(self, record: QueueRow, value: str, table: Any) -> str:
        decided = record.submission.decided_at
        return escape(value) + (f"<small>{long_date(timezone.localtime(decided))}</small>" if decided else "")


class QueueTable(ReportTable):
    """Table of submissions, in the order of `queue.in_order`."""

    tick = TickColumn(
        SafeString(
            '<span class="hidden-text">Pilih</span>'
            '<input type="checkbox" data-tick-all hidden aria-label="Centang semua">'
        ),
        accessor="submission",
        heading_css="tick",
    )
    office = TextColumn("Kantor", accessor="submission__office", linkify=page_of, names_row=True)
    month = TextColumn("Bulan", accessor="submission__period", label="Bulan")
    handed = HandedColumn("Diajukan", accessor="submission", label="Diajukan")
    days_late = PunctualityColumn("Ketepatan", label="Ketepatan")
    filled = FilledColumn("Sel wajib terisi", accessor="load__filled", label="Sel wajib terisi")
    participants = ParticipantsColumn("Peserta", accessor="load__participants", label="Peserta")
    change = FractionChangeColumn("Dari bulan lalu", label="Dari bulan lalu")
    checks = CheckColumn("Pemeriksaan", accessor="submission__flagged_cells", label="Pemeriksaan")
    status = StatusDayColumn("Keadaan", get=lambda row: row.submission.get_status_display(), label="Keadaan")

    class Meta(ReportTable.Meta):
        attrs = {"class": "queue"}
        orderable = False
        template_name = "reporting/table_plain.html"


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A cell under review, with the typed remark and its error.

    `area` is the heading of the group; None in a table of several areas without headings.
    """

    cell: ReviewCell
    text: str
    wrong: str
    area: ReviewArea | None = None


class SegmentColumn(TextColumn):
    """The segment, with the area if there is no heading."""

    def content(self, record: ReviewRow, value: WorkerSegment, table: Any) -> str:
        cell = record.cell
        code = f"<b>{escape(cell.abbreviation)}</b> " if cell.abbreviation else ""
        area = "" if record.area else f"<small>{escape(cell.area_name)}</small>"
        return f"{code}{escape(value.name)}{area}"


class CellFigureColumn(CountColumn):
    """This month's figure, linked to its history; dim when carried from last month."""

    def content(self, record: ReviewRow, value: int | None, table: ReviewTable) -> str:
        cell = record.cell
        address = reverse("cell-history", args=[table.month, cell.area, cell.segment.pk])
        text = format_count(value)
        if cell.own_value is None:
            text = f'<span class="dim">{text}</span>'
        mark = changed_mark() if cell.is_changed else ""
        return f'<a href="{escape(address)}" title="Riwayat angka ini">{text}</a>{mark}'


class CellDifferenceColumn(ChangeColumn):
    """The change from last month in persons and percent."""

    def content(self, record: ReviewRow, value: int | None, table: Any) -> str:
        return "" if value is None else f"{self.text(value)}<small>{format_change(record.cell.change)}</small>"


class VerifiedColumn(CountColumn):
    """The last verified figure, and the difference of this month's from it."""

    def content(self, record: ReviewRow, value: int | None, table: Any) -> str:
        difference = record.cell.from_verified
        if not record.cell.has_another_verified or difference is None:
            return self.text(value)
        css = ' class="neg"' if difference < 0 else ""
        return f"{self.text(value)}<small{css}>{format_number(difference, signed=True)}</small>"


class CellCoverageColumn(RateColumn):
    """The coverage rate, and the potential."""

    def content(self, record: ReviewRow, value: Fraction | None, table: Any) -> str:
        return "" if value is None else f"{self.text(value)}<small>dari {format_count(record.cell.potential)}</small>"


class LineColumn(TextColumn):
    """Spark line of the last months."""

    def content(self, record: ReviewRow, value: Spark | None, table: Any) -> str:
        if value is None:
            return ""
        dot = f'<circle class="dot" cx="{value.last[0]}" cy="{value.last[1]}" r="2"/>' if value.last else ""
        return (
            f'<svg viewBox="0 0 {value.width} {value.height}" width="{value.width}" height="{value.height}" '
            f'aria-hidden="true"><path d="{value.path}"/>{dot}</svg>'
        )


class FindingsColumn(TextColumn):
    """Flags, the remark of the last return, and the office's reason and note."""

    def content(self, record: ReviewRow, value: list[str], table: ReviewTable) -> str:
        cell = record.cell
        flags = []
        if cell.corrected_at:
            by = f" oleh {cell.corrected_by}" if cell.corrected_by else ""
            flags.append(f"Diubah setelah diajukan{by}, {moment(cell.corrected_at)}")
        parts = [f'<p class="flag w">{escape(words)}</p>' for words in [*flags, *value]]
        if cell.asked:
            done = "Sudah diubah" if cell.is_mended else "Belum diubah"
            parts.append(f'<p class="flag c">{done} sejak diminta: “{escape(cell.asked)}”</p>')
        if cell.own_value is None and cell.participants is not None:
            parts.append(f'<p class="mark">memakai angka {escape(table.review.earlier_label)}</p>')
        if cell.reason or cell.note:
            reason = f"<b>{escape(cell.reason)}</b>" if cell.reason else ""
            parts.append(f"<p>{': '.join(filter(None, [reason, escape(cell.note)]))}</p>")
        return "".join(parts)


class RequestColumn(TextColumn):
    """The input for the remark to the office."""

    def content(self, record: ReviewRow, value: str, table: Any) -> str:
        cell, name = record.cell, escape(record.cell.name)
        label = escape(f"Yang perlu diperbaiki: {cell.segment.name}, {cell.area_name}")
        wrong = f' aria-invalid="true" aria-describedby="w-{name}"' if record.wrong else ""
        remark = f'<p class="flag e" id="w-{name}">{escape(record.wrong)}</p>' if record.wrong else ""
        return (
            f'<input name="cell-{name}" value="{escape(value)}" maxlength="300" autocomplete="off" '
            f'aria-label="{label}"{wrong}>{remark}'
        )


class ReviewTable(ReportTable):
    """Table of the cells of one submission with their past figures."""

    segment = SegmentColumn("Segmen", accessor="cell__segment", css="seg", heading_css="seg", names_row=True)
    previous = CountColumn(accessor="cell__previous", css="dim prev", heading_css="prev")
    participants = CellFigureColumn(accessor="cell__participants", css="now", heading_css="now")
    change = CellDifferenceColumn(
        "Selisih", accessor="cell__change_heads", css="chg", heading_css="chg", label="Selisih"
    )
    verified = VerifiedColumn(
        "Terverifikasi", accessor="cell__verified", css="ver", heading_css="ver", label="Terverifikasi"
    )
    coverage_rate = CellCoverageColumn(
        "Cakupan", accessor="cell__coverage_rate", css="cov", heading_css="cov", label="Cakupan"
    )
    line = LineColumn("12 bulan", accessor="cell__line", css="spark", heading_css="spark")
    findings = FindingsColumn("Pemeriksaan dan keterangan", accessor="cell__findings", css="chk", heading_css="chk")
    request_text = RequestColumn(
        "Minta perbaikan", accessor="text", css="ask", heading_css="ask", label="Minta perbaikan"
    )

    class Meta(ReportTable.Meta):
        attrs = {"class": "grid cells"}
        orderable = False
        template_name = "coverage/verification/cells.html"

    def __init__(self, rows: Iterable[ReviewRow], review: Review, *, is_waiting: bool, caption: str) -> None:
        self.review = review
        self.month = month_code(review.period.month)
        shown = [name for name in self.base_columns if is_waiting or name != "request_text"]
        super().__init__(rows, screen=shown, caption=caption)
        for name, label in {"previous": review.earlier_label, "participants": review.label}.items():
            self.columns[name].column.verbose_name = self.columns[name].column.label = label

    def row_css(self, record: ReviewRow) -> str:
        return "empty" if record.cell.own_value is None else ""

    @property
    def areas(self) -> list[tuple[ReviewArea | None, list[Row]]]:
        """Return the rows by area."""
        grouped = groupby(self.records, key=lambda record: record.area)
        return [(area, [self.row(record) for record in records]) for area, records in grouped]
