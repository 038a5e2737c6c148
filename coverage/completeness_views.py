"""`/kelengkapan/`: who has reported, who has not; and the button that reminds an office."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.models import Denied
from reporting.months import long_date, month_code, month_name
from reporting.numbers import format_count
from reporting.views import Answer, ReportView

from . import access
from .completeness import (
    STATE_WORDS,
    Level,
    Row,
    State,
    count_states,
    roll_up,
    rows_of_offices,
    strip_months,
    total_of,
)
from .completeness_filters import BY_OFFICE, CompletenessFilters, Question
from .completeness_tables import MarkLink, columns, screen

if TYPE_CHECKING:
    from accounts.models import User

STAFF_ONLY = "Kelengkapan laporan kantor hanya dapat dilihat pegawai BPJS Ketenagakerjaan."


class CompletenessView(ReportView):
    """Offices, or regional offices with the sum of theirs, against twelve months."""

    template_name = "completeness.html"
    title = "Kelengkapan"
    file_name = "kelengkapan"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.reads_all_areas:
            raise Denied(STAFF_ONLY)
        return super().dispatch(request, *args, **kwargs)

    def make_filters(self, request: HttpRequest) -> CompletenessFilters:
        return CompletenessFilters(request.GET.dict(), user=request.user)

    def heading(self, form: CompletenessFilters) -> str:
        regional = form.question().regional
        return f"Kelengkapan — {regional}" if regional else "Kelengkapan"

    def answer(self, request: HttpRequest, form: CompletenessFilters) -> Answer:
        question = form.question()
        offices = rows_of_offices(request.user, question.last)
        if question.regional:
            offices = [row for row in offices if row.regional_code == question.regional.pk]
        rows = roll_up(offices) if question.level == Level.REGIONAL else offices
        shown = [row for row in rows if question.matches(row)]
        wanted = strip_months(question.last)
        # Which months stand in the table is asked for, so its columns belong to this one answer.
        self.columns = columns(wanted, self.links(request.user, question), self.row_link(question), may_remind=False)
        is_whole_country = question.regional is None
        self.screen = screen(question.level, wanted, is_whole_country=is_whole_country, may_remind=False)
        total = total_of(shown, "", total_name(question, shown)) if shown else None
        counts = count_states(offices)
        return Answer(
            rows=shown,
            total=total,
            definition=define(question, wanted),
            explanation=explain(question, form),
            context={
                "question": question,
                "legend": [(state, counts.get(state, 0)) for state in reversed(STATE_WORDS) if state in LEGEND],
                "all_offices": question.regional.pk if question.regional else BY_OFFICE,
                "offices": len(offices),
            },
        )

    def links(self, user: User, question: Question) -> MarkLink:
        """Where the month of an office leads: to its submission or its grid, for whom may open them."""
        if question.level == Level.REGIONAL:
            return lambda row, month: None
        to_enter = set(access.offices_for_entry(user).values_list("pk", flat=True))
        to_verify = set(access.offices_for_verification(user).values_list("pk", flat=True))

        def link(row: Row, month: date) -> str | None:
            mark = row.at(month)
            may_verify = row.code in to_verify and bool(mark.submission)
            if mark.is_sum or not mark.tally.expected:
                return None
            if row.code in to_enter and (mark.is_with_the_office or not may_verify):
                return reverse("entry-office", args=[month_code(month), row.code])
            return reverse("verification", args=[month_code(month), row.code]) if may_verify else None

        return link

    def row_link(self, question: Question) -> Callable[[Row], str | None]:
        """A regional office leads to its offices."""
        if question.level == Level.OFFICE:
            return lambda row: None
        base = f"{reverse('completeness')}?bulan={month_code(question.last)}&kanwil="
        return lambda row: base + row.code if row.code else None


LEGEND = (State.MISSING, State.PARTIAL, State.LATE, State.NOT_DUE, State.ON_TIME)


def total_name(question: Question, shown: list[Row]) -> str:
    """What the last line adds up."""
    if question.state:
        what = "Kanwil" if question.level == Level.REGIONAL else "kantor"
        return f"Jumlah {format_count(len(shown))} {what}"
    if question.regional:
        return f"Jumlah {question.regional.name.replace('Kantor Wilayah', 'Kanwil')}"
    return "Nasional"


def explain(question: Question, form: CompletenessFilters) -> list[str]:
    """Sentences for the reader."""
    period = next(period for period in form.periods if period.month == question.last)
    return [
        f"{month_name(question.last)}: tepat waktu sampai {long_date(period.due_on)}",
        "kelengkapan = sel wajib yang diisi sendiri bulan itu dibagi sel wajib; angka bulan lalu tidak dihitung",
        "tepat waktu = lengkap, dan pertama kali diajukan paling lambat pada tanggal tenggat",
        "kab/kota menurut kantor pelapornya sekarang",
    ]


def define(question: Question, wanted: list[date]) -> dict[str, Any]:
    """The same for programs: stable English keys."""
    return {
        "month": month_code(question.last),
        "months": [month_code(month) for month in wanted],
        "level": str(question.level),
        "regional_office": question.regional.pk if question.regional else None,
        "states": {
            "on_time": "every expected cell has a value of its own, and the month was first handed in by its due date",
            "late": "every expected cell has a value of its own, but the month was not handed in by its due date",
            "partial": "some expected cells lack a value of their own, and the due date has passed",
            "missing": "no expected cell has a value of its own, and the due date has passed",
            "not_due": "not on time yet, and the due date has not passed",
            "not_asked": "no cell was expected",
        },
        "completeness_rate": "expected cells with a value of their own / expected cells, a fraction; sums over sums",
        "timeliness_rate": "offices on time / offices that had to report, over the months whose due date has passed",
        "assignment": "offices answer for regencies as assigned now",
    }
