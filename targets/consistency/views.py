"""`/sasaran/periksa/`: do the targets of the provinces add up to the country, and those of the regencies to theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.models import Denied
from coverage.as_of import words_of
from coverage.models import Province
from reporting.months import long_date, month_code, month_end
from reporting.tables import Table
from reporting.views import Answer, ReportView
from targets.permissions import provinces_to_plan
from targets.progress.explanations import explain_potential
from targets.progress.standing import Question

from .filters import AgreementFilters
from .selectors import Agreements, Fit, agreements
from .tables import AGREEMENT_COLUMNS, AGREEMENT_SCREEN

if TYPE_CHECKING:
    from accounts.models import User

ONE_REGENCY = (
    "Pemeriksaan target membandingkan provinsi dengan kab/kotanya. Akun Anda tidak melihat satu provinsi penuh."
)


class AgreementView(ReportView):
    """Provinces against their regencies; above them the country against both sums."""

    columns = AGREEMENT_COLUMNS
    screen: Sequence[str] = AGREEMENT_SCREEN
    template_name = "agreement.html"
    title = "Periksa jumlah target"
    file_name = "periksa-target"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not Province.objects.visible_to(request.user).exists() and not request.user.reads_all_areas:
            raise Denied(ONE_REGENCY)
        return super().dispatch(request, *args, **kwargs)

    def make_filters(self, request: HttpRequest) -> AgreementFilters:
        return AgreementFilters(request.GET.dict(), user=request.user)

    def heading(self, form: AgreementFilters) -> str:
        where = form.cleaned_data.get("kanwil")
        title = f"Periksa jumlah target {form.cleaned_data['tahun']}"
        return f"{title} — {where}" if where else title

    def file_title(self, form: Any) -> str:
        return f"{self.file_name}-{form.address['tahun']}"

    def answer(self, request: HttpRequest, form: AgreementFilters) -> Answer:
        question = form.question()
        ways_out = {} if question.known_on else ways_to_break_down(request.user, form)
        found = agreements(request.user, question, ways_out)
        lines = explain(question, found)
        self.screen = (*AGREEMENT_SCREEN, "way_out") if ways_out else AGREEMENT_SCREEN
        counts = {fit: sum(row.status == fit for row in found.provinces) for fit in Fit}
        return Answer(
            rows=found.provinces,
            total=found.total,
            definition=define(question, lines),
            explanation=lines,
            context={
                "question": question,
                "country": found.country,
                "tally": [(fit, count) for fit, count in counts.items() if count],
            },
            more={"country": Table(AGREEMENT_COLUMNS, AGREEMENT_SCREEN, found.country, caption="Nasional")}
            if found.country
            else {},
        )


def ways_to_break_down(user: User, form: AgreementFilters) -> dict[str, str]:
    """Province code to the page that breaks its target down, for the provinces whose targets this user may set."""
    asked = urlencode({name: form.address[name] for name in ("bulan", "segmen", "tahun", "sumber")})
    return {
        code: f"{reverse('breakdown', args=[code])}?{asked}"
        for code in provinces_to_plan(user).values_list("code", flat=True)
    }


def explain(question: Question, found: Agreements) -> list[str]:
    """Sentences for the reader."""
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
    """The same for programs: stable English keys."""
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
