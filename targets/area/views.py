"""`/wilayah/<code>/`: the page of one area."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from coverage.figures.segments import SegmentSum
from coverage.models import Province
from reporting.views import Answer, ReportView
from targets.progress.explanations import define, explain
from targets.progress.forecast import outlook
from targets.progress.report import Standings

from .filters import AreaFilters
from .selectors import area_report, crumbs, find_area
from .tables import SEGMENT_COLUMNS, SEGMENT_SCREEN, area_facts, area_tables


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
