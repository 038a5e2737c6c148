"""`/sasaran/periksa/`: compares national, provincial and regency targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.models import Denied
from coverage.as_of import words_of
from coverage.models import Province
from reporting.months import long_date, month_code, month_end
from reporting.views import Report, ReportView
from targets.permissions import provinces_to_plan
from targets.progress.data import Question
from targets.progress.explanations import explain_potential

from .filters import ConsistencyFilterSet
from .selectors import Consistencies, Fit, check_consistency
from .tables import ConsistencyTable

if TYPE_CHECKING:
    from accounts.models import User

ONE_REGENCY = (
    "Pemeriksaan target membandingkan provinsi dengan kab/kotanya. Akun Anda tidak melihat satu provinsi penuh."
)


class ConsistencyView(ReportView):
    """Provinces compared with their regencies, and the country with both sums."""

    filterset_class = ConsistencyFilterSet
    table_class = ConsistencyTable
    template_name = "targets/consistency/consistency.html"
    title = "Periksa jumlah target"
    file_name = "periksa-target"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not Province.objects.visible_to(request.user).exists() and not request.user.reads_all_areas:
            raise Denied(ONE_REGENCY)
        return super().dispatch(request, *args, **kwargs)

    def get_heading(self, filterset: ConsistencyFilterSet) -> str:
        where = filterset.cleaned_data.get("kanwil")
        title = f"Periksa jumlah target {filterset.cleaned_data['tahun']}"
        return f"{title} — {where}" if where else title

    def get_file_name(self, filterset: ConsistencyFilterSet) -> str:
        return f"{self.file_name}-{filterset.address['tahun']}"

    def find(self, filterset: ConsistencyFilterSet) -> Report:
        question = filterset.question()
        ways_out = {} if question.known_on else ways_to_break_down(self.request.user, filterset)
        found = check_consistency(self.request.user, question, ways_out)
        lines = explain(question, found)
        counts = {fit: sum(row.status == fit for row in found.provinces) for fit in Fit}
        return Report(
            rows=found.provinces,
            total=found.total,
            definition=define(question, lines),
            explanation=lines,
            context={
                "question": question,
                "country": found.country,
                "tally": [(fit, count) for fit, count in counts.items() if count],
                "has_ways_out": bool(ways_out),
            },
            more={"country": ConsistencyTable(found.country, caption="Nasional")} if found.country else {},
        )

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"screen": (*ConsistencyTable.screen, "way_out")} if self.report.context["has_ways_out"] else {}


def ways_to_break_down(user: User, filterset: ConsistencyFilterSet) -> dict[str, str]:
    """Breakdown page by province code, for the provinces whose targets this user may set."""
    asked = urlencode({name: filterset.address[name] for name in ("bulan", "segmen", "tahun", "sumber")})
    return {
        code: f"{reverse('breakdown', args=[code])}?{asked}"
        for code in provinces_to_plan(user).values_list("code", flat=True)
    }


def explain(question: Question, found: Consistencies) -> list[str]:
    """The definition of the figures, as sentences for the page."""
    source = question.source.name if question.source else "acuan"
    return [
        f"target {question.segment.name} {question.target_year}: {source}",
        "beda = jumlah di bawahnya dikurangi target wilayah itu",
        "≈ diturunkan: persen × potensi, dibulatkan ke pekerja",
        f"potensi per {long_date(month_end(question.month))}",
        explain_potential(found.potentials),
        *([words_of(question.known_on)] if question.known_on else []),
    ]


def define(question: Question, lines: list[str]) -> dict[str, Any]:
    """The definition of the figures, for JSON, with stable English keys."""
    return {
        "segment": question.segment.code,
        "segment_name": question.segment.name,
        "target_year": question.target_year,
        "target_source": question.source.code if question.source else "reference",
        "potential_month": month_code(question.month),
        "known_on": question.known_on.isoformat() if question.known_on else None,
        "difference_workers": "sum of the targets below less the target of the area itself, in workers",
        "difference_points": "the same as percentage points of the area's potential",
        "explanation": lines,
    }
