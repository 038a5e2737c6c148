"""The days on which a month opens, is late, and closes, and a reopening ends, in the time zone of the product."""

from __future__ import annotations

from datetime import date, time, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from accounts.models import Denied
from coverage import permissions
from coverage.models import CoverageRecord, Dataset, PeriodReopening, ReportingPeriod, Submission, Via
from coverage.periods import services as periods
from coverage.periods.reopening import LONGEST, close_lapsed, reopen_office
from coverage.periods.selectors import due_month, due_period, open_periods
from coverage.records.services import CellChange, save_cells
from coverage.submissions.services import submit, verify, withdraw
from tests.conftest import make_period

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
DUE, CLOSING = date(2026, 11, 10), date(2026, 11, 20)
EVENING, MORNING = time(23, 59), time(0, 1)
EXPECTED = [(area, segment) for area in ("1802", "1804") for segment in ("PU", "BPU", "JAKON", "PMI")]


@pytest.fixture
def desk(world, calendar) -> SimpleNamespace:
    """October is open until 20 November."""
    calendar(date(2026, 11, 5))
    period = periods.open_period(OCTOBER)

    def save(value=1, *, office=world.tengah, area="1802", period=period):
        changes = [CellChange(area, "PU", value)]
        return save_cells(user=world.admin, office=office, period=period, changes=changes, via=Via.FORM)

    def hand_in():
        changes = [CellChange(*key, 1_000) for key in EXPECTED]
        save_cells(user=world.entri, office=world.tengah, period=period, changes=changes, via=Via.FORM)
        return submit(user=world.entri, office=world.tengah, period=period)

    return SimpleNamespace(world=world, period=period, save=save, hand_in=hand_in, go=calendar)


def reopen(desk, until, *, office=None, period=None) -> PeriodReopening:
    return reopen_office(
        user=desk.world.admin,
        office=office or desk.world.tengah,
        period=period or desk.period,
        reason="koreksi",
        expires_on=until,
    )


def open_again(office) -> set[date]:
    return permissions.reopened_months([office.pk])[office.pk]


# Closing


def test_a_month_is_open_until_the_end_of_its_closing_day(desk):
    desk.go(CLOSING, EVENING)
    assert desk.save(1).saved
    assert not ReportingPeriod.objects.get().is_locked
    assert list(open_periods()) == [desk.period]
    submission = desk.hand_in()
    withdraw(user=desk.world.entri, office=desk.world.tengah, period=desk.period)
    desk.go(CLOSING + timedelta(days=1), MORNING)
    with pytest.raises(Denied, match="sudah ditutup pada 20 November 2026"):
        desk.save(2)
    with pytest.raises(Denied, match="sudah ditutup"):
        submit(user=desk.world.entri, office=desk.world.tengah, period=desk.period)
    assert ReportingPeriod.objects.get().is_locked
    assert list(open_periods()) == []
    submission.refresh_from_db()
    assert submission.status == "DRAFT"


def test_what_was_handed_in_on_the_closing_day_is_verified_after_it_but_not_withdrawn(desk):
    desk.go(CLOSING, EVENING)
    submission = desk.hand_in()
    desk.go(CLOSING + timedelta(days=1), MORNING)
    with pytest.raises(Denied, match="sudah ditutup"):
        withdraw(user=desk.world.entri, office=desk.world.tengah, period=desk.period)
    assert verify(user=desk.world.verifikasi, submission=submission).status == "VERIFIED"


def test_the_command_completes_a_month_on_its_closing_day_and_not_after_it(desk):
    CoverageRecord.objects.filter(segment="PU").delete()
    desk.go(CLOSING + timedelta(days=1), MORNING)
    periods.open_period(OCTOBER)
    assert not CoverageRecord.objects.filter(segment="PU").exists()
    desk.go(CLOSING, EVENING)
    periods.open_period(OCTOBER)
    assert CoverageRecord.objects.filter(segment="PU").count() == 4


