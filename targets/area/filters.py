"""Filters of the page of one area."""

from __future__ import annotations

from reporting.filters import AskedChoice
from targets.progress.filters import AreaPaperFilterSet

from .history import DEFAULT_SPAN, SPANS


class AreaFilterSet(AreaPaperFilterSet):
    """The filters of an area's page; the area is in the path. `rentang` is the number of months in the charts."""

    rentang = AskedChoice(
        label="Rentang", choices=[(str(span), f"{span} bulan") for span in SPANS], coerce=int, required=True
    )

    def defaults(self) -> dict[str, str]:
        return {**super().defaults(), "rentang": str(DEFAULT_SPAN)}
