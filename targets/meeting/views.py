"""`/rapat/<province>/`: a province for the screen of a meeting room, and on paper."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from coverage.models import Province
from targets.area.selectors import crumbs, find_area
from targets.progress.charts import revisions, trend, two_years
from targets.progress.explanations import explain, position_date
from targets.progress.filters import PaperFilters
from targets.progress.forecast import outlook

from .selectors import meeting

#: Asked for as a file, it says where the files are.
NO_FILE = "Mode rapat tidak dapat diunduh. Unduh berkas dari halaman wilayahnya."


class MeetingView(View):
    """Screens below each other: arrow keys, links or scrolling lead on; printed, a sheet of paper each."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        area = find_area(request, code)
        if not isinstance(area, Province):
            raise Http404("Mode rapat hanya ada untuk provinsi.")
        form = PaperFilters(request.GET.dict(), user=request.user)
        context: dict[str, Any] = {"area": area, "form": form, "heading": area.name, "crumbs": crumbs(area)}
        if form.has_no_data:
            return render(request, "reporting/empty.html", context)
        mistakes = [] if form.is_valid() else form.sentences
        if "format" in request.GET:
            mistakes.append(NO_FILE)
        if mistakes:
            return render(request, "reporting/mistakes.html", {**context, "mistakes": mistakes}, status=400)
        question = form.question()
        shown = meeting(request.user, area, question)
        found = shown.found
        rates = two_years(found.board)
        context |= {
            "question": question,
            "meeting": shown,
            "standing": found.total,
            "outlook": outlook(found.board, found.total),
            "chart": trend(rates, found.total),
            "revisions": revisions(rates),
            "position": position_date(question, form.period),
            "explanation": explain(question, found, form.period),
        }
        return render(request, "targets/meeting/meeting.html", context)
