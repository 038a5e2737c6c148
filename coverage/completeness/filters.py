"""Filters of the completeness page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Office
from coverage.as_of import KNOWN_ON, check_day
from coverage.models import ReportingPeriod
from coverage.periods.filters import MonthFilterSet
from coverage.periods.selectors import due_period
from reporting import months
from reporting.filters import AskedChoice, AskedDay

from .selectors import STATE_WORDS, CompletenessLevel, CompletenessRow, State

#: Value of `kanwil` for the whole country. Needed because the default of staff of a Kantor Wilayah is their own.
BY_REGIONAL = "semua"
BY_OFFICE = "semua-kantor"
#: Value of `keadaan`: cells are missing, whether the month is due or not.
INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class CompletenessQuestion:
    """The valid filters of the page."""

    period: ReportingPeriod
    level: CompletenessLevel
    regional: Office | None
    state: str
    #: Show the state known at the end of this day; None: the present one.
    known_on: date | None = None

    @property
    def last(self) -> date:
        """Return the last month of the strip."""
        return self.period.month

    def matches(self, row: CompletenessRow) -> bool:
        if self.state == INCOMPLETE:
            return row.last.tally.filled < row.last.tally.expected
        return not self.state or row.last.state == self.state


class CompletenessFilterSet(MonthFilterSet):
    """`bulan` (the last of the strip), `kanwil`, `keadaan` (in that month), `per_tanggal`."""

    bulan = AskedChoice(label="Sampai bulan", required=True, coerce=months.parse_month)
    kanwil = AskedChoice(label="Kantor Wilayah", required=True)
    keadaan = AskedChoice(
        label="Keadaan",
        choices=[
            ("", "Semua keadaan"),
            (INCOMPLETE, "Belum lengkap"),
            *((state.value, state.label) for state in reversed(STATE_WORDS) if state != State.NOT_ASKED),
        ],
        empty_value="",
    )
    per_tanggal = AskedDay(label="Dilihat per tanggal", validators=[check_day])

    folded_words = {KNOWN_ON: "per {}"}

    class Meta(MonthFilterSet.Meta):
        model = Office
        fields: list[str] = []

    def prepare(self) -> None:
        super().prepare()
        offices = Office.objects.filter(kind=Office.Kind.REGIONAL).order_by("name")
        self.offices = {office.code: office for office in offices}
        self.filters["kanwil"].offer(
            [
                (BY_REGIONAL, "Semua Kanwil"),
                (BY_OFFICE, "Semua kantor"),
                *((code, office.name.removeprefix("Kantor Wilayah ")) for code, office in self.offices.items()),
            ]
        )

    def defaults(self) -> dict[str, str]:
        """Return the due month, and for staff of a Kantor Wilayah and its branches their Kantor Wilayah."""
        own = self.request.user.office
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
        """Return the month worked on today, or on the past day."""
        day = self.known_on
        if day is None:
            return due_period()
        still_open = [at for at in self.periods if at.locked_at is None and at.closes_on >= day]
        due = [at for at in self.periods if at.due_on < day]
        found = [*still_open[-1:], *due[:1]]
        return max(found, key=lambda period: period.month) if found else next(iter(self.periods), None)

    def question(self) -> CompletenessQuestion:
        found: dict[str, Any] = self.cleaned_data
        return CompletenessQuestion(
            period=next(at for at in self.periods if at.month == found["bulan"]),
            level=CompletenessLevel.REGIONAL if found["kanwil"] == BY_REGIONAL else CompletenessLevel.OFFICE,
            regional=self.offices.get(found["kanwil"]),
            state=found["keadaan"],
            known_on=self.known_on,
        )
