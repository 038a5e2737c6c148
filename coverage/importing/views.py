"""Files of the entry room: the template to fill in, the upload with its mistakes, the preview and its confirmation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Denied, Office
from accounts.views import says_what_is_wrong
from coverage import permissions
from coverage.models import CoverageRecord, ImportBatch, ReportingPeriod, Submission
from coverage.models.querysets import CodeSystem
from coverage.periods.selectors import period_at
from coverage.permissions import office_at, require_entry_right
from coverage.records.services import Contested
from reporting import months
from reporting.numbers import format_count

from .context import Standing, load
from .intake import file_name, take_in
from .kinds import check_size
from .preview import preview_of
from .sheets import MAX_ROWS, Unreadable
from .tables import ClashTable, LineTable
from .template import write_template
from .uploads import confirm, corrected, proposal_of, refusals, see_again

if TYPE_CHECKING:
    from accounts.models import User

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Mistakes on one page.
SHOWN_MISTAKES = 200
#: From so many cells on the page shows how far the writing is.
WITH_PROGRESS = 1_000
#: Where the lines of progress go into the page.
PROGRESS_MARK = "<!-- kemajuan -->"


@require_GET
@says_what_is_wrong
def template_file(request: HttpRequest, month: str, office: str = "") -> HttpResponse:
    """The workbook of an office and month, filled with what is stored; without an office that of the whole country."""
    period, place = _asked_for(request.user, month, office)
    response = HttpResponse(write_template(load(period, place)), content_type=XLSX)
    name = f"semesta-{months.month_code(period.month)}-{place.pk if place else 'nasional'}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "POST"])
@says_what_is_wrong
def upload(request: HttpRequest, month: str, office: str = "") -> HttpResponse:
    """The page to send a file from. With mistakes it shows all of them; without, the file goes to its preview."""
    period, place = _asked_for(request.user, month, office)
    refusal = _refusal(request.user, place, period)
    if request.method == "GET":
        return _upload_page(request, period, place, refusal=refusal)
    if refusal:
        return _upload_page(request, period, place, refusal=refusal, status=403)
    file, system = request.FILES.get("berkas"), request.POST.get("kode", "")
    name = file.name or "" if file else ""
    context: dict[str, Any] = {"file_name": file_name(name), "system": system}
    try:
        if file is None:
            raise Unreadable("Pilih berkasnya dahulu.")
        check_size(file.size or 0)
        matched, batch = take_in(
            user=request.user, office=place, period=period, name=name, data=file.read(), system=system
        )
    except Unreadable as sentence:
        return _upload_page(request, period, place, unreadable=str(sentence), status=422, **context)
    if batch is None:
        return _upload_page(request, period, place, matched=matched, status=422, **context)
    return redirect("file-preview", batch=batch.pk)


@require_http_methods(["GET", "POST"])
@says_what_is_wrong
def preview(request: HttpRequest, batch: int) -> HttpResponseBase:
    """What a file would change. POST writes all of it or nothing; `ulang` holds it against what stands there now."""
    found = _batch(request.user, batch)
    if request.method == "GET" or found.confirmed_at:
        return _preview_page(request, found, is_second_try=request.method == "POST")
    standing = _standing(found)
    if "ulang" in request.POST:
        see_again(found, standing)
        return redirect("file-preview", batch=found.pk)
    if len(found.rows["rows"]) >= WITH_PROGRESS:
        response = StreamingHttpResponse(_written_in_steps(request, found, standing))
        response["X-Accel-Buffering"] = "no"  # nginx would keep the page until it is whole
        return response
    saved = 0
    try:
        for step in confirm(user=request.user, batch=found, standing=standing):
            saved = step.saved
    except Contested:
        return _preview_page(request, found, status=409)
    except Denied as refusal:
        return _preview_page(request, found, refusal=str(refusal), status=403)
    messages.success(request, _saved_sentence(found, saved))
    return redirect(_entry_address(found))


def _written_in_steps(request: HttpRequest, batch: ImportBatch, standing: Standing) -> Iterator[str]:
    """The page in pieces: its head, a line per office, and what came of it. Closed early, nothing is written."""
    page = render_to_string("coverage/importing/saving.html", {"batch": batch, "back": _entry_address(batch)}, request)
    head, _, tail = page.partition(PROGRESS_MARK)
    yield head
    saved = 0
    try:
        for step in confirm(user=request.user, batch=batch, standing=standing):
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
    request: HttpRequest, period: ReportingPeriod, office: Office | None, *, status: int = 200, **context: Any
) -> HttpResponse:
    matched = context.get("matched")
    waiting = ImportBatch.objects.filter(office=office, period=period).select_related("uploaded_by").defer("rows")
    return render(
        request,
        "coverage/importing/upload.html",
        {
            "period": period,
            "office": office,
            "back": _address_of(period, office),
            "systems": CodeSystem.choices,
            "system": CodeSystem.KEMENDAGRI,
            "reasons": CoverageRecord.Reason.choices,
            "megabytes": settings.UPLOAD_MAX_BYTES // 2**20,
            "max_rows": MAX_ROWS,
            "earlier_uploads": waiting[:5],
            "mistakes": matched.mistakes[:SHOWN_MISTAKES] if matched else [],
            "mistake_count": len(matched.mistakes) if matched else 0,
            **context,
        },
        status=status,
    )


def _preview_page(request: HttpRequest, batch: ImportBatch, *, status: int = 200, **context: Any) -> HttpResponse:
    standing = _standing(batch)
    proposal = proposal_of(batch)
    preview = preview_of(proposal, standing)
    return render(
        request,
        "coverage/importing/preview.html",
        {
            "batch": batch,
            "period": standing.period,
            "office": batch.office,
            "back": _address_of(standing.period, batch.office),
            "proposal": proposal,
            "preview": preview,
            "clashes": ClashTable(preview.clashes),
            "changes": LineTable(preview.changes, standing.earlier, caption="Yang akan ditulis"),
            "same": LineTable(preview.same, standing.earlier, caption="Sama dengan yang tersimpan"),
            "corrected": None if batch.confirmed_at else corrected(proposal, standing),
            "refusals": []
            if batch.confirmed_at
            else [str(item) for item in refusals(request.user, proposal, standing)],
            **context,
        },
        status=status,
    )


def _asked_for(user: User, month: str, office: str) -> tuple[ReportingPeriod, Office | None]:
    """The month, and the office; no office means the whole country, for who writes all of it."""
    require_entry_right(user)
    if not office:
        if not user.writes_all_areas:
            raise Http404
        return period_at(month), None
    place = office_at(user, office)
    return period_at(month), place


def _batch(user: User, number: int) -> ImportBatch:
    """An upload of an office this user may enter figures for."""
    require_entry_right(user)
    batch = ImportBatch.objects.select_related("office", "period", "uploaded_by").filter(pk=number).first()
    if batch is None or batch.period is None or not batch.rows:
        raise Http404("Unggahan ini tidak ada, atau sudah dihapus karena lama tidak dikonfirmasi.")
    if batch.office is None and not user.writes_all_areas:
        raise Http404
    if batch.office is not None:
        office_at(user, batch.office.pk)
    return batch


def _standing(batch: ImportBatch) -> Standing:
    assert batch.period is not None  # _batch lets no other through
    return load(batch.period, batch.office)


def _refusal(user: User, office: Office | None, period: ReportingPeriod) -> str:
    """Why nothing can be uploaded now; a national file is asked office by office in its preview."""
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
    """The grid the file belongs to; for a national file the list of offices."""
    month = months.month_code(period.month)
    return reverse("entry-office", args=[month, office.pk]) if office else reverse("entry", args=[month])
