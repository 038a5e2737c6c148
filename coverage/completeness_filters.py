"""Filters of the completeness page, as they stand in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from accounts.models import Office, User
from reporting import months
from reporting.filters import ReportFilters

from . import access
from .completeness import STATE_WORDS, Level, Row, State
from .models import ReportingPeriod

#: The whole country, a row per Kantor Wilayah or per office. Written out, because for staff of a Kantor Wilayah an
#: empty address means their own one.
BY_REGIONAL = "semua"
BY_OFFICE = "semua-kantor"
#: Whatever the due date says: cells are missing.
INCOMPLETE = "incomplete"
NOT_IN_THE_PAST = (
    "Kelengkapan menilai keadaan sekarang dan tidak dapat dilihat per tanggal lampau. "
    "Angka per tanggal lampau ada di Ringkasan, Capaian, Segmen, dan Wilayah."
)


@dataclass(frozen=True)
class Question:
    last: date
    level: Level
    regional: Office | None
    state: str

    def matches(self, row: Row) -> bool:
        if self.state == INCOMPLETE:
            return row.last.tally.filled < row.last.tally.expected
        return not self.state or row.last.state == self.state


class CompletenessFilters(ReportFilters):
    """`bulan` (the last of the strip), `kanwil`, `keadaan` (in that month)."""

    bulan = forms.ChoiceField(label="Sampai bulan")
    kanwil = forms.ChoiceField(label="Kantor Wilayah")
    keadaan = forms.ChoiceField(label="Keadaan", required=False)

    def __init__(self, address: Mapping[str, str], *, user: User) -> None:
        self.user = user
        self.periods = list(ReportingPeriod.objects.order_by("-month"))
        offices = Office.objects.filter(kind=Office.Kind.REGIONAL).order_by("name")
        self.offices = {office.code: office for office in offices}
        super().__init__(address)
        self.choose("bulan", [(months.month_code(at.month), str(at)) for at in self.periods])
        self.choose(
            "kanwil",
            [
                (BY_REGIONAL, "Semua Kanwil"),
                (BY_OFFICE, "Semua kantor"),
                *((code, office.name.removeprefix("Kantor Wilayah ")) for code, office in self.offices.items()),
            ],
        )
        self.choose(
            "keadaan",
            [
                ("", "Semua keadaan"),
                (INCOMPLETE, "Belum lengkap"),
                *((state.value, state.label) for state in reversed(STATE_WORDS) if state != State.NOT_ASKED),
            ],
        )

    def defaults(self) -> dict[str, str]:
        """The month being worked on; for staff of a Kantor Wilayah and its branches their own one."""
        own = self.user.office
        if own is not None and own.kind == Office.Kind.BRANCH:
            regional = own.parent_id
        else:
            regional = own.pk if own is not None else None
        current = access.due_period()
        return {
            "bulan": months.month_code(current.month) if current else "",
            "kanwil": regional if regional in self.offices else BY_REGIONAL,
        }

    def clean(self) -> dict[str, Any]:
        if "per_tanggal" in self.unknown:
            self.unknown.remove("per_tanggal")
            self.add_error(None, NOT_IN_THE_PAST)
        return super().clean()

    @property
    def has_no_data(self) -> bool:
        return not self.periods

    @property
    def period(self) -> ReportingPeriod:
        """The valid month, the last of the strip."""
        return next(period for period in self.periods if period.month == self.cleaned_data["bulan"])

    def clean_bulan(self) -> date:
        return months.parse_month(self.cleaned_data["bulan"])

    def question(self) -> Question:
        found: dict[str, Any] = self.cleaned_data
        level = Level.REGIONAL if found["kanwil"] == BY_REGIONAL else Level.OFFICE
        return Question(found["bulan"], level, self.offices.get(found["kanwil"]), found.get("keadaan", ""))
