"""`/data/`: every figure one may see, as a file for sheets or for programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reporting.streams import streamed

from .filters import ExtractFilters
from .selectors import LONGEST_SHEET

NOTHING = "Belum ada data."


@require_safe
def data_page(request: HttpRequest) -> HttpResponse:
    """What the files hold, how long they would be, and the links to them."""
    form = ExtractFilters(request.GET.dict(), user=request.user)
    if form.has_no_data:
        return render(request, "report_empty.html", {"heading": "Unduh data"})
    if not form.is_valid():
        return render(request, "data.html", {"form": form, "mistakes": form.sentences}, status=400)
    extract = form.extract()
    count = extract.count()
    context = {"form": form, "count": count, "fields": extract.fields}
    return render(request, "data.html", context | {"longest": LONGEST_SHEET, "is_too_long": count > LONGEST_SHEET})


@require_safe
def csv_file(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """`/data/angka.csv`: for sheets."""
    form = ExtractFilters(request.GET.dict(), user=request.user)
    mistakes = _mistakes(form)
    if mistakes:
        return HttpResponse("\n".join(mistakes), status=400, content_type="text/plain; charset=utf-8")
    return streamed(form.extract().csv(), f"{form.file_name()}.csv", "text/csv; charset=utf-8")


@require_safe
def json_file(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """`/data/angka.jsonl`: an object per line, for programs."""
    form = ExtractFilters(request.GET.dict(), user=request.user)
    mistakes = _mistakes(form)
    if mistakes:
        return JsonResponse({"errors": mistakes}, status=400, json_dumps_params={"ensure_ascii": False})
    return streamed(form.extract().json_lines(), f"{form.file_name()}.jsonl", "application/jsonl; charset=utf-8")


def _mistakes(form: ExtractFilters) -> list[str]:
    """What keeps the file from being made."""
    if form.has_no_data:
        return [NOTHING]
    return [] if form.is_valid() else form.sentences
