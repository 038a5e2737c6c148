"""Views for files of figures: template, upload, preview and confirmation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Denied, Office
from accounts.views import explains_404
from coverage import permissions
from coverage.importing.batches import GONE
from coverage.importing.pages import Received, receive, template_response, upload_context
from coverage.models import CoverageRecord, ImportBatch, ReportingPeriod, Submission
from coverage.models.querysets import CodeSystem
from coverage.periods.selectors import period_at
from coverage.permissions import office_at, require_entry_right
from coverage.records.services import Contested
from reporting import months
from reporting.numbers import format_count

from .batches import confirm, corrected, proposal_of, refusals, see_again, take_in
from .preview import preview_of
from .stored import StoredMonth, load
from .tables import ClashTable, FigureFileTable
from .template import write_template

if TYPE_CHECKING:
    from accounts.models import User

#: The number of cells from which the page shows progress while writing.
WITH_PROGRESS = 1_000
#: The place of the progress lines in the page.
PROGRESS_MARK = "<!-- kemajuan -->"


@require_GET
@explains_404
def template_file(request: HttpRequest, month: str, office: str = "") -> HttpResponse:
    """Download the template of an office and month with the stored values; without an office for the whole country."""
    period, place = _asked_for(request.user, month, office)
    name = f"semesta-{months.month_code(period.month)}-{place.pk if place else 'nasional'}.xlsx"
    return template_response(write_template(load(period, place)), name)


@require_http_methods(["GET", "POST"])
@explains_404
def upload(request: HttpRequest, month: str, office: str = "") -> HttpResponse:
    """The upload page. Shows all mistakes of a file, or redirects to its preview."""
    period, place = _asked_for(request.user, month, office)
    refusal = _refusal(request.user, place, period)
    if request.method == "GET":
        return _upload_page(request, period, place, refusal=refusal)
    if refusal:
        return _upload_page(request, period, place, refusal=refusal, status=403)
    system = request.POST.get("kode", "")
    received = receive(
        request,
        lambda name, data: take_in(user=request.user, office=place, period=period, name=name, data=data, system=system),
    )
    if received.batch is None:
        return _upload_page(request, period, place, received, system=system, status=422)
    return redirect("file-preview", batch=received.batch.pk)


@require_http_methods(["GET", "POST"])
@explains_404
def preview(request: HttpRequest, batch: int) -> HttpResponseBase:
    """The preview of a file. POST writes all of it or nothing; `ulang` compares it with what is stored now."""
    found = _batch(request.user, batch)
    if request.method == "GET" or found.confirmed_at:
        return _preview_page(request, found, is_second_try=request.method == "POST")
    stored = _stored(found)
    if "ulang" in request.POST:
        see_again(found, stored)
        return redirect("file-preview", batch=found.pk)
    if len(found.rows["rows"]) >= WITH_PROGRESS:
        response = StreamingHttpResponse(_written_in_steps(request, found, stored))
        response["X-Accel-Buffering"] = "no"  # nginx would buffer the whole page
        return response
    saved = 0
    try:
        for step in confirm(user=request.user, batch=found, stored=stored):
            saved = step.saved
    except Contested:
        return _preview_page(request, found, status=409)
    except Denied as refusal:
        return _preview_page(request, found, refused=[str(refusal)], status=403)
    messages.success(request, _saved_sentence(found, saved))
    return redirect(_entry_address(found))


def _written_in_steps(request: HttpRequest, batch: ImportBatch, stored: StoredMonth) -> Iterator[str]:
    """The page in chunks: head, a line per office, result. If closed early, nothing is written."""
    page = render_to_string(
        "coverage/importing/figures/saving.html", {"batch": batch, "back": _entry_address(batch)}, request
    )
    head, _, tail = page.partition(PROGRESS_MARK)
    yield head
    saved = 0
    try:
        for step in confirm(user=request.user, batch=batch, stored=stored):
            saved = step.saved
            yield _progress_line(step.done, step.total)
        line = ("success", _saved_sentence(batch, saved), _entry_address(batch), "Ke entri data")
    except Contested:
        sentence = "Ada angka yang diubah orang lain sejak pratinjau dibuat. Tidak ada yang disimpan."
        line = ("error", sentence, request.path, "Lihat perbedaannya")
    except Denied as refusal:
        line = ("error", f"{refusal} Tidak ada yang disimpan.", request.path, "Kembali ke pratinjau")
    yield format_html('<li class="notice {}"><b>{}</b> <a href="{}">{}</a></li>', *line)
    yield tail


def _progress_line(done: int, total: int) -> str:
    sentence = '<li><progress max="{}" value="{}"></progress> {} dari {} sel ditulis</li>'
    return format_html(sentence, total, done, format_count(done), format_count(total))


def _saved_sentence(batch: ImportBatch, saved: int) -> str:
    return f"{format_count(saved)} sel disimpan dari berkas {batch.file_name}."


def _upload_page(
    request: HttpRequest,
    period: ReportingPeriod,
    office: Office | None,
    received: Received | None = None,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    return render(
        request,
        "coverage/importing/figures/upload.html",
        {
            "preview_page": "file-preview",
            "period": period,
            "office": office,
            "back": _address_of(period, office),
            "systems": CodeSystem.choices,
            "system": CodeSystem.KEMENDAGRI,
            "reasons": CoverageRecord.Reason.choices,
            **upload_context(ImportBatch.objects.filter(office=office, period=period), received),
            **context,
        },
        status=status,
    )


def _preview_page(request: HttpRequest, batch: ImportBatch, *, status: int = 200, **context: Any) -> HttpResponse:
    stored = _stored(batch)
    proposal = proposal_of(batch)
    found = preview_of(proposal, stored)
    is_open = batch.confirmed_at is None
    return render(
        request,
        "coverage/importing/figures/preview.html",
        {
            "batch": batch,
            "period": stored.period,
            "office": batch.office,
            "back": _address_of(stored.period, batch.office),
            "proposal": proposal,
            "preview": found,
            "changes": FigureFileTable(found.shown, earlier=stored.earlier, caption="Yang akan ditulis"),
            "same": FigureFileTable(found.shown_same, earlier=stored.earlier, caption="Sama dengan yang tersimpan"),
            "clashes": ClashTable(found.clashes),
            "remarks": proposal.remarks,
            "blank": proposal.blank,
            "unit": "sel",
            "corrected": corrected(proposal, stored) if is_open else None,
            "refusals": [str(refusal) for refusal in refusals(request.user, proposal, stored)] if is_open else [],
            "refused": [],
            "other_upload": _upload_address(stored.period, batch.office),
            **context,
        },
        status=status,
    )


def _asked_for(user: User, month: str, office: str) -> tuple[ReportingPeriod, Office | None]:
    """The month and the office; None means the whole country, for users who may write all areas."""
    require_entry_right(user)
    if not office:
        if not user.writes_all_areas:
            raise Http404
        return period_at(month), None
    place = office_at(user, office)
    return period_at(month), place


def _batch(user: User, number: int) -> ImportBatch:
    """An upload for an office this user may enter figures for. Raises Http404 otherwise."""
    require_entry_right(user)
    batch = ImportBatch.objects.select_related("office", "period", "uploaded_by").filter(pk=number).first()
    if batch is None or batch.period is None or not batch.rows:
        raise Http404(GONE)
    if batch.office is None and not user.writes_all_areas:
        raise Http404
    if batch.office is not None:
        office_at(user, batch.office.pk)
    return batch


def _stored(batch: ImportBatch) -> StoredMonth:
    assert batch.period is not None  # checked by _batch
    return load(batch.period, batch.office)


def _refusal(user: User, office: Office | None, period: ReportingPeriod) -> str:
    """Why nothing can be uploaded now; a national file is checked by office in its preview."""
    if office is None:
        return ""
    try:
        permissions.check_entry(user, office, period, Submission.objects.filter(office=office, period=period).first())
    except Denied as refusal:
        return str(refusal)
    return ""


def _entry_address(batch: ImportBatch) -> str:
    assert batch.period is not None
    return _address_of(batch.period, batch.office)


def _address_of(period: ReportingPeriod, office: Office | None) -> str:
    """The address of the file's entry grid; for a national file the list of offices."""
    month = months.month_code(period.month)
    return reverse("entry-office", args=[month, office.pk]) if office else reverse("entry", args=[month])


def _upload_address(period: ReportingPeriod, office: Office | None) -> str:
    month = months.month_code(period.month)
    return reverse("file-upload", args=[month, office.pk]) if office else reverse("file-upload-national", args=[month])
