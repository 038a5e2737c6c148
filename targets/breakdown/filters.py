"""Filters of the page that breaks a target down, as they stand in the address."""

from __future__ import annotations

from contextlib import suppress

from django.db import models

from reporting.filters import AskedChoice, AskedCount
from reporting.numbers import format_count, parse_count
from targets.planning.filters import TargetFilterSet


class Way(models.TextChoices):
    """How a provincial target is divided."""

    POTENTIAL = "potensi", "Menurut potensi"
    GAP = "selisih", "Menurut selisih"
    BY_HAND = "tangan", "Dengan tangan"


class Start(models.TextChoices):
    """From where a division by hand starts."""

    POTENTIAL = "potensi", "Menurut potensi"
    GAP = "selisih", "Menurut selisih"
    PRESENT = "sekarang", "Target sekarang"


class BreakdownFilterSet(TargetFilterSet):
    """`/sasaran/pecah/<province>/`: the province stands in the path, the rest in the address."""

    tingkat = provinsi = kanwil = per_tanggal = None  # type: ignore[assignment]

    cara = AskedChoice(label="Cara", choices=Way.choices, coerce=Way, required=True)
    awal = AskedChoice(label="Mulai dari", choices=Start.choices, coerce=Start, required=True)
    jumlah = AskedCount(label="Yang dibagi (pekerja)")

    def complete(self) -> None:
        super().complete()
        if self.address.get("cara") != Way.BY_HAND:
            del self.filters["awal"]
        with suppress(ValueError):  # what cannot be read keeps its text, the field says what is wrong
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
        """What the proposal is first filled with: a division by hand starts from another one."""
        return self.cleaned_data["awal"] if self.way == Way.BY_HAND else Start(self.way)
