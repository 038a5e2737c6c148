"""Reports of a past day show what the pages showed on that day."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import Denied
from coverage.as_of import rows_as_of
from coverage.figures.position import Basis
from coverage.figures.segments import SegmentGroup
from coverage.models import CoverageRecord, ReportingPeriod, Via, WorkerSegment, WorkforceEstimate
from coverage.periods import reopening
from coverage.periods import services as periods
from coverage.permissions import OutOfScope
from coverage.records.services import CellChange, save_cells
from coverage.submissions import services as submissions
from targets.models import Target
from targets.progress.data import Level, Question
from targets.progress.report import ProgressReport, progress_report
from targets.progress.segments import SegmentQuestion, segment_rows
from tests.conftest import estimate, target

OFFICES = {"1801": "bandar", "1802": "tengah", "1804": "tengah", "3671": "banten"}
SEGMENTS = ("PU", "BPU", "JAKON", "PMI")


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def save(user, office, month: str, *changes: CellChange) -> None:
    period = ReportingPeriod.objects.get(pk=f"{month}-01")
    save_cells(user=user, office=office, period=period, changes=changes, via=Via.FORM)


def told(found: ProgressReport) -> list[tuple]:
    """Everything a page of standings says in figures."""
    return [
        (
            (row.area_code, row.area_name, row.position, row.progress, row.change_points, row.trend, row.rank),
            (row.progress.baseline, row.progress.observed_per_month, row.progress.status),
        )
        for row in (*found.rows, found.total)
    ]


def picture(user, known_on: date | None) -> dict[tuple, object]:
    """Every page of standings and segments, for every month that is open, on both bases and levels."""
    seen: dict[tuple, object] = {}
    sums = SegmentGroup.all_active()
    opened = sorted(row.month for row in rows_as_of(ReportingPeriod, known_on))
    for month in opened:
        for basis in Basis:
            for level in Level:
                for code in ("UCJ", "RENTAN"):
                    question = Question(
                        month=month,
                        segment=WorkerSegment.objects.get(pk=code),
                        level=level,
                        basis=basis,
                        known_on=known_on,
                    )
                    seen[month, basis, level, code] = told(progress_report(user, question))
                asked = SegmentQuestion(month=month, basis=basis, level=level, known_on=known_on)
                rows, total = segment_rows(user, asked, sums)
                seen[month, basis, level] = [
                    (row, {one.segment.pk: row.change(one.segment.pk) for one in sums}) for row in (*rows, total)
                ]
    return seen


@pytest.fixture
def people(world):
    for name in ("entri", "tetangga"):
        getattr(world, name).user_permissions.add(Permission.objects.get(codename="verify_submissions"))
    return world


def test_every_day_of_two_months_can_be_shown_later(people, calendar):
    """Random writes through the services; the pages stored each evening equal those read later for that day."""
    world, dice = people, random.Random(2026)
    evenings: dict[date, tuple] = {}
    day = date(2026, 10, 1)
    estimates: list[WorkforceEstimate] = []
    while day < date(2026, 11, 20):
        calendar(day)
        if day.day == 1:
            periods.open_period((day - timedelta(days=1)).replace(day=1))
            ReportingPeriod.objects.filter(month="2026-09-01").update(
                closes_on="2026-11-14"
            )  # so that corrections are carried forward
        for _ in range(3):
            _something(world, dice, estimates, day)
        if dice.random() < 0.18:
            evenings[day] = (picture(world.admin, None), picture(world.pemda, None))
        if day.day > 28:
            day = (day + timedelta(days=4)).replace(day=1)
        else:
            day += timedelta(days=dice.randint(1, 3))
    calendar(date(2026, 12, 24))
    _something(world, dice, estimates, date(2026, 12, 24))
    assert len(evenings) >= 4
    assert len({str(shown) for shown in evenings.values()}) == len(evenings)
    for evening, (admin, pemda) in evenings.items():
        assert picture(world.admin, evening) == admin, evening
        assert picture(world.pemda, evening) == pemda, evening
    assert {"FORM", "VERIFY", "CARRIED", "OPEN"} <= set(CoverageRecord.history.values_list("via", flat=True))


def _something(world, dice: random.Random, estimates: list[WorkforceEstimate], day: date) -> None:
    """Do one random step; refused ones do nothing."""
    area = dice.choice(list(OFFICES))
    office = getattr(world, OFFICES[area])
    period = ReportingPeriod.objects.order_by("-month")[dice.randrange(ReportingPeriod.objects.count())]
    what = dice.choice(("save", "save", "save", "hand in", "hand in", "reopen", "estimate", "target", "delete"))
    try:
        if what == "save":
            value = dice.choice([None, dice.randint(0, 5000), dice.randint(0, 5000)])
            change = CellChange(area, dice.choice([*SEGMENTS, "RENTAN"]), value)
            save(world.admin, office, f"{period.month:%Y-%m}", change)
        elif what == "hand in":
            cells = [(code, part) for code, own in OFFICES.items() if own == OFFICES[area] for part in SEGMENTS]
            changes = [CellChange(*cell, dice.randint(1, 5000)) for cell in cells]
            save(world.admin, office, f"{period.month:%Y-%m}", *changes)
            submission = submissions.submit(
                user=world.entri if office == world.tengah else world.admin, office=office, period=period
            )
            if dice.random() < 0.8:
                verifier = world.verifikasi if office != world.banten else world.pimpinan
                submissions.verify(user=verifier, submission=submission)
        elif what == "reopen":
            until = day + timedelta(days=5)
            reopening.reopen_office(user=world.admin, office=office, period=period, reason="uji", expires_on=until)
        elif what == "estimate" and estimates and dice.random() < 0.4:
            chosen = estimates.pop(dice.randrange(len(estimates)))
            if dice.random() < 0.5:
                chosen.delete()
            else:
                chosen.workers = dice.randint(1000, 90_000)
                chosen.save()
        elif what == "estimate":
            since = dice.choice(("2025-01", "2026-09", "2026-10"))
            segment = dice.choice(("PU", "BPU", "RENTAN"))
            if not WorkforceEstimate.objects.filter(
                regency=area, segment=segment, effective_from=f"{since}-01"
            ).exists():
                estimates.append(estimate(area, segment, dice.randint(1000, 90_000), since))
        elif what == "target":
            place = dice.choice((None, area, area[:2]))
            there = Target.objects.filter(
                regency=place if place and len(place) == 4 else None, province=place and place[:2], year=2026
            ).first()
            if there is None:
                target(place, 2026, percent=dice.randint(10, 90))
            elif dice.random() < 0.3:
                there.delete()
            else:
                there.percent = dice.randint(10, 90)
                there.save()
        elif what == "delete":
            record = CoverageRecord.objects.filter(segment="RENTAN").order_by("pk").first()
            if record:
                record.delete()
    except (Denied, OutOfScope):
        pass
