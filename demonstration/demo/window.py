"""The months of the demonstration, and their dates."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings

from reporting import months

FIRST = date(2023, 11, 1)
COUNT = 36
MONTHS = tuple(months.add_months(FIRST, index) for index in range(COUNT))
#: The month open for entry, whose dates depend on the day of the run.
OPEN_MONTH = MONTHS[-1]

#: Published positions with another cut-off date than the last day of the month.
CUT_OFFS = {date(2024, 9, 1): date(2024, 9, 24)}


def index_of(month: date) -> int:
    return months.months_between(FIRST, month)


def calendar_of(month: date, today: date) -> dict[str, date]:
    """Return `cut_off_on`, `due_on`, `closes_on` of a month. Only those of the open month depend on `today`."""
    following = months.add_months(month, 1)
    due_on = following.replace(day=settings.ENTRY_DUE_DAY)
    closes_on = following.replace(day=settings.ENTRY_CLOSING_DAY)
    if month == OPEN_MONTH:
        due_on = max(due_on, today + timedelta(days=5))
        closes_on = max(closes_on, today + timedelta(days=15))
    return {
        "cut_off_on": CUT_OFFS.get(month, months.month_end(month)),
        "due_on": due_on,
        "closes_on": closes_on,
    }
