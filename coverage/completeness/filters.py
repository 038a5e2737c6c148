"""Filters of the completeness page, as they stand in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Office, User
from coverage.as_of import KNOWN_ON, asked_day, check_day, periods_of
from coverage.models import ReportingPeriod
from coverage.periods.selectors import due_period
from reporting import months
from reporting.days import DayField
from reporting.fields import ChoiceField
from reporting.filters import ReportFilters

from .selectors import STATE_WORDS, Level, Row, State

#: The whole country, a row per Kantor Wilayah or per office. Written out, because for staff of a Kantor Wilayah an
#: empty address means their own one.
BY_REGIONAL = "semua"
BY_OFFICE = "semua-kantor"
#: Whatever the due date says: cells are missing.
INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class Question:
    last: date
    level: Level
    regional: Office | None
    state: str
    #: Everything as it was known, and judged, at the end of this day; None: as it stands.
    known_on: date | None = None

    def matches(self, row: Row) -> bool:
        if self.state == INCOMPLETE:
            return row.last.tally.filled < row.last.tally.expected
        return not self.state or row.last.state == self.state


class CompletenessFilters(ReportFilters):
    """`bulan` (the last of the strip), `kanwil`, `keadaan` (in that month), `per_tanggal`."""

    bulan = ChoiceField(label="Sampai bulan")
    kanwil = ChoiceField(label="Kantor Wilayah")
    keadaan = ChoiceField(label="Keadaan", required=False)
    per_tanggal = DayField(label="Dilihat per tanggal", required=False)

    rare = {KNOWN_ON: "per {}"}

    def __init__(self, address: Mapping[str, str], *, user: User) -> None:
        self.user = user
        self.known_on = asked_day(address.get(KNOWN_ON, ""))
        self.periods = periods_of(self.known_on)
        offices = Office.objects.filter(kind=Office.Kind.REGIONAL).order_by("name")
        self.offices = {office.code: office for office in offices}
        super().__init__(address)
        self.choose("bulan", [(months.month_code(at.month), str(at)) for at in self.periods])
        if self.known_on:
            then = f"Bulan ini belum dibuka pada {months.long_date(self.known_on)}."
            self.fields["bulan"].error_messages["invalid_choice"] = then
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
        current = self._due_period()
        return {
            "bulan": months.month_code(current.month) if current else "",
            "kanwil": regional if regional in self.offices else BY_REGIONAL,
        }

    def _due_period(self) -> ReportingPeriod | None:
        """The month that is, or was, being worked on."""
        day = self.known_on
        if day is None:
            return due_period()
        still_open = [at for at in self.periods if at.locked_at is None and at.closes_on >= day]
        due = [at for at in self.periods if at.due_on < day]
        found = [*still_open[-1:], *due[:1]]
        return max(found, key=lambda period: period.month) if found else next(iter(self.periods), None)

    def complete(self) -> None:
        """A day is written in ISO in every address, however it was typed."""
        if self.known_on:
            self.address[KNOWN_ON] = self.known_on.isoformat()

    def clean_per_tanggal(self) -> date | None:
        day = self.cleaned_data[KNOWN_ON]
        return check_day(day) if day else None

    @property
    def kept(self) -> dict[str, str]:
        """The day goes along to every page this one links to."""
        return {KNOWN_ON: self.known_on.isoformat()} if self.known_on else {}

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
        return Question(
            found["bulan"], level, self.offices.get(found["kanwil"]), found.get("keadaan", ""), self.known_on
        )
