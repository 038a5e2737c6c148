"""History pages: of one figure, of an office's month, and of all figures for administrators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse

from accounts.models import Denied, Office
from accounts.views import explains_404
from coverage.figures.sources import counted_in
from coverage.models import CoverageRecord, ReportingPeriod, Submission
from coverage.periods.selectors import period_at
from coverage.permissions import offices_for_entry, offices_for_verification
from coverage.submissions.events import timeline
from reporting import months
from reporting.filters import StrictFilterSet
from reporting.numbers import format_count
from reporting.views import Report, ReportView

from . import selectors
from .filters import HistoryFilterSet, UnfilteredSet
from .tables import ALL_SCREEN, CELL_SCREEN, OFFICE_SCREEN, HistoryTable

#: A permission of its own, because the whole history shows when each user works.
READ_ALL = "coverage.view_historicalcoveragerecord"
ORDER = "Terbaru di atas. Lama dan baru: angka berlaku sebelum dan sesudah perubahan itu"


class HistoryView(ReportView):
    """Base of the history pages; subclasses define `get_queryset`."""

    table_class = HistoryTable
    filterset_class = UnfilteredSet
    screen: Sequence[str]
    template_name = "coverage/history/report.html"
    file_name = "riwayat"

    def get_filterset_kwargs(self, filterset_class: type[StrictFilterSet]) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(filterset_class), "queryset": self.get_queryset()}

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"screen": self.screen}

    def context(self) -> dict[str, Any]:
        """Return the template context of the part above the table."""
        return {}

    def find(self, filterset: StrictFilterSet) -> Report:
        changes = selectors.ChangeRows(filterset.qs, self.request.user)
        explanation: list[str] = [ORDER]
        if changes.is_cut:
            explanation.append(f"Hanya {format_count(selectors.LONGEST)} perubahan terbaru; persempit saringannya")
        definition = {"order": "newest first", "is_cut": changes.is_cut, "longest": selectors.LONGEST}
        return Report(changes, None, definition, explanation, self.context())


class AllHistoryView(HistoryView):
    """`/riwayat/`: every change, for administrators."""

    filterset_class = HistoryFilterSet
    screen = ALL_SCREEN
    template_name = "coverage/history/all.html"
    title = "Riwayat angka"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm(READ_ALL):
            raise Denied("Riwayat seluruh angka hanya untuk administrator. Riwayat satu angka terbuka dari angkanya.")
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        return selectors.visible_to(self.request.user)


class CellHistoryView(HistoryView):
    """`/riwayat/2026-09/1802/PU/`: the changes of one figure."""

    screen = CELL_SCREEN
    template_name = "coverage/history/cell.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            self.record = self.fetch(period_at(kwargs["month"]), kwargs["area"].replace(".", ""), kwargs["segment"])

    def fetch(self, period: ReportingPeriod, area: str, segment: str) -> CoverageRecord:
        place = {"province": area, "regency": None} if len(area) == 2 else {"regency": area}
        found = CoverageRecord.objects.visible_to(self.request.user).filter(period=period, segment=segment, **place)
        record = found.select_related("province", "regency__branch_office", "segment", "period").first()
        if record is None:
            raise Http404("Belum ada angka di sel ini.")
        return record

    def get_heading(self, filterset: StrictFilterSet) -> str:
        return f"{self.record.segment}, {self.record.area}"

    def get_queryset(self) -> QuerySet[Any]:
        return selectors.of_record(self.record)

    def context(self) -> dict[str, Any]:
        record = self.record
        office = record.regency.branch_office if record.regency else record.province.regional_office
        around = CoverageRecord.objects.filter(
            province=record.province_id, regency=record.regency_id, segment=record.segment_id
        ).order_by("period")
        return {
            "record": record,
            "counted": counted_in(record, self.request.user),
            "office": office,
            "before": around.filter(period__lt=record.period_id).values_list("period", flat=True).last(),
            "after": around.filter(period__gt=record.period_id).values_list("period", flat=True).first(),
            **_ways_on(self.request, office, record.period),
        }


class OfficeHistoryView(HistoryView):
    """`/riwayat/2026-09/KC-.../`: the steps of an office's month, and the changes of its figures."""

    screen = OFFICE_SCREEN
    template_name = "coverage/history/office.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            self.period = period_at(kwargs["month"])
            self.office = self.fetch(kwargs["office"])

    def fetch(self, code: str) -> Office:
        kinds = [Office.Kind.BRANCH, Office.Kind.REGIONAL]
        office = Office.objects.filter(pk=code, kind__in=kinds).first()
        if office is None:
            raise Http404
        # A local government sees only the offices that report for its own areas.
        is_known = self.request.user.reads_all_areas or (
            CoverageRecord.objects.of_office(office).visible_to(self.request.user).filter(period=self.period).exists()
        )
        if not is_known:
            raise Http404
        return office

    def get_heading(self, filterset: StrictFilterSet) -> str:
        return f"{self.office}, {self.period}"

    def get_queryset(self) -> QuerySet[Any]:
        return selectors.of_office(self.office, self.period, self.request.user)

    def context(self) -> dict[str, Any]:
        submission = Submission.objects.filter(office=self.office, period=self.period).first()
        # The steps, with their remarks, are internal to BPJS Ketenagakerjaan.
        is_staff = self.request.user.reads_all_areas
        return {
            "office": self.office,
            "period": self.period,
            "submission": submission,
            "steps": timeline(submission, self.request.user) if submission and is_staff else [],
            **_ways_on(self.request, self.office, self.period),
        }


def _ways_on(request: HttpRequest, office: Office, period: ReportingPeriod) -> dict[str, str]:
    """Return the URLs of the office's grid and verification; empty where the user may not open them."""
    at = [months.month_code(period.month), office.pk]
    may_enter = offices_for_entry(request.user).filter(pk=office.pk).exists()
    may_verify = offices_for_verification(request.user).filter(pk=office.pk).exists()
    return {
        "entry_url": reverse("entry-office", args=at) if may_enter else "",
        "verification_url": reverse("verification", args=at) if may_verify else "",
    }


all_history = AllHistoryView.as_view()
cell_history = explains_404(CellHistoryView.as_view())
office_history = explains_404(OfficeHistoryView.as_view())
