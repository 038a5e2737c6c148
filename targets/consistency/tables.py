"""The table of the check national = sum of provinces = sum of regencies. Column names are part of the file format."""

from __future__ import annotations

from html import escape

from reporting.numbers import format_count
from reporting.tables.columns import (
    ChangeColumn,
    CountColumn,
    DrawingColumn,
    PointsColumn,
    RateColumn,
    StatusColumn,
    TextColumn,
)
from reporting.tables.table import ReportTable
from targets.planning.tables import DERIVED_WORDS, derived_mark
from targets.progress.links import area_link

from .selectors import Consistency, Parts

BASIS_WORDS = {"workers": "dinyatakan dalam pekerja", "percent": "diturunkan dari persen", "": ""}


def target_mark(row: Consistency) -> str:
    """The mark of a target stated as percent only."""
    return derived_mark(DERIVED_WORDS) if row.stated and row.stated.is_derived else ""


def sum_mark(row: Consistency) -> str:
    """The mark of a sum, with the number of targets in it stated as percent only."""
    derived = row.parts.derived
    return derived_mark(f"{format_count(derived)} di antaranya {DERIVED_WORDS}") if derived else ""


def draw_parts(parts: Parts) -> str:
    """How many of the areas below have a target, and the names of those without."""
    found = f"{format_count(parts.counted)} <small>dari {format_count(parts.expected)}</small>"
    if not parts.missing or not parts.counted:
        return found
    names = escape(", ".join(parts.missing))
    if len(parts.missing) > 3:
        number = format_count(len(parts.missing))
        return f"{found}<details><summary>{number} tanpa target</summary>{names}</details>"
    return f'{found}<small class="names">tanpa target: {names}</small>'


def draw_way_out(address: str) -> str:
    """A link to the page that breaks the target down."""
    return f'<a href="{escape(address)}">Pecah</a>' if address else ""


class ConsistencyTable(ReportTable):
    """Targets of areas and the sums of those below them; records and the total are `Consistency`."""

    #: The result comes first, so that it is visible beside the name on a phone.
    screen = (
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

    area_code = TextColumn("Kode", help_text="Kode Kemendagri")
    area_name = TextColumn("Wilayah", linkify=area_link, names_row=True)
    potential = CountColumn("Potensi", css="dim", help_text="Potensi pekerja yang berlaku")
    target_source = TextColumn("Sumber target", accessor="stated_source")
    target_rate = RateColumn("Target cakupan", accessor="stated_rate")
    target_workers = CountColumn(
        "Target peserta",
        accessor="stated_workers",
        css="strong",
        after=target_mark,
        help_text="Target wilayah itu sendiri",
    )
    target_basis = TextColumn("Asal target peserta", get=lambda row: BASIS_WORDS[row.stated_basis])
    sum_workers = CountColumn(
        "Jumlah di bawahnya",
        accessor="parts__workers",
        css="strong",
        after=sum_mark,
        help_text="Jumlah target peserta wilayah di bawahnya",
    )
    derived = CountColumn("Diturunkan dari persen", accessor="parts__derived")
    counted = CountColumn("Punya target", accessor="parts__counted")
    expected = CountColumn("Wilayah di bawahnya", accessor="parts__expected")
    missing_names = TextColumn("Tanpa target")
    difference_workers = ChangeColumn(
        "Beda (pekerja)",
        help_text="Jumlah di bawahnya dikurangi target wilayah itu; negatif berarti jumlahnya kurang",
    )
    difference_points = PointsColumn("Beda (poin persen)", help_text="Beda dibagi potensi")
    status = StatusColumn("Status")
    parts = DrawingColumn(
        "Wilayah dengan target",
        draw=draw_parts,
        order_by="parts__counted",
        help_text="Wilayah di bawahnya yang punya target, dan yang tidak",
    )
    way_out = DrawingColumn("Tindakan", accessor="way_to_fit", draw=draw_way_out, css="act")
