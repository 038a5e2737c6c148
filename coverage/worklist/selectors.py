"""The tasks of a user: months to fill, returned months, submissions to verify, offices to call. Reads only."""

from __future__ import annotations

from accounts.models import User
from coverage import permissions
from coverage.periods.selectors import open_periods

from .cards import CardKind, Task
from .own import own_tasks
from .verifier import verifier_tasks


def tasks_for(user: User) -> list[Task]:
    """Return the cards of this user, the most urgent first. Fifteen queries at most, whatever the number of offices."""
    if not (user.has_perm(permissions.ENTER) or user.has_perm(permissions.VERIFY)):
        return []
    still_open = list(open_periods())
    found = [*own_tasks(user, still_open), *verifier_tasks(user, still_open)]
    return sorted(found, key=lambda task: list(CardKind).index(task.kind))
