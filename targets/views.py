"""Progress pages: Ringkasan, Capaian, Segmen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from coverage.models import WorkerSegment
from coverage.stocks import Basis
from coverage.sums import SegmentSum
from coverage.tasks import tasks_for
from reporting.months import month_code
from reporting.tables import Table
from reporting.views import Answer, ReportView

from .board import Level, Standing
from .earlier import compare, compared_columns, compared_screen, define_comparison, explain_comparison
from .explanations import define, explain, explain_potential, explain_segments
from .figure_links import linked, linked_segments
from .filters import CapaianFilters, HomeFilters, ProgressFilters, SegmentFilters
from .outlook import movement, outlook
from .pictures import LOOK_BACK, area_map, revisions, trend, two_years
from .segments import SegmentQuestion, measure_key, segment_rows, segments_apart, silent_groups
from .segments import columns as segment_columns
from .segments import screen as segment_screen
from .standings import standings
from .tables import PROGRESS_COLUMNS, PROGRESS_SCREEN


class ProgressListView(ReportView):
    """`/capaian/`: provinces or regencies against their targets."""

    columns = PROGRESS_COLUMNS
    screen = PROGRESS_SCREEN
    template_name = "progress.html"
    title = "Capaian"
    file_name = "capaian"
    #: How many months before the position the page shows.
    look_back = 1

    def make_filters(self, request: HttpRequest) -> ProgressFilters:
        return CapaianFilters(request.GET.dict(), user=request.user)

    def heading(self, form: ProgressFilters) -> str:
        where = form.cleaned_data.get("provinsi") or form.cleaned_data.get("kanwil")
        level = Level(form.cleaned_data["tingkat"]).label.lower()
        return f"Capaian {level} — {where}" if where else f"Capaian {level}"

    def answer(self, request: HttpRequest, form: ProgressFilters) -> Answer:
        question = form.question()
        found = standings(request.user, question, look_back=self.look_back)
        explanation = explain(question, found, form.period)
        definition = define(question, found, form.period, explanation)
        definition |= {"targets_sum_workers": found.row_targets.workers}
        month = form.cleaned_data.get("banding")
        earlier = compare(found, month) if month else None
        if earlier:
            explanation += explain_comparison(earlier, found.potentials)
            definition |= {"compared_with": define_comparison(earlier), "explanation": explanation}
        return Answer(
            rows=found.rows,
            total=found.total,
            definition=definition,
            explanation=explanation,
            context={"question": question, "standing": found.total, "found": found, "earlier": earlier},
        )

    def read_ahead(self, answer: Answer, rows: Sequence[Standing]) -> None:
        answer.context["found"].board.read_ahead(rows)

    def table(self, form: ProgressFilters, answer: Answer, order: str) -> Table:
        earlier = answer.context["earlier"]
        columns = linked(self.columns, answer.context["question"], answer.total)
        if earlier is None:
            return Table(columns, self.screen, answer.rows, answer.total, order, self.heading(form))
        columns += compared_columns(earlier)
        screen, groups = compared_screen(self.screen, earlier)
        return Table(columns, screen, answer.rows, answer.total, order, self.heading(form), groups=groups)


class HomeView(ProgressListView):
    """`/`: where are we – the headline figure of what the reader sees, and the areas below it."""

    template_name = "home.html"
    title = "Ringkasan"
    file_name = "ringkasan"
    look_back = LOOK_BACK

    def make_filters(self, request: HttpRequest) -> HomeFilters:
        return HomeFilters(request.GET.dict(), user=request.user)

    def decorate(self, request: HttpRequest, form: ProgressFilters, answer: Answer) -> dict[str, Any]:
        question, found = answer.context["question"], answer.context["found"]
        rates = two_years(found.board)
        places = area_map(found.board, found.regencies)
        # beside the map, which is as tall as it is wide where it shows no more than a few provinces
        height = 400 if places.is_near else 300
        return {
            "tasks": [] if question.known_on else tasks_for(request.user),
            "outlook": outlook(found.board, found.total),
            "movement": movement(found.board, found.regencies),
            "chart": trend(rates, found.total, height=height),
            "revisions": revisions(rates),
            "map": places,
            "map_potential": explain_potential(found.potentials),
            "map_table": self.map_table(form, question.level),
        }

    def map_table(self, form: ProgressFilters, level: Level) -> str:
        """Where the numbers of the map stand in rows: further down, or among the regencies of the same filters."""
        if level == Level.REGENCY:
            return "#tabel"
        kept = {name: value for name, value in form.chosen().items() if value}
        asked = {**kept, "tingkat": str(Level.REGENCY), "per_halaman": "600"}
        return f"{reverse('progress-list')}?{urlencode(asked)}"

    def heading(self, form: ProgressFilters) -> str:
        where = form.cleaned_data.get("provinsi") or form.cleaned_data.get("kanwil")
        if form.is_bounded and not where:
            return "Cakupan wilayah Anda"
        return f"Cakupan {where}" if where else "Cakupan nasional"


class SegmentView(ReportView):
    """`/segmen/`: segments that add up and groups that do not, side by side by area."""

    template_name = "segments.html"
    title = "Segmen"
    file_name = "segmen"

    def make_filters(self, request: HttpRequest) -> SegmentFilters:
        return SegmentFilters(request.GET.dict(), user=request.user)

    def heading(self, form: SegmentFilters) -> str:
        where = form.cleaned_data.get("provinsi") or form.cleaned_data.get("kanwil")
        return f"Segmen dan kelompok — {where}" if where else "Segmen dan kelompok"

    def answer(self, request: HttpRequest, form: SegmentFilters) -> Answer:
        found = form.cleaned_data
        question = SegmentQuestion(
            month=found["bulan"],
            basis=Basis(found["data"]),
            level=Level(found["tingkat"]),
            province=found.get("provinsi"),
            office=found.get("kanwil"),
            known_on=form.known_on,
        )
        sums = segments_apart(SegmentSum.all_active())
        rows, total = segment_rows(request.user, question, sums)
        explanation = explain_segments(question, form.period, sums)
        return Answer(
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

    def table(self, form: SegmentFilters, answer: Answer, order: str) -> Table:
        sums = answer.context["sums"]
        groups = sum(one.segment.kind == WorkerSegment.Kind.GROUP for one in sums)
        return Table(
            linked_segments(
                segment_columns(sums), [one.segment.pk for one in sums], answer.context["question"], answer.total
            ),
            segment_screen(sums, form.cleaned_data["ukuran"]),
            answer.rows,
            answer.total,
            order,
            self.heading(form),
            groups=(
                ("", 1, ""),
                ("Segmen: dapat dijumlahkan", len(sums) - groups, ""),
                ("Kelompok: saling tumpang tindih, tidak dijumlahkan", groups, "group"),
            ),
        )
