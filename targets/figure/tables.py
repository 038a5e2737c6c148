"""Columns of the records behind a figure: once, for the screen and every file. Keys are part of the file format."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from coverage.figures.sources import Part
from reporting.tables import Column, Kind


def history_link(row: Part) -> str | None:
    """What happened to this one figure."""
    return reverse("cell-history", args=[row.month_code, row.area_code, row.segment]) if row.has_record else None


def _text(key: str, title: str, **more: Any) -> Column:
    return Column(key, title, Kind.TEXT, **more)


def _drawing(key: str, title: str, template: str, sort_path: str = "", **more: Any) -> Column:
    return Column(
        key,
        title,
        Kind.DRAWING,
        template=f"partials/figures/{template}.html",
        sort_path=sort_path,
        **{"path": "itself", **more},
    )


FIGURE_COLUMNS = (
    Column("month", "Bulan", Kind.MONTH),
    _text("area_code", "Kode"),
    _text("area_name", "Wilayah", link=history_link, names_row=True),
    _text("segment", "Kode segmen", short="Segmen"),
    _text("segment_name", "Segmen"),
    Column("participants", "Peserta aktif", css="strong"),
    _text("origin", "Asal angka"),
    _text("entered_by", "Diisi oleh", path="entered.by"),
    Column("entered_at", "Diisi pada", Kind.MOMENT, path="entered.at"),
    _text("entered_via", "Melalui", path="entered.via"),
    _text("submitted_by", "Diajukan oleh", path="submitted.by"),
    Column("submitted_at", "Diajukan pada", Kind.MOMENT, path="submitted.at"),
    _text("verified_by", "Diverifikasi oleh", path="verified.by"),
    Column("verified_at", "Diverifikasi pada", Kind.MOMENT, path="verified.at"),
    _text("change_reason", "Alasan perubahan", path="reason"),
    _text("note", "Keterangan"),
    _text("changed_since_verified", "Berubah sejak diverifikasi", path="changed_text"),
    Column("participants_now", "Peserta kini"),
    _text("changed_by", "Diubah oleh", path="changed.by"),
    Column("changed_at", "Diubah pada", Kind.MOMENT, path="changed.at"),
    _text("changed_why", "Alasan perubahan sejak diverifikasi"),
    Column("potential", "Potensi", css="dim"),
    _text("potential_source", "Sumber potensi"),
    Column("potential_since", "Potensi berlaku mulai", Kind.DATE),
    _drawing("came", "Asal", "origin", "origin"),
    _drawing("entered", "Diisi", "act", "entered.at_text", path="entered"),
    _drawing("submitted", "Diajukan", "act", "submitted.at_text", path="submitted"),
    _drawing("verified", "Diverifikasi", "act", "verified.at_text", path="verified"),
    _drawing("why", "Alasan dan keterangan", "why"),
    _drawing("vintage", "Sumber potensi", "vintage", "potential_since"),
)
FIGURE_SCREEN = (
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
