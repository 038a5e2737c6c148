"""Carried figures equal those of the month before after any order of entries, corrections and verifications."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accounts.models import Denied, User
from coverage.models import CoverageRecord, Regency, ReportingPeriod, Submission, Via, WorkerSegment
from coverage.periods import services as periods
from coverage.records.services import CellChange, save_cells
from coverage.submissions.services import send_back, submit, verify, withdraw
from reporting import months
from tests.conftest import make_period

MONTHS = [date(2026, month, 1) for month in (8, 9, 10, 11)]
#: One expected, one optional.
SEGMENTS = ("PU", "RENTAN")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["save", "save", "clear", "submit", "verify", "return", "withdraw", "open"]),
        st.sampled_from(MONTHS),
        st.sampled_from(SEGMENTS),
        st.integers(0, 3),
    ),
    max_size=25,
)


@pytest.fixture
def desk(world):
    """A branch with one regency and one expected cell, whose clerk may also correct; August is open."""
    Regency.objects.exclude(pk="1802").update(is_active=False)
    WorkerSegment.objects.filter(code__in=["BPU", "JAKON", "PMI"]).update(is_expected=False)
    world.entri.user_permissions.add(Permission.objects.get(codename="correct_records"))
    world.clerk = User.objects.get(pk=world.entri.pk)
    open_month(MONTHS[0])
    return world


def open_month(month: date) -> None:
    make_period(f"{month:%Y-%m}")
    periods.open_period(month)


def take(world, step: str, month: date, segment: str, value: int) -> None:
    if step == "open":
        open_month(months.add_months(ReportingPeriod.objects.first().month, 1))
        return
    period = ReportingPeriod.objects.filter(pk=month).first()
    if period is None:
        return
    place = {"office": world.tengah, "period": period}
    if step in ("save", "clear"):
        cell = CellChange("1802", segment, value if step == "save" else None, "uji", change_reason="DATA_CLEANED")
        save_cells(user=world.clerk, changes=[cell], via=Via.FORM, **place)
    elif step in ("submit", "withdraw"):
        {"submit": submit, "withdraw": withdraw}[step](user=world.clerk, **place)
    elif submission := Submission.objects.filter(**place).first():
        if step == "verify":
            verify(user=world.verifikasi, submission=submission)
            for record in CoverageRecord.objects.filter(period=period):
                assert record.participants == record.verified_participants or not record.has_own_value
        else:
            send_back(user=world.verifikasi, submission=submission, reason="uji")


def check_cells() -> None:
    opened = list(ReportingPeriod.objects.order_by("month").values_list("month", flat=True))
    records = {(record.period_id, record.segment_id): record for record in CoverageRecord.objects.all()}
    for segment in SEGMENTS:
        for before, month in pairwise([None, *opened]):
            earlier, record = records.get((before, segment)), records.get((month, segment))
            working = earlier.participants if earlier else None
            verified = earlier.verified_participants if earlier else None
            if record is None:
                assert (working, verified) == (None, None), (month, segment)
                continue
            if not record.has_own_value:
                assert record.participants == working, (month, segment)
                assert record.origin == ("BLANK" if working is None else "CARRIED")
            if record.verified_at is None:
                assert record.verified_participants == verified, (month, segment)


@settings(max_examples=60)
@given(steps=STEPS)
@example(
    steps=[
        ("save", MONTHS[0], "PU", 1),
        ("save", MONTHS[0], "RENTAN", 2),
        ("submit", MONTHS[0], "PU", 0),
        ("verify", MONTHS[0], "PU", 0),
        ("clear", MONTHS[0], "RENTAN", 0),
        ("open", MONTHS[0], "PU", 0),
        ("submit", MONTHS[0], "PU", 0),
        ("verify", MONTHS[0], "PU", 0),
    ]
)
def test_carried_working_and_verified_figures_follow_the_month_before(desk, steps):
    with transaction.atomic():
        for step in steps:
            try:
                with transaction.atomic():
                    take(desk, *step)
            except Denied:
                continue
            check_cells()
        transaction.set_rollback(True)


def test_every_step_succeeds_once(desk):
    """Each step succeeds once, so that the property above is not tested on refusals only."""
    august, september = MONTHS[:2]
    for step in (
        ("save", august, "PU", 1),
        ("save", august, "RENTAN", 2),
        ("submit", august, "PU", 0),
        ("withdraw", august, "PU", 0),
        ("submit", august, "PU", 0),
        ("return", august, "PU", 0),
        ("submit", august, "PU", 0),
        ("open", august, "PU", 0),
        ("verify", august, "PU", 0),
        ("clear", august, "RENTAN", 0),
    ):
        take(desk, *step)
        check_cells()
    carried = CoverageRecord.objects.get(period=september, segment="RENTAN")
    assert (carried.participants, carried.verified_participants) == (None, 2)
