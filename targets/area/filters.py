"""Filters of the page of one area, as they stand in the address."""

from __future__ import annotations

from reporting.filters import AskedChoice
from targets.progress.filters import AreaPaperFilterSet

from .history import DEFAULT_SPAN, SPANS


class AreaFilterSet(AreaPaperFilterSet):
    """The area stands in the path, the rest in the address; `rentang` is how many months the charts look back."""

    rentang = AskedChoice(
        label="Rentang", choices=[(str(span), f"{span} bulan") for span in SPANS], coerce=int, required=True
    )

    def defaults(self) -> dict[str, str]:
        return {**super().defaults(), "rentang": str(DEFAULT_SPAN)}
