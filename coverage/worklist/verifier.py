"""Tasks of a verifier: submissions to decide on, figures changed since, offices to call. Reads only."""

from __future__ import annotations

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse

from accounts.models import Office, User
from coverage import permissions
from coverage.completeness.selectors import CellTally, Mark, marks_by_office
from coverage.models import CoverageRecord, ReportingPeriod, Submission
from coverage.submissions import changes_since
from reporting.months import moment, month_code, month_name
from reporting.numbers import format_count

from .cards import LONGEST_LIST, CardKind, Task, deadline_of

Status = Submission.Status


def verifier_tasks(user: User, still_open: list[ReportingPeriod]) -> list[Task]:
    """Return the tasks: waiting submissions, and offices that have not submitted (for the head office only counts)."""
    if not user.has_perm(permissions.VERIFY):
        return []
    offices = permissions.offices_for_verification(user)
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
        found.append(Task(CardKind.VERIFY, title, url, "Periksa", tuple(sentences)))
    found += _corrected(offices)
    for period in still_open:
        if to_call := _offices_to_call(user, period):
            return [*found, *to_call]
    return found


def _corrected(offices: QuerySet[Office]) -> list[Task]:
    """Return the task about verified months whose figures were changed since; reports still show the old ones."""
    changed = changes_since.since_verified(offices)
    if not changed:
        return []
    found = {office for office, _ in changed}
    (month, *others) = {month for _, month in changed}
    at = "semua" if others else month_code(month)
    figures = f"{format_count(changed.total())} angka{'' if others else f' {month_name(month)}'}"
    return [
        Task(
            CardKind.CORRECTED,
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
    offices = permissions.offices_for_verification(user)
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
    deadline, is_late = deadline_of(period)
    everything = sum((mark.tally for mark in marks.values()), CellTally())
    where = "semua" if user.writes_all_areas else user.office_id
    return [
        Task(
            CardKind.CHASE,
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
    """Return `7 dari 12 sel`; a complete month with the state of its submission, which is what is missing."""
    cells = f"{format_count(mark.tally.filled)} dari {format_count(mark.tally.expected)} sel"
    is_complete = mark.tally.filled == mark.tally.expected
    return f"{cells}, {mark.submission_label.lower()}" if is_complete else cells
