"""Writes the national data set through the ORM in large steps: one transaction, with the mark that says what it is."""

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
from demonstration.demo.records import Desk, Ledger, settle
from demonstration.demo.shares import chance
from demonstration.demo.window import OPEN_MONTH, calendar_of
from targets.models import Target

from . import figures

MARK = "national"
VERSION = "1"
#: Stored segments of every regency. The reference data has fewer; groups without a meaning fill up.
SEGMENTS = 20
FILLER = "PERAGAAN-{}"
BATCH = 5_000
#: Who sets targets, and by how much they exceed the coverage the year began with. The first one is the reference.
SOURCES = (("KANWIL", Decimal("1.06")), ("KEMENDAGRI", Decimal("1.35")), ("PEMDA", Decimal("1.12")))

Progress = Callable[[int, int, str], None]


def loaded_version() -> str | None:
    """`1, 120 bulan`: version and span of what is there; None before the first run."""
    return Dataset.objects.filter(code=MARK).values_list("version", flat=True).first()


def version_of(count: int) -> str:
    return f"{VERSION}, {count} bulan"


def generate(count: int, today: date, progress: Progress, provinces: Sequence[str] = ()) -> None:
    """Write `count` months up to the open month of the demonstration. Needs the reference data and nothing else.

    `provinces` narrows to a few, for the tests. Broken off in the middle, nothing of it is there.
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
        desks = demo.desks_of(users)
        people = {desks[area.code].office: desks[area.code] for area in areas}
        calendar = {month: {office: routine.plan(office, month) for office in sorted(people)} for month in span}
        demo.write_submissions(calendar, people)
        progress(2, steps, "potensi")
        _write_potentials(plans, span)
        progress(3, steps, "target")
        _write_targets(plans, span)
        _write_records(plans, span, desks, calendar, lambda done: progress(4 + done, steps, "angka bulanan"))
        demo.count_flags()
        Dataset.objects.create(
            code=MARK,
            name="Data nasional rekaan",
            version=version_of(count),
            is_demonstration=True,
            loaded_at=timezone.now(),
        )


def _groups() -> list[str]:
    """The groups in use, with as many made up as it takes to have twenty stored segments."""
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
    """For the country, its provinces and regencies, every year and source: percent of the potential."""
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
    """Targets grow with the years; some places ask for more than others."""
    percent = 92 + int(chance(place, year, "national target").random() * 16) + 4 * (year - OPEN_MONTH.year)
    return Decimal(max(20, percent)) / 100


def _write_records(
    plans: Sequence[figures.CellPlan],
    span: Sequence[date],
    desks: dict[str, Desk],
    calendar: dict[date, dict[str, routine.DemoOfficeMonth]],
    tell: Callable[[int], None],
) -> None:
    ledger = Ledger()
    cells = [(plan, figures.participants(plan, span), chance(plan.area.code, plan.segment, "filled")) for plan in plans]
    written: list[CoverageRecord] = []
    for place, month in enumerate(span):
        tell(place)
        records = []
        for plan, series, dice in cells:
            desk = desks[plan.area.code]
            step = calendar[month][desk.office]
            skipped = dice.random() < (0.5 if step.status == routine.DRAFT else 0.004)
            own = place == 0 or (step.status != routine.NOT_BEGUN and not skipped)
            record = CoverageRecord(
                period_id=month, province_id=plan.area.province, regency_id=plan.area.code, segment_id=plan.segment
            )
            settle(record, (plan.area.code, plan.segment), series[place] if own else None, desk, step, ledger)
            records.append(record)
        written = CoverageRecord.objects.bulk_create(records, batch_size=BATCH)
    history: Any = CoverageRecord.history
    history.bulk_history_create(
        written, batch_size=BATCH, default_date=opened_at(span[-1]), custom_historical_attrs={"via": Via.OPEN}
    )
    tell(len(span))
