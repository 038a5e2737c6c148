"""`/wilayah/<code>/`: the page of one area."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from coverage.figures.segments import SegmentGroup
from coverage.models import Province
from reporting.views import Report, ReportView
from targets.progress.explanations import define, explain
from targets.progress.forecast import forecast
from targets.progress.report import ProgressReport

from .filters import AreaFilterSet
from .selectors import area_report, crumbs, find_area
from .tables import AreaReadingTable, AreaSegmentTable, area_facts, area_tables, screen_tables


class AreaView(ReportView):
    """`/wilayah/18/`, `/wilayah/1801/`: the page of one area; the main table has its segments and groups."""

    filterset_class = AreaFilterSet
    table_class = AreaSegmentTable
    template_name = "targets/area/area.html"

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        self.area = find_area(request, where["code"])
        self.title = self.area.name
        self.file_name = f"wilayah-{self.area.code}"
        return super().get(request, **where)

    def find(self, filterset: AreaFilterSet) -> Report:
        question, area = filterset.question(), self.area
        is_province = isinstance(area, Province)
        found = area_report(
            self.request.user,
            area,
            question,
            filterset.cleaned_data["rentang"],
            sums=[SegmentGroup.of(segment) for segment in filterset.segments.values()],
            periods=filterset.periods,
        )
        report = ProgressReport([found.area_progress], found.area_progress, found.progress_data)
        explanation = explain(question, report, filterset.period)
        expected = forecast(found.progress_data, found.area_progress)
        place = {
            "area_code": area.code,
            "area_name": area.name,
            "bps_code": area.bps_code,
            "area_level": "province" if is_province else "regency",
            "months_shown": found.history.span,
        }
        return Report(
            rows=found.lines,
            total=None,
            definition={**place, **define(question, report, filterset.period, explanation)},
            explanation=explanation,
            facts=area_facts(found, expected),
            more=area_tables(found, is_province=is_province),
            context={
                "area": area,
                "crumbs": crumbs(area),
                "question": question,
                "found": found,
                "history": found.history,
                "area_progress": found.area_progress,
                "forecast": expected,
                "is_province": is_province,
            },
        )

    def get_screen_context(self, filterset: AreaFilterSet, report: Report) -> dict[str, Any]:
        found = report.context["found"]
        history, chart = found.history, found.history.chart(found.area_progress)
        readings = AreaReadingTable(history.readings(chart), caption="Angka grafik cakupan") if chart else None
        return {
            "chart": chart,
            "readings": readings,
            "segment_chart": history.segment_chart(),
            **screen_tables(found, self.area, report.context["question"], filterset.kept),
        }
