"""The only writer of submissions and of verified values, one function per step of an office's month.

Each step is one transaction that locks the office first, checks one permission, and raises `Denied` with a sentence.
Repeating a step, for example by a double click, is refused too and writes no second event.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from accounts.models import Denied, Office
from coverage import permissions
from coverage.models import (
    CellKey,
    CoverageRecord,
    PeriodReopening,
    ReportingPeriod,
    Submission,
    SubmissionEvent,
    Via,
    write_history,
)
from coverage.records.carrying import carry_verified_forward, last_verified, later_periods, reached
from coverage.records.locking import lock_offices, lock_records, lock_submission
from reporting import months
from reporting.numbers import format_count

from .readiness import check_ready

if TYPE_CHECKING:
    from accounts.models import User

Action = SubmissionEvent.Action
Status = Submission.Status


class ChangedMeanwhile(Denied):
    """The figures were changed after they were shown to the verifier."""


def submit(*, user: User, office: Office, period: ReportingPeriod) -> Submission:
    """Submit the office's month; a verified month again if it was corrected since.

    Raises NotReady when a figure or an explanation is missing, Denied for other refusals, OutOfScope for a foreign
    office.
    """
    permissions.check_office(user, office)
    with transaction.atomic():
        submission = lock_submission(office, period)
        period = ReportingPeriod.objects.get(pk=period.pk)
        permissions.check_open(office, period)
        name = months.month_name(period.month)
        if submission.status == Status.SUBMITTED:
            raise Denied(f"Data {name} sudah diajukan{_by(submission.submitted_by, submission.submitted_at)}.")
        records = list(CoverageRecord.objects.of_office(office).filter(period=period))
        if submission.status == Status.VERIFIED and not any(_to_verify(record) for record in records):
            raise Denied(f"Data {name} sudah diverifikasi dan tidak berubah sejak itu.")
        submission.flagged_cells = check_ready(office, period, records)
        now = timezone.now()
        submission.status = Status.SUBMITTED
        submission.submitted_at, submission.submitted_by = now, user
        submission.first_submitted_at = submission.first_submitted_at or now
        submission.decided_at = submission.decided_by = None
        return _take_step(submission, Action.SUBMIT, user, now)


def withdraw(*, user: User, office: Office, period: ReportingPeriod, reason: str = "") -> Submission:
    """Withdraw a submission that nobody has decided on while the month is open. Raises Denied, OutOfScope."""
    permissions.check_office(user, office)
    with transaction.atomic():
        submission = lock_submission(office, period)
        period = ReportingPeriod.objects.get(pk=period.pk)
        _require_submitted(submission, period)
        permissions.check_open(office, period)
        submission.status = Status.DRAFT
        submission.submitted_at = submission.submitted_by = None
        return _take_step(submission, Action.WITHDRAW, user, reason=reason)


def send_back(
    *, user: User, submission: Submission, reason: str, cells: Mapping[CellKey, str] | None = None
) -> Submission:
    """Return a submission to its office, with a reason and a remark per cell to correct. Raises Denied, OutOfScope."""
    permissions.check_verifier(user, submission.office_id)
    reason = reason.strip()
    remarks = {key: text.strip() for key, text in (cells or {}).items() if text.strip()}
    if not reason:
        raise Denied("Tuliskan alasan pengembalian, supaya kantor tahu apa yang harus diperbaiki.")
    with transaction.atomic():
        submission = lock_submission(submission.office, submission.period)
        period = ReportingPeriod.objects.get(pk=submission.period_id)
        _require_submitted(submission, period)
        try:
            permissions.check_open(submission.office, period)
        except Denied as refusal:
            raise Denied(
                f"{refusal} Kantor tidak dapat memperbaikinya; mintalah administrator membuka kembali bulan ini."
            ) from None
        if remarks.keys() - _own_cells(submission):
            raise permissions.OutOfScope("cell")
        now = timezone.now()
        submission.status = Status.RETURNED
        submission.decided_at, submission.decided_by = now, user
        texts = {f"{area}.{segment}": text for (area, segment), text in remarks.items()}
        return _take_step(submission, Action.RETURN, user, now, reason=reason, cells=texts)


def verify(*, user: User, submission: Submission, seen_at: datetime | None = None) -> Submission:
    """Verify a submission: its own figures become the verified ones and are carried to the following months.

    Allowed after the closing date, but not in a month locked by hand. `seen_at` is when the figures were shown to the
    verifier. Raises ChangedMeanwhile when they were changed since, Denied for other refusals, OutOfScope.
    """
    ((submission, refusal),) = _verify(user, [submission], seen_at)
    if refusal:
        raise refusal
    return submission


def verify_many(
    *, user: User, submissions: Iterable[Submission], seen_at: datetime
) -> list[tuple[Submission, Denied | None]]:
    """Verify several submissions; one that is refused does not stop the others.

    Submissions with flags, or changed after they were submitted, are refused, because they must be opened one by one.
    The number of queries depends only on the number of months.
    """
    return _verify(user, list(submissions), seen_at, is_unopened=True)


def _verify(
    user: User, submissions: Collection[Submission], seen_at: datetime | None, *, is_unopened: bool = False
) -> list[tuple[Submission, Denied | None]]:
    """Return each submission with its refusal, None where it was verified."""
    permissions.check_verifier(user, *(submission.office_id for submission in submissions))
    with transaction.atomic():
        lock_offices(Office.objects.filter(pk__in=[submission.office_id for submission in submissions]))
        stored = Submission.objects.select_related("office", "period", "submitted_by", "decided_by").in_bulk(
            [submission.pk for submission in submissions]
        )
        refusals: dict[int, Denied] = {}
        by_month = sorted(stored.values(), key=lambda submission: submission.period_id)
        for _, of_month in groupby(by_month, key=lambda submission: submission.period_id):
            refusals |= _verify_month(user, list(of_month), seen_at, is_unopened=is_unopened)
    return [(stored[submission.pk], refusals.get(submission.pk)) for submission in submissions]


def _verify_month(
    user: User, submissions: Sequence[Submission], seen_at: datetime | None, *, is_unopened: bool
) -> dict[int, Denied]:
    """Verify submissions of one month; return the refusals by key."""
    period, offices = submissions[0].period, [submission.office for submission in submissions]
    later = later_periods(period)
    reach = {
        office: {at.month for at in reached(later, reopened)}
        for office, reopened in permissions.reopened_months(office.pk for office in offices).items()
    }
    records = lock_records(offices, {period.month}.union(*reach.values()))
    now = timezone.now()
    refusals: dict[int, Denied] = {}
    accepted: list[Submission] = []
    own: list[CoverageRecord] = []
    following: list[CoverageRecord] = []
    for submission in submissions:
        of_office = records[submission.office_id]
        of_month = [record for record in of_office if record.period_id == period.month]
        try:
            _check_verifiable(user, submission, of_month, seen_at, is_unopened=is_unopened)
        except Denied as refusal:
            refusals[submission.pk] = refusal
            continue
        submission.status = Status.VERIFIED
        submission.decided_at, submission.decided_by = now, user
        accepted.append(submission)
        own += of_month
        following += [record for record in of_office if record.period_id in reach[submission.office_id]]
    _verify_records(user, period, own, following, now)
    Submission.objects.bulk_update(accepted, ["status", "decided_at", "decided_by"])
    SubmissionEvent.objects.bulk_create(
        SubmissionEvent(submission=submission, action=Action.VERIFY, user=user, at=now) for submission in accepted
    )
    return refusals


def reopen(*, user: User, submission: Submission, reason: str, at: datetime) -> None:
    """Give a submitted month back to its office. Only for `coverage.periods.reopening`, which locks and checks.

    Verified values stay in force until the month is verified again.
    """
    if submission.status not in permissions.WITH_THE_OFFICE:
        submission.status = Status.RETURNED
    _take_step(submission, Action.REOPEN, user, at, reason=reason)


def reclose(*, user: User | None, submission: Submission, reopening: PeriodReopening) -> None:
    """End a reopening; restore the submission if nothing was changed. Only for `coverage.periods.reopening`."""
    if submission.status not in permissions.WITH_THE_OFFICE:
        return  # submitted again, to be verified as usual
    records = CoverageRecord.objects.of_office(reopening.office).filter(period=reopening.period)
    was_changed = records.filter(changed_at__gt=reopening.opened_at).exists()
    was_handed_in = reopening.status_before not in ("", *permissions.WITH_THE_OFFICE)
    if was_handed_in and not was_changed:
        _restore(submission, reopening)
    _take_step(submission, Action.RECLOSE, user)


def _restore(submission: Submission, reopening: PeriodReopening) -> None:
    """Restore the state before the reopening; if it was submitted and withdrawn meanwhile, from its steps."""
    steps = {
        step.action: step
        for step in submission.events.select_related("user").filter(at__lte=reopening.opened_at).order_by("at", "pk")
    }
    if submitted := steps.get(Action.SUBMIT):
        submission.submitted_at, submission.submitted_by = submitted.at, submitted.user
    submission.submitted_at = submission.submitted_at or submission.first_submitted_at
    if reopening.status_before == Status.VERIFIED:
        if verified := steps.get(Action.VERIFY):
            submission.decided_at, submission.decided_by = verified.at, verified.user
    else:
        submission.decided_at = submission.decided_by = None
    submission.status = reopening.status_before


def _take_step(
    submission: Submission, action: str, user: User | None, at: datetime | None = None, **more: Any
) -> Submission:
    submission.save()
    SubmissionEvent.objects.create(submission=submission, action=action, user=user, at=at or timezone.now(), **more)
    return submission


def _require_submitted(submission: Submission, period: ReportingPeriod) -> None:
    name = months.month_name(period.month)
    if submission.status == Status.VERIFIED:
        raise Denied(f"Data {name} sudah diverifikasi{_by(submission.decided_by, submission.decided_at)}.")
    if submission.status == Status.RETURNED:
        raise Denied(f"Data {name} sudah dikembalikan ke kantor{_by(submission.decided_by, submission.decided_at)}.")
    if submission.status != Status.SUBMITTED:
        raise Denied(f"Data {name} belum diajukan, atau sudah ditarik kembali oleh kantor.")


def _by(user: User | None, at: datetime | None) -> str:
    who = f" oleh {user.get_full_name() or user.username}" if user else ""
    return who + (f" pada {months.long_date(timezone.localdate(at))}" if at else "")


def _own_cells(submission: Submission) -> set[CellKey]:
    records = CoverageRecord.objects.of_office(submission.office).filter(period=submission.period_id)
    return {
        (regency or province, segment)
        for province, regency, segment in records.values_list("province", "regency", "segment")
    }


def _check_lock(submission: Submission, period: ReportingPeriod) -> None:
    """Raise Denied in a month locked by hand, unless it was reopened and submitted after the lock."""
    locked_at = period.locked_at
    if locked_at is not None and not (submission.submitted_at and submission.submitted_at > locked_at):
        raise Denied(
            f"Periode {months.month_name(period.month)} sudah dikunci; yang belum diverifikasi tetap sementara."
        )


def _check_verifiable(
    user: User,
    submission: Submission,
    records: Collection[CoverageRecord],
    seen_at: datetime | None,
    *,
    is_unopened: bool,
) -> None:
    """Raise Denied unless the user may verify the submission in its present state."""
    _require_submitted(submission, submission.period)
    _check_lock(submission, submission.period)
    if submission.submitted_by_id == user.pk:
        raise Denied("Anda sendiri yang mengajukan data ini. Verifikasi dilakukan oleh orang lain.")
    _check_unchanged(user, submission, records, seen_at)
    if is_unopened:
        _check_no_flags(submission, records)


def _check_unchanged(
    user: User, submission: Submission, records: Iterable[CoverageRecord], seen_at: datetime | None
) -> None:
    """Raise Denied for figures changed since they were seen, or corrected by the user after they were submitted."""
    submitted_at = submission.submitted_at
    moments = [moment for moment in (submitted_at, *(record.changed_at for record in records)) if moment]
    if seen_at is not None and any(seen_at < moment <= timezone.now() for moment in moments):
        raise ChangedMeanwhile("Data berubah sejak halaman ini dibuka. Periksa lagi angkanya, lalu verifikasi.")
    for record in records:
        if record.changed_by_id == user.pk and submitted_at and record.changed_at and record.changed_at > submitted_at:
            raise Denied(
                f"Anda sendiri mengoreksi {record.area} · {record.segment_id} setelah data diajukan. "
                "Verifikasi dilakukan oleh orang lain."
            )


def _check_no_flags(submission: Submission, records: Iterable[CoverageRecord]) -> None:
    """Raise Denied for flags, or changes after the submission, when the flags were counted."""
    submitted_at = submission.submitted_at
    changed = sum(bool(submitted_at and record.changed_at and record.changed_at > submitted_at) for record in records)
    if submission.flagged_cells:
        raise Denied(f"{format_count(submission.flagged_cells)} sel bertanda. Periksa pengajuan ini satu per satu.")
    if changed:
        raise Denied(f"{format_count(changed)} sel diubah setelah diajukan. Periksa pengajuan ini satu per satu.")


def _to_verify(record: CoverageRecord) -> bool:
    """Return whether verifying would change this record."""
    if record.has_own_value:
        return record.verified_at is None or record.verified_participants != record.participants
    return record.verified_at is not None


def _verify_records(
    user: User,
    period: ReportingPeriod,
    records: Iterable[CoverageRecord],
    following: Iterable[CoverageRecord],
    now: datetime,
) -> None:
    """Make own figures the verified ones; where an own figure was removed, use last month's verified one."""
    changed = {(record.area_code, record.segment_id): record for record in records if _to_verify(record)}
    if not changed:
        return
    taken_back = {key: record for key, record in changed.items() if not record.has_own_value}
    earlier = last_verified(period, taken_back)
    for key, record in changed.items():
        record.verified_participants = earlier.get(key) if key in taken_back else record.participants
    for record in taken_back.values():
        record.verified_at = record.verified_by = None
    CoverageRecord.objects.bulk_update(taken_back.values(), ["verified_participants", "verified_at", "verified_by"])
    written = CoverageRecord.objects.filter(pk__in=[record.pk for record in changed.values()])
    written.filter(origin__in=CoverageRecord.OWN).update(
        verified_participants=F("participants"), verified_at=now, verified_by=user
    )
    write_history(written, via=Via.VERIFY, user=user, at=now)
    bulk_update_with_history(
        carry_verified_forward({key: record.verified_participants for key, record in changed.items()}, following),
        CoverageRecord,
        ["verified_participants"],
        batch_size=500,
        default_user=user,
        default_change_reason="",
        default_date=now,
        custom_historical_attrs={"via": Via.CARRIED},
    )
