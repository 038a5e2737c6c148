"""The table of the records behind a figure. Column names are part of the file format."""

from __future__ import annotations

from html import escape

from django.urls import reverse

from coverage.figures.sources import Act, FigurePart
from reporting.months import long_date
from reporting.numbers import NOTHING, format_count
from reporting.tables.columns import (
    CountColumn,
    DateColumn,
    DrawingColumn,
    MomentColumn,
    MonthColumn,
    TextColumn,
    draw_mark,
)
from reporting.tables.table import ReportTable


def history_link(row: FigurePart) -> str | None:
    """A link to the history of the cell."""
    return reverse("cell-history", args=[row.month_code, row.area_code, row.segment]) if row.has_record else None


def draw_origin(part: FigurePart) -> str:
    """The origin of the figure, and whether it was changed since."""
    text, changed = escape(part.origin), part.changed
    if changed.at and changed.day:
        now = f"<b>≠ kini {format_count(part.participants_now)}</b>"
        via = f" ({escape(changed.via.lower())})" if changed.via else ""
        why = f": {escape(part.changed_why)}" if part.changed_why else ""
        by = escape(changed.by) or NOTHING
        return f'{text} <small class="since">{now}, diubah {by} {long_date(changed.day)}{via}{why}</small>'
    if part.is_changed:
        text += draw_mark("≠", "berubah sejak diverifikasi", title="Berubah sejak diverifikasi")
    return text


def draw_act(act: Act) -> str:
    """Who did a step, when and by which means; "" when that is not known."""
    if not act.day:
        return ""
    via = f"<small>{escape(act.via.lower())}</small>" if act.via else ""
    return f"{escape(act.by) or NOTHING}<small>{long_date(act.day)}</small>{via}"


def draw_reason(part: FigurePart) -> str:
    """The reason and the note."""
    reason = f"<b>{escape(part.reason)}</b>" if part.reason else ""
    return ": ".join(text for text in (reason, escape(part.note)) if text)


def draw_vintage(part: FigurePart) -> str:
    """The start and source of the potential."""
    if not part.potential_since:
        return ""
    return f"mulai {long_date(part.potential_since)}<small>{escape(part.potential_source)}</small>"


def draw_ways(ways: list[tuple[str, str]]) -> str:
    """Links from (label, address), one per line."""
    return "<br>".join(f'<a href="{escape(address)}">{escape(label)}</a>' for label, address in ways)


class FigureTable(ReportTable):
    """The records behind a figure; records and the total are `FigurePart`."""

    screen = (
        "area_name",
        "segment",
        "participants",
        "came",
        "entered",
        "submitted",
        "verified",
        "why",
        "potential",
        "vintage",
    )

    month = MonthColumn("Bulan")
    area_code = TextColumn("Kode")
    area_name = TextColumn("Wilayah", linkify=history_link, names_row=True)
    segment = TextColumn("Kode segmen", short_name="Segmen")
    segment_name = TextColumn("Segmen")
    participants = CountColumn("Peserta aktif", css="strong")
    origin = TextColumn("Asal angka")
    entered_by = TextColumn("Diisi oleh", accessor="entered__by")
    entered_at = MomentColumn("Diisi pada", accessor="entered__at")
    entered_via = TextColumn("Melalui", accessor="entered__via")
    submitted_by = TextColumn("Diajukan oleh", accessor="submitted__by")
    submitted_at = MomentColumn("Diajukan pada", accessor="submitted__at")
    verified_by = TextColumn("Diverifikasi oleh", accessor="verified__by")
    verified_at = MomentColumn("Diverifikasi pada", accessor="verified__at")
    change_reason = TextColumn("Alasan perubahan", accessor="reason")
    note = TextColumn("Keterangan")
    changed_since_verified = TextColumn("Berubah sejak diverifikasi", accessor="changed_text")
    participants_now = CountColumn("Peserta kini")
    changed_by = TextColumn("Diubah oleh", accessor="changed__by")
    changed_at = MomentColumn("Diubah pada", accessor="changed__at")
    changed_why = TextColumn("Alasan perubahan sejak diverifikasi")
    potential = CountColumn("Potensi", css="dim")
    potential_source = TextColumn("Sumber potensi")
    potential_since = DateColumn("Potensi berlaku mulai")
    came = DrawingColumn("Asal", accessor="itself", draw=draw_origin, order_by="origin")
    entered = DrawingColumn("Diisi", draw=draw_act, order_by="entered__at_text")
    submitted = DrawingColumn("Diajukan", draw=draw_act, order_by="submitted__at_text")
    verified = DrawingColumn("Diverifikasi", draw=draw_act, order_by="verified__at_text")
    why = DrawingColumn("Alasan dan keterangan", accessor="itself", draw=draw_reason)
    vintage = DrawingColumn("Sumber potensi", accessor="itself", draw=draw_vintage, order_by="potential_since")
