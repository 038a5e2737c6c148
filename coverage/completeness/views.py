"""`/kelengkapan/`: completeness of the offices' reports, and sending reminders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import Denied, Office
from accounts.views import explains_404
from coverage import permissions
from coverage.as_of import KNOWN_ON, words_of
from coverage.models import Reminder
from coverage.periods.selectors import period_at
from reporting.months import long_date, month_code, month_name
from reporting.numbers import format_count
from reporting.views import Report, ReportView

from . import reminders
from .filters import BY_OFFICE, CompletenessFilterSet, CompletenessQuestion
from .selectors import (
    STATE_WORDS,
    CompletenessLevel,
    CompletenessRow,
    Mark,
    ReminderButton,
    State,
    count_states,
    roll_up,
    rows_of_offices,
    strip_months,
    total_of,
)
from .tables import CompletenessTable, MarkLink, month_columns, reminder_column, screen

if TYPE_CHECKING:
    from accounts.models import User

STAFF_ONLY = "Kelengkapan laporan kantor hanya dapat dilihat pegawai BPJS Ketenagakerjaan."


class CompletenessView(ReportView):
    """Completeness of offices, or of regional offices with their branches, in twelve months."""

    filterset_class = CompletenessFilterSet
    table_class = CompletenessTable
    template_name = "coverage/completeness/completeness.html"
    title = "Kelengkapan"
    file_name = "kelengkapan"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.reads_all_areas:
            raise Denied(STAFF_ONLY)
        return super().dispatch(request, *args, **kwargs)

    def get_heading(self, filterset: CompletenessFilterSet) -> str:
        regional = filterset.question().regional
        return f"Kelengkapan — {regional}" if regional else "Kelengkapan"

    def find(self, filterset: CompletenessFilterSet) -> Report:
        question = filterset.question()
        offices = rows_of_offices(self.request.user, question.last, question.known_on)
        if question.regional:
            offices = [row for row in offices if row.regional_code == question.regional.pk]
        rows = roll_up(offices) if question.level == CompletenessLevel.REGIONAL else offices
        shown = [row for row in rows if question.matches(row)]
        shown, self.may_remind = self.with_buttons(shown, self.request.user, question)
        total = total_of(shown, "", total_name(question, shown)) if shown else None
        counts = count_states(offices)
        return Report(
            rows=shown,
            total=total,
            definition=define(question, strip_months(question.last)),
            explanation=explain(question),
            context={
                "question": question,
                "legend": [(state, counts.get(state, 0)) for state in reversed(STATE_WORDS) if state in LEGEND],
                "all_offices": question.regional.pk if question.regional else BY_OFFICE,
                "offices": len(offices),
            },
        )

    def get_table_kwargs(self) -> dict[str, Any]:
        """Add the columns of the chosen months, and the reminder buttons if the user may use them."""
        question = self.filterset.question()
        wanted, may_remind = strip_months(question.last), self.may_remind
        columns = month_columns(wanted, self.links(self.request.user, question))
        return {
            "extra_columns": [*columns, reminder_column()] if may_remind else columns,
            "links": {"office": row_link(question)},
            "screen": screen(question.level, wanted, is_whole_country=question.regional is None, may_remind=may_remind),
        }

    def links(self, user: User, question: CompletenessQuestion) -> MarkLink:
        """Return the function that links a mark to the office's submission or grid, if the user may open it."""
        if question.level == CompletenessLevel.REGIONAL or question.known_on:  # the linked pages show today
            return lambda row, mark: None
        to_enter = set(permissions.offices_for_entry(user).values_list("pk", flat=True))
        to_verify = set(permissions.offices_for_verification(user).values_list("pk", flat=True))

        def link(row: CompletenessRow, mark: Mark) -> str | None:
            may_verify = row.code in to_verify and bool(mark.submission)
            if mark.is_sum or not mark.tally.expected:
                return None
            if row.code in to_enter and (mark.is_with_the_office or not may_verify):
                return reverse("entry-office", args=[month_code(mark.month), row.code])
            return reverse("verification", args=[month_code(mark.month), row.code]) if may_verify else None

        return link

    def with_buttons(
        self, rows: list[CompletenessRow], user: User, question: CompletenessQuestion
    ) -> tuple[list[CompletenessRow], bool]:
        """Return the rows with the buttons this user may use, and whether there are any."""
        period = question.period
        to_verify = set(permissions.offices_for_verification(user).values_list("pk", flat=True))
        to_remind = {
            row.code for row in rows if row.is_office and row.last.is_with_the_office and row.code in to_verify
        }
        if question.known_on or period.is_locked or not to_remind:
            return rows, False
        sent = Reminder.objects.filter(period=period).order_by("sent_at").values_list("office", "sent_at")
        sent_at = dict(sent)
        month = month_code(period.month)
        return [
            replace(
                row,
                reminder=ReminderButton(
                    reverse("remind-office", args=[month, row.code]) if row.code in to_remind else "",
                    sent_at.get(row.code),
                ),
            )
            for row in rows
        ], True


