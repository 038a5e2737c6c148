"""Progress pages: Ringkasan, Capaian, Segmen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from coverage.figures.segments import SegmentGroup
from coverage.models import WorkerSegment
from coverage.worklist.selectors import tasks_for
from reporting.months import month_code
from reporting.views import Report, ReportView

from .charts import LOOK_BACK, area_map, revisions, trend, two_years
from .comparison import compare, compared_columns, compared_screen, define_comparison, explain_comparison
from .data import AreaProgress, Level
from .explanations import define, explain, explain_potential, explain_segments
from .figure_links import of_segment, participants_link
from .filters import CapaianFilterSet, HomeFilterSet, ProgressFilterSet, SegmentFilterSet
from .forecast import forecast, movement
from .report import progress_report
from .segments import SegmentQuestion, SegmentTable, measure_key, segment_rows, segments_apart, silent_groups
from .segments import columns as segment_columns
from .segments import screen as segment_screen
from .tables import MoverTable, ProgressTable, reading_table


class ProgressListView(ReportView):
    """`/capaian/`: provinces or regencies against their targets."""

    filterset_class: type[ProgressFilterSet] = CapaianFilterSet
    table_class = ProgressTable
    template_name = "targets/progress/progress.html"
    title = "Capaian"
    file_name = "capaian"
    #: How many months before the position the page shows.
    look_back = 1

    def get_heading(self, filterset: ProgressFilterSet) -> str:
        where = filterset.cleaned_data.get("provinsi") or filterset.cleaned_data.get("kanwil")
        level = filterset.cleaned_data["tingkat"].label.lower()
        return f"Capaian {level} — {where}" if where else f"Capaian {level}"

    def find(self, filterset: ProgressFilterSet) -> Report:
        question = filterset.question()
        found = progress_report(self.request.user, question, look_back=self.look_back)
        explanation = explain(question, found, filterset.period)
        definition = define(question, found, filterset.period, explanation)
        definition |= {"targets_sum_workers": found.row_targets.workers}
        month = filterset.cleaned_data.get("banding")
        earlier = compare(found, month) if month else None
        if earlier:
            explanation += explain_comparison(earlier, found.potentials)
            definition |= {"compared_with": define_comparison(earlier), "explanation": explanation}
        return Report(
            rows=found.rows,
            total=found.total,
            definition=definition,
            explanation=explanation,
            context={"question": question, "area_progress": found.total, "found": found, "earlier": earlier},
        )

    def get_table_kwargs(self) -> dict[str, Any]:
        question, total, earlier = self.report.context["question"], self.report.total, self.report.context["earlier"]
        options: dict[str, Any] = {"links": {"participants": participants_link(question, total)}}
        if earlier:
            options["extra_columns"] = compared_columns(earlier)
            options["screen"] = compared_screen(ProgressTable.screen)
        return options

    def prefetch(self, report: Report, rows: Sequence[AreaProgress]) -> None:
        report.context["found"].progress_data.prefetch(rows)


class HomeView(ProgressListView):
    """`/`: the headline figure of all the user may see, and the areas below it."""

    filterset_class = HomeFilterSet
    template_name = "targets/progress/home.html"
    title = "Ringkasan"
    file_name = "ringkasan"
    look_back = LOOK_BACK

    def get_screen_context(self, filterset: ProgressFilterSet, report: Report) -> dict[str, Any]:
        question, found = report.context["question"], report.context["found"]
        rates = two_years(found.progress_data)
        places = area_map(found.progress_data, found.regencies)
        # beside the map, which is square when it shows only a few provinces
        chart = trend(rates, found.total, height=400 if places.is_near else 300)
        moved = movement(found.progress_data, found.regencies)
        return {
            "tasks": [] if question.known_on else tasks_for(self.request.user),
            "forecast": forecast(found.progress_data, found.total),
            "movement": moved,
            "rises": MoverTable(
                moved.rises, "Kenaikan terbesar", empty_text="Tidak ada yang naik.", kept=filterset.kept
            ),
            "falls": MoverTable(
                moved.falls, "Penurunan terbesar", empty_text="Tidak ada yang turun.", kept=filterset.kept
            ),
            "chart": chart,
            "readings": reading_table(chart),
            "revisions": revisions(rates),
            "map": places,
            "map_potential": explain_potential(found.potentials),
            "map_table": self.map_table(filterset, question.level),
        }

    def map_table(self, filterset: ProgressFilterSet, level: Level) -> str:
        """The address of a table with the numbers of the map: on this page, or the regencies with the same filters."""
        if level == Level.REGENCY:
            return "#tabel"
        kept = {name: value for name, value in filterset.chosen().items() if value}
        asked = {**kept, "tingkat": str(Level.REGENCY), "per_halaman": "600"}
        return f"{reverse('progress-list')}?{urlencode(asked)}"

    def get_heading(self, filterset: ProgressFilterSet) -> str:
        where = filterset.cleaned_data.get("provinsi") or filterset.cleaned_data.get("kanwil")
        if filterset.is_bounded and not where:
            return "Cakupan wilayah Anda"
        return f"Cakupan {where}" if where else "Cakupan nasional"


class SegmentView(ReportView):
    """`/segmen/`: segments (which add up) and groups (which do not) by area."""

    filterset_class = SegmentFilterSet
    table_class = SegmentTable
    template_name = "targets/progress/segments.html"
    title = "Segmen"
    file_name = "segmen"

    def get_heading(self, filterset: SegmentFilterSet) -> str:
        where = filterset.cleaned_data.get("provinsi") or filterset.cleaned_data.get("kanwil")
        return f"Segmen dan kelompok — {where}" if where else "Segmen dan kelompok"

    def find(self, filterset: SegmentFilterSet) -> Report:
        found = filterset.cleaned_data
        question = SegmentQuestion(
            month=found["bulan"],
            basis=found["data"],
            level=found["tingkat"],
            province=found.get("provinsi"),
            office=found.get("kanwil"),
            known_on=filterset.known_on,
        )
        sums = segments_apart(SegmentGroup.all_active())
        rows, total = segment_rows(self.request.user, question, sums)
        explanation = explain_segments(question, filterset.period, sums)
        return Report(
            rows=rows,
            total=total,
            definition={
                "month": month_code(question.month),
                "data": question.basis.value,
                "known_on": question.known_on.isoformat() if question.known_on else None,
                "explanation": explanation,
            },
            explanation=explanation,
            context={
                "sums": sums,
                "question": question,
                "measure": measure_key(found["ukuran"]),
                "silent_groups": silent_groups(sums, total),
                "groups": sum(one.segment.kind == WorkerSegment.Kind.GROUP for one in sums),
            },
        )

    def get_table_kwargs(self) -> dict[str, Any]:
        sums, question = self.report.context["sums"], self.report.context["question"]
        return {
            "extra_columns": segment_columns(sums, partial(of_segment, question, self.report.total)),
            "screen": segment_screen(sums, self.filterset.cleaned_data["ukuran"]),
        }
