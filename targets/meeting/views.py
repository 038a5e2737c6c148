"""`/rapat/<province>/`: a province for projection in a meeting, and for print."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from coverage.models import Province
from targets.area.selectors import crumbs, find_area
from targets.progress.charts import revisions, trend, two_years
from targets.progress.explanations import explain, position_date
from targets.progress.filters import AreaPaperFilterSet
from targets.progress.forecast import forecast
from targets.progress.tables import reading_table

from .selectors import meeting
from .tables import MeetingTable

#: The message for file formats: where the files are.
NO_FILE = "Mode rapat tidak dapat diunduh. Unduh berkas dari halaman wilayahnya."


class MeetingView(View):
    """All screens below each other, reached by arrow keys, links or scrolling; printed on a sheet of paper each."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        area = find_area(request, code)
        if not isinstance(area, Province):
            raise Http404("Mode rapat hanya ada untuk provinsi.")
        filterset = AreaPaperFilterSet(request.GET, request=request)
        context: dict[str, Any] = {"area": area, "filter": filterset, "heading": area.name, "crumbs": crumbs(area)}
        if filterset.has_no_data:
            return render(request, "reporting/empty.html", context)
        mistakes = filterset.mistakes
        if "format" in request.GET:
            mistakes.append(NO_FILE)
        if mistakes:
            return render(request, "reporting/mistakes.html", {**context, "mistakes": mistakes}, status=400)
        question = filterset.question()
        shown = meeting(request.user, area, question)
        found = shown.found
        rates = two_years(found.progress_data)
        chart = trend(rates, found.total)
        context |= {
            "question": question,
            "meeting": shown,
            "area_progress": found.total,
            "forecast": forecast(found.progress_data, found.total),
            "screens": [(screen, MeetingTable(screen, found.total, question)) for screen in shown.screens],
            "chart": chart,
            "readings": reading_table(chart),
            "revisions": revisions(rates),
            "position": position_date(question, filterset.period),
            "explanation": explain(question, found, filterset.period),
        }
        return render(request, "targets/meeting/meeting.html", context)
