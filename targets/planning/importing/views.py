"""Views for files of targets: template, upload, preview and confirmation."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Denied
from coverage.importing.batches import GONE
from coverage.importing.pages import Received, receive, template_response, upload_context
from coverage.models import ImportBatch
from reporting.numbers import format_count
from targets.models import TargetSource
from targets.permissions import check_planner, provinces_to_plan
from targets.planning.changes import Mistakes
from targets.planning.filters import EVERY_SOURCE, PlanFilterSet
from targets.planning.rows import NATION, plan_rows
from targets.progress.filters import REFERENCE

from .batches import KIND, batch_of, confirm, see_again, take_in
from .preview import preview_of
from .tables import TargetFileTable
from .template import write_target_template

NOT_YOURS = (
    "Templat ini kosong: target wilayah yang dipilih tidak ditetapkan kantor Anda. Pilih wilayah kerja kantor Anda."
)


@require_GET
def template_file(request: HttpRequest) -> HttpResponse:
    """Download the template with the areas this user plans, as filtered, for one source (default: the office's own)."""
    check_planner(request.user)
    filterset = PlanFilterSet(_template_address(request), request=request)
    if filterset.has_no_data or not filterset.is_valid():
        mistakes = [] if filterset.has_no_data else filterset.mistakes
        raise Http404("Templat ini tidak dapat dibuat: " + " ".join(mistakes))
    question = filterset.question()
    source = question.source or _usual_source(request)
    targets = filterset.qs.filter(source=source)
    rows, _ = plan_rows(request.user, question, targets, nation=filterset.is_nation, source=source)
    rows = [row for row in rows if row.may_plan]
    if not rows:
        raise Denied(NOT_YOURS)
    found = filterset.cleaned_data
    where = found.get("provinsi") or found.get("kanwil") or ""
    title = f"Target {question.target_year} {question.segment.name} — {source.name}{f' — {where}' if where else ''}"
    name = f"semesta-target-{question.target_year}-{found['tingkat']}-{source.pk.lower()}.xlsx"
    return template_response(write_target_template(rows, source, title), name)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """The upload page. Shows all mistakes of a file, or redirects to its preview."""
    check_planner(request.user)
    if request.method == "GET":
        return _upload_page(request)
    received = receive(request, lambda name, data: take_in(user=request.user, name=name, data=data))
    if received.batch is None:
        return _upload_page(request, received, status=422)
    return redirect("target-preview", number=received.batch.pk)


@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, number: int) -> HttpResponse:
    """The preview of a file. POST writes all of it or nothing; `ulang` compares it with what is stored now."""
    check_planner(request.user)
    batch = batch_of(request.user, number)
    if batch is None:
        raise Http404(GONE)
    if request.method == "GET":
        return _preview_page(request, batch)
    if "ulang" in request.POST:
        see_again(batch)
        return redirect("target-preview", number=batch.pk)
    try:
        saved = confirm(request.user, batch)
    except Mistakes as wrong:
        return _preview_page(request, batch, refused=wrong.messages[:20], status=422)
    except Denied as refusal:
        return _preview_page(request, batch, refused=[str(refusal)], status=403)
    if saved.conflicts:
        return _preview_page(request, batch, status=409)
    parts = [f"{format_count(len(saved.created))} target baru", f"{format_count(len(saved.changed))} diubah"]
    if saved.released:
        parts.append(f"{format_count(len(saved.released))} acuan lama dilepas")
    if saved.wrote:
        messages.success(request, f"Berkas {batch.file_name} disimpan: {', '.join(parts)}.")
    else:
        messages.info(request, "Tidak ada yang berubah.")
    return redirect(_list_address(batch))


def _template_address(request: HttpRequest) -> QueryDict:
    """The address of the template with the filters of the list; without the source where the list shows all."""
    address = request.GET.copy()
    for name in ("urut", "halaman", "kolom"):
        address.pop(name, None)
    if address.get("sumber") in (REFERENCE, EVERY_SOURCE):
        del address["sumber"]
    if not request.user.writes_all_areas and address.get("tingkat") != NATION and "kanwil" not in address:
        address["kanwil"] = "" if address.get("provinsi") else str(request.user.office_id)
    return address


def _usual_source(request: HttpRequest) -> TargetSource:
    """The source the user's office normally enters: a Kantor Wilayah its own targets."""
    sources = TargetSource.objects.filter(is_active=True)
    wanted = "BPJSTK" if request.user.writes_all_areas else "KANWIL"
    found = sources.filter(pk=wanted).first() or sources.first()
    if found is None:
        raise Http404("Belum ada sumber target.")
    return found


def _upload_page(request: HttpRequest, received: Received | None = None, *, status: int = 200) -> HttpResponse:
    asked = urlencode({name: value for name, value in request.GET.items() if name in PlanFilterSet.base_filters})
    earlier = ImportBatch.objects.filter(uploaded_by=request.user, period=None, rows__kind=KIND)
    filterset = PlanFilterSet(_template_address(request), request=request)
    if not request.user.writes_all_areas:
        own = provinces_to_plan(request.user).filter(is_active=True).order_by("code")
        own_provinces = [("", "Semua provinsi kantor Anda"), *((at.pk, at.name) for at in own)]
        filterset.filters["provinsi"].offer(own_provinces)
    return render(
        request,
        "targets/planning/importing/upload.html",
        {
            "back": f"{reverse('planning')}?{asked}" if asked else reverse("planning"),
            "template_fields": [
                filterset.form[name] for name in ("tahun", "segmen", "provinsi", "sumber") if name in filterset.filters
            ],
            "usual_source": _usual_source(request),
            "levels": filterset.levels if request.user.writes_all_areas else filterset.levels[1:],
            "level": filterset.address.get("tingkat", ""),
            "sources": TargetSource.objects.filter(is_active=True),
            "preview_page": "target-preview",
            **upload_context(earlier, received),
        },
        status=status,
    )


def _preview_page(request: HttpRequest, batch: ImportBatch, *, status: int = 200, **context: Any) -> HttpResponse:
    found = preview_of(request.user, batch)
    written = "Yang ditulis berkas ini" if batch.confirmed_at else "Yang akan ditulis"
    return render(
        request,
        "targets/planning/importing/preview.html",
        {
            "batch": batch,
            "preview": found,
            "changes": TargetFileTable(found.shown, caption=written),
            "same": TargetFileTable(found.shown_same, caption="Sama dengan yang tersimpan"),
            "remarks": batch.rows["remarks"],
            "blank": batch.rows["blank"],
            "unit": "target",
            "back": _list_address(batch),
            **context,
        },
        status=status,
    )


def _list_address(batch: ImportBatch) -> str:
    """The address of the list with the year and level of the file's first row."""
    rows = batch.rows["rows"]
    if not rows:
        return reverse("planning")
    area, segment, year = rows[0][:3]
    level = "kabkota" if len(area) == 4 else "provinsi" if area else NATION
    return f"{reverse('planning')}?{urlencode({'tahun': year, 'segmen': segment, 'tingkat': level})}"
