"""`/sasaran/`: the targets of a year and segment by area and source, with what each asks for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from coverage.as_of import words_of
from reporting.views import Answer, ReportView
from targets.permissions import plans_targets
from targets.progress.explanations import explain_potential, explain_reports, position_date

from .filters import NATION, PlanFilters
from .rows import plan_rows
from .tables import PLAN_COLUMNS, PLAN_SCREEN

HEADINGS = {NATION: "nasional", "provinsi": "provinsi", "kabkota": "kab/kota"}


class PlanView(ReportView):
    """Everybody reads; who sets targets finds the way to enter, import and break down."""

    columns = PLAN_COLUMNS
    screen = PLAN_SCREEN
    template_name = "plans/list.html"
    title = "Sasaran"
    file_name = "sasaran"

    def make_filters(self, request: HttpRequest) -> PlanFilters:
        return PlanFilters(request.GET.dict(), user=request.user)

    def heading(self, form: PlanFilters) -> str:
        found = form.cleaned_data
        title = f"Sasaran {found['tahun']} {HEADINGS[found['tingkat']]}"
        where = found.get("provinsi") or found.get("kanwil")
        return f"{title} — {where}" if where else title

    def file_title(self, form: Any) -> str:
        return f"{self.file_name}-{form.address['tahun']}-{form.address['tingkat']}"

    def answer(self, request: HttpRequest, form: PlanFilters) -> Answer:
        question = form.question()
        rows, found = plan_rows(
            request.user,
            question,
            nation=form.is_nation,
            source=question.source,
            only_reference=form.only_reference,
        )
        explanation = [
            f"target {question.target_year} untuk {question.segment.name}",
            f"posisi data per {position_date(question, form.period)}, {question.basis.label.lower()}",
            explain_potential(found.potentials),
            explain_reports(found.total.position, question.basis),
            "selisih dan kebutuhan per bulan dihitung sampai Desember tahun target",
            "≈ diturunkan dari potensi, tidak tertulis dalam penetapannya",
            *(
                [f"{words_of(question.known_on)}; hanya dibaca, target diubah di daftar hari ini"]
                if question.known_on
                else []
            ),
        ]
        areas = {row.area_code for row in rows}
        chosen = {row.area_code for row in rows if row.is_reference}
        return Answer(
            rows=rows,
            total=None,
            definition={
                "target_year": question.target_year,
                "segment": question.segment.code,
                "known_on": question.known_on.isoformat() if question.known_on else None,
                "data": question.basis.value,
                "position_date": (form.period.cut_off_on if form.period else question.month).isoformat(),
                "explanation": explanation,
            },
            explanation=explanation,
            context={
                "question": question,
                "area_count": len(areas),
                "chosen_count": len(chosen),
                "without": sum(row.target is None for row in rows),
                "doubtful": sum(bool(row.doubts_text) for row in rows),
                "shows_references": question.source is None,
            },
            facts={"areas": len(areas), "areas_with_reference": len(chosen)},
        )

    def decorate(self, request: HttpRequest, form: PlanFilters, answer: Answer) -> dict[str, Any]:
        question = answer.context["question"]
        asked = {name: value for name, value in form.chosen().items() if value}
        kept: dict[str, str] = {name: value for name, value in asked.items() if name in ("tahun", "segmen")}
        province = form.cleaned_data.get("provinsi")
        return {
            "levels": [
                (label, "?" + urlencode(self._at_level(asked, level)), level == asked["tingkat"])
                for level, label in form.levels
            ],
            "may_plan": plans_targets(request.user) and not question.known_on,
            "enter": f"{reverse('target-new')}?{urlencode(kept)}",
            "upload": f"{reverse('target-upload')}?{urlencode(asked)}",
            "break_down": self._break_down(question, province) if province else "",
        }

    def _at_level(self, asked: dict[str, str], level: str) -> dict[str, str]:
        found = {**asked, "tingkat": level}
        if level == NATION:
            found.pop("provinsi", None)
            found.pop("kanwil", None)
        return found

    def _break_down(self, question: Any, province: Any) -> str:
        words = urlencode({"tahun": question.target_year, "segmen": question.segment.pk})
        return f"{reverse('breakdown', args=[province.pk])}?{words}"
