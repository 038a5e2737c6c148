"""A branch's October, filled and handed in, and what tests ask of it."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import Permission

from accounts.models import User
from coverage.models import CoverageRecord, Submission, SubmissionEvent, Via
from coverage.records.services import CellChange, save_cells
from coverage.submissions.services import submit
from reporting import months
from tests.conftest import cell_fields

OCTOBER = date(2026, 10, 1)
EXPECTED = [(area, segment) for area in ("1802", "1804") for segment in ("PU", "BPU", "JAKON", "PMI")]


def colleague(user: User, username: str, *more: str) -> User:
    other = User.objects.create(username=username, office=user.office)
    codenames = [*user.user_permissions.values_list("codename", flat=True), *more]
    other.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return User.objects.get(pk=other.pk)


def save(user, office, period, *changes, reason=""):
    return save_cells(user=user, office=office, period=period, changes=changes, via=Via.FORM, reason=reason)


def fill(world, period, values=None, default=1_001):
    """Every expected cell of the branch gets a figure of its own."""
    values = values or {}
    changes = [CellChange(*key, values.get(key, default)) for key in EXPECTED]
    save(world.entri, world.tengah, period, *changes)


def handed_in(world, period, **more) -> Submission:
    fill(world, period, **more)
    return submit(user=world.entri, office=world.tengah, period=period)


def handed_in_by_the_neighbour(world, period) -> Submission:
    save(world.tetangga, world.bandar, period, *(CellChange("1801", s, 5) for s in ("PU", "BPU", "JAKON", "PMI")))
    return submit(user=world.tetangga, office=world.bandar, period=period)


def cell(area, segment, month="2026-10") -> CoverageRecord:
    return CoverageRecord.objects.get(**cell_fields(area), segment_id=segment, period_id=months.parse_month(month))


def steps(submission) -> list[tuple[str, str]]:
    events = SubmissionEvent.objects.filter(submission__office=submission.office, submission__period=submission.period)
    return [(event.action, event.user.username) for event in events.select_related("user")]
