"""The table of changes, for page and files. Column names are part of the file format."""

from __future__ import annotations

from html import escape

from django.urls import reverse

from reporting.months import long_date, short_month
from reporting.numbers import NOTHING, format_count
from reporting.tables.columns import CountColumn, DrawingColumn, TextColumn, draw_mark
from reporting.tables.table import ReportTable

from .selectors import FigureChange

CELL_SCREEN = ("moment", "person", "step", "old", "new", "verified", "why")
OFFICE_SCREEN = ("moment", "person", "area_name", "segment_name", *CELL_SCREEN[2:])
ALL_SCREEN = ("moment", "person", "month_name", *OFFICE_SCREEN[2:])


def cell_link(record: FigureChange) -> str:
    """Return the URL of the figure's history."""
    return reverse("cell-history", args=[record.month_code, record.area, record.segment])


def draw_moment(change: FigureChange) -> str:
    return f"{long_date(change.day)}<small>pukul {change.time}</small>"


def draw_person(change: FigureChange) -> str:
    office = f"<small>{escape(change.by_office)}</small>" if change.by_office else ""
    return f"{escape(change.by or NOTHING)}{office}"


def draw_step(change: FigureChange) -> str:
    return f"{escape(change.what)}<small>{escape(change.via)}</small>"


def draw_old(change: FigureChange) -> str:
    """Return the previous figure, if it differs."""
    if not change.is_new_figure:
        return ""
    return f'<span class="dim">{"belum diisi" if change.old is None else format_count(change.old)}</span>'


def draw_new(change: FigureChange) -> str:
    """Return the new figure, with a mark when it differs from the verified one."""
    if not change.is_new_figure:
        text = f'<span class="dim">{format_count(change.new)}</span>'
    elif change.new is None:
        text = '<b class="dim">belum lapor</b>'
    else:
        text = f"<b>{format_count(change.new)}</b>{'<small>angka bulan lalu</small>' if change.is_stand_in else ''}"
    if change.is_unverified_now:
        text += " " + draw_mark("≠", "berubah sejak diverifikasi", title="Berubah sejak diverifikasi")
    return text


def draw_verified(change: FigureChange) -> str:
    """Return the verified figure, if it changed."""
    if not change.is_newly_verified:
        return ""
    is_another = change.old_verified is not None and change.old_verified != change.new_verified
    before = f"<small>sebelumnya {format_count(change.old_verified)}</small>" if is_another else ""
    return f"<b>{format_count(change.new_verified)}</b>{before}"


def draw_why(change: FigureChange) -> str:
    """Return reason, note, and the remark of the form or file."""
    reason = f"<b>{escape(change.reason)}</b>" if change.reason else ""
    note = f"<span>{escape(change.note)}</span>" if change.note else ""
    remark = f"<small>{escape(change.own_remark)}</small>" if change.own_remark else ""
    return f"{': '.join(filter(None, [reason, note]))}{remark}"


class HistoryTable(ReportTable):
    """Table of changes, newest first; cannot be sorted."""

    screen = ALL_SCREEN

    at = TextColumn("Waktu", accessor="at_text", orderable=False)
    by = TextColumn("Oleh", orderable=False)
    username = TextColumn("Nama pengguna", orderable=False)
    by_office = TextColumn("Kantor pengguna", orderable=False)
    month = TextColumn("Bulan", accessor="month_code", orderable=False)
    area_code = TextColumn("Kode wilayah", accessor="area", orderable=False)
    area_name = TextColumn("Wilayah", linkify=cell_link, names_row=True, orderable=False)
    segment_code = TextColumn("Kode segmen", accessor="segment", orderable=False)
    segment_name = TextColumn("Segmen", css="segment", orderable=False)
    what = TextColumn("Tindakan", orderable=False)
    old_participants = CountColumn("Lama", accessor="old", orderable=False)
    participants = CountColumn("Baru", accessor="new", orderable=False)
    old_verified_participants = CountColumn("Terverifikasi lama", accessor="old_verified", orderable=False)
    verified_participants = CountColumn("Terverifikasi baru", accessor="new_verified", orderable=False)
    change_reason = TextColumn("Alasan", accessor="reason", orderable=False)
    note = TextColumn("Keterangan", orderable=False)
    remark = TextColumn("Catatan perubahan", orderable=False)
    via = TextColumn("Melalui", orderable=False)
    month_name = DrawingColumn("Bulan", accessor="month", draw=short_month)
    moment = DrawingColumn("Waktu", accessor="itself", draw=draw_moment)
    person = DrawingColumn("Oleh", accessor="itself", draw=draw_person)
    step = DrawingColumn("Tindakan", accessor="itself", draw=draw_step)
    old = DrawingColumn("Lama", accessor="itself", draw=draw_old, css="n")
    new = DrawingColumn("Baru", accessor="itself", draw=draw_new, css="n")
    verified = DrawingColumn("Terverifikasi", accessor="itself", draw=draw_verified, css="n")
    why = DrawingColumn("Alasan dan keterangan", accessor="itself", draw=draw_why, css="why")
