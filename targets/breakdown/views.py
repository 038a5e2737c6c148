"""`/sasaran/pecah/<province>/`: divides a provincial target among its regencies, with a preview before saving."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View

from accounts.models import Denied
from coverage.models import Province, ReportingPeriod, Via
from reporting.numbers import format_count
from targets import permissions
from targets.planning.changes import Mistakes, SavedTargets, TargetValues
from targets.planning.services import NoReason, save_targets
from targets.progress.explanations import explain_potential, explain_reports, position_date
from targets.progress.filters import REFERENCE

from .arithmetic import Undividable
from .filters import BreakdownFilterSet, Start, Way
from .forms import BreakdownDecisionForm, Typed
from .page import WAY_WORDS, BreakdownSheet, proposed, sheet_of
from .preview import BreakdownLine, LineChange, changes_of, lines_of
from .proposal import Proposal, load_proposal
from .tables import PreviewTable, SheetTable

NO_REASON = "Tuliskan alasannya: ada target yang berubah."
NOT_READ = "Ada isian yang belum dapat dibaca. Tidak ada yang disimpan."


class BreakdownView(View):
    """GET proposes; POST previews (`pratinjau`), goes back to editing (`sunting`) or writes (`simpan`)."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        page = Page(request, code)
        return page.refusal() or page.start()

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        page = Page(request, code)
        return page.refusal() or page.take(request.POST.get("aksi", ""))


