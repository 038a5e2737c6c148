"""`ReportView`: the base of report pages, with filters, sorting, pagination, choice of columns and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from reporting.tables import exports
from reporting.tables.columns import ReportColumn
from reporting.tables.table import ReportTable, UnknownColumn, UnknownOrder

from .filters import COLUMNS, StrictFilterSet

#: The most rows on a page: all 514 regencies and the parts of provinces not broken down.
LONGEST_PAGE = 600
#: Filters whose value is part of a file's name unless it is the default.
TOLD_APART = ("tingkat", "provinsi", "kanwil", "wilayah", "segmen")
#: Parameters dropped when columns are chosen: the previous choice and the position in the table.
_NOT_CARRIED_ON = (COLUMNS, "halaman", "format")


@dataclass(frozen=True)
class Report:
    """The result of a report. `definition` is for JSON, `explanation` the sentences on the page.

    `rows` are the table's records: a queryset or computed objects. `facts` and `more` are the values and tables that
    the page shows beside its table, by English key, for the files.
    """

    rows: Sequence[Any] | QuerySet[Any]
    total: Any
    definition: Mapping[str, Any]
    explanation: Sequence[str]
    context: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    more: Mapping[str, ReportTable] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """The data of the form for choosing columns: all columns in order, the chosen ones, and the other parameters."""

    columns: list[ReportColumn]
    #: The choice as a parameter; empty for the default columns.
    chosen: str
    kept: list[tuple[str, str]]


class ReportView(SingleTableMixin, FilterView):
    """Base of all report pages: declare `filterset_class`, `table_class` and `find`.

    The context has `filter`, `table`, `report`, `heading`, `mistakes`, `files`, `choice`.
    """

    #: Whether users may save its address under a name (accounts.links).
    can_be_saved = True
    filterset_class: type[StrictFilterSet]
    table_class: type[ReportTable]
    template_name = "reporting/report.html"
    title = ""
    file_name = ""
    default_order = ""

    # --- hooks for subclasses

    def find(self, filterset: Any) -> Report:
        """The report for valid filters."""
        raise NotImplementedError

    def get_table_kwargs(self) -> dict[str, Any]:
        """Extra arguments of the table, such as `extra_columns` and `screen`; `self.report` is available."""
        return {}

    def prefetch(self, report: Report, rows: Sequence[Any]) -> None:
        """Read expensive data for the rows of one page of a longer table, before they are rendered."""

    def get_screen_context(self, filterset: Any, report: Report) -> Mapping[str, Any]:
        """Context for the page only, such as charts; not called for files."""
        return {}

    def get_heading(self, filterset: Any) -> str:
        """The title of the page for valid filters."""
        return self.title

    # --- the request

    def get_filterset_kwargs(self, filterset_class: type[StrictFilterSet]) -> dict[str, Any]:
        return {"data": self.request.GET, "request": self.request}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.filterset = self.get_filterset(self.filterset_class)
        wanted = request.GET.get("format", "")
        if self.filterset.has_no_data and wanted:
            return self.refuse(wanted, ["Belum ada data."])
        if self.filterset.has_no_data:
            return render(request, "reporting/empty.html", {"heading": self.title})
        mistakes = self.filterset.mistakes
        if wanted and wanted not in exports.FORMATS:
            mistakes.append(f"Format “{wanted}” tidak dikenal. Pilih xlsx, csv, atau json.")
        if not mistakes:
            self.report = self.find(self.filterset)
            try:
                table = self.get_table()
            except (UnknownOrder, UnknownColumn) as error:
                mistakes.append(str(error))
        if mistakes and wanted:
            return self.refuse(wanted, mistakes)
        if mistakes:
            context = {"filter": self.filterset, "heading": self.title, "mistakes": mistakes, "files": exports.FORMATS}
            return render(request, self.template_name, context, status=400)
        if wanted:
            return self.export(wanted, table)
        return render(request, self.template_name, self.get_context_data(table=table))

    def get_table(self, **kwargs: Any) -> ReportTable:
        """The table of the report, ordered, with the columns asked for. Raises UnknownOrder, UnknownColumn."""
        options = {
            "total": self.report.total,
            "order": self.request.GET.get("urut", "") or self.default_order,
            "caption": self.get_heading(self.filterset),
            "kept": self.filterset.kept,
            "request": self.request,
        }
        table = self.table_class(self.report.rows, **(options | self.get_table_kwargs() | kwargs))
        if COLUMNS in self.filterset.controls and (names := self.asked_columns()):
            table.show(names)
        return table

    def get_context_data(self, *, table: ReportTable, **kwargs: Any) -> dict[str, Any]:
        report = self.report
        table.paginate(per_page=self.page_size(), page=self.request.GET.get("halaman", "1"))
        if table.page.has_other_pages():
            self.prefetch(report, table.records)
        return {
            "filter": self.filterset,
            "heading": table.caption,
            "report": report,
            "table": table,
            "page": table.page,
            "files": exports.FORMATS,
            "choice": self.column_choice(table),
            **report.context,
            **self.get_screen_context(self.filterset, report),
        }

    def page_size(self) -> int:
        asked = self.request.GET.get("per_halaman", "")
        is_number = asked.isascii() and asked.isdigit() and len(asked) < 10
        return min(int(asked), LONGEST_PAGE) if is_number and int(asked) else ReportTable.Meta.per_page

    # --- the choice of columns

    def asked_columns(self) -> list[str]:
        """The columns in the address, as repeated parameters or separated by commas; empty without any."""
        texts = self.request.GET.getlist(COLUMNS)
        return [name.strip() for text in texts for name in text.split(",") if name.strip()]

    def column_choice(self, table: ReportTable) -> ColumnChoice | None:
        """The form of columns; None if the report has no choice of columns. Files always have all columns."""
        if COLUMNS not in self.filterset.controls:
            return None
        kept = [(name, str(value)) for name, value in self.request.GET.items() if name not in _NOT_CARRIED_ON]
        columns = [bound.column for bound in table.columns.iterall()]
        return ColumnChoice(columns, ",".join(self.asked_columns()), kept)

    # --- files

    def refuse(self, wanted: str, mistakes: list[str]) -> HttpResponse:
        if wanted == "json":
            return JsonResponse({"errors": mistakes}, status=400, json_dumps_params={"ensure_ascii": False})
        return HttpResponse("\n".join(mistakes), status=400, content_type="text/plain; charset=utf-8")

    def export(self, wanted: str, table: ReportTable) -> HttpResponse:
        report, filterset = self.report, self.filterset
        if wanted == "json":
            return exports.to_json(table, report.definition, filterset.chosen(), report.facts, report.more)
        if wanted == "csv":
            return exports.to_csv(table, self.get_file_name(filterset))
        facts = {**filterset.readable(), "Definisi": " · ".join(report.explanation)}
        return exports.to_xlsx(table, self.get_file_name(filterset), table.caption, facts, list(report.more.values()))

    def get_file_name(self, filterset: StrictFilterSet) -> str:
        """`capaian-2024-09`, `capaian-kabkota-18-2024-09-per-2024-11-05`: filters and date."""
        asked = [name for name in TOLD_APART if name in filterset.filters]
        chosen = [(filterset.address.get(name, ""), filterset.usual.get(name, "")) for name in asked]
        apart = [value.lower() for value, usual in chosen if value != usual]
        day = getattr(filterset, "known_on", None)
        parts = (self.file_name, *apart, filterset.address.get("bulan", ""), f"per-{day.isoformat()}" if day else "")
        return "-".join(part for part in parts if part)
