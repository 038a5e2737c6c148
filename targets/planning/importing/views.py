"""Files of targets: the template to fill in, the upload with its mistakes, the preview and its confirmation."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Denied
from coverage.importing.intake import file_name
from coverage.importing.kinds import check_size
from coverage.importing.reading import read
from coverage.importing.sheets import MAX_ROWS, Unreadable
from coverage.models import ImportBatch
from reporting.numbers import format_count
from targets.models import TargetSource
from targets.permissions import check_planner, provinces_to_plan
from targets.planning.changes import Mistakes
from targets.planning.filters import EVERY_SOURCE, PlanFilterSet
from targets.planning.rows import NATION, plan_rows
from targets.progress.filters import REFERENCE

from .batches import batch_of, confirm, keep, preview_of, see_again
from .matching import match_targets
from .tables import LineTable
from .template import write_target_template

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Mistakes, and lines, on one page.
SHOWN_MISTAKES, SHOWN_LINES = 200, 600
NOT_YOURS = (
    "Templat ini kosong: target wilayah yang dipilih tidak ditetapkan kantor Anda. Pilih wilayah kerja kantor Anda."
)


@require_GET
def template_file(request: HttpRequest) -> HttpResponse:
    """The areas this user plans, as filtered, for one source (that of the office when the address names none)."""
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
    content = write_target_template(rows, source, title)
    response = HttpResponse(content, content_type=XLSX)
    name = f"semesta-target-{question.target_year}-{found['tingkat']}-{source.pk.lower()}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """The page to send a file from. With mistakes it shows all of them; without, the file goes to its preview."""
    check_planner(request.user)
    if request.method == "GET":
        return _upload_page(request)
    file = request.FILES.get("berkas")
    name = (file.name or "") if file else ""
    context: dict[str, Any] = {"file_name": file_name(name)}
    try:
        if file is None:
            raise Unreadable("Pilih berkasnya dahulu.")
        check_size(file.size or 0)
        data = file.read()
        matched = match_targets(read(data), request.user)
    except Unreadable as sentence:
        return _upload_page(request, unreadable=str(sentence), status=422, **context)
    if matched.mistakes:
        return _upload_page(request, matched=matched, status=422, **context)
    return redirect("target-preview", number=keep(request.user, name, data, matched).pk)


@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, number: int) -> HttpResponse:
    """What a file would change. POST writes all of it or nothing; `ulang` holds it against what stands there now."""
    check_planner(request.user)
    batch = batch_of(request.user, number)
    if batch is None:
        raise Http404("Unggahan ini tidak ada, atau sudah dihapus karena lama tidak dikonfirmasi.")
    if request.method == "GET":
        return _preview_page(request, batch)
    if "ulang" in request.POST:
        see_again(batch)
        return redirect("target-preview", number=batch.pk)
    try:
        saved = confirm(request.user, batch)
    except Mistakes as wrong:
        return _preview_page(request, batch, refusals=wrong.messages[:20], status=422)
    except Denied as refusal:
        return _preview_page(request, batch, refusals=[str(refusal)], status=403)
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
    """The filters of the list; where they mean every source, those of no particular one."""
    address = request.GET.copy()
    for name in ("urut", "halaman", "kolom"):
        address.pop(name, None)
    if address.get("sumber") in (REFERENCE, EVERY_SOURCE):
        del address["sumber"]
    if not request.user.writes_all_areas and address.get("tingkat") != NATION and "kanwil" not in address:
        address["kanwil"] = "" if address.get("provinsi") else str(request.user.office_id)
    return address


def _usual_source(request: HttpRequest) -> TargetSource:
    """What this office sets itself: a Kantor Wilayah its own targets."""
    sources = TargetSource.objects.filter(is_active=True)
    wanted = "BPJSTK" if request.user.writes_all_areas else "KANWIL"
    found = sources.filter(pk=wanted).first() or sources.first()
    if found is None:
        raise Http404("Belum ada sumber target.")
    return found


def _upload_page(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    matched = context.get("matched")
    asked = urlencode({name: value for name, value in request.GET.items() if name in PlanFilterSet.base_filters})
    waiting = ImportBatch.objects.filter(uploaded_by=request.user, period=None, rows__kind="targets").defer("rows")
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
    found = preview_of(request.user, batch)
    changes = sorted(found.changes, key=lambda line: (not line.clash, not line.doubts))
    written = "Yang ditulis berkas ini" if batch.confirmed_at else "Yang akan ditulis"
    return render(
        request,
        "targets/planning/importing/preview.html",
        {
            "batch": batch,
            "preview": found,
            "changes": LineTable(changes[:SHOWN_LINES], caption=written),
            "same": LineTable(found.same[:SHOWN_LINES], caption="Sama dengan yang tersimpan"),
            "back": _list_address(batch),
            **context,
        },
        status=status,
    )


def _list_address(batch: ImportBatch) -> str:
    """The list of what most of the file is about: the year and level of its first row."""
    rows = batch.rows["rows"]
    if not rows:
        return reverse("planning")
    area, segment, year = rows[0][:3]
    level = "kabkota" if len(area) == 4 else "provinsi" if area else NATION
    return f"{reverse('planning')}?{urlencode({'tahun': year, 'segmen': segment, 'tingkat': level})}"