def test_what_was_handed_in_before_a_lock_by_hand_is_not_verified_and_what_was_after_it_is(desk):
    submission = desk.hand_in()
    moment = Submission.objects.get().submitted_at
    for locked_at in (moment, moment + timedelta(seconds=1)):
        ReportingPeriod.objects.update(locked_at=locked_at)
        with pytest.raises(Denied, match="sudah dikunci; yang belum diverifikasi tetap sementara"):
            verify(user=desk.world.verifikasi, submission=submission)
    ReportingPeriod.objects.update(locked_at=moment - timedelta(seconds=1))
    assert verify(user=desk.world.verifikasi, submission=submission).status == "VERIFIED"


# The month to look at


def test_a_month_counts_as_due_on_the_day_after_its_due_date(desk):
    """September is still open; October moves in front of it once it is late."""
    make_period("2026-09")
    for day, month in ((DUE, 9), (DUE + timedelta(days=1), 10)):
        desk.go(day, EVENING if day == DUE else MORNING)
        assert due_period().month == date(2026, month, 1)


def test_of_two_open_months_an_office_works_on_the_earlier_until_it_has_handed_it_in(desk):
    november = make_period("2026-11")
    assert due_period(desk.world.tengah) == desk.period
    desk.hand_in()
    assert due_period(desk.world.tengah) == november
    assert due_period(desk.world.bandar) == desk.period


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2027, 1, 1), date(2026, 12, 1)),
        (date(2027, 1, 31), date(2026, 12, 1)),
        (date(2026, 12, 31), NOVEMBER),
        (date(2028, 2, 29), date(2028, 1, 1)),
    ],
)
def test_the_month_that_is_due_is_the_one_before_this_one_also_over_the_turn_of_the_year(today, month):
    assert due_month(today) == month


def test_december_is_opened_in_january_and_closes_there(world, calendar):
    calendar(date(2027, 1, 1), MORNING)
    period = periods.open_when_due()
    assert (period.month, period.cut_off_on) == (date(2026, 12, 1), date(2026, 12, 31))
    assert (period.due_on, period.closes_on) == (date(2027, 1, 10), date(2027, 1, 20))


def test_a_month_may_be_opened_from_the_first_day_after_it(world):
    make_period("2026-10")
    with pytest.raises(Denied, match="dapat dibuka mulai 1 Desember 2026"):
        periods.check_openable(NOVEMBER, date(2026, 11, 30))
    periods.check_openable(NOVEMBER, date(2026, 12, 1))


def test_after_a_standstill_the_month_after_the_latest_or_the_due_one_may_be_opened(world):
    make_period("2026-06")
    today = date(2026, 12, 5)
    for month in (7, 11):
        periods.check_openable(date(2026, month, 1), today)
    for month in (8, 10):
        with pytest.raises(Denied, match="belum dapat dibuka"):
            periods.check_openable(date(2026, month, 1), today)
    with pytest.raises(Denied, match="bulan pertama di sini Juni 2026"):
        periods.check_openable(date(2026, 5, 1), today)


@pytest.mark.parametrize("is_demonstration", [True, False])
def test_only_a_demonstration_keeps_months_from_opening_by_themselves(world, calendar, is_demonstration):
    """Reference data is a data set, too."""
    calendar(date(2026, 11, 5))
    make_period("2026-09")
    Dataset.objects.create(code="x", name="x", version="1", is_demonstration=is_demonstration, loaded_at=timezone.now())
    opened = periods.open_when_due()
    assert (opened is None) == is_demonstration


# Opened again


def test_a_reopening_counts_until_the_end_of_its_day_and_is_written_down_after_it(desk):
    desk.go(date(2026, 11, 25))
    until = date(2026, 11, 27)
    reopening = reopen(desk, until)
    desk.go(until, EVENING)
    assert desk.save(3).saved
    assert (reopening.is_active, open_again(desk.world.tengah)) == (True, {OCTOBER})
    assert close_lapsed() == []
    desk.go(until + timedelta(days=1), MORNING)
    with pytest.raises(Denied, match="sudah ditutup pada 20 November 2026"):
        desk.save(4)
    assert (reopening.is_active, open_again(desk.world.tengah)) == (False, set())
    assert close_lapsed() == [reopening]


