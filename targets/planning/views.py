"""`/sasaran/`: the targets of a year and segment by area and source."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from coverage.as_of import words_of
from reporting.views import Report, ReportView
from targets.permissions import plans_targets
from targets.progress.explanations import explain_potential, explain_reports, position_date

from .filters import PlanFilterSet
from .rows import NATION, plan_rows
from .tables import PlanTable

HEADINGS = {NATION: "nasional", "provinsi": "provinsi", "kabkota": "kab/kota"}


class PlanView(ReportView):
    """The list of targets; users who may set targets get links to enter, import and break down."""

    filterset_class = PlanFilterSet
    table_class = PlanTable
    template_name = "targets/planning/list.html"
    title = "Sasaran"
    file_name = "sasaran"

    def get_heading(self, filterset: PlanFilterSet) -> str:
        found = filterset.cleaned_data
        title = f"Sasaran {found['tahun']} {HEADINGS[found['tingkat']]}"
        where = found.get("provinsi") or found.get("kanwil")
        return f"{title} — {where}" if where else title

    def get_file_name(self, filterset: PlanFilterSet) -> str:
        return f"{self.file_name}-{filterset.address['tahun']}-{filterset.address['tingkat']}"

    def find(self, filterset: PlanFilterSet) -> Report:
        question, period = filterset.question(), filterset.period
        rows, found = plan_rows(
            self.request.user, question, filterset.qs, nation=filterset.is_nation, source=question.source
        )
        explanation = [
            f"target {question.target_year} untuk {question.segment.name}",
            f"posisi data per {position_date(question, period)}, {question.basis.label.lower()}",
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
        return Report(
            rows=rows,
            total=None,
            definition={
                "target_year": question.target_year,
                "segment": question.segment.code,
                "known_on": question.known_on.isoformat() if question.known_on else None,
                "data": question.basis.value,
                "position_date": (period.cut_off_on if period else question.month).isoformat(),
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

    def get_screen_context(self, filterset: PlanFilterSet, report: Report) -> dict[str, Any]:
        question = report.context["question"]
        asked = {name: value for name, value in filterset.chosen().items() if value}
        kept: dict[str, str] = {name: value for name, value in asked.items() if name in ("tahun", "segmen")}
        province = filterset.cleaned_data.get("provinsi")
        return {
            "levels": [
                (label, "?" + urlencode(self._at_level(asked, level)), level == asked["tingkat"])
                for level, label in filterset.levels
            ],
            "may_plan": plans_targets(self.request.user) and not question.known_on,
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
