"""Filters of the pages of targets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Office
from coverage.as_of import KNOWN_ON
from coverage.models import WorkerSegment
from reporting import months
from reporting.filters import AskedChoice, ChoiceFilter
from targets.models import Target
from targets.permissions import plans_targets
from targets.progress.data import Level, Question
from targets.progress.filters import FOLDED, REFERENCE, ProgressFilterSet
from targets.progress.report import targets_of

from .changes import FIRST_YEAR, LAST_YEAR
from .rows import NATION

EVERY_SOURCE = "semua"
#: Plans reach this far: the horizon of the national long-term plan.
PLANNED_TO = 2045
#: Filters kept between the pages of Sasaran.
_SHARED = ("tahun", "segmen", "bulan", "kanwil", "sumber", KNOWN_ON)


class TargetFilterSet(ProgressFilterSet):
    """Base of the filters of Sasaran: segments that can have a target, and the years one may be set for."""

    status = None  # type: ignore[assignment]  # the way to leave a filter out

    #: On these pages the year is not a folded filter.
    folded_words = {name: words for name, words in FOLDED.items() if name != "tahun"}
    kinds = ((WorkerSegment.Kind.COMPOSITE, "Gabungan"), (WorkerSegment.Kind.GROUP, "Kelompok (tidak dijumlahkan)"))

    def years(self) -> list[int]:
        """The years from the first one with data to the planning horizon, and later ones that are used or asked for."""
        known = {*super().years(), timezone.localdate().year}
        asked = self.address.get("tahun", "")
        later = {year for year in range(PLANNED_TO + 1, LAST_YEAR + 1) if year in known or str(year) == asked}
        return sorted({*range(max(min(known), FIRST_YEAR), PLANNED_TO + 1), *known, *later})

    @property
    def for_siblings(self) -> str:
        """The query string for links to the other pages of Sasaran: `?tahun=2027&segmen=PBPU`, or ""."""
        asked = {
            name: self.address[name]
            for name in _SHARED
            if name in self.filters
            and name not in self.form.errors
            and self.address.get(name)
            and (name == "kanwil" or self.address[name] != self.usual.get(name))
        }
        return f"?{urlencode(asked)}" if asked else ""


class LevelFilter(ChoiceFilter):
    """Restricts targets to those of the country, of provinces or of regencies."""

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        if value == NATION:
            return qs.filter(province=None)
        return qs.filter(province__isnull=False, regency__isnull=value != Level.REGENCY)


class SourceFilter(ChoiceFilter):
    """Restricts targets to one source or to the reference targets; leaves all of them for "semua"."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if value == REFERENCE:
            return qs.filter(is_reference=True)
        return qs if value == EVERY_SOURCE else super().filter(qs, value)


class PlanFilterSet(TargetFilterSet):
    """`/sasaran/`: filters the targets the user may see. `bulan` and `data` select the position to compare with."""

    bulan = AskedChoice(label="Terhadap posisi", coerce=months.parse_month, required=True)
    tingkat = LevelFilter(label="Tingkat", required=True, widget=forms.HiddenInput)
    provinsi = ChoiceFilter(label="Provinsi", field_name="province")
    kanwil = ChoiceFilter(label="Kantor Wilayah", field_name="province__regional_office")
    segmen = ChoiceFilter(label="Segmen", field_name="segment", required=True)
    tahun = ChoiceFilter(label="Tahun target", field_name="year", coerce=int, required=True)
    sumber = SourceFilter(label="Sumber", field_name="source", required=True)

    folded_words = {**TargetFilterSet.folded_words, "data": "{}"}

    class Meta(TargetFilterSet.Meta):
        model = Target

    def prepare(self) -> None:
        super().prepare()
        self.queryset = targets_of(self.request.user, self.known_on)
        sources = [(code, source.name) for code, source in self.sources.items()]
        self.filters["sumber"].offer([(EVERY_SOURCE, "Semua sumber"), (REFERENCE, "Acuan saja"), *sources])
        self.filters["sumber"].extra["coerce"] = str
        self.filters["tingkat"].offer(self.levels)

    @property
    def levels(self) -> list[tuple[str, str]]:
        """The levels the user may choose: local governments do not see the levels above their own."""
        levels = [(str(level.value), str(level.label)) for level in Level]
        if self.is_bounded:
            return levels if self.provinces else levels[1:]
        return [(NATION, "Nasional"), *levels]

    def defaults(self) -> dict[str, str]:
        own = self._own_office()
        return {**super().defaults(), "sumber": EVERY_SOURCE, **({"kanwil": own} if own in self.offices else {})}

    def _own_office(self) -> str:
        """The user's own Kantor Wilayah, the default only when the address has no filter at all."""
        user = self.request.user
        office = user.working_office
        if (
            not self.base_filters.keys().isdisjoint(self.given)
            or not plans_targets(user)
            or office is None
            or office.kind != Office.Kind.REGIONAL
        ):
            return ""
        return str(office.pk)

    def clean(self, found: dict[str, Any]) -> None:
        super().clean(found)
        if found.get("tingkat") == NATION and (found.get("provinsi") or found.get("kanwil")):
            self.form.add_error(None, "Tingkat nasional tidak dapat disaring menurut provinsi atau Kantor Wilayah.")

    @property
    def is_nation(self) -> bool:
        return self.cleaned_data["tingkat"] == NATION

    def question(self) -> Question:
        """The question for the position that the targets are compared with."""
        level, source = self.cleaned_data["tingkat"], self.sources.get(self.cleaned_data["sumber"])
        return replace(super().question(), level=Level.PROVINCE if level == NATION else Level(level), source=source)
