"""Values over several months: the carried value of a cleared cell, and how far corrections are carried forward."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from accounts.models import User
from coverage.models import CoverageRecord, PeriodReopening, ReportingPeriod, Submission, Via, WorkerSegment
from coverage.periods import services as periods
from coverage.records.services import CellChange, save_cells
from coverage.submissions.services import submit, verify
from reporting import months
from tests.conftest import cell_fields, make_period, put

#: Over the turn of the year.
MONTHS = ["2026-09", "2026-10", "2026-11", "2026-12", "2027-01", "2027-02"]


@pytest.fixture
def office(world) -> SimpleNamespace:
    """Six months of Lampung Tengah, which answers for one regency and one expected segment here.

    Three other cells stand beside it, with figures of their own in every month: another regency of the office, another
    segment, and the neighbour's.
    """
    WorkerSegment.objects.filter(code__in=["BPU", "JAKON", "PMI"]).update(is_expected=False)
    world.entri.user_permissions.add(Permission.objects.get(codename="correct_records"))
    clerk = User.objects.get(pk=world.entri.pk)
    for place, month in enumerate(MONTHS):
        make_period(month)
        for area, segment in (("1804", "PU"), ("1802", "BPU"), ("1801", "PU")):
            put(area, segment, month, 7_000 + place, verified=7_000 + place)

    def save(month, value, note=None):
        changes = [CellChange("1802", "PU", value, note, change_reason="DATA_CLEANED")]
        period = make_period(month)
        return save_cells(user=clerk, office=world.tengah, period=period, changes=changes, via=Via.FORM)

    def accept(month):
        submission = submit(user=clerk, office=world.tengah, period=make_period(month))
        return verify(user=world.verifikasi, submission=submission)

    return SimpleNamespace(world=world, save=save, accept=accept)


def records() -> list[CoverageRecord]:
    return list(CoverageRecord.objects.filter(regency="1802", segment="PU").order_by("period_id"))


def working() -> list[int | None]:
    return [record.participants for record in records()]


def verified() -> list[int | None]:
    return [record.verified_participants for record in records()]


def reported(*values: int | None, verified_too: bool = True) -> None:
    """Set own values of the six months; None is carried from the month before."""
    value = None
    for month, own in zip(MONTHS, values, strict=True):
        value = value if own is None else own
        put("1802", "PU", month, value, verified=value if verified_too else None, own=own is not None)


def lock(month: str, *, reopened_for=None, user=None) -> ReportingPeriod:
    ReportingPeriod.objects.filter(pk=months.parse_month(month)).update(locked_at=timezone.now())
    if reopened_for:
        reopen(month, reopened_for, user)
    return ReportingPeriod.objects.get(pk=months.parse_month(month))


def reopen(month: str, office, user) -> PeriodReopening:
    until = timezone.localdate() + timedelta(days=3)
    return PeriodReopening.objects.create(
        period_id=months.parse_month(month), office=office, reason="uji", expires_on=until, opened_by=user
    )


def the_others_stand() -> bool:
    others = CoverageRecord.objects.exclude(regency="1802", segment="PU").order_by("period_id")
    return all(
        record.participants == record.verified_participants == 7_000 + MONTHS.index(f"{record.period_id:%Y-%m}")
        for record in others
    )


# Going back


def test_a_cleared_cell_goes_back_to_the_month_just_before_and_not_to_an_older_or_later_one(office):
    reported(10, 20, 30, 40, 50, 60)
    office.save("2026-12", None)
    assert working() == [10, 20, 30, 30, 50, 60]
    assert records()[3].origin == "CARRIED"
    assert the_others_stand()


def test_a_cleared_cell_of_the_first_month_is_blank_whatever_comes_later(office):
    reported(10, 20, 30, 40, 50, 60)
    office.save("2026-09", None)
    assert (working(), records()[0].origin) == ([None, 20, 30, 40, 50, 60], "BLANK")


def test_a_verified_figure_taken_back_goes_back_to_the_verified_one_just_before(office):
    reported(10, 20, 30, 40, 50, 60)
    office.save("2026-11", 31)
    office.save("2026-12", None, "belum diterima")
    assert (working()[3], verified()[3]) == (31, 40)
    office.accept("2026-12")
    # what counts is what was verified in November, not what was corrected there since
    assert verified() == [10, 20, 30, 30, 50, 60]
    assert (records()[3].verified_at, records()[3].verified_by) == (None, None)
    assert the_others_stand()


def test_a_month_is_opened_with_what_the_month_just_before_it_holds(office):
    reported(10, 20, 30, 40, 50, 60)
    CoverageRecord.objects.filter(period=date(2027, 1, 1)).update(verified_participants=51)
    CoverageRecord.objects.filter(period=date(2027, 2, 1)).delete()
    periods.open_period(date(2027, 2, 1))
    assert (working()[5], verified()[5]) == (50, 51)
    neighbour = CoverageRecord.objects.get(regency="1801", segment="PU", period=date(2027, 2, 1))
    assert neighbour.participants == 7_004


def test_a_month_opened_behind_others_carries_from_the_one_before_it(office):
    reported(10, 20, 30, 40, 50, 60)
    CoverageRecord.objects.filter(period=date(2026, 11, 1)).delete()
    periods.open_period(date(2026, 11, 1))
    assert working() == [10, 20, 20, 40, 50, 60]


# Running forward


def test_a_correction_is_carried_to_every_month_before_the_next_own_figure(office):
    reported(10, None, None, None, 50, None)
    assert office.save("2026-09", 11).carried == 3
    assert working() == [11, 11, 11, 11, 50, 50]
    assert verified() == [10, 10, 10, 10, 50, 50]
    assert the_others_stand()


def test_a_verified_correction_is_carried_up_to_the_next_verified_month(office):
    reported(10, None, None, None, 50, None)
    office.save("2026-09", 11)
    office.accept("2026-09")
    assert verified() == [11, 11, 11, 11, 50, 50]
    assert [record.verified_at is not None for record in records()] == [True, False, False, False, True, False]
    assert the_others_stand()


def test_a_correction_never_changes_earlier_months(office):
    reported(10, None, None, None, None, None)
    office.save("2026-11", 30)
    office.accept("2026-11")
    assert working() == verified() == [10, 10, 30, 30, 30, 30]


def test_zero_is_carried_forward_as_a_figure_and_an_emptied_cell_as_none(office):
    reported(10, None, None, None, None, None)
    office.save("2026-09", 0)
    assert working() == [0] * 6
    assert {record.origin for record in records()[1:]} == {"CARRIED"}
    office.save("2026-09", None, "belum diterima")
    assert working() == [None] * 6
    assert {record.origin for record in records()} == {"BLANK"}
    assert verified() == [10] * 6


def test_a_figure_passes_an_own_one_that_was_not_verified_when_it_is_verified(office):
    """November was reported and not verified yet: until then the verified figure there is that of the months before."""
    reported(10, None, None, None, None, None)
    office.save("2026-11", 30)
    office.save("2026-09", 11)
    office.accept("2026-09")
    assert working() == [11, 11, 30, 30, 30, 30]
    assert verified() == [11] * 6
    assert the_others_stand()


# Locked months on the way


def test_a_correction_passes_locked_months_that_are_open_again_for_the_office_and_stops_at_the_next(office):
    world = office.world
    reported(10, None, None, None, None, None)
    for month in ("2026-10", "2026-11"):
        lock(month, reopened_for=world.tengah, user=world.admin)
    lock("2026-12")
    office.save("2026-09", 11)
    assert working() == [11, 11, 11, 10, 10, 10]
    office.accept("2026-09")
    assert verified() == [11, 11, 11, 10, 10, 10]
    assert the_others_stand()


def test_a_month_open_again_for_another_office_or_not_any_more_stops_it(office):
    world = office.world
    reported(10, None, None, None, None, None)
    lock("2026-11", reopened_for=world.bandar, user=world.admin)
    ended = reopen("2026-11", world.tengah, world.admin)
    PeriodReopening.objects.filter(pk=ended.pk).update(closed_at=timezone.now())
    office.save("2026-09", 11)
    office.accept("2026-09")
    assert working() == verified() == [11, 11, 10, 10, 10, 10]


def test_a_month_locked_before_the_corrected_one_stops_nothing(office):
    reported(10, None, None, None, None, None)
    lock("2026-09")
    office.save("2026-11", 30)
    assert working() == [10, 10, 30, 30, 30, 30]


def test_an_optional_cell_reaches_the_open_months_only(office):
    """It had no row anywhere: behind the locked month it is not written either."""
    world = office.world
    lock("2026-11")
    changes = [CellChange("1802", "RENTAN", 5)]
    save_cells(user=world.entri, office=world.tengah, period=make_period("2026-09"), changes=changes, via=Via.FORM)
    rows = CoverageRecord.objects.filter(segment="RENTAN").order_by("period_id")
    assert [(f"{row.period_id:%Y-%m}", row.participants, row.origin) for row in rows] == [
        ("2026-09", 5, "ENTERED"),
        ("2026-10", 5, "CARRIED"),
    ]


def test_a_province_wide_figure_runs_forward_beside_those_of_its_regencies(office):
    world = office.world
    reported(10, None, None, None, None, None)
    for month in MONTHS:
        put("36", "PU", month, 9)
    changes = [CellChange("18", "PU", 4)]
    save_cells(user=world.admin, office=world.sumbagsel, period=make_period("2026-10"), changes=changes, via=Via.FORM)
    wide = CoverageRecord.objects.filter(**cell_fields("18"), segment="PU").order_by("period_id")
    assert [row.participants for row in wide] == [4] * 5
    assert {row.participants for row in CoverageRecord.objects.filter(province="36")} == {9}
    assert working() == [10] * 6


def test_the_step_of_one_month_leaves_the_others_where_they_are(office):
    reported(10, 20, 30, 40, 50, 60, verified_too=False)
    office.accept("2026-11")
    assert verified() == [None, None, 30, 30, 30, 30]
    assert list(Submission.objects.values_list("period", flat=True)) == [date(2026, 11, 1)]
