"""One at a time: whoever writes an office's month takes a turn first."""

from __future__ import annotations

from accounts.models import Office

from .models import ReportingPeriod, Submission


def take_turn(office: Office, period: ReportingPeriod) -> Submission:
    """The office's submission of the month, locked until the transaction ends, created when it is the first turn.

    Saves, submissions and decisions queue here, also for cells without a row yet; none can pass another. Read whatever
    the decision rests on afterwards, never before.
    """
    Submission.objects.get_or_create(office=office, period=period)
    return Submission.objects.select_for_update().get(office=office, period=period)
