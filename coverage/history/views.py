"""The history on screen: of one figure, of an office's month, and of everything for administrators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse

from accounts.models import Denied, Office
from accounts.views import says_what_is_wrong
from coverage.figures.sources import counted_in
from coverage.models import CoverageRecord, ReportingPeriod, Submission
from coverage.periods.selectors import period_at
from coverage.permissions import offices_for_entry, offices_for_verification
from coverage.submissions.events import timeline
from reporting import months
from reporting.views import Answer, ReportView

from . import selectors
from .filters import NoFilters, TrailFilters
from .tables import CELL_SCREEN, FEED_SCREEN, OFFICE_SCREEN, TRAIL_COLUMNS

#: The feed shows who works when, across offices: a right of its own.
READ_FEED = "coverage.view_historicalcoveragerecord"
ORDER = "Terbaru di atas. Lama dan baru: angka berlaku sebelum dan sesudah perubahan itu"


class TrailView(ReportView):
    """Base of the three: newest first, in that order only."""

    columns = TRAIL_COLUMNS
    template_name = "trail.html"
    file_name = "riwayat"

    def found(self, form: Any) -> selectors.Trail:
        """The changes asked for."""
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        return {}

    def answer(self, request: HttpRequest, form: Any) -> Answer:
        changes = self.found(form)
        explanation: list[str] = [ORDER]
        if changes.is_cut:
            explanation.append(
                f"Hanya {selectors.LONGEST:,} perubahan terbaru; persempit saringannya".replace(",", ".")
            )
        definition = {"order": "newest first", "is_cut": changes.is_cut, "longest": selectors.LONGEST}
        return Answer(changes, None, definition, explanation, self.context())


class FeedView(TrailView):
    """`/riwayat/`: every change, for administrators."""

    screen: Sequence[str] = FEED_SCREEN
    template_name = "trail_feed.html"
    title = "Riwayat angka"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm(READ_FEED):
            raise Denied("Riwayat seluruh angka hanya untuk administrator. Riwayat satu angka terbuka dari angkanya.")
        return super().dispatch(request, *args, **kwargs)

    def make_filters(self, request: HttpRequest) -> TrailFilters:
        return TrailFilters(request.GET.dict())

    def found(self, form: TrailFilters) -> selectors.Trail:
        return selectors.feed(self.request.user, **form.question())  # type: ignore[arg-type]


class CellTrailView(TrailView):
    """`/riwayat/2026-09/1802/PU/`: one figure."""

    filters = NoFilters
    screen = CELL_SCREEN
    template_name = "trail_cell.html"

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

    def heading(self, form: Any) -> str:
        return f"{self.record.segment}, {self.record.area}"

    def found(self, form: Any) -> selectors.Trail:
        return selectors.of_record(self.record, self.request.user)

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


class OfficeTrailView(TrailView):
    """`/riwayat/2026-09/KC-.../`: what happened to an office's month, and to its figures."""

    filters = NoFilters
    screen = OFFICE_SCREEN
    template_name = "trail_office.html"

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
        # A local government knows the offices that report for its own areas, and no others.
        is_known = self.request.user.reads_all_areas or (
            CoverageRecord.objects.of_office(office).visible_to(self.request.user).filter(period=self.period).exists()
        )
        if not is_known:
            raise Http404
        return office

    def heading(self, form: Any) -> str:
        return f"{self.office}, {self.period}"

    def found(self, form: Any) -> selectors.Trail:
        return selectors.of_office(self.office, self.period, self.request.user)

    def context(self) -> dict[str, Any]:
        submission = Submission.objects.filter(office=self.office, period=self.period).first()
        # Whom a return concerned and what it said is between the offices.
        is_staff = self.request.user.reads_all_areas
        return {
            "office": self.office,
            "period": self.period,
            "submission": submission,
            "steps": timeline(submission, self.request.user) if submission and is_staff else [],
            **_ways_on(self.request, self.office, self.period),
        }


def _ways_on(request: HttpRequest, office: Office, period: ReportingPeriod) -> dict[str, str]:
    """Addresses this user can go to from here: the office's grid, its verification. Empty where they may not."""
    at = [months.month_code(period.month), office.pk]
    may_enter = offices_for_entry(request.user).filter(pk=office.pk).exists()
    may_verify = offices_for_verification(request.user).filter(pk=office.pk).exists()
    return {
        "entry_url": reverse("entry-office", args=at) if may_enter else "",
        "verification_url": reverse("verification", args=at) if may_verify else "",
    }


feed = FeedView.as_view()
cell_trail = says_what_is_wrong(CellTrailView.as_view())
office_trail = says_what_is_wrong(OfficeTrailView.as_view())