@require_POST
@explains_404
def remind_office(request: HttpRequest, month: str, office: str) -> HttpResponse:
    """`/kelengkapan/2026-10/KC-.../ingatkan/`: send one reminder, then redirect back to the same rows."""
    place = Office.objects.filter(pk=office).first()
    if place is None:
        raise Http404
    try:
        permissions.check_verifier(request.user, place.pk)
    except permissions.OutOfScope:
        raise Http404 from None
    period = period_at(month)
    try:
        reminder = reminders.remind(user=request.user, office=place, period=period)
    except Denied as refusal:
        messages.error(request, str(refusal))
    else:
        count = format_count(len(reminder.recipients))
        messages.success(request, f"Pengingat {period} dikirim ke {place} ({count} penerima).")
    back = QueryDict(request.POST.get("back", "")[:500])
    return redirect(f"{reverse('completeness')}?{back.urlencode()}" if back else reverse("completeness"))


def row_link(question: CompletenessQuestion) -> Callable[[CompletenessRow], str | None]:
    """Return the function that links a regional office to the rows of its offices."""
    if question.level == CompletenessLevel.OFFICE:
        return lambda row: None
    day = f"&{KNOWN_ON}={question.known_on.isoformat()}" if question.known_on else ""
    base = f"{reverse('completeness')}?bulan={month_code(question.last)}{day}&kanwil="
    return lambda row: base + row.code if row.code else None


LEGEND = (State.MISSING, State.PARTIAL, State.LATE, State.NOT_DUE, State.ON_TIME)


def total_name(question: CompletenessQuestion, shown: list[CompletenessRow]) -> str:
    """Return the name of the total row."""
    if question.state:
        what = "Kanwil" if question.level == CompletenessLevel.REGIONAL else "kantor"
        return f"Jumlah {format_count(len(shown))} {what}"
    if question.regional:
        return f"Jumlah {question.regional.name.replace('Kantor Wilayah', 'Kanwil')}"
    return "Nasional"


def explain(question: CompletenessQuestion) -> list[str]:
    """Return the sentences of the definition line."""
    return [
        f"{month_name(question.last)}: tepat waktu sampai {long_date(question.period.due_on)}",
        "kelengkapan = sel wajib yang diisi sendiri bulan itu dibagi sel wajib; angka bulan lalu tidak dihitung",
        "tepat waktu = lengkap, dan pertama kali diajukan paling lambat pada tanggal tenggat",
        "kab/kota menurut kantor pelapornya sekarang",
        *([f"dinilai pada hari itu, {words_of(question.known_on)}"] if question.known_on else []),
    ]


def define(question: CompletenessQuestion, wanted: list[date]) -> dict[str, Any]:
    """Return the definition for JSON, with stable English keys."""
    return {
        "month": month_code(question.last),
        "months": [month_code(month) for month in wanted],
        "known_on": question.known_on.isoformat() if question.known_on else None,
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
