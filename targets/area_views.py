"""`/wilayah/<code>/`: the page of one area."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from coverage.models import Province, Regency
from coverage.sums import SegmentSum
from reporting.views import Answer, ReportView

from .area import area_report
from .area_filters import AreaFilters
from .area_tables import SEGMENT_COLUMNS, SEGMENT_SCREEN, area_facts, area_tables
from .explanations import define, explain
from .outlook import outlook
from .standings import Standings


class AreaView(ReportView):
    """`/wilayah/18/`, `/wilayah/1801/`: one area. Its rows are its segments and groups; the rest stands beside them."""

    columns = SEGMENT_COLUMNS
    screen = SEGMENT_SCREEN
    template_name = "area.html"

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        self.area = find_area(request, where["code"])
        self.title = self.area.name
        self.file_name = f"wilayah-{self.area.code}"
        return super().get(request, **where)

    def make_filters(self, request: HttpRequest) -> AreaFilters:
        return AreaFilters(request.GET.dict(), user=request.user)

    def answer(self, request: HttpRequest, form: AreaFilters) -> Answer:
        question, area = form.question(), self.area
        is_province = isinstance(area, Province)
        report = area_report(
            request.user,
            area,
            question,
            form.cleaned_data["rentang"],
            sums=[SegmentSum.of(segment) for segment in form.segments.values()],
            periods=form.periods,
        )
        found = Standings([report.standing], report.standing, report.board)
        explanation = explain(question, found, form.period)
        ahead = outlook(report.board, report.standing)
        place = {
            "area_code": area.code,
            "area_name": area.name,
            "bps_code": area.bps_code,
            "area_level": "province" if is_province else "regency",
            "months_shown": report.history.span,
        }
        return Answer(
            rows=report.lines,
            total=None,
            definition={**place, **define(question, found, form.period, explanation)},
            explanation=explanation,
            facts=area_facts(report, ahead),
            more=area_tables(report, is_province=is_province),
            context={
                "area": area,
                "crumbs": crumbs(area),
                "question": question,
                "report": report,
                "standing": report.standing,
                "outlook": ahead,
                "is_province": is_province,
            },
        )

    def decorate(self, request: HttpRequest, form: AreaFilters, answer: Answer) -> dict[str, Any]:
        report = answer.context["report"]
        chart = report.history.chart(report.standing)
        return {
            "chart": chart,
            "readings": report.history.readings(chart) if chart else [],
            "split": report.history.split(),
        }


def find_area(request: HttpRequest, code: str) -> Province | Regency:
    """The area with this Kemendagri code that the reader may see; 404 for every other."""
    digits = code.replace(".", "")
    if not (digits.isascii() and digits.isdigit()):
        raise Http404(f"“{code[:20]}” bukan kode wilayah. Kode terdiri atas dua atau empat angka.")
    areas: Any = (
        Province.objects.select_related("regional_office")
        if len(digits) == 2
        else Regency.objects.select_related("province", "branch_office", "split_from")
    )
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
