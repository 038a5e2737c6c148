"""`ReportView`: a report page is declared (filters, columns, answer), the rest is here: sorting, paging, files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views import View

from . import choosing, exports
from .filters import COLUMNS, ReportFilters
from .tables import Column, Table, UnknownColumn, UnknownOrder

DEFAULT_PAGE = 50
#: No address makes a page longer than all 514 regencies and the provinces' remainders.
LONGEST_PAGE = 600
#: Filters whose value stands in the name of a file where it is not the usual one.
TOLD_APART = ("tingkat", "provinsi", "kanwil", "wilayah", "segmen")


@dataclass(frozen=True)
class Answer:
    """What a report found. `definition` is for programs, `explanation` the sentences a reader sees."""

    rows: Sequence[Any]
    total: Any
    definition: Mapping[str, Any]
    explanation: Sequence[str]
    context: Mapping[str, Any] = field(default_factory=dict)
    #: What the page shows beside its table, for the files: values by English key, and further tables by English key.
    facts: Mapping[str, Any] = field(default_factory=dict)
    more: Mapping[str, Table] = field(default_factory=dict)


def repeated(request: HttpRequest) -> list[str]:
    """A sentence per parameter given twice: which of two provinces was meant, nobody can know. Columns may repeat."""
    return [
        f"“{name}” ada {len(values)} kali di alamat. Pilih satu."
        for name, values in request.GET.lists()
        if len(values) > 1 and name != COLUMNS
    ]


class ReportView(View):
    """Base of all report pages: declare `filters`, `columns` and `answer`."""

    #: Its address may be kept under a name (accounts.links.services).
    can_be_saved = True
    filters: type[ReportFilters]
    columns: Sequence[Column]
    screen: Sequence[str]
    template_name = "reporting/report.html"
    title = ""
    file_name = ""
    default_order = ""

    def answer(self, request: HttpRequest, form: Any) -> Answer:
        """The rows for valid filters."""
        raise NotImplementedError

    def read_ahead(self, answer: Answer, rows: Sequence[Any]) -> None:
        """Called with the rows of one page of a longer table before they are drawn: read for these what is costly."""

    def decorate(self, request: HttpRequest, form: Any, answer: Answer) -> Mapping[str, Any]:
        """What only the screen needs, such as drawings; no file pays for it."""
        return {}

    def table(self, form: Any, answer: Answer, order: str) -> Table:
        """The declared columns with the rows found. Raises UnknownOrder."""
        return Table(self.columns, self.screen, answer.rows, answer.total, order, self.heading(form))

    def heading(self, form: Any) -> str:
        """The page's title for valid filters."""
        return self.title

    def make_filters(self, request: HttpRequest) -> ReportFilters:
        return self.filters(request.GET.dict())

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        form = self.make_filters(request)
        wanted = request.GET.get("format", "")
        if form.has_no_data and wanted:
            return self.refusal(wanted, ["Belum ada data."])
        if form.has_no_data:
            return render(request, "reporting/empty.html", {"heading": self.title})
        mistakes = [] if form.is_valid() else form.sentences
        mistakes += repeated(request)
        if wanted and wanted not in exports.FORMATS:
            mistakes.append(f"Format “{wanted}” tidak dikenal. Pilih xlsx, csv, atau json.")
        order = request.GET.get("urut", "") or self.default_order
        table = answer = None
        if not mistakes:
            answer = self.answer(request, form)
            try:
                table = self.table(form, answer, order)
                table.keep(form.kept)
                choosing.choose_columns(request, form, table)
            except (UnknownOrder, UnknownColumn) as error:
                mistakes.append(str(error))
                table = None
        if wanted and mistakes:
            return self.refusal(wanted, mistakes)
        if wanted and table is not None and answer is not None:
            return self.file(wanted, table, answer, form)
        context: dict[str, Any] = {
            "form": form,
            "mistakes": mistakes,
            "heading": self.heading(form) if not mistakes else self.title,
            "answer": answer,
            "table": table,
            "files": exports.FORMATS,
        }
        if table is not None and answer is not None:
            page = self.page(request, table)
            table.shown = list(page.object_list)
            if len(table.shown) < len(table.rows):
                self.read_ahead(answer, table.shown)
            context |= {"page": page, "choice": choosing.column_choice(request, form, table)}
            context |= {**answer.context, **self.decorate(request, form, answer)}
        return render(request, self.template_name, context, status=400 if mistakes else 200)

    def page(self, request: HttpRequest, table: Table) -> Any:
        asked = request.GET.get("per_halaman", "")
        is_number = asked.isascii() and asked.isdigit() and len(asked) < 10
        size = min(int(asked), LONGEST_PAGE) if is_number and int(asked) else DEFAULT_PAGE
        return Paginator(table.rows, size).get_page(request.GET.get("halaman", "1"))

    def refusal(self, wanted: str, mistakes: list[str]) -> HttpResponse:
        if wanted == "json":
            return JsonResponse({"errors": mistakes}, status=400, json_dumps_params={"ensure_ascii": False})
        return HttpResponse("\n".join(mistakes), status=400, content_type="text/plain; charset=utf-8")

    def file_title(self, form: ReportFilters) -> str:
        """`capaian-2024-09`, `capaian-kabkota-18-2024-09-per-2024-11-05`: what was chosen, of when."""
        chosen = [form.address.get(name, "") for name in TOLD_APART if name in form.fields]
        usual = [form.usual.get(name, "") for name in TOLD_APART if name in form.fields]
        apart = [value.lower() for value, own in zip(chosen, usual, strict=True) if value != own]
        day = getattr(form, "known_on", None)
        parts = (self.file_name, *apart, form.address.get("bulan", ""), f"per-{day.isoformat()}" if day else "")
        return "-".join(part for part in parts if part)

    def file(self, wanted: str, table: Table, answer: Answer, form: ReportFilters) -> HttpResponse:
        if wanted == "json":
            return exports.to_json(table, answer.definition, form.chosen(), answer.facts, answer.more)
        if wanted == "csv":
            return exports.to_csv(table, self.file_title(form))
        facts = {**form.readable(), "Definisi": " · ".join(answer.explanation)}
        return exports.to_xlsx(table, self.file_title(form), table.caption, facts, list(answer.more.values()))
