"""Renders the entry page: the grid with its flags, the state of the month, and the allowed actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Denied, Office, User
from coverage import permissions
from coverage.models import CoverageRecord, PeriodReopening, ReportingPeriod, Submission
from coverage.submissions.events import cells_of, waiting_return

from .forms import EntryForm
from .grid import Grid, load_grid
from .markup import GridWriter

Status = Submission.Status


def load_form(office: Office, period: ReportingPeriod, data: Mapping[str, Any] | None = None) -> EntryForm:
    """Return the form of the stored grid with the verifier's remarks, and with the input if there is any."""
    grid = load_grid(office, period)
    returned = waiting_return(grid.submission)
    return EntryForm(grid, data, remarks=cells_of(returned) if returned else None)


def render_page(
    request: HttpRequest, form: EntryForm, *, refusal: str = "", status: int = 200, **context: Any
) -> HttpResponse:
    """Render the grid. If the user may not write, it is read-only, with the sentence and the input."""
    grid, user = form.grid, request.user
    rule = _refusal(user, grid)
    offices = list(permissions.offices_for_entry(user))
    opened = list(ReportingPeriod.objects.order_by("month").values_list("month", flat=True))
    place = opened.index(grid.period.month)
    has_begun = grid.submission is not None
    status_now = grid.submission.status if grid.submission else Status.DRAFT
    has_typed = form.data is not None and bool(refusal or rule) and form.unsaved > 0
    writer = GridWriter(grid, is_editable=not rule, has_typed=has_typed)
    return render(
        request,
        "coverage/entry/entry.html",
        {
            "form": form,
            "grid": grid,
            "areas": writer.write(form.areas, is_total=True),
            "optional_areas": writer.write(form.optional_areas),
            "refusal": refusal or rule,
            "is_editable": not rule,
            "is_correction": permissions.is_correction(grid.submission),
            "may_submit": not rule and status_now != Status.SUBMITTED,
            "may_withdraw": has_begun and status_now == Status.SUBMITTED and _is_open(grid),
            "has_typed": has_typed,
            "saved_by": User.objects.filter(pk=grid.saved_by).first() if grid.saved_by else None,
            "returned": waiting_return(grid.submission),
            "reopening": _reopening(grid),
            "reasons": CoverageRecord.Reason.choices,
            "opened": opened[::-1],
            "before": opened[place - 1] if place else None,
            "after": opened[place + 1] if place + 1 < len(opened) else None,
            "offices": offices if len(offices) > 1 else [],
            **context,
        },
        status=status,
    )


def _refusal(user: User, grid: Grid) -> str:
    """Return why the user may not write here now; empty when they may."""
    try:
        permissions.check_entry(user, grid.office, grid.period, grid.submission)
    except Denied as refusal:
        return str(refusal)
    return ""


def _is_open(grid: Grid) -> bool:
    try:
        permissions.check_open(grid.office, grid.period)
    except Denied:
        return False
    return True


def _reopening(grid: Grid) -> PeriodReopening | None:
    return permissions.active_reopenings().filter(office=grid.office, period=grid.period).order_by("-opened_at").first()
