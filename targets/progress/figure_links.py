"""Addresses of `/angka/`, the records behind a figure of a report."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse

from reporting.months import month_code

from .data import AreaProgress, Level, Question

if TYPE_CHECKING:
    from .segments import SegmentQuestion, SegmentRow

#: The part of a province not broken down by regency.
REST = "tanpa-rincian"


def address(
    question: Question | SegmentQuestion, segment: str, area: str, *, is_rest: bool = False, office: str = ""
) -> str:
    """The address for one figure; without area and office for all the user may see. The table adds `per_tanggal`."""
    asked = {
        "bulan": month_code(question.month),
        "segmen": segment,
        "data": str(question.basis),
        "wilayah": area,
        "bagian": REST if is_rest else "",
        "kanwil": office,
    }
    return f"{reverse('figure')}?{urlencode({name: value for name, value in asked.items() if value})}"


def of_area_progress(question: Question, total: AreaProgress, everywhere: str, row: AreaProgress) -> str | None:
    """The address for a row's participants in the progress table; `everywhere` is the address without an area."""
    if row.position.participants is None:
        return None
    if row is not total:
        return f"{everywhere}&wilayah={row.area_code}{f'&bagian={REST}' if row.is_province_wide else ''}"
    if question.status:  # rows filtered by status are no area
        return None
    office = question.office.pk if question.office and not question.province else ""
    return address(question, question.segment.pk, row.area_code, office=office)


def of_segment(question: SegmentQuestion, total: SegmentRow, segment: str, row: SegmentRow) -> str | None:
    """The address for the participants of one segment in a row or the total."""
    if row.at(segment).participants is None:
        return None
    if row is not total:
        is_rest = question.level == Level.REGENCY and len(row.area_code) == 2
        return address(question, segment, row.area_code, is_rest=is_rest)
    area = question.province.pk if question.province else ""
    return address(question, segment, area, office=question.office.pk if question.office and not area else "")


def participants_link(question: Question, total: AreaProgress) -> Callable[[AreaProgress], str | None]:
    """A function that returns the address for the participants in a row of the progress table."""
    return partial(of_area_progress, question, total, address(question, question.segment.pk, ""))
