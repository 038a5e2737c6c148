"""A card: one thing that waits for a user, with one link to the place where it is done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone

from coverage.completeness.selectors import CellTally
from coverage.models import PeriodReopening, ReportingPeriod
from reporting.months import days_away, long_date

#: Cells to mend, and offices to call, named on the card; the page behind it has all of them.
LONGEST_LIST = 5


class CardKind(StrEnum):
    """In the order of the cards: what burns stands first, what needs nothing last."""

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
    """One thing, with one link to the place where it is done."""

    kind: CardKind
    title: str
    url: str
    action: str
    sentences: tuple[str, ...] = ()
    #: Deadlines in words; `is_late` when the first has passed.
    deadline: str = ""
    is_late: bool = False
    #: How far it is, where that is a matter of cells.
    tally: CellTally | None = None
    #: What to mend where, or which office lacks what: name and remark.
    details: tuple[tuple[str, str], ...] = ()
    #: How many more there are than `details` names.
    more: int = 0

    @property
    def percent(self) -> int:
        """Own cells in whole percent, rounded down."""
        rate = self.tally.rate if self.tally else None
        return int(rate * 100) if rate is not None else 0


def deadline_of(period: ReportingPeriod, reopening: PeriodReopening | None = None) -> tuple[str, bool]:
    """The deadlines in words and days, and whether the first one has passed."""
    if reopening is not None:
        return f"Terbuka sampai {long_date(reopening.expires_on)} ({days_away(reopening.expires_on)})", False
    due, closes = period.due_on, period.closes_on
    if timezone.localdate() <= due:
        return f"Tepat waktu sampai {long_date(due)} ({days_away(due)}), ditutup {long_date(closes)}", False
    return f"Tenggat {long_date(due)} sudah lewat, ditutup {long_date(closes)} ({days_away(closes)})", True
