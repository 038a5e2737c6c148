"""Filters of the pages that compare and break down targets, as they stand in the address."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlencode

from django.db import models
from django.utils import timezone

from accounts.models import User
from coverage.models import WorkerSegment
from coverage.stocks import Basis
from reporting.fields import ChoiceField, CountField
from reporting.numbers import format_count, parse_count

from .asof import KNOWN_ON
from .board import Question
from .filters import RARE, ProgressFilters
from .wishes import FIRST_YEAR, LAST_YEAR

#: Plans reach this far: the horizon of the national long-term plan.
PLANNED_TO = 2045
#: What every page of Sasaran asks by.
_SHARED = ("tahun", "segmen", "bulan", "kanwil", "sumber", KNOWN_ON)


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


class TargetFilters(ProgressFilters):
    """Only segments that can have a target, and every year one may be set for."""

    #: Here the year is what is asked for.
    rare = {name: words for name, words in RARE.items() if name != "tahun"}

    def __init__(self, address: Mapping[str, str], *, user: User) -> None:
        super().__init__(address, user=user)
        kinds = ((WorkerSegment.Kind.COMPOSITE, "Gabungan"), (WorkerSegment.Kind.GROUP, "Kelompok (tidak dijumlahkan)"))
        self.choose(
            "segmen",
            [
                (label, [(one.code, one.name) for one in self.segments.values() if one.kind == kind])
                for kind, label in kinds
            ],
        )

    def years(self) -> list[int]:
        """From the first year known to the horizon of planning, and the later one asked for or known."""
        known = {*super().years(), timezone.localdate().year}
        asked = self.address.get("tahun", "")
        later = {year for year in range(PLANNED_TO + 1, LAST_YEAR + 1) if year in known or str(year) == asked}
        return sorted({*range(max(min(known), FIRST_YEAR), PLANNED_TO + 1), *known, *later})

    @property
    def for_siblings(self) -> str:
        """What was asked for here, for the other pages of Sasaran: `?tahun=2027&segmen=PBPU`, or nothing."""
        asked = {
            name: self.address[name]
            for name in _SHARED
            if name in self.fields
            and name not in self.errors
            and self.address.get(name)
            and (name == "kanwil" or self.address[name] != self.usual.get(name))
        }
        return f"?{urlencode(asked)}" if asked else ""


class AgreementFilters(TargetFilters):
    """`/sasaran/periksa/`: `bulan` is the month whose potential turns percentages into heads."""

    left_out = ("tingkat", "status", "provinsi", "data")

    def question(self) -> Question:
        self.cleaned_data.setdefault("data", Basis.VERIFIED)  # no figure of participants is asked for
        return super().question()


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
