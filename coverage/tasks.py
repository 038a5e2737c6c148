"""What waits for a user: the own office's month, what came back, what to verify, whom to call. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Office, User
from reporting.months import days_away, long_date, moment, month_code, month_name
from reporting.numbers import format_count

from . import access, corrections
from .completeness import Mark, Tally, marks_by_office
from .models import (
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

Action, Status = SubmissionEvent.Action, Submission.Status
#: Cells to mend, and offices to call, named on the card; the page behind it has all of them.
LONGEST_LIST = 5


class Kind(StrEnum):
    """In the order of the cards: what burns stands first, what needs nothing last."""

    MEND = "mend"
    FILL = "fill"
    VERIFY = "verify"
    CHASE = "chase"
    CORRECTED = "corrected"
    WAIT = "wait"
    CLOSED = "closed"
    DONE = "done"

    @property
    def needs_work(self) -> bool:
        return self in (Kind.MEND, Kind.FILL, Kind.VERIFY, Kind.CHASE, Kind.CORRECTED)


@dataclass(frozen=True)
class Task:
    """One thing, with one link to the place where it is done."""

    kind: Kind
    title: str
    url: str
    action: str
    sentences: tuple[str, ...] = ()
    #: Deadlines in words; `is_late` when the first has passed.
    deadline: str = ""
    is_late: bool = False
    #: How far it is, where that is a matter of cells.
    tally: Tally | None = None
    #: What to mend where, or which office lacks what: name and remark.
    details: tuple[tuple[str, str], ...] = ()
    #: How many more there are than `details` names.
    more: int = 0

    @property
    def percent(self) -> int:
        """Own cells in whole percent, rounded down."""
        rate = self.tally.rate if self.tally else None
        return int(rate * 100) if rate is not None else 0


def tasks_for(user: User) -> list[Task]:
    """The cards of this user, the most pressing first. Up to fifteen queries, whatever the number of offices."""
    still_open = list(access.open_periods())
    found = [*_own_tasks(user, still_open), *_verifier_tasks(user, still_open)]
    return sorted(found, key=lambda task: list(Kind).index(task.kind))


def _own_tasks(user: User, still_open: list[ReportingPeriod]) -> list[Task]:
    """The months of the own office, the earliest first: open and not handed in, the current one, opened again."""
    office = user.working_office
    if office is None or office.kind not in (Office.Kind.BRANCH, Office.Kind.REGIONAL):
        return []
    if not user.has_perm(access.ENTER):
        return []
    current = still_open[-1] if still_open else access.due_period(office)
    if current is None:
        return _month_to_begin()
    found: list[Task] = []
    reopened = {row.period_id: row for row in access.active_reopenings().filter(office=office)}
    submissions = {
        submission.period_id: submission
        for submission in Submission.objects.filter(
            period__in={current.month, *reopened, *(period.month for period in still_open)}, office=office
        ).select_related("period", "submitted_by", "decided_by")
    }
    open_again = ReportingPeriod.objects.filter(pk__in=reopened)
    periods = {period.month: period for period in (*still_open, current, *open_again)}
    for month, known in submissions.items():
        if month not in (current.month, *reopened) and known.status not in access.WITH_THE_OFFICE:
            del periods[month]
    marks = marks_by_office(CoverageRecord.objects.of_office(office), periods.values()).get(office.pk, {})
    steps = _last_steps(submissions)
    for month in sorted(periods):
        submission, mark = submissions.get(month), marks.get(month, Mark(month, Tally()))
        if mark.tally.expected or submission:
            last = steps.get(submission.pk, {}) if submission else {}
            found.append(_own_task(office, periods[month], mark, submission, last, reopened.get(month)))
    return [*found, *_month_to_begin()]


def _month_to_begin() -> list[Task]:
    """A month whose turn it is, before anybody opened it. A demonstration stays in its window."""
    month = access.due_month()
    if ReportingPeriod.objects.filter(month__gte=month).exists():
        return []
    if Dataset.objects.filter(is_demonstration=True).exists():
        return []
    name = month_name(month)
    return [Task(Kind.FILL, f"Isi angka {name}", reverse("entry-home"), "Mulai mengisi", (f"{name} siap diisi.",))]


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
        return Task(Kind.DONE, f"Angka {period} sudah diverifikasi", url, "Lihat", (verified,), tally=tally)
    if submission and status == Status.SUBMITTED:
        sentences = [f"Diajukan{_when_and_who(submission.submitted_at, submission.submitted_by)}."]
        if submission.flagged_cells:
            sentences.append(f"{format_count(submission.flagged_cells)} sel bertanda diperiksa lebih dahulu.")
        return Task(Kind.WAIT, f"Angka {period} menunggu verifikasi", url, "Lihat", tuple(sentences), tally=tally)
    if period.is_locked and reopening is None:
        closed = (
            f"Ditutup {long_date(period.closes_on)} sebelum diajukan. Hubungi administrator bila perlu dibuka lagi."
        )
        if period.locked_at is not None:
            closed = (
                f"Dikunci {moment(period.locked_at)} sebelum diajukan. Hubungi administrator bila perlu dibuka lagi."
            )
        return Task(Kind.CLOSED, f"Entri {period} sudah ditutup", url, "Lihat", (closed,), tally=tally)
    deadline, is_late = _deadline(period, reopening)
    if status == Status.RETURNED:
        returned = steps.get(Action.RETURN)
        cells = returned.cells if returned else {}
        said = _why_open(steps, reopening)
        if returned:
            said.append(f"Dikembalikan{_when_and_who(returned.at, returned.user)}: “{returned.reason}”")
        return Task(
            Kind.MEND,
            f"Perbaiki angka {period}",
            url + _anchor(cells),
            "Perbaiki",
            tuple(said) or ("Dikembalikan.",),
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
            Kind.FILL, f"Ajukan angka {period}", url, "Periksa dan ajukan", tuple(sentences), deadline, is_late, tally
        )
    action = "Lanjutkan mengisi" if mark.tally.filled else "Mulai mengisi"
    return Task(Kind.FILL, f"Isi angka {period}", url, action, tuple(sentences), deadline, is_late, tally)


def _deadline(period: ReportingPeriod, reopening: PeriodReopening | None = None) -> tuple[str, bool]:
    """The deadlines in words and days, and whether the first one has passed."""
    if reopening is not None:
        return f"Terbuka sampai {long_date(reopening.expires_on)} ({days_away(reopening.expires_on)})", False
    due, closes = period.due_on, period.closes_on
    if timezone.localdate() <= due:
        return f"Tepat waktu sampai {long_date(due)} ({days_away(due)}), ditutup {long_date(closes)}", False
    return f"Tenggat {long_date(due)} sudah lewat, ditutup {long_date(closes)} ({days_away(closes)})", True


def _why_open(steps: Mapping[str, SubmissionEvent], reopening: PeriodReopening | None) -> list[str]:
    """That a month was opened again, for how long and why; also when that has ended and the month is still open."""
    if reopening:
        return [f"Dibuka kembali sampai {long_date(reopening.expires_on)}: “{reopening.reason}”"]
    event = steps.get(Action.REOPEN)
    return [f"Dibuka kembali{_when_and_who(event.at, event.user)}: “{event.reason}”"] if event else []


def _last_steps(submissions: Mapping[date, Submission]) -> dict[int, dict[str, SubmissionEvent]]:
    """Of each submission, by its key, the last step of every kind since it was handed in or verified."""
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
    """`{"1802.PU": "..."}` with the names of area and segment."""
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
    """To the input of the first cell to mend."""
    return f"#p-{next(iter(cells)).replace('.', '-')}" if cells else ""


def _when_and_who(at: datetime | None, user: User | None) -> str:
    name = (user.get_full_name() or user.get_username()) if user else ""
    return (f" {moment(at)}" if at else "") + (f" oleh {name}" if name else "")


def _verifier_tasks(user: User, still_open: list[ReportingPeriod]) -> list[Task]:
    """What waits for a decision, and which offices have not handed in. The head office gets numbers, no names."""
    if not user.has_perm(access.VERIFY):
        return []
    offices = access.offices_for_verification(user)
    waiting = Submission.objects.filter(office__in=offices, status=Status.SUBMITTED).aggregate(
        count=Count("pk"),
        flagged=Count("pk", filter=Q(flagged_cells__gt=0)),
        own=Count("pk", filter=Q(submitted_by=user)),
        since=Min("submitted_at"),
    )
    found = []
    if waiting["count"] > waiting["own"]:
        sentences = [f"Terlama menunggu sejak {moment(waiting['since'])}."]
        if waiting["flagged"]:
            sentences.insert(0, f"{format_count(waiting['flagged'])} berisi sel bertanda; periksa lebih dahulu.")
        if waiting["own"]:
            sentences.append(f"{format_count(waiting['own'])} Anda ajukan sendiri; diverifikasi orang lain.")
        title = f"{format_count(waiting['count'])} pengajuan menunggu verifikasi"
        url = f"{reverse('verification-queue')}?bulan=semua"
        found.append(Task(Kind.VERIFY, title, url, "Periksa", tuple(sentences)))
    found += _corrected(offices)
    for period in still_open:
        if to_call := _offices_to_call(user, period):
            return [*found, *to_call]
    return found


def _corrected(offices: QuerySet[Office]) -> list[Task]:
    """Verified months whose figures were changed since: reports of verified figures still show the old ones."""
    changed = corrections.since_verified(offices)
    if not changed:
        return []
    found = {office for office, _ in changed}
    (month, *others) = {month for _, month in changed}
    at = "semua" if others else month_code(month)
    figures = f"{format_count(changed.total())} angka{'' if others else f' {month_name(month)}'}"
    return [
        Task(
            Kind.CORRECTED,
            f"{figures} berubah sejak diverifikasi",
            f"{reverse('verification-queue')}?bulan={at}&status={Status.VERIFIED}",
            "Lihat",
            (
                f"Milik {format_count(len(found))} kantor. Laporan terverifikasi tetap memakai angka yang lama sampai "
                "datanya diajukan dan diverifikasi lagi.",
            ),
        )
    ]


def _offices_to_call(user: User, period: ReportingPeriod) -> list[Task]:
    offices = access.offices_for_verification(user)
    marks = {
        code: by_month[period.month]
        for code, by_month in marks_by_office(
            CoverageRecord.objects.filter(regency__branch_office__in=offices), [period]
        ).items()
    }
    behind = {code: mark for code, mark in marks.items() if mark.is_with_the_office and code != user.office_id}
    if not behind:
        return []
    names = dict(Office.objects.filter(pk__in=behind).values_list("code", "name"))
    named = (
        [] if user.writes_all_areas else sorted(behind, key=lambda code: (behind[code].tally.rate or 0, names[code]))
    )
    deadline, is_late = _deadline(period)
    everything = sum((mark.tally for mark in marks.values()), Tally())
    where = "semua" if user.writes_all_areas else user.office_id
    return [
        Task(
            Kind.CHASE,
            f"{format_count(len(behind))} dari {format_count(len(marks))} kantor belum mengajukan {period}",
            f"{reverse('completeness')}?bulan={month_code(period.month)}&kanwil={where}",
            "Lihat kelengkapan",
            (),
            deadline,
            is_late,
            everything,
            tuple(
                (names[code].removeprefix("Kantor Cabang "), _how_far(behind[code])) for code in named[:LONGEST_LIST]
            ),
            max(0, len(named) - LONGEST_LIST),
        )
    ]


def _how_far(mark: Mark) -> str:
    """`7 dari 12 sel`; what is complete waits for something else, so its state is said too."""
    cells = f"{format_count(mark.tally.filled)} dari {format_count(mark.tally.expected)} sel"
    is_complete = mark.tally.filled == mark.tally.expected
    return f"{cells}, {mark.submission_label.lower()}" if is_complete else cells
