"""The entry room: the month's grid of an office, and the way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Denied, Office
from reporting import months

from . import access, periods
from .access import OutOfScope
from .addresses import office_at, period_at, require_entry_right, says_what_is_wrong
from .entry import save_cells
from .forms import EntryForm
from .grid import Grid, load_grid, office_states
from .models import ReportingPeriod, Submission, SubmissionEvent, Via

if TYPE_CHECKING:
    from accounts.models import User


#: Where typed figures wait when the session ended before they were saved. Longer ones are not kept.
DRAFT = "entry_draft"
DRAFT_LENGTH = 400_000


@require_GET
@says_what_is_wrong
def entry_home(request: HttpRequest) -> HttpResponse:
    """`/entri/`: to the due month of the own office. `?bulan=2026-09&kantor=...` is the chooser of month and office."""
    require_entry_right(request.user)
    periods.open_when_due()
    month, office = request.GET.get("bulan", ""), request.GET.get("kantor", "")
    if not month:
        period = periods.due_period()
        if period is None:
            raise Http404("Belum ada bulan yang dibuka untuk entri.")
        month = _code(period)
    if office and office != request.user.office_id:
        return redirect("entry-office", month=_code(period_at(month)), office=office_at(request.user, office).pk)
    return redirect("entry", month=_code(period_at(month)))


@login_not_required
@require_http_methods(["GET", "POST"])
@says_what_is_wrong
def entry(request: HttpRequest, month: str, office: str = "") -> HttpResponse:
    """The grid of an office and month; the chooser of offices for who has no grid of their own."""
    if not request.user.is_authenticated:
        return _ask_to_log_in(request)
    require_entry_right(request.user)
    offices = access.offices_for_entry(request.user)
    period = period_at(month)
    if not office and not offices.filter(pk=request.user.office_id).exists():
        return _choose_office(request, offices, period)
    place = office_at(request.user, office or request.user.office_id or "")
    if request.method == "POST":
        return _save(request, place, period)
    draft = _draft(request)
    return _page(request, EntryForm(load_grid(place, period), draft), restored=draft is not None)


def _save(request: HttpRequest, office: Office, period: ReportingPeriod) -> HttpResponse:
    request.session.pop(DRAFT, None)
    if "discard" in request.POST:
        return redirect(request.path)
    form = EntryForm(load_grid(office, period), request.POST)
    if request.POST.get("user") != str(request.user.pk):
        sentence = "Halaman ini dibuka dengan akun lain. Belum ada yang disimpan; periksa isiannya, lalu simpan lagi."
        return _page(request, form, refusal=sentence, may_retry=True)
    try:
        result = save_cells(user=request.user, office=office, period=period, changes=form.changes, via=Via.FORM)
    except OutOfScope:
        raise Http404("Ada sel yang bukan milik kantor Anda. Tidak ada yang disimpan.") from None
    except Denied as refusal:
        return _page(request, form, refusal=str(refusal), status=403)
    following = form.after(result, load_grid(office, period))
    if following.wrong or following.contested:
        return _page(request, following, saved=len(result.saved), is_answer=True)
    if result.saved:
        address = f"{reverse('progress-list')}?bulan={_code(period)}&data=sementara"
        sentence = '{} sel disimpan. <a href="{}">Lihat capaian sementara {}</a>'
        messages.success(request, format_html(sentence, len(result.saved), address, months.month_name(period.month)))
    else:
        messages.info(request, "Tidak ada perubahan untuk disimpan.")
    return redirect(request.path)


def _page(
    request: HttpRequest,
    form: EntryForm,
    *,
    refusal: str = "",
    may_retry: bool = False,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """The grid. Where a rule refuses, it is only to be read; what was typed stays visible beside the sentence."""
    grid, user = form.grid, request.user
    sentence = refusal or _refusal(user, grid)
    offices = list(access.offices_for_entry(user))
    opened = list(ReportingPeriod.objects.order_by("month").values_list("month", flat=True))
    place = opened.index(grid.period.month)
    returned = None
    if grid.submission and grid.submission.status == Submission.Status.RETURNED:
        returned = grid.submission.events.filter(action=SubmissionEvent.Action.RETURN).order_by("-at").first()
    return render(
        request,
        "entry.html",
        {
            "form": form,
            "grid": grid,
            "refusal": sentence,
            "is_editable": may_retry or not sentence,
            "is_correction": access.is_correction(grid.submission),
            "has_typed": form.data is not None and bool(sentence),
            "returned": returned,
            "opened": opened[::-1],
            "before": opened[place - 1] if place else None,
            "after": opened[place + 1] if place + 1 < len(opened) else None,
            "offices": offices if len(offices) > 1 else [],
            **context,
        },
        status=status,
    )


def _refusal(user: User, grid: Grid) -> str:
    """Why the user may not write here now; empty when they may."""
    try:
        access.check_entry(user, grid.office, grid.period, grid.submission)
    except Denied as refusal:
        return str(refusal)
    return ""


def _choose_office(request: HttpRequest, offices: Any, period: ReportingPeriod) -> HttpResponse:
    states = office_states(offices.select_related("parent"), period)
    if not states:
        raise Http404
    opened = ReportingPeriod.objects.order_by("-month").values_list("month", flat=True)
    return render(request, "entry_offices.html", {"period": period, "states": states, "opened": opened})


def _code(period: ReportingPeriod) -> str:
    return months.month_code(period.month)


def _ask_to_log_in(request: HttpRequest) -> HttpResponse:
    """To the login page. What was typed waits in the session, which logging in keeps for the same person."""
    text = request.POST.urlencode() if request.method == "POST" else ""
    if text and len(text) <= DRAFT_LENGTH:
        request.session[DRAFT] = {"path": request.path, "typed": text}
    return redirect_to_login(request.get_full_path())


def _draft(request: HttpRequest) -> QueryDict | None:
    """What this person typed here before the session ended."""
    draft = request.session.get(DRAFT)
    if not draft or draft["path"] != request.path:
        return None
    typed = QueryDict(draft["typed"])
    return typed if typed.get("user") == str(request.user.pk) else None
