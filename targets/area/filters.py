"""Filters of the page of one area, as they stand in the address."""

from __future__ import annotations

from django import forms

from targets.progress.filters import ProgressFilters

from .history import DEFAULT_SPAN, SPANS


class AreaFilters(ProgressFilters):
    """The area stands in the path, the rest in the address; `rentang` is how many months the charts look back."""

    left_out = ("tingkat", "status", "provinsi", "kanwil")

    rentang = forms.TypedChoiceField(
        label="Rentang", choices=[(str(span), f"{span} bulan") for span in SPANS], coerce=int
    )

    def defaults(self) -> dict[str, str]:
        return {**super().defaults(), "rentang": str(DEFAULT_SPAN)}
