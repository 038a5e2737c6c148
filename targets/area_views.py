"""`/wilayah/<code>/`: the page of one area."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from coverage.models import Province, Regency, ReportingPeriod

from .area import area_report
from .explanations import explain
from .filters import AreaFilters
from .outlook import outlook
from .pictures import trend
from .standings import Standings


class AreaView(View):
    """`/wilayah/18/`, `/wilayah/1801/`: one area."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        area = find_area(request, code)
        form = AreaFilters(request.GET.dict(), user=request.user)
        context: dict[str, Any] = {"area": area, "form": form, "heading": area.name, "crumbs": crumbs(area)}
        if form.has_no_data:
            return render(request, "report_empty.html", context)
        if not form.is_valid():
            return render(request, "area.html", {**context, "mistakes": form.sentences}, status=400)
        question = form.question()
        report = area_report(request.user, area, question)
        period = ReportingPeriod.objects.filter(pk=question.month).first()
        found = Standings([report.standing], report.standing, report.board)
        context |= {
            "chart": trend(report.board.facts, question, report.standing),
            "outlook": outlook(report.board, report.standing),
            "question": question,
            "report": report,
            "standing": report.standing,
            "explanation": explain(question, found, period),
            "is_province": isinstance(area, Province),
        }
        return render(request, "area.html", context)


def find_area(request: HttpRequest, code: str) -> Province | Regency:
    """The area with this Kemendagri code that the reader may see; 404 for every other."""
    digits = code.replace(".", "")
    if not (digits.isascii() and digits.isdigit()):
        raise Http404(f"“{code[:20]}” bukan kode wilayah. Kode terdiri atas dua atau empat angka.")
    areas: Any = Province.objects if len(digits) == 2 else Regency.objects.select_related("province", "branch_office")
    area = areas.visible_to(request.user).by_code(digits).first()
    if area is None:
        raise Http404(f"Wilayah dengan kode {code} tidak ditemukan.")
    return area


def crumbs(area: Province | Regency) -> list[tuple[str, str]]:
    """The way up: label and address."""
    way = [("Capaian", reverse("progress-list"))]
    if isinstance(area, Regency):
        way.append((area.province.name, reverse("area", args=[area.province_id])))
    return way
