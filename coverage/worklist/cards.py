"""Cards of the worklist: one task of a user, with a link to the page where it is done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone

from coverage.completeness.selectors import CellTally
from coverage.models import PeriodReopening, ReportingPeriod
from reporting.months import days_away, long_date

#: Number of cells to correct, or offices to call, named on a card; the linked page has all of them.
LONGEST_LIST = 5


class CardKind(StrEnum):
    """Kinds of cards in the order they are shown, the most urgent first."""

    MEND = "mend"
    FILL = "fill"
    VERIFY = "verify"
    CHASE = "chase"
    CORRECTED = "corrected"
    WAIT = "wait"
    CLOSED = "closed"
    DONE = "done"

    @property
    def needs_work(self) -> bool:
        return self in (CardKind.MEND, CardKind.FILL, CardKind.VERIFY, CardKind.CHASE, CardKind.CORRECTED)


@dataclass(frozen=True)
class Task:
    """One card."""

    kind: CardKind
    title: str
    url: str
    action: str
    sentences: tuple[str, ...] = ()
    #: Deadlines as text; `is_late` when the first has passed.
    deadline: str = ""
    is_late: bool = False
    #: Filled and expected cells, if the card is about cells.
    tally: CellTally | None = None
    #: Cells to correct, or offices with missing cells: name and remark.
    details: tuple[tuple[str, str], ...] = ()
    #: Number of details left out.
    more: int = 0

    @property
    def percent(self) -> int:
        """Return the filled cells in whole percent, rounded down."""
        rate = self.tally.rate if self.tally else None
        return int(rate * 100) if rate is not None else 0


def deadline_of(period: ReportingPeriod, reopening: PeriodReopening | None = None) -> tuple[str, bool]:
    """Return the deadlines as text with the days left, and whether the first one has passed."""
    if reopening is not None:
        return f"Terbuka sampai {long_date(reopening.expires_on)} ({days_away(reopening.expires_on)})", False
    due, closes = period.due_on, period.closes_on
    if timezone.localdate() <= due:
        return f"Tepat waktu sampai {long_date(due)} ({days_away(due)}), ditutup {long_date(closes)}", False
    return f"Tenggat {long_date(due)} sudah lewat, ditutup {long_date(closes)} ({days_away(closes)})", True
