"""How submissions stand, or stood on a past day: then worked out from their steps. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from .known import end_of
from .models import PeriodReopening, Submission, SubmissionEvent

Action = SubmissionEvent.Action
Status = Submission.Status

#: What a step leads to, whatever was before. Opening and closing again depend on what was.
LEADS_TO = {
    Action.SUBMIT: Status.SUBMITTED,
    Action.WITHDRAW: Status.DRAFT,
    Action.RETURN: Status.RETURNED,
    Action.VERIFY: Status.VERIFIED,
}
#: After a month was closed again: what the next step shows it had been.
SHOWS = {
    Action.SUBMIT: Status.RETURNED,
    Action.WITHDRAW: Status.SUBMITTED,
    Action.RETURN: Status.SUBMITTED,
    Action.VERIFY: Status.SUBMITTED,
}


@dataclass(frozen=True, slots=True)
class Then:
    """A submission at the end of a day. Without a step it was a draft, if anything had been saved by then."""

    status: str
    has_steps: bool
    first_submitted_at: datetime | None


NOT_BEGUN = Then("", has_steps=False, first_submitted_at=None)


def submissions_now(months: Iterable[date]) -> dict[tuple[str, date], Then]:
    """Office and month -> how the submission stands. One query."""
    rows = Submission.objects.filter(period__in=list(months)).order_by()
    return {
        (office, month): Then(status, has_steps=True, first_submitted_at=first)
        for office, month, status, first in rows.values_list("office", "period", "status", "first_submitted_at")
    }


def submissions_on(day: date, months: Iterable[date]) -> dict[tuple[str, date], Then]:
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
        by_then = [step for step in of_this if step[1] < end]
        found[office, month] = Then(
            _status(by_then, of_this[len(by_then) :], reopened.get((office, month), {}), status),
            bool(by_then),
            first if first and first < end else None,
        )
    return found


def _status(
    by_then: list[tuple[str, datetime]],
    later: list[tuple[str, datetime]],
    before: dict[datetime, str],
    now: str,
) -> str:
    """`before`: the status each reopening found, by its moment; `now` the present one."""
    if not by_then:
        return Status.DRAFT
    action, at = by_then[-1]
    if action == Action.REOPEN:
        return before[at] if before.get(at) == Status.DRAFT else Status.RETURNED
    if action == Action.RECLOSE:
        # Closed again, an untouched month is what it was and a changed one stays with its office: what came next tells.
        if not later:
            return now
        return before.get(later[0][1], "") or SHOWS.get(Action(later[0][0]), Status.RETURNED)
    return LEADS_TO[Action(action)]
