"""Filters of the list of targets, as they stand in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms

from accounts.models import Office, User
from reporting.fields import ChoiceField

from ..board import Level, Question
from ..breakdown_filters import TargetFilters
from ..filters import REFERENCE
from ..rights import plans_targets
from .rows import NATION

EVERY_SOURCE = "semua"


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
