"""Base filter set of reports on figures: a month, as it is or as it was known on a past day."""

from __future__ import annotations

from coverage.as_of import KNOWN_ON, asked_day, periods_of
from coverage.models import ReportingPeriod
from reporting import months
from reporting.filters import StrictFilterSet


class MonthFilterSet(StrictFilterSet):
    """Base of filter sets with `bulan` and optionally `per_tanggal`; a subclass declares the filters in its order.

    `known_on` is the past day, None for today; `periods` are the months opened by then, newest first.
    """

    def prepare(self) -> None:
        self.known_on = asked_day(self.given.get(KNOWN_ON, "")) if KNOWN_ON in self.filters else None
        self.periods = periods_of(self.known_on)
        self.offer_month()

    def offer_month(self) -> None:
        self.filters["bulan"].offer((months.month_code(at.month), str(at)) for at in self.periods)
        if self.known_on:
            then = f"Bulan ini belum dibuka pada {months.long_date(self.known_on)}."
            self.filters["bulan"].extra["error_messages"] = {"invalid_choice": then}

    def complete(self) -> None:
        """Write the day in ISO format to the filters' data, and so to every address and file."""
        if self.known_on:
            self.address[KNOWN_ON] = self.known_on.isoformat()

    @property
    def has_no_data(self) -> bool:
        return not self.periods

    @property
    def period(self) -> ReportingPeriod | None:
        """Return the chosen month, with the dates it has, or had on that day."""
        return next((one for one in self.periods if one.month == self.cleaned_data["bulan"]), None)

    @property
    def kept(self) -> dict[str, str]:
        """Return the parameters that every link of the page repeats: the past day."""
        return {KNOWN_ON: self.known_on.isoformat()} if self.known_on else {}
