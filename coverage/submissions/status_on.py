"""Status of submissions, today or at the end of a past day, which is computed from their steps. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from coverage.as_of import end_of
from coverage.models import PeriodReopening, Submission, SubmissionEvent

Action = SubmissionEvent.Action
Status = Submission.Status

#: Status after a step. That of reopening and closing depends on the status before.
LEADS_TO = {
    Action.SUBMIT: Status.SUBMITTED,
    Action.WITHDRAW: Status.DRAFT,
    Action.RETURN: Status.RETURNED,
    Action.VERIFY: Status.VERIFIED,
}
WITH_THE_OFFICE = (Status.DRAFT, Status.RETURNED)
#: Steps that are possible only after submitting.
OF_WHAT_IS_HANDED_IN = (Action.WITHDRAW, Action.RETURN, Action.VERIFY)


@dataclass(frozen=True, slots=True)
class PastStatus:
    """A submission at the end of a day. Without a step it was a draft, if it existed."""

    status: str
    has_steps: bool
    first_submitted_at: datetime | None


NOT_BEGUN = PastStatus("", has_steps=False, first_submitted_at=None)


def submissions_now(months: Iterable[date]) -> dict[tuple[str, date], PastStatus]:
    """Return the present status of submissions by office and month. One query."""
    rows = Submission.objects.filter(period__in=list(months)).order_by()
    return {
        (office, month): PastStatus(status, has_steps=True, first_submitted_at=first)
        for office, month, status, first in rows.values_list("office", "period", "status", "first_submitted_at")
    }


def submissions_on(day: date, months: Iterable[date]) -> dict[tuple[str, date], PastStatus]:
    """Return the status of submissions at the end of the day, by office and month. Three queries."""
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
    """Return the status after the first `count` steps. `before` has the status before each reopening, by its time.

    When a reopening is closed, the status is restored if nothing was changed, else the month stays with its office;
    the following step shows which, or the present status `now`.
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