def test_a_reopening_may_end_today_and_at_most_after_its_longest_time(desk):
    today = date(2026, 11, 25)
    desk.go(today)
    assert reopen(desk, today).is_active
    assert reopen(desk, today + LONGEST, office=desk.world.bandar).is_active
    for wrong, sentence in (
        (today - timedelta(days=1), "sebelum hari ini"),
        (today + LONGEST + timedelta(days=1), "31"),
    ):
        with pytest.raises(Denied, match=sentence):
            reopen(desk, wrong, office=desk.world.sumbagsel)


@pytest.fixture
def closed(desk) -> SimpleNamespace:
    """October and November have closed, one by its date and one by hand."""
    desk.november = make_period("2026-11")
    periods.open_period(NOVEMBER)
    periods.lock_period(user=desk.world.admin, period=desk.november)
    desk.go(date(2026, 11, 25))
    return desk


def may_save(desk, office: str, month) -> bool:
    area = {"tengah": "1802", "bandar": "1801"}[office]
    try:
        return bool(desk.save(77, office=getattr(desk.world, office), area=area, period=month).saved)
    except Denied:
        return False


@pytest.mark.parametrize("office", ["tengah", "bandar"])
@pytest.mark.parametrize("month", [OCTOBER, NOVEMBER])
def test_a_reopening_opens_one_month_for_one_office(closed, office, month):
    opened = ReportingPeriod.objects.get(pk=month)
    reopen(closed, date(2026, 11, 27), office=getattr(closed.world, office), period=opened)
    found = {
        (other, period.month)
        for other in ("tengah", "bandar")
        for period in ReportingPeriod.objects.all()
        if may_save(closed, other, period)
    }
    assert found == {(office, month)}


def test_several_reopenings_stand_side_by_side_and_end_each_for_itself(closed):
    world, until = closed.world, date(2026, 11, 27)
    first = reopen(closed, until)
    reopen(closed, until, period=closed.november)
    reopen(closed, until + timedelta(days=2), office=world.bandar)
    assert open_again(world.tengah) == {OCTOBER, NOVEMBER}
    assert open_again(world.bandar) == {OCTOBER}
    with pytest.raises(Denied, match="Oktober 2026 sudah dibuka kembali"):
        reopen(closed, until)
    closed.go(until + timedelta(days=1))
    assert {(row.office_id, row.period_id) for row in close_lapsed(office=world.tengah, period=closed.period)} == {
        ("KC-LAMPUNG-TENGAH", OCTOBER)
    }
    first.refresh_from_db()
    assert first.closed_at is not None
    assert PeriodReopening.objects.filter(closed_at=None).count() == 2
    assert [row.period_id for row in close_lapsed()] == [NOVEMBER]
    assert may_save(closed, "bandar", closed.period)


def test_opening_a_month_again_first_closes_what_lapsed_there_and_nothing_else(closed):
    world, until = closed.world, date(2026, 11, 26)
    for more in ({}, {"period": closed.november}, {"office": world.bandar}):
        reopen(closed, until, **more)
    closed.go(date(2026, 11, 28))
    reopen(closed, date(2026, 11, 29))
    left = PeriodReopening.objects.filter(closed_at=None).values_list("office", "period", "expires_on")
    assert set(left) == {
        ("KC-LAMPUNG-TENGAH", OCTOBER, date(2026, 11, 29)),
        ("KC-LAMPUNG-TENGAH", NOVEMBER, until),
        ("KC-BANDAR-LAMPUNG", OCTOBER, until),
    }


def test_a_month_open_again_for_an_office_is_not_locked_and_another_month_is(closed):
    periods.unlock_period(user=closed.world.admin, period=closed.november, reason="uji")
    reopen(closed, date(2026, 11, 27), office=closed.world.bandar)
    # October is open again, November is not
    assert periods.lock_period(user=closed.world.admin, period=closed.november).locked_at
    with pytest.raises(Denied, match="masih dibuka kembali untuk Kantor Cabang Bandar Lampung"):
        periods.lock_period(user=closed.world.admin, period=closed.period)
