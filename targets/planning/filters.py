"""Filters of the list of targets, as they stand in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils import timezone

from accounts.models import Office, User
from coverage.as_of import KNOWN_ON
from coverage.models import WorkerSegment
from reporting.fields import ChoiceField
from targets.permissions import plans_targets
from targets.progress.filters import RARE, REFERENCE, ProgressFilters
from targets.progress.standing import Level, Question

from .changes import FIRST_YEAR, LAST_YEAR
from .rows import NATION

EVERY_SOURCE = "semua"
#: Plans reach this far: the horizon of the national long-term plan.
PLANNED_TO = 2045
#: What every page of Sasaran asks by.
_SHARED = ("tahun", "segmen", "bulan", "kanwil", "sumber", KNOWN_ON)


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


class PlanFilters(TargetFilters):
    """`/sasaran/`: `tingkat` may be the country, `sumber` every source. `bulan` and `data` name the position."""

    left_out = ("status",)
    rare = {**TargetFilters.rare, "data": "{}"}

    tingkat = ChoiceField(label="Tingkat", widget=forms.HiddenInput)

    def __init__(self, address: Mapping[str, str], *, user: User) -> None:
        self.own_office = self._own_office(address, user)
        super().__init__(address, user=user)
        self.fields["bulan"].label = "Terhadap posisi"
        sources = [(code, source.name) for code, source in self.sources.items()]
        self.choose("sumber", [(EVERY_SOURCE, "Semua sumber"), (REFERENCE, "Acuan saja"), *sources])
        self.fields["sumber"].label = "Sumber"
        self.choose("tingkat", self.levels)

    @property
    def levels(self) -> list[tuple[str, str]]:
        """A local government has no country, that of a regency no province."""
        levels = [(str(level.value), str(level.label)) for level in Level]
        if self.is_bounded:
            return levels if self.provinces else levels[1:]
        return [(NATION, "Nasional"), *levels]

    def defaults(self) -> dict[str, str]:
        own = {"kanwil": self.own_office} if self.own_office in self.offices else {}
        return {**super().defaults(), "sumber": EVERY_SOURCE, **own}

    @classmethod
    def _own_office(cls, address: Mapping[str, str], user: User) -> str:
        """The Kantor Wilayah of somebody who plans there, as long as the address has no filter: any other widens it."""
        office = user.working_office
        if (
            not cls.base_fields.keys().isdisjoint(address)
            or not plans_targets(user)
            or office is None
            or office.kind != Office.Kind.REGIONAL
        ):
            return ""
        return str(office.pk)

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if found.get("tingkat") == NATION and (found.get("provinsi") or found.get("kanwil")):
            self.add_error(None, "Tingkat nasional tidak dapat disaring menurut provinsi atau Kantor Wilayah.")
        return found

    @property
    def is_nation(self) -> bool:
        return self.cleaned_data["tingkat"] == NATION

    @property
    def only_reference(self) -> bool:
        return self.cleaned_data["sumber"] == REFERENCE

    def question(self) -> Question:
        """Asked for the position; targets of every source are held against it afterwards."""
        level, self.cleaned_data["tingkat"] = self.cleaned_data["tingkat"], str(Level.PROVINCE)
        try:
            question = super().question()
        finally:
            self.cleaned_data["tingkat"] = level
        return question if level == NATION else replace(question, level=Level(level))
