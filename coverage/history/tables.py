"""Columns of the history: once, for the screen and every file. Keys are part of the file format."""

from __future__ import annotations

from django.urls import reverse

from reporting.tables import Column, Kind

from .selectors import Change


def cell_link(row: Change) -> str:
    """The history of the one figure."""
    return reverse("cell-trail", args=[row.month_code, row.area, row.segment])


def _text(key: str, title: str, **more) -> Column:
    return Column(key, title, Kind.TEXT, sortable=False, **more)


def _count(key: str, title: str, **more) -> Column:
    return Column(key, title, sortable=False, **more)


def _drawing(key: str, title: str, template: str, **more) -> Column:
    return Column(key, title, Kind.DRAWING, path="itself", template=f"partials/trail/{template}.html", **more)


TRAIL_COLUMNS = (
    _text("at", "Waktu", path="at_text"),
    _text("by", "Oleh"),
    _text("username", "Nama pengguna"),
    _text("by_office", "Kantor pengguna"),
    _text("month", "Bulan", path="month_code"),
    _text("area_code", "Kode wilayah", path="area"),
    _text("area_name", "Wilayah", link=cell_link, names_row=True),
    _text("segment_code", "Kode segmen", path="segment"),
    _text("segment_name", "Segmen", css="segment"),
    _text("what", "Tindakan"),
    _count("old_participants", "Lama", path="old"),
    _count("participants", "Baru", path="new"),
    _count("old_verified_participants", "Terverifikasi lama", path="old_verified"),
    _count("verified_participants", "Terverifikasi baru", path="new_verified"),
    _text("change_reason", "Alasan", path="reason"),
    _text("note", "Keterangan"),
    _text("remark", "Catatan perubahan"),
    _text("via", "Melalui"),
    _drawing("month_name", "Bulan", "month"),
    _drawing("moment", "Waktu", "moment"),
    _drawing("person", "Oleh", "person"),
    _drawing("step", "Tindakan", "step"),
    _drawing("old", "Lama", "old", css="n"),
    _drawing("new", "Baru", "new", css="n"),
    _drawing("verified", "Terverifikasi", "verified", css="n"),
    _drawing("why", "Alasan dan keterangan", "why", css="why"),
)
CELL_SCREEN = ("moment", "person", "step", "old", "new", "verified", "why")
OFFICE_SCREEN = ("moment", "person", "area_name", "segment_name", *CELL_SCREEN[2:])
FEED_SCREEN = ("moment", "person", "month_name", *OFFICE_SCREEN[2:])
