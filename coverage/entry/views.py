"""Entry pages: the month's grid of an office, and the choice of office and month."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods

from accounts import drafts
from accounts.models import Denied, Office
from accounts.views import explains_404
from coverage import permissions
from coverage.models import ReportingPeriod, Via
from coverage.periods import reopening
from coverage.periods import services as periods
from coverage.periods.selectors import due_period, period_at
from coverage.permissions import OutOfScope, office_at, require_entry_right
from coverage.records.services import save_cells
from coverage.submissions import services as submissions
from coverage.submissions.readiness import NotReady
from reporting import months

from .grid import office_states
from .page import load_form, render_page
from .tables import OfficeTable

#: Session key of figures posted after the session ended.
DRAFT = "entry_draft"
REASON_LENGTH = 500


@require_GET
@explains_404
def entry_home(request: HttpRequest) -> HttpResponse:
    """`/entri/`: redirect to the due month of the own office, or to the chosen `?bulan=2026-09&kantor=...`."""
    require_entry_right(request.user)
    periods.open_when_due()
    reopening.close_lapsed()
    month, office = request.GET.get("bulan", ""), request.GET.get("kantor", "")
    if not month:
        period = due_period(office_at(request.user, office) if office else request.user.working_office)
        if period is None:
            raise Http404("Belum ada bulan yang dibuka untuk entri.")
        month = _code(period)
    if office and office != request.user.office_id:
        return redirect("entry-office", month=_code(period_at(month)), office=office_at(request.user, office).pk)
    return redirect("entry", month=_code(period_at(month)))


@login_not_required
@require_http_methods(["GET", "POST"])
@explains_404
def entry(request: HttpRequest, month: str, office: str = "") -> HttpResponse:
    """Show or save the grid of an office and month; users without an own office choose one first."""
    if not request.user.is_authenticated:
        return drafts.ask_to_log_in(request, DRAFT)
    require_entry_right(request.user)
    offices = permissions.offices_for_entry(request.user)
    period = period_at(month)
    place = offices.filter(pk=office or request.user.office_id).first()
    if place is None and office:
        raise Http404
    if place is None:
        return _choose_office(request, offices, period)
    if request.method == "POST":
        return _answer(request, place, period)
    draft = drafts.typed_before(request, DRAFT)
    return render_page(request, load_form(place, period, draft), restored=draft is not None)


def _answer(request: HttpRequest, office: Office, period: ReportingPeriod) -> HttpResponse:
    """Handle the buttons of the page: save, save and submit, withdraw, discard a restored draft."""
    drafts.forget(request, DRAFT)
    if "discard" in request.POST:
        return redirect(request.path)
    if request.POST.get("user") != str(request.user.pk):
        sentence = "Halaman ini dibuka dengan akun lain. Belum ada yang disimpan; periksa isiannya, lalu simpan lagi."
        return render_page(request, load_form(office, period, request.POST), refusal=sentence)
    if request.POST.get("action") == "withdraw":
        return _withdraw(request, office, period)
    return _save(request, office, period, is_final=request.POST.get("action") == "submit")


def _save(request: HttpRequest, office: Office, period: ReportingPeriod, *, is_final: bool) -> HttpResponse:
    form = load_form(office, period, request.POST)
    try:
        result = save_cells(user=request.user, office=office, period=period, changes=form.changes, via=Via.FORM)
    except OutOfScope:
        raise Http404("Ada sel yang bukan milik kantor Anda. Tidak ada yang disimpan.") from None
    except Denied as refusal:
        if not form.unsaved:  # double click: everything is saved already
            messages.info(request, str(refusal))
            return redirect(request.path)
        return render_page(request, form, refusal=str(refusal), status=403)
    saved = len(result.saved)
    if form.wrong or result.conflicts:
        following = form.after(result, load_form(office, period))
        return render_page(request, following, saved=saved, is_answer=True, is_final=is_final)
    if is_final:
        return _submit(request, office, period, saved)
    if saved:
        address = f"{reverse('progress-list')}?bulan={_code(period)}&data=sementara"
        sentence = '{} sel disimpan. <a href="{}">Lihat capaian sementara {}</a>'
        messages.success(request, format_html(sentence, saved, address, months.month_name(period.month)))
    else:
        messages.info(request, "Tidak ada perubahan untuk disimpan.")
    return redirect(request.path)


def _submit(request: HttpRequest, office: Office, period: ReportingPeriod, saved: int) -> HttpResponse:
    """Submit the figures just saved; mark the cells that prevent it."""
    try:
        submissions.submit(user=request.user, office=office, period=period)
    except NotReady as refusal:
        form = load_form(office, period)
        form.mark_missing(refusal.cells)
        return render_page(request, form, saved=saved, not_ready=str(refusal))
    except Denied as refusal:
        messages.warning(request, str(refusal))
        return redirect(request.path)
    receiver = office.parent if office.kind == Office.Kind.BRANCH and office.parent else "verifikator"
    name = months.month_name(period.month)
    messages.success(request, f"Data {name} diajukan ke {receiver}. Selama belum diperiksa, dapat ditarik kembali.")
    return redirect(request.path)


def _withdraw(request: HttpRequest, office: Office, period: ReportingPeriod) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()[:REASON_LENGTH]
    try:
        submissions.withdraw(user=request.user, office=office, period=period, reason=reason)
    except Denied as refusal:
        messages.warning(request, str(refusal))
    else:
        name = months.month_name(period.month)
        messages.success(request, f"Pengajuan ditarik kembali. Data {name} dapat diubah lagi.")
    return redirect(request.path)


def _choose_office(request: HttpRequest, offices: Any, period: ReportingPeriod) -> HttpResponse:
    states = office_states(offices.select_related("parent"), period)
    if not states:
        raise Http404
    opened = ReportingPeriod.objects.order_by("-month").values_list("month", flat=True)
    context = {"period": period, "table": OfficeTable(states, period), "opened": opened}
    return render(request, "coverage/entry/offices.html", context)


def _code(period: ReportingPeriod) -> str:
    return months.month_code(period.month)
