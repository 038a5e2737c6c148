"""Tasks of users who enter figures: the months of their office. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.urls import reverse

from accounts.models import Office, User
from coverage import permissions
from coverage.completeness.selectors import CellTally, Mark, marks_by_office
from coverage.models import (
    CoverageRecord,
    Dataset,
    PeriodReopening,
    Province,
    Regency,
    ReportingPeriod,
    Submission,
    SubmissionEvent,
    WorkerSegment,
)
from coverage.periods.selectors import due_month, due_period
from reporting.months import long_date, moment, month_code, month_name
from reporting.numbers import format_count

from .cards import LONGEST_LIST, CardKind, Task, deadline_of

Action, Status = SubmissionEvent.Action, Submission.Status


def own_tasks(user: User, still_open: list[ReportingPeriod]) -> list[Task]:
    """Return the tasks of the own office by month: open and not submitted, the current one, reopened."""
    office = user.working_office
    if office is None or office.kind not in (Office.Kind.BRANCH, Office.Kind.REGIONAL):
        return []
    if not user.has_perm(permissions.ENTER):
        return []
    current = still_open[-1] if still_open else due_period(office)
    if current is None:
        return _month_to_begin()
    found: list[Task] = []
    reopened = {row.period_id: row for row in permissions.active_reopenings().filter(office=office)}
    submissions = {
        submission.period_id: submission
        for submission in Submission.objects.filter(
            period__in={current.month, *reopened, *(period.month for period in still_open)}, office=office
        ).select_related("period", "submitted_by", "decided_by")
    }
    open_again = ReportingPeriod.objects.filter(pk__in=reopened)
    periods = {period.month: period for period in (*still_open, current, *open_again)}
    for month, known in submissions.items():
        if month not in (current.month, *reopened) and known.status not in permissions.WITH_THE_OFFICE:
            del periods[month]
    marks = marks_by_office(CoverageRecord.objects.of_office(office), periods.values()).get(office.pk, {})
    steps = _last_steps(submissions)
    for month in sorted(periods):
        submission, mark = submissions.get(month), marks.get(month, Mark(month, CellTally()))
        if mark.tally.expected or submission:
            last = steps.get(submission.pk, {}) if submission else {}
            found.append(_own_task(office, periods[month], mark, submission, last, reopened.get(month)))
    return [*found, *_month_to_begin()]


def _month_to_begin() -> list[Task]:
    """Return the task to begin the due month if it is not opened yet; none in a demonstration."""
    month = due_month()
    if ReportingPeriod.objects.filter(month__gte=month).exists():
        return []
    if Dataset.objects.filter(is_demonstration=True).exists():
        return []
    name = month_name(month)
    return [Task(CardKind.FILL, f"Isi angka {name}", reverse("entry-home"), "Mulai mengisi", (f"{name} siap diisi.",))]


def _own_task(
    office: Office,
    period: ReportingPeriod,
    mark: Mark,
    submission: Submission | None,
    steps: Mapping[str, SubmissionEvent],
    reopening: PeriodReopening | None,
) -> Task:
    url = reverse("entry", args=[month_code(period.month)])
    tally = mark.tally if mark.tally.expected else None
    status = submission.status if submission else Status.DRAFT
    if submission and status == Status.VERIFIED:
        verified = f"Diverifikasi{_when_and_who(submission.decided_at, submission.decided_by)}."
        return Task(CardKind.DONE, f"Angka {period} sudah diverifikasi", url, "Lihat", (verified,), tally=tally)
    if submission and status == Status.SUBMITTED:
        sentences = [f"Diajukan{_when_and_who(submission.submitted_at, submission.submitted_by)}."]
        if submission.flagged_cells:
            sentences.append(f"{format_count(submission.flagged_cells)} sel bertanda diperiksa lebih dahulu.")
        return Task(CardKind.WAIT, f"Angka {period} menunggu verifikasi", url, "Lihat", tuple(sentences), tally=tally)
    if period.is_locked and reopening is None:
        closed = (
            f"Ditutup {long_date(period.closes_on)} sebelum diajukan. Hubungi administrator bila perlu dibuka lagi."
        )
        if period.locked_at is not None:
            closed = (
                f"Dikunci {moment(period.locked_at)} sebelum diajukan. Hubungi administrator bila perlu dibuka lagi."
            )
        return Task(CardKind.CLOSED, f"Entri {period} sudah ditutup", url, "Lihat", (closed,), tally=tally)
    deadline, is_late = deadline_of(period, reopening)
    if status == Status.RETURNED:
        returned = steps.get(Action.RETURN)
        cells = returned.cells if returned else {}
        sentences = _why_open(steps, reopening)
        if returned:
            sentences.append(f"Dikembalikan{_when_and_who(returned.at, returned.user)}: “{returned.reason}”")
        return Task(
            CardKind.MEND,
            f"Perbaiki angka {period}",
            url + _anchor(cells),
            "Perbaiki",
            tuple(sentences) or ("Dikembalikan.",),
            deadline,
            is_late,
            tally,
            _cells_to_mend(office, cells),
            max(0, len(cells) - LONGEST_LIST),
        )
    sentences = _why_open(steps, reopening)
    if taken_back := steps.get(Action.WITHDRAW):
        sentences.insert(0, f"Ditarik kembali{_when_and_who(taken_back.at, taken_back.user)}.")
    left = mark.tally.expected - mark.tally.filled - mark.tally.explained
    if tally and left == 0:
        sentences.append("Semua sel sudah terisi atau dijelaskan; tinggal diajukan.")
        return Task(
            CardKind.FILL,
            f"Ajukan angka {period}",
            url,
            "Periksa dan ajukan",
            tuple(sentences),
            deadline,
            is_late,
            tally,
        )
    action = "Lanjutkan mengisi" if mark.tally.filled else "Mulai mengisi"
    return Task(CardKind.FILL, f"Isi angka {period}", url, action, tuple(sentences), deadline, is_late, tally)


def _why_open(steps: Mapping[str, SubmissionEvent], reopening: PeriodReopening | None) -> list[str]:
    """Return the sentence on a reopening, with its end and reason; also after it ended while the month is open."""
    if reopening:
        return [f"Dibuka kembali sampai {long_date(reopening.expires_on)}: “{reopening.reason}”"]
    event = steps.get(Action.REOPEN)
    return [f"Dibuka kembali{_when_and_who(event.at, event.user)}: “{event.reason}”"] if event else []


def _last_steps(submissions: Mapping[date, Submission]) -> dict[int, dict[str, SubmissionEvent]]:
    """Return by submission the last step of every kind since it was submitted or verified. One query."""
    events = SubmissionEvent.objects.filter(submission__in=list(submissions.values()))
    found: dict[int, dict[str, SubmissionEvent]] = {}
    for event in events.select_related("user").order_by("at", "pk"):
        steps = found.setdefault(event.submission_id, {})
        if event.action in (Action.SUBMIT, Action.VERIFY):
            steps.clear()
        else:
            steps[event.action] = event
    return found


def _cells_to_mend(office: Office, cells: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return pairs of name and remark for cells such as `{"1802.PU": "..."}`."""
    if not cells:
        return ()
    named: dict[str, str] = dict(Regency.objects.filter(branch_office=office).values_list("code", "name"))
    named |= dict(Province.objects.filter(regional_office=office).values_list("code", "name"))
    segments = {segment.pk: segment for segment in WorkerSegment.objects.filter(is_active=True)}
    found = []
    for key, reason in list(cells.items())[:LONGEST_LIST]:
        area, _, code = key.partition(".")
        segment = segments.get(code)
        found.append(
            (f"{named.get(area, area)} · {code if segment is None or segment.is_expected else segment}", reason)
        )
    return tuple(found)


def _anchor(cells: Mapping[str, str]) -> str:
    """Return the URL fragment of the first cell to correct."""
    return f"#p-{next(iter(cells)).replace('.', '-')}" if cells else ""


def _when_and_who(at: datetime | None, user: User | None) -> str:
    name = (user.get_full_name() or user.get_username()) if user else ""
    return (f" {moment(at)}" if at else "") + (f" oleh {name}" if name else "")
