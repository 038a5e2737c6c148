"""Filters of the breakdown page."""

from __future__ import annotations

from contextlib import suppress

from django.db import models

from reporting.filters import AskedChoice, AskedCount
from reporting.numbers import format_count, parse_count
from targets.planning.filters import TargetFilterSet


class Way(models.TextChoices):
    """The method by which a provincial target is divided."""

    POTENTIAL = "potensi", "Menurut potensi"
    GAP = "selisih", "Menurut selisih"
    BY_HAND = "tangan", "Dengan tangan"


class Start(models.TextChoices):
    """The initial values of a division by hand."""

    POTENTIAL = "potensi", "Menurut potensi"
    GAP = "selisih", "Menurut selisih"
    PRESENT = "sekarang", "Target sekarang"


class BreakdownFilterSet(TargetFilterSet):
    """`/sasaran/pecah/<province>/`: the filters; the province is in the path."""

    tingkat = provinsi = kanwil = per_tanggal = None  # type: ignore[assignment]

    cara = AskedChoice(label="Cara", choices=Way.choices, coerce=Way, required=True)
    awal = AskedChoice(label="Mulai dari", choices=Start.choices, coerce=Start, required=True)
    jumlah = AskedCount(label="Yang dibagi (pekerja)")

    def complete(self) -> None:
        super().complete()
        if self.address.get("cara") != Way.BY_HAND:
            del self.filters["awal"]
        with suppress(ValueError):  # invalid text is kept; the field shows the error
            count = parse_count(self.address.get("jumlah"))
            if count is not None:
                self.address["jumlah"] = format_count(count)

    def defaults(self) -> dict[str, str]:
        return {**super().defaults(), "cara": str(Way.GAP), "awal": str(Start.GAP)}

    @property
    def way(self) -> Way:
        return self.cleaned_data["cara"]

    @property
    def start(self) -> Start:
        """The initial values: those of the method, or the chosen ones for a division by hand."""
        return self.cleaned_data["awal"] if self.way == Way.BY_HAND else Start(self.way)
