"""How submissions stand, or stood on a past day: then worked out from their steps. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from coverage.as_of import end_of
from coverage.models import PeriodReopening, Submission, SubmissionEvent

Action = SubmissionEvent.Action
Status = Submission.Status

#: What a step leads to, whatever was before. Opening and closing again depend on what was.
LEADS_TO = {
    Action.SUBMIT: Status.SUBMITTED,
    Action.WITHDRAW: Status.DRAFT,
    Action.RETURN: Status.RETURNED,
    Action.VERIFY: Status.VERIFIED,
}
WITH_THE_OFFICE = (Status.DRAFT, Status.RETURNED)
#: Only what is handed in can be followed by these.
OF_WHAT_IS_HANDED_IN = (Action.WITHDRAW, Action.RETURN, Action.VERIFY)


@dataclass(frozen=True, slots=True)
class PastStatus:
    """A submission at the end of a day. Without a step it was a draft, if anything had been saved by then."""

    status: str
    has_steps: bool
    first_submitted_at: datetime | None


NOT_BEGUN = PastStatus("", has_steps=False, first_submitted_at=None)


def submissions_now(months: Iterable[date]) -> dict[tuple[str, date], PastStatus]:
    """Office and month -> how the submission stands. One query."""
    rows = Submission.objects.filter(period__in=list(months)).order_by()
    return {
        (office, month): PastStatus(status, has_steps=True, first_submitted_at=first)
        for office, month, status, first in rows.values_list("office", "period", "status", "first_submitted_at")
    }


def submissions_on(day: date, months: Iterable[date]) -> dict[tuple[str, date], PastStatus]:
    """Office and month -> how the submission stood at the end of the day. Three queries."""
    end, wanted = end_of(day), list(months)
    steps: dict[int, list[tuple[str, datetime]]] = {}
    for key, action, at in (
        SubmissionEvent.objects.filter(submission__period__in=wanted)
        .order_by("at", "pk")
        .values_list("submission", "action", "at")
    ):
        steps.setdefault(key, []).append((action, at))
    reopened: dict[tuple[str, date], dict[datetime, str]] = {}
    for office, month, at, before in (
        PeriodReopening.objects.filter(period__in=wanted)
        .order_by()
        .values_list("office", "period", "opened_at", "status_before")
    ):
        reopened.setdefault((office, month), {})[at] = before
    found = {}
    for key, office, month, status, first in (
        Submission.objects.filter(period__in=wanted)
        .order_by()
        .values_list("pk", "office", "period", "status", "first_submitted_at")
    ):
        of_this = steps.get(key, [])
        count = sum(at < end for _, at in of_this)
        found[office, month] = PastStatus(
            _status(of_this, count, reopened.get((office, month), {}), status),
            bool(count),
            first if first and first < end else None,
        )
    return found


def _status(steps: list[tuple[str, datetime]], count: int, before: dict[datetime, str], now: str) -> str:
    """After the first `count` steps. `before`: the status each reopening found, by its moment; `now` the present one.

    Closed again, a month that nobody touched is what it was, and a changed one stays with its office. The step that
    followed tells which.
    """
    status: str = Status.DRAFT
    for place, (action, at) in enumerate(steps[:count], start=1):
        if action == Action.REOPEN:
            status = before.get(at) or status
            status = status if status in WITH_THE_OFFICE else Status.RETURNED
        elif action != Action.RECLOSE:
            status = LEADS_TO[Action(action)]
        elif status in WITH_THE_OFFICE:
            following = steps[place] if place < len(steps) else None
            if following is None:
                status = now
            elif following[0] == Action.REOPEN:
                status = before.get(following[1]) or status
            elif following[0] in OF_WHAT_IS_HANDED_IN:
                status = Status.SUBMITTED
    return status
