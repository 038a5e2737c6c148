"""`/wilayah/<code>/rapor.pdf` and `rapor.zip`: scorecards as PDF, one or all of a province."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views import View

from coverage.models import Dataset, Province, Regency, ReportingPeriod
from targets.area.selectors import crumbs, find_area
from targets.progress.filters import AreaPaperFilterSet

from .layout import paper
from .selectors import Scorecards
from .wording import file_name


class PaperView(View):
    """Base of the views; reads the same filters as the area's page, and shows their errors."""

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        area = self.find(request, code)
        filterset = AreaPaperFilterSet(request.GET, request=request)
        context: dict[str, Any] = {"area": area, "filter": filterset, "heading": area.name, "crumbs": crumbs(area)}
        if filterset.has_no_data:
            return render(request, "reporting/empty.html", context)
        if mistakes := filterset.mistakes:
            return render(request, "reporting/mistakes.html", {**context, "mistakes": mistakes}, status=400)
        question = filterset.question()
        cards = Scorecards(request.user, area, question)
        has_demo_data = Dataset.objects.filter(is_demonstration=True).exists()
        return self.answer(cards, filterset.period, has_demo_data)

    def find(self, request: HttpRequest, code: str) -> Province | Regency:
        return find_area(request, code)

    def answer(self, cards: Scorecards, period: ReportingPeriod | None, has_demo_data: bool) -> HttpResponseBase:
        raise NotImplementedError


class ScorecardView(PaperView):
    """The scorecard of an area as one page of A4."""

    def answer(self, cards: Scorecards, period: ReportingPeriod | None, has_demo_data: bool) -> HttpResponseBase:
        card = cards.sheet(cards.area)
        response = HttpResponse(paper(card, period, is_demonstration=has_demo_data), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{file_name(card)}.pdf"'
        return response


class ScorecardsView(PaperView):
    """A ZIP of the province's scorecard and those of its regencies, streamed so that only one sheet is in memory."""

    def find(self, request: HttpRequest, code: str) -> Province:
        area = find_area(request, code)
        if not isinstance(area, Province):
            raise Http404("Kumpulan rapor hanya ada untuk provinsi.")
        return area

    def answer(self, cards: Scorecards, period: ReportingPeriod | None, has_demo_data: bool) -> HttpResponseBase:
        regencies = list(cards.reader.regencies.order_by("code").select_related("province", "branch_office"))
        # All queries run before the first byte is sent, because a later error could not become an error page.
        sheets = [cards.sheet(area) for area in (cards.area, *regencies)]
        stamp = datetime.combine(period.cut_off_on if period else cards.question.month, time()).timetuple()[:6]

        def parts() -> Iterator[tuple[str, bytes]]:
            for sheet in sheets:
                yield f"{file_name(sheet)}.pdf", paper(sheet, period, is_demonstration=has_demo_data)

        response = StreamingHttpResponse(zipped(parts(), stamp), content_type="application/zip")
        name = f"{file_name(sheets[0])}-kab-kota"
        response["Content-Disposition"] = f'attachment; filename="{name}.zip"'
        return response


class _Outbox(io.RawIOBase):
    """A write-only file for streaming: without `seek`, `zipfile` does not need what was already sent."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.waiting += data
        return len(data)

    def take(self) -> bytes:
        found = bytes(self.waiting)
        self.waiting.clear()
        return found


def zipped(parts: Iterator[tuple[str, bytes]], stamp: tuple[int, ...]) -> Iterator[bytes]:
    """A ZIP of files in chunks. The same files and time stamp give the same bytes."""
    outbox = _Outbox()
    with zipfile.ZipFile(outbox, "w") as archive:
        for name, content in parts:
            entry = zipfile.ZipInfo(name, stamp)  # type: ignore[arg-type]
            entry.compress_type = zipfile.ZIP_STORED  # PDFs are already compressed
            archive.writestr(entry, content)
            yield outbox.take()
    yield outbox.take()
