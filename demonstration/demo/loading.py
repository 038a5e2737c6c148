"""Writes the demonstration history in one transaction, with the data set that marks the database as a demonstration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from accounts.models import Office, User
from coverage import plausibility
from coverage.models import (
    CoverageRecord,
    Dataset,
    Regency,
    ReportingPeriod,
    Submission,
    SubmissionEvent,
    Via,
    WorkerSegment,
    WorkforceEstimate,
)
from reporting import months

from . import groups, routine, scenario
from .accounts import make_users
from .areas import read_areas
from .guard import MARK
from .history import make_history
from .potentials import Potential, PotentialInForce, make_potentials
from .record_history import write_history_of_month
from .records import LastValues, OfficeStaff, group_records, regency_records
from .window import MONTHS, OPEN_MONTH, calendar_of

#: To be increased when the figures change.
VERSION = "2"
#: The regional office of the demonstration users; it enters the figures of groups.
REGIONAL = "KW-SUMBAGSEL"
SOURCE = "PERAGAAN: angka rekaan, bukan statistik resmi"
BATCH = 2_000


def loaded_version() -> str | None:
    """Return the version of the loaded history; None before the first run."""
    return Dataset.objects.filter(code=MARK).values_list("version", flat=True).first()


def make_demonstration(today: date, report: Callable[[str], None]) -> None:
    """Write users, potentials, months, submissions, records and the data set in one transaction.

    `report` is called with a description of each step.
    """
    with transaction.atomic():
        report("Membuat pengguna peragaan")
        users = make_users()
        report("Menghitung riwayat rekaan 36 bulan untuk 514 kab/kota")
        areas = read_areas()
        potentials = make_potentials(areas)
        series = make_history(areas, potentials)
        report("Menyimpan potensi pekerja")
        _free_broken_down_cells()
        in_force = PotentialInForce(potentials)
        totals = {province: in_force.of_province(province, scenario.DEFAULT_ANCHOR) for province in groups.PROVINCES}
        _write_potentials(potentials, totals)
        report("Menyimpan periode dan pengajuan kantor")
        _write_periods(today)
        staff_by_area = staff_by_area_of(users)
        offices = sorted({staff.office for staff in staff_by_area.values()} | {REGIONAL})
        plans = {month: {office: routine.plan(office, month) for office in offices} for month in MONTHS}
        staff_by_office = {staff.office: staff for staff in staff_by_area.values()} | {
            REGIONAL: staff_of(REGIONAL, users)
        }
        write_submissions(plans, staff_by_office)
        group_series = groups.make_group_history(totals)
        last = LastValues()
        for month in MONTHS:
            if month.month in (1, 7) or month == MONTHS[0]:
                report(f"Menyimpan angka bulanan mulai {months.month_name(month)}")
            records = regency_records(month, areas, series, staff_by_area, plans[month], last)
            records += group_records(month, group_series, staff_by_office[REGIONAL], plans[month][REGIONAL], last)
            CoverageRecord.objects.bulk_create(records, batch_size=BATCH)
            write_history_of_month(month)
        count_flags()
        Dataset.objects.create(
            code=MARK, name="Data peragaan", version=VERSION, is_demonstration=True, loaded_at=timezone.now()
        )


def refresh(today: date) -> None:
    """Reset the users, and keep the open month open relative to `today`. Done on every run."""
    with transaction.atomic():
        make_users()
        ReportingPeriod.objects.filter(month=OPEN_MONTH).update(**calendar_of(OPEN_MONTH, today))


def _free_broken_down_cells() -> None:
    """Delete totals that are not broken down, since all provinces are now; they stay as published figures."""
    unsplit = {"segment_id": WorkerSegment.UNSPLIT, "regency__isnull": True}
    CoverageRecord.objects.filter(**unsplit, period__in=MONTHS).delete()
    WorkforceEstimate.objects.filter(**unsplit).delete()


def _write_potentials(potentials: list[Potential], totals: dict[str, int]) -> None:
    rows = [
        WorkforceEstimate(
            province_id=item.code[:2],
            regency_id=item.code,
            segment_id=segment,
            effective_from=item.effective_from,
            workers=workers,
            source=SOURCE,
        )
        for item in potentials
        for segment, workers in (("PU", item.pu), ("BPU", item.bpu))
    ]
    rows += [
        WorkforceEstimate(
            province_id=province, segment_id=group, effective_from=effective_from, workers=workers, source=SOURCE
        )
        for province, group, effective_from, workers in groups.make_group_potentials(totals)
    ]
    bulk_create_with_history(rows, WorkforceEstimate, batch_size=BATCH, custom_historical_attrs={"via": Via.COMMAND})


def _write_periods(today: date) -> None:
    ReportingPeriod.objects.bulk_create(
        [ReportingPeriod(month=month, **calendar_of(month, today)) for month in MONTHS],
        update_conflicts=True,
        unique_fields=["month"],
        update_fields=["cut_off_on", "due_on", "closes_on"],
    )


def staff_by_area_of(users: dict[str, User]) -> dict[str, OfficeStaff]:
    """Return the staff of the responsible office by regency code."""
    made: dict[str, OfficeStaff] = {}
    regencies = Regency.objects.values_list("code", "branch_office_id")
    parents = dict(Office.objects.values_list("code", "parent_id"))
    for code, office in regencies:
        made[code] = staff_of(office, users, parents.get(office))
    return made


def staff_of(office: str, users: dict[str, User], parent: str | None = None) -> OfficeStaff:
    by_office = {user.office_id: user.pk for name, user in users.items() if name in ("entri", "verifikasi")}
    if office == REGIONAL:
        return OfficeStaff(office, by_office[REGIONAL], users["admin"].pk)
    return OfficeStaff(office, by_office.get(office), by_office[REGIONAL] if parent == REGIONAL else None)


def write_submissions(
    plans: dict[date, dict[str, routine.DemoOfficeMonth]], staff_by_office: dict[str, OfficeStaff]
) -> None:
    made: list[tuple[Submission, routine.DemoOfficeMonth]] = []
    for month, by_office in plans.items():
        for office, step in by_office.items():
            if step.status == routine.NOT_BEGUN:
                continue
            staff = staff_by_office[office]
            submission = Submission(
                period_id=month,
                office_id=office,
                status=step.status,
                first_submitted_at=step.first_submitted_at,
                submitted_at=step.submitted_at,
                submitted_by_id=staff.entered_by if step.submitted_at else None,
                decided_at=step.decided_at,
                decided_by_id=staff.verified_by if step.decided_at else None,
            )
            made.append((submission, step))
    Submission.objects.bulk_create([submission for submission, _ in made], batch_size=BATCH)
    regencies = Regency.objects.order_by("-code")
    first_regency = dict(regencies.values_list("branch_office_id", "code"))
    SubmissionEvent.objects.bulk_create(
        [
            SubmissionEvent(
                submission=submission,
                action=action,
                user_id=user,
                at=at,
                reason=reason,
                cells=_to_mend(reason, first_regency.get(submission.office_id)),
            )
            for submission, step in made
            for action, user, at, reason in _events(step, staff_by_office[submission.office_id])
        ],
        batch_size=BATCH,
    )


def count_flags() -> None:
    """Count the flags of the submissions of the open month, as `submit` does."""
    handed_in = Submission.objects.filter(period=OPEN_MONTH, submitted_at__isnull=False)
    for submission in handed_in.select_related("office", "period"):
        found = plausibility.flags_of(submission.office, submission.period).values()
        submission.flagged_cells = sum(bool(check.flags) for check in found)
        submission.save(update_fields=["flagged_cells"])


def _to_mend(reason: str, regency: str | None) -> dict[str, str]:
    """Return the remark of a return, for the first regency of the office."""
    if not reason or not regency:
        return {}
    segment, remark = routine.RETURN_REASONS[reason]
    return {f"{regency}.{segment}": remark}


def _events(step: routine.DemoOfficeMonth, staff: OfficeStaff) -> Iterator[tuple[str, int | None, datetime, str]]:
    action = SubmissionEvent.Action
    if step.first_submitted_at:
        yield action.SUBMIT, staff.entered_by, step.first_submitted_at, ""
    if step.returned_at:
        yield action.RETURN, staff.verified_by, step.returned_at, step.return_reason
        if step.submitted_at and step.submitted_at > step.returned_at:
            yield action.SUBMIT, staff.entered_by, step.submitted_at, ""
    if step.status == routine.VERIFIED and step.decided_at:
        yield action.VERIFY, staff.verified_by, step.decided_at, ""
