"""Columns of the check national = sum of provinces = sum of regencies. Keys are part of the file format."""

from __future__ import annotations

from reporting.numbers import format_count
from reporting.tables import Column, Kind
from targets.progress.links import area_link

from .selectors import Agreement

BASIS_WORDS = {"workers": "dinyatakan dalam pekerja", "percent": "diturunkan dari persen", "": ""}


def derived_remark(row: Agreement) -> str:
    """Says that the target is stated as percent only."""
    return "diturunkan: persen × potensi" if row.stated and row.stated.is_derived else ""


def parts_remark(row: Agreement) -> str:
    """Says how many of the targets added up are stated as percent only."""
    derived = row.parts.derived
    return f"{format_count(derived)} di antaranya diturunkan: persen × potensi" if derived else ""


_MARKED = "partials/cells/derived.html"

AGREEMENT_COLUMNS = (
    Column("area_code", "Kode", Kind.TEXT, help="Kode Kemendagri"),
    Column("area_name", "Wilayah", Kind.TEXT, link=area_link, names_row=True),
    Column("potential", "Potensi", css="dim", help="Potensi pekerja yang berlaku"),
    Column("target_source", "Sumber target", Kind.TEXT, path="stated_source"),
    Column("target_rate", "Target cakupan", Kind.RATE, path="stated_rate"),
    Column(
        "target_workers",
        "Target peserta",
        path="stated_workers",
        template=_MARKED,
        css="n strong",
        remark=derived_remark,
        help="Target wilayah itu sendiri",
    ),
    Column("target_basis", "Asal target peserta", Kind.TEXT, get=lambda row: BASIS_WORDS[row.stated_basis]),
    Column(
        "sum_workers",
        "Jumlah di bawahnya",
        path="parts.workers",
        template=_MARKED,
        css="n strong",
        remark=parts_remark,
        help="Jumlah target peserta wilayah di bawahnya",
    ),
    Column("derived", "Diturunkan dari persen", path="parts.derived"),
    Column("counted", "Punya target", path="parts.counted"),
    Column("expected", "Wilayah di bawahnya", path="parts.expected"),
    Column("missing_names", "Tanpa target", Kind.TEXT),
    Column(
        "difference_workers",
        "Beda (pekerja)",
        Kind.SIGNED,
        help="Jumlah di bawahnya dikurangi target wilayah itu; negatif berarti jumlahnya kurang",
    ),
    Column("difference_points", "Beda (poin persen)", Kind.POINTS, help="Beda dibagi potensi"),
    Column("status", "Status", Kind.STATUS),
    Column(
        "parts",
        "Wilayah dengan target",
        Kind.DRAWING,
        template="partials/cells/parts.html",
        sort_path="parts.counted",
        help="Wilayah di bawahnya yang punya target, dan yang tidak",
    ),
    Column(
        "way_out",
        "Tindakan",
        Kind.DRAWING,
        path="way_to_fit",
        template="partials/cells/break_down.html",
        css="act",
        sortable=False,
    ),
)

#: The finding stands first: on a phone it is in sight beside the name.
AGREEMENT_SCREEN = (
    "area_name",
    "status",
    "target_workers",
    "sum_workers",
    "difference_workers",
    "difference_points",
    "parts",
    "target_rate",
    "target_source",
)
