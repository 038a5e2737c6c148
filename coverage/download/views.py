"""`/data/`: every figure the user may see, as CSV or JSON Lines."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reporting.streams import streamed

from .filters import DownloadFilterSet
from .selectors import LONGEST_SHEET
from .tables import ColumnTable, columns_of

NOTHING = "Belum ada data."


@require_safe
def data_page(request: HttpRequest) -> HttpResponse:
    """Show what the files contain, the number of rows, and the links to them."""
    filterset = DownloadFilterSet(request.GET, request=request)
    if filterset.has_no_data:
        return render(request, "reporting/empty.html", {"heading": "Unduh data"})
    if mistakes := filterset.mistakes:
        context = {"filter": filterset, "mistakes": mistakes}
        return render(request, "coverage/download/page.html", context, status=400)
    extract = filterset.extract()
    count = extract.count()
    context = {
        "filter": filterset,
        "count": count,
        "columns": ColumnTable(columns_of(extract.content), caption="Kolom berkas"),
        "longest": LONGEST_SHEET,
        "is_too_long": count > LONGEST_SHEET,
    }
    return render(request, "coverage/download/page.html", context)


@require_safe
def csv_file(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """`/data/angka.csv`: for spreadsheets."""
    filterset = DownloadFilterSet(request.GET, request=request)
    mistakes = _mistakes(filterset)
    if mistakes:
        return HttpResponse("\n".join(mistakes), status=400, content_type="text/plain; charset=utf-8")
    return streamed(filterset.extract().csv(), f"{filterset.file_name()}.csv", "text/csv; charset=utf-8")


@require_safe
def json_file(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """`/data/angka.jsonl`: an object per line, for programs."""
    filterset = DownloadFilterSet(request.GET, request=request)
    mistakes = _mistakes(filterset)
    if mistakes:
        return JsonResponse({"errors": mistakes}, status=400, json_dumps_params={"ensure_ascii": False})
    return streamed(
        filterset.extract().json_lines(), f"{filterset.file_name()}.jsonl", "application/jsonl; charset=utf-8"
    )


def _mistakes(filterset: DownloadFilterSet) -> list[str]:
    """Return the errors of the filters."""
    return [NOTHING] if filterset.has_no_data else filterset.mistakes
