"""The steps of a submission: who, what, when, why, and the cells a return asks to correct."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from coverage.models import CellKey, Province, Regency, Submission, SubmissionEvent

if TYPE_CHECKING:
    from accounts.models import User

Action = SubmissionEvent.Action


@dataclass(frozen=True, slots=True)
class Asked:
    """One cell that a return asks to correct, and why."""

    area: str
    area_name: str
    segment: str
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `by` is empty when the user is not known."""

    action: str
    label: str
    at: datetime
    by: str
    reason: str
    cells: tuple[Asked, ...]


def cells_of(event: SubmissionEvent) -> dict[CellKey, str]:
    """Return the cells a return names, with the reason of each."""
    found = {}
    for name, reason in event.cells.items():
        area, _, segment = name.partition(".")
        found[area, segment] = reason
    return found


def open_return(submission: Submission) -> SubmissionEvent | None:
    """Return the last return since the last verification, even if the office submitted again since; else None."""
    return _last(submission, Action.RETURN, Action.VERIFY)


def waiting_return(submission: Submission | None) -> SubmissionEvent | None:
    """Return the return that waits for the office; None once it submitted again, or after a reopening only."""
    if submission is None or submission.status != Submission.Status.RETURNED:
        return None
    return _last(submission, Action.RETURN, Action.SUBMIT, Action.VERIFY)


def _last(submission: Submission, wanted: str, *others: str) -> SubmissionEvent | None:
    """Return the last of these steps if it is the wanted one, else None."""
    last = submission.events.filter(action__in=[wanted, *others]).order_by("-at", "-pk").first()
    return last if last and last.action == wanted else None


def timeline(submission: Submission, reader: User) -> list[Step]:
    """Return the steps, oldest first. Three queries, whatever their number."""
    events = list(submission.events.select_related("user__office").order_by("at", "pk"))
    names = _area_names({area for event in events for area, _ in cells_of(event)})
    return [
        Step(
            event.action,
            event.get_action_display(),
            event.at,
            event.user.name_for(reader) if event.user else "",
            event.reason,
            tuple(
                Asked(area, names.get(area, area), segment, reason)
                for (area, segment), reason in sorted(cells_of(event).items())
            ),
        )
        for event in events
    ]


def _area_names(codes: set[str]) -> Mapping[str, str]:
    found = dict(Regency.objects.filter(pk__in=codes).values_list("pk", "name"))
    return {**found, **dict(Province.objects.filter(pk__in=codes).values_list("pk", "name"))}
