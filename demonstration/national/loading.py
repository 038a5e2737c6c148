"""Writes the national data set through the ORM in one transaction, with the data set that marks it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from coverage.models import CoverageRecord, Dataset, ReportingPeriod, Via, WorkerSegment, WorkforceEstimate
from demonstration.demo import loading as demo
from demonstration.demo import routine
from demonstration.demo.accounts import make_users
from demonstration.demo.areas import read_areas
from demonstration.demo.record_history import opened_at
from demonstration.demo.records import LastValues, OfficeStaff, fill_record
from demonstration.demo.shares import chance
from demonstration.demo.window import OPEN_MONTH, calendar_of
from targets.models import Target

from . import figures

MARK = "national"
VERSION = "1"
#: Number of stored segments of every regency. Reference data has fewer, so invented groups are added.
SEGMENTS = 20
FILLER = "PERAGAAN-{}"
BATCH = 5_000
#: Target sources, and their factor over the present coverage. The first one is the reference.
SOURCES = (("KANWIL", Decimal("1.06")), ("KEMENDAGRI", Decimal("1.35")), ("PEMDA", Decimal("1.12")))

Progress = Callable[[int, int, str], None]


def loaded_version() -> str | None:
    """Return version and span of the loaded data, `1, 120 bulan`; None before the first run."""
    return Dataset.objects.filter(code=MARK).values_list("version", flat=True).first()


def version_of(count: int) -> str:
    return f"{VERSION}, {count} bulan"


def generate(count: int, today: date, progress: Progress, provinces: Sequence[str] = ()) -> None:
    """Write `count` months up to the open month of the demonstration, in one transaction.

    Needs a database with only the reference data. `provinces` limits the areas, for tests.
    """
    span = figures.span_of(OPEN_MONTH, count)
    steps = count + 4
    with transaction.atomic():
        progress(0, steps, "pengguna, segmen, dan periode")
        users = make_users()
        groups = _groups()
        areas = [area for area in read_areas() if not provinces or area.province in provinces]
        plans = figures.plan_cells(areas, groups)
        _write_periods(span, today)
        progress(1, steps, "pengajuan")
        staff_by_area = demo.staff_by_area_of(users)
        staff_by_office = {staff_by_area[area.code].office: staff_by_area[area.code] for area in areas}
        calendar = {
            month: {office: routine.plan(office, month) for office in sorted(staff_by_office)} for month in span
        }
        demo.write_submissions(calendar, staff_by_office)
        progress(2, steps, "potensi")
        _write_potentials(plans, span)
        progress(3, steps, "target")
        _write_targets(plans, span)
        _write_records(plans, span, staff_by_area, calendar, lambda done: progress(4 + done, steps, "angka bulanan"))
        demo.count_flags()
        Dataset.objects.create(
            code=MARK,
            name="Data nasional rekaan",
            version=version_of(count),
            is_demonstration=True,
            loaded_at=timezone.now(),
        )


def _groups() -> list[str]:
    """Return the groups in use, after adding invented ones up to `SEGMENTS` stored segments."""
    stored = WorkerSegment.objects.filter(is_active=True).exclude(pk=WorkerSegment.UNSPLIT)
    missing = SEGMENTS - stored.exclude(kind=WorkerSegment.Kind.COMPOSITE).count()
    WorkerSegment.objects.bulk_create(
        WorkerSegment(
            code=FILLER.format(number),
            name=f"Kelompok peragaan {number}",
            kind=WorkerSegment.Kind.GROUP,
            position=900 + number,
        )
        for number in range(1, missing + 1)
    )
    groups = stored.filter(kind=WorkerSegment.Kind.GROUP).order_by("position", "code")
    return list(groups.values_list("code", flat=True))


def _write_periods(span: Sequence[date], today: date) -> None:
    ReportingPeriod.objects.bulk_create(ReportingPeriod(month=month, **calendar_of(month, today)) for month in span)


def _write_potentials(plans: Sequence[figures.CellPlan], span: Sequence[date]) -> None:
    rows = [
        WorkforceEstimate(
            province_id=plan.area.province,
            regency_id=plan.area.code,
            segment_id=plan.segment,
            effective_from=vintage,
            workers=figures.potential_at(plan, vintage),
            source=demo.SOURCE,
        )
        for vintage in figures.vintages(span)
        for plan in plans
        if plan.potential is not None
    ]
    bulk_create_with_history(rows, WorkforceEstimate, batch_size=BATCH, custom_historical_attrs={"via": Via.COMMAND})


def _write_targets(plans: Sequence[figures.CellPlan], span: Sequence[date]) -> None:
    """Write targets of country, provinces and regencies for every year and source, in percent of the potential."""
    shares: dict[str, tuple[Decimal, Decimal]] = {}
    for plan in plans:
        if plan.segment in ("PU", "BPU"):
            for place in ("", plan.area.province, plan.area.code):
                heads, potential = shares.get(place, (Decimal(0), Decimal(0)))
                shares[place] = (heads + round(plan.participants), potential + (plan.potential or 0))
    rows = [
        Target(
            province_id=place[:2] or None,
            regency_id=place if len(place) == 4 else None,
            segment_id="UCJ",
            year=year,
            source_id=source,
            percent=min(Decimal(150), round(heads / potential * 100 * factor * _ambition(place, year), 2)),
            is_reference=source == SOURCES[0][0],
            note="Angka rekaan untuk peragaan.",
        )
        for year in range(span[0].year, span[-1].year + 2)
        for place, (heads, potential) in shares.items()
        for source, factor in SOURCES
    ]
    bulk_create_with_history(rows, Target, batch_size=BATCH, custom_historical_attrs={"via": Via.COMMAND})


def _ambition(place: str, year: int) -> Decimal:
    """Return the factor of a place and year: targets grow over the years and differ by place."""
    percent = 92 + int(chance(place, year, "national target").random() * 16) + 4 * (year - OPEN_MONTH.year)
    return Decimal(max(20, percent)) / 100


def _write_records(
    plans: Sequence[figures.CellPlan],
    span: Sequence[date],
    staff_by_area: dict[str, OfficeStaff],
    calendar: dict[date, dict[str, routine.DemoOfficeMonth]],
    report: Callable[[int], None],
) -> None:
    last = LastValues()
    cells = [(plan, figures.participants(plan, span), chance(plan.area.code, plan.segment, "filled")) for plan in plans]
    written: list[CoverageRecord] = []
    for place, month in enumerate(span):
        report(place)
        records = []
        for plan, series, dice in cells:
            staff = staff_by_area[plan.area.code]
            step = calendar[month][staff.office]
            skipped = dice.random() < (0.5 if step.status == routine.DRAFT else 0.004)
            own = place == 0 or (step.status != routine.NOT_BEGUN and not skipped)
            record = CoverageRecord(
                period_id=month, province_id=plan.area.province, regency_id=plan.area.code, segment_id=plan.segment
            )
            fill_record(record, (plan.area.code, plan.segment), series[place] if own else None, staff, step, last)
            records.append(record)
        written = CoverageRecord.objects.bulk_create(records, batch_size=BATCH)
    history: Any = CoverageRecord.history
    history.bulk_history_create(
        written, batch_size=BATCH, default_date=opened_at(span[-1]), custom_historical_attrs={"via": Via.OPEN}
    )
    report(len(span))
