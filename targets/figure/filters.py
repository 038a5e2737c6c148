"""Filters of the records behind a figure."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from reporting.filters import AskedChoice, AskedText
from targets.progress.figure_links import REST
from targets.progress.filters import ProgressFilterSet


class FigureFilterSet(ProgressFilterSet):
    """Selects one figure of a report; the parameters that identify its area are hidden fields."""

    tingkat = provinsi = tahun = sumber = status = None  # type: ignore[assignment]

    wilayah = AskedText(label="Wilayah", max_length=5, widget=forms.HiddenInput)
    bagian = AskedChoice(
        label="Bagian",
        choices=[("", "Seluruhnya"), (REST, "Tidak dirinci per kab/kota")],
        widget=forms.HiddenInput,
    )

    def offer_offices(self, offices: Any) -> None:
        super().offer_offices(offices)
        self.filters["kanwil"].extra["widget"] = forms.HiddenInput

    def defaults(self) -> dict[str, str]:
        own = ("bulan", "segmen", "data")
        return {name: value for name, value in super().defaults().items() if name in own}

    def clean(self, found: dict[str, Any]) -> None:
        super().clean(found)
        if found.get("wilayah") and found.get("kanwil"):
            raise ValidationError("Pilih satu wilayah atau satu Kantor Wilayah, tidak keduanya.")
