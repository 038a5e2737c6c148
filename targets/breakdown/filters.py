"""Filters of the page that breaks a target down, as they stand in the address."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from django.db import models

from accounts.models import User
from coverage.as_of import KNOWN_ON
from reporting.fields import ChoiceField, CountField
from reporting.numbers import format_count, parse_count
from targets.planning.filters import TargetFilters


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


class BreakdownFilters(TargetFilters):
    """`/sasaran/pecah/<province>/`: the province stands in the path, the rest in the address."""

    left_out = ("tingkat", "status", "provinsi", "kanwil", KNOWN_ON)

    cara = ChoiceField(label="Cara", choices=Way.choices)
    awal = ChoiceField(label="Mulai dari", choices=Start.choices)
    jumlah = CountField(label="Yang dibagi (pekerja)", required=False)

    def __init__(self, address: Mapping[str, str], *, user: User) -> None:
        super().__init__(address, user=user)
        if self.address.get("cara") != Way.BY_HAND:
            del self.fields["awal"]

    def complete(self) -> None:
        super().complete()
        with suppress(ValueError):  # what cannot be read keeps its text, the field says what is wrong
            count = parse_count(self.address.get("jumlah"))
            if count is not None:
                self.address["jumlah"] = format_count(count)

    def defaults(self) -> dict[str, str]:
        return {**super().defaults(), "cara": str(Way.GAP), "awal": str(Start.GAP)}

    @property
    def way(self) -> Way:
        return Way(self.cleaned_data["cara"])

    @property
    def start(self) -> Start:
        """What the proposal is first filled with: a division by hand starts from another one."""
        return Start(self.cleaned_data["awal"] if self.way == Way.BY_HAND else self.cleaned_data["cara"])