class Page:
    """The handling of one request."""

    def __init__(self, request: HttpRequest, code: str) -> None:
        self.request = request
        self.province = province_to_plan(request, code)
        self.filterset = BreakdownFilterSet(request.GET, request=request)
        self.heading = f"Pecah target {self.province}"
        self.proposal: Proposal
        self.total = 0

    def refusal(self) -> HttpResponse | None:
        """A page that says why the target cannot be divided; None if it can."""
        if self.filterset.has_no_data:
            return render(self.request, "reporting/empty.html", {"heading": self.heading})
        if mistakes := self.filterset.mistakes:
            return self.render(400, mistakes=mistakes)
        question = self.filterset.question()
        self.proposal = load_proposal(self.request.user, self.province, question)
        self.heading = f"Pecah target {self.province} {question.target_year}"
        asked = self.filterset.cleaned_data["jumlah"]
        total = self.proposal.target_workers if asked is None else asked
        if total is None:
            return self.render(200, proposal=self.proposal, question=question, has_no_target=True)
        self.total = total
        return None

    def start(self) -> HttpResponse:
        try:
            typed = Typed.of(proposed(self.proposal, self.total, self.filterset.start))
        except Undividable as sentence:
            return self.render(
                200,
                proposal=self.proposal,
                question=self.proposal.question,
                undividable=str(sentence),
                by_potential=self.address(cara=Way.POTENTIAL),
                from_present=self.address(cara=Way.BY_HAND, awal=Start.PRESENT),
            )
        return self.sheet_page(typed, self.decision(None))

    def take(self, action: str) -> HttpResponse:
        """Handle a POST request. Errors are shown with everything that was typed."""
        typed = Typed([row.code for row in self.proposal.rows], self.request.POST)
        decision = self.decision(self.request.POST)
        is_fine = decision.is_valid() and not typed.wrong
        if action == "sunting" or not is_fine:
            return self.sheet_page(typed, decision, status=200 if is_fine else 400)
        lines = lines_of(self.proposal, typed.workers, decision.source, as_reference=decision.cleaned_data["acuan"])
        changes_something = any(line.change == LineChange.CHANGED or line.replaces for line in lines if line.is_written)
        if changes_something and not decision.cleaned_data["reason"]:
            decision.add_error("reason", NO_REASON)
            return self.sheet_page(typed, decision, status=400)
        if action == "simpan":
            return self.save(typed, decision, lines)
        return self.preview_page(typed, decision, lines)

    def decision(self, data: Any) -> BreakdownDecisionForm:
        """The form of the decision; its initial source is that of the provincial target."""
        present = self.proposal.total.present
        asked = self.filterset.address["sumber"]
        source = present.source if present else "" if asked == REFERENCE else asked
        first = next(iter(self.filterset.sources), "")
        initial = {"ditulis": source if source in self.filterset.sources else first, "acuan": asked == REFERENCE}
        return BreakdownDecisionForm(self.filterset.sources, data, initial=initial)

    def save(self, typed: Typed, decision: BreakdownDecisionForm, lines: list[BreakdownLine]) -> HttpResponse:
        """Save all or nothing. Conflicts with changes made since the preview are shown."""
        found = decision.cleaned_data
        if self.request.POST.get("total", "") != str(self.total):
            now = f"Target {self.province} berubah sejak pratinjau dibuat, kini {format_count(self.total)} pekerja."
            return self.preview_page(typed, decision, lines, status=409, refusals=[now])
        expected = {
            line.row.code: TargetValues.read(self.request.POST.get(f"s-{line.row.code}", "")) or TargetValues()
            for line in lines
        }
        changes = changes_of(
            self.proposal,
            lines,
            decision.source,
            as_reference=found["acuan"],
            decree=found["decree"],
            decree_date=found["decree_date"],
            expected=expected,
        )
        try:
            saved = save_targets(self.request.user, changes, reason=found["reason"], via=Via.FORM)
        except NoReason as sentence:
            decision.add_error("reason", str(sentence))
            return self.sheet_page(typed, decision, status=400)
        except Mistakes as wrong:
            return self.preview_page(typed, decision, lines, status=400, refusals=wrong.messages)
        if saved.conflicts:
            self.proposal = load_proposal(self.request.user, self.province, self.proposal.question)
            fresh = lines_of(self.proposal, typed.workers, decision.source, as_reference=found["acuan"])
            return self.preview_page(typed, decision, fresh, status=409, conflicts=saved.conflicts)
        messages.success(self.request, self.success_message(saved))
        asked = self.filterset.address
        back = {name: asked[name] for name in ("bulan", "segmen", "tahun")}
        return redirect(f"{reverse('target-check')}?{urlencode({**back, 'sumber': self.source_to_check(decision)})}")

    def source_to_check(self, decision: BreakdownDecisionForm) -> str:
        return REFERENCE if decision.cleaned_data["acuan"] else decision.source.pk

    def success_message(self, saved: SavedTargets) -> str:
        if not saved.wrote:
            return "Tidak ada yang berubah."
        written = len(saved.created) + len(saved.changed)
        sentence = (
            f"{format_count(written)} target kab/kota {self.province} {self.proposal.question.target_year} disimpan."
        )
        if saved.released:
            sentence += f" {format_count(len(saved.released))} acuan lama dilepas."
        return sentence

    def sheet_page(self, typed: Typed, decision: BreakdownDecisionForm, status: int = 200) -> HttpResponse:
        sheet = sheet_of(self.proposal, self.total, typed)
        is_by_hand = self.filterset.way == Way.BY_HAND or bool(typed.wrong)
        return self.render(
            status,
            **self.common(sheet),
            decision=decision,
            is_by_hand=is_by_hand,
            table=SheetTable(sheet, is_by_hand=is_by_hand),
            sentence=NOT_READ if typed.wrong else "",
            remarks=sheet.remarks(),
            explanation=self.explain(),
            by_hand=self.address(cara=Way.BY_HAND, awal=self.filterset.start),
        )

    def preview_page(
        self, typed: Typed, decision: BreakdownDecisionForm, lines: list[BreakdownLine], status: int = 200, **more: Any
    ) -> HttpResponse:
        sheet = sheet_of(self.proposal, self.total, typed)
        year = self.proposal.question.target_year
        counts = {change: sum(line.change == change for line in lines) for change in LineChange}
        context = {
            **self.common(sheet),
            "decision": decision,
            "table": PreviewTable(lines, caption=f"Target kab/kota {self.province} {year}, sebelum dan sesudah"),
            "counts": {change.value: count for change, count in counts.items()},
            "writes": counts[LineChange.NEW] + counts[LineChange.CHANGED],
            "remarks": sheet.remarks(),
            "by_hand": self.address(cara=Way.BY_HAND, awal=self.filterset.start),
            **more,
        }
        return render(self.request, "targets/breakdown/preview.html", self.frame() | context, status=status)

    def common(self, sheet: BreakdownSheet) -> dict[str, Any]:
        return {"sheet": sheet, "proposal": self.proposal, "question": self.proposal.question}

    def frame(self) -> dict[str, Any]:
        return {"filter": self.filterset, "heading": self.heading, "province": self.province}

    def render(self, status: int, **context: Any) -> HttpResponse:
        return render(self.request, "targets/breakdown/breakdown.html", self.frame() | context, status=status)

    def address(self, **changes: Any) -> str:
        """The address of this page with another method."""
        asked = {name: text for name, text in self.filterset.address.items() if name in self.filterset.filters}
        return f"{self.request.path}?{urlencode({**asked, **changes})}"

    def explain(self) -> list[str]:
        question, proposal = self.proposal.question, self.proposal
        period = ReportingPeriod.objects.filter(pk=question.month).first()
        return [
            WAY_WORDS[self.filterset.way],
            f"kebutuhan per bulan sampai Desember {question.target_year}, {format_count(proposal.months_left)} bulan",
            explain_potential(proposal.potentials),
            f"posisi data per {position_date(question, period)}",
            explain_reports(proposal.total.position, question.basis),
            f"data {question.basis.label.lower()}",
        ]


def province_to_plan(request: HttpRequest, code: str) -> Province:
    """The province. Raises Http404 if the user may not see it, Denied if they may not set its targets."""
    province = Province.objects.visible_to(request.user).filter(pk=code, is_active=True).first()
    if province is None:
        raise Http404(f"Provinsi dengan kode {code[:20]} tidak ditemukan.")
    permissions.check_planner(request.user)
    if not permissions.plans_area(request.user, province):
        raise Denied(f"Target {province} dipecah oleh Kantor Wilayahnya atau Kantor Pusat.")
    return province
