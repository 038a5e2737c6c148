"""Opening a month, by hand and automatically: carried and blank cells. Locking by hand."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Denied, User
from coverage.models import CoverageRecord, Dataset, PeriodReopening, Regency, ReportingPeriod, Submission, Via
from coverage.periods.reopening import reopen_office
from coverage.periods.selectors import due_period
from coverage.periods.services import check_openable, lock_period, open_period, open_when_due, unlock_period
from coverage.records.services import CellChange, save_cells
from tests.conftest import make_period, put

OCTOBER = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def _november(calendar):
    """October is open: it closes on the twentieth."""
    calendar(date(2026, 11, 5))


def cells(month=OCTOBER):
    return {(record.area_code, record.segment_id): record for record in CoverageRecord.objects.filter(period_id=month)}


def test_the_first_month_has_a_blank_for_every_expected_cell(world):
    period = open_period(date(2026, 10, 17))
    assert (period.month, period.cut_off_on) == (OCTOBER, date(2026, 10, 31))
    assert (period.due_on, period.closes_on) == (date(2026, 11, 10), date(2026, 11, 20))
    opened = cells()
    assert set(opened) == {(r, s) for r in ("1801", "1802", "1804", "3671") for s in ("PU", "BPU", "JAKON", "PMI")}
    assert {(record.origin, record.participants) for record in opened.values()} == {("BLANK", None)}


def test_last_months_working_and_verified_values_are_carried(world):
    put("1802", "PU", "2026-09", 4_706, verified=4_600)
    put("1802", "BPU", "2026-09", None)
    put("1804", "PU", "2026-09", 30, own=False)
    open_period(OCTOBER)
    opened = cells()
    pu = opened["1802", "PU"]
    assert (pu.participants, pu.origin, pu.verified_participants, pu.verified_at) == (4_706, "CARRIED", 4_600, None)
    assert (opened["1802", "BPU"].participants, opened["1802", "BPU"].origin) == (None, "BLANK")
    assert (opened["1804", "PU"].participants, opened["1804", "PU"].origin) == (30, "CARRIED")


def test_optional_cells_are_carried_when_they_had_a_value_but_never_an_unsplit_total(world):
    put("1802", "RENTAN", "2026-09", 1_200)
    put("1804", "RENTAN", "2026-09", None)
    put("18", "RT-RW", "2026-09", 5_697)
    put("18", "PU", "2026-09", 44)
    put("18", "TOTAL-UNSPLIT", "2026-09", 760_468)
    open_period(OCTOBER)
    optional = {key for key in cells() if key[0] == "18" or key[1] not in ("PU", "BPU", "JAKON", "PMI")}
    assert optional == {("1802", "RENTAN"), ("18", "RT-RW"), ("18", "PU")}


def test_a_gap_in_the_months_carries_from_the_last_one_that_was_opened(world):
    put("1802", "PU", "2026-06", 9)
    open_period(OCTOBER)
    assert cells()["1802", "PU"].participants == 9


def test_opening_twice_changes_nothing_and_completes_what_is_new(world):
    open_period(OCTOBER)
    put("1802", "PU", "2026-10", 5)
    before = {key: (record.pk, record.participants) for key, record in cells().items()}
    open_period(OCTOBER)
    assert {key: (record.pk, record.participants) for key, record in cells().items()} == before
    Regency.objects.create(
        code="1803", bps_code="1806", name="Baru", kind="KABUPATEN", province=world.lampung, branch_office=world.tengah
    )
    open_period(OCTOBER)
    assert len(cells()) == len(before) + 4


def test_a_locked_month_is_not_completed_and_inactive_areas_are_not_opened(world):
    Regency.objects.filter(pk="1804").update(is_active=False)
    open_period(OCTOBER)
    assert not any(area == "1804" for area, _ in cells())
    Regency.objects.filter(pk="1804").update(is_active=True)
    ReportingPeriod.objects.update(locked_at=timezone.now())
    open_period(OCTOBER)
    assert not any(area == "1804" for area, _ in cells())


def test_opening_writes_in_bulk(world, django_assert_max_num_queries):
    put("1802", "PU", "2026-09", 1)
    with django_assert_max_num_queries(19):
        open_period(OCTOBER)
    assert len(cells()) == 16


@pytest.mark.parametrize(
    ("opened", "today", "then_opened"),
    [
        ([], date(2026, 11, 20), ["2026-10"]),
        (["2026-09"], date(2026, 11, 1), ["2026-10", "2026-09"]),
        (["2026-10"], date(2026, 11, 20), ["2026-10"]),
        (["2026-12"], date(2026, 11, 20), ["2026-12"]),
        (["2025-12"], date(2027, 1, 31), ["2026-12", "2025-12"]),
    ],
)
def test_the_due_month_opens_on_first_need_unless_a_later_one_is_open(world, opened, today, then_opened):
    for month in opened:
        make_period(month)
    open_when_due(today)
    assert [f"{p.month:%Y-%m}" for p in ReportingPeriod.objects.order_by("-month")] == then_opened


NOV_20 = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("opened", "month", "today"),
    [
        ([], date(2020, 1, 1), NOV_20),
        (["2026-09"], OCTOBER, date(2026, 11, 1)),
        (["2026-06", "2026-09"], date(2026, 7, 1), NOV_20),
        (["2026-06"], date(2026, 7, 1), NOV_20),
        (["2026-06"], OCTOBER, NOV_20),
        (["2026-10"], OCTOBER, date(2026, 10, 5)),
    ],
    ids=["first", "next", "gap", "next-late", "due-after-standstill", "open-already"],
)
def test_months_that_may_be_opened(world, opened, month, today):
    for each in opened:
        make_period(each)
    check_openable(month, today)


@pytest.mark.parametrize(
    ("opened", "month", "today", "sentence"),
    [
        (
            ["2026-10"],
            date(2026, 11, 1),
            date(2026, 11, 30),
            "November 2026 belum berakhir; dapat dibuka mulai 1 Desember 2026.",
        ),
        ([], date(2026, 11, 1), NOV_20, "November 2026 belum berakhir; dapat dibuka mulai 1 Desember 2026."),
        (
            ["2026-09"],
            date(2020, 1, 1),
            NOV_20,
            "Januari 2020 tidak dapat dibuka: bulan pertama di sini September 2026.",
        ),
        (
            ["2026-06"],
            date(2026, 8, 1),
            NOV_20,
            "Agustus 2026 belum dapat dibuka: setelah Juni 2026 dibuka Juli 2026, "
            "atau langsung bulan terakhir yang sudah berakhir, Oktober 2026.",
        ),
    ],
)
def test_months_that_may_not_be_opened(world, opened, month, today, sentence):
    for each in opened:
        make_period(each)
    with pytest.raises(Denied) as refusal:
        check_openable(month, today)
    assert str(refusal.value) == sentence


def test_a_demonstration_opens_no_further_months(world):
    Dataset.objects.create(code="demo", name="x", version="1", is_demonstration=True, loaded_at=timezone.now())
    make_period("2026-10")
    open_when_due(date(2026, 11, 20))
    assert ReportingPeriod.objects.count() == 1
    open_when_due(date(2027, 3, 1))
    assert ReportingPeriod.objects.count() == 1


def test_an_office_works_on_its_earliest_open_month_that_is_not_handed_in(world):
    def due() -> str:
        return f"{due_period(world.tengah).month:%Y-%m}"

    assert due_period(world.tengah) is None
    make_period("2026-08", closes_on=date(2026, 9, 20))
    assert due() == "2026-08"
    make_period("2026-07", locked_at=timezone.now())
    make_period("2026-09")
    make_period("2026-10")
    assert due() == "2026-09"
    submission = Submission.objects.create(office=world.tengah, period_id=date(2026, 9, 1), status="RETURNED")
    Submission.objects.create(office=world.bandar, period_id=date(2026, 9, 1), status="SUBMITTED")
    assert due() == "2026-09"
    for status in ("SUBMITTED", "VERIFIED"):
        Submission.objects.filter(pk=submission.pk).update(status=status)
        assert due() == "2026-10"
    Submission.objects.create(office=world.tengah, period_id=OCTOBER, status="SUBMITTED")
    assert due() == "2026-10"


def test_the_month_to_look_at_is_the_earliest_open_one_or_a_later_one_that_is_due(world, calendar):
    assert due_period() is None
    make_period("2026-08", closes_on=date(2026, 9, 20))
    assert due_period().month == date(2026, 8, 1)
    make_period("2026-09")
    make_period("2026-10")
    assert due_period().month == date(2026, 9, 1)
    calendar(date(2026, 11, 10))
    assert due_period().month == date(2026, 9, 1)
    calendar(date(2026, 11, 11))
    assert due_period().month == OCTOBER


# locking by hand


@pytest.fixture
def october(world) -> ReportingPeriod:
    return open_period(OCTOBER)


def test_the_head_office_locks_a_month_for_everybody_at_once(world, october):
    lock_period(user=world.admin, period=october)
    october.refresh_from_db()
    assert (october.locked_by, october.is_locked) == (world.admin, True)
    changes = [CellChange("1802", "PU", 5)]
    with pytest.raises(Denied, match="Periode Oktober 2026 sudah dikunci"):
        save_cells(user=world.entri, office=world.tengah, period=october, changes=changes, via=Via.FORM)
    with pytest.raises(Denied, match="sudah dikunci pada 5 November 2026"):
        lock_period(user=world.admin, period=october)
    assert [row.history_change_reason for row in october.history.all()] == ["Dikunci", None]


def test_unlocking_needs_a_reason_and_stays_in_the_history(world, october):
    with pytest.raises(Denied, match="tidak dikunci"):
        unlock_period(user=world.admin, period=october, reason="keliru")
    lock_period(user=world.admin, period=october)
    with pytest.raises(Denied, match="Tuliskan alasan"):
        unlock_period(user=world.admin, period=october, reason=" ")
    unlock_period(user=world.admin, period=october, reason="keliru pilih bulan")
    october.refresh_from_db()
    assert (october.locked_at, october.is_locked) == (None, False)
    assert october.history.first().history_change_reason == "keliru pilih bulan"


@pytest.mark.parametrize("who", ["entri", "verifikasi", "pimpinan", "kanwil"])
def test_nobody_else_locks(world, october, who):
    world.kanwil = world.verifikasi
    if who == "kanwil":
        world.kanwil.user_permissions.add(Permission.objects.get(codename="change_reportingperiod"))
    with pytest.raises(Denied, match="administrator Kantor Pusat"):
        lock_period(user=User.objects.get(pk=getattr(world, who).pk), period=october)
    assert ReportingPeriod.objects.get(pk=OCTOBER).locked_at is None


def test_a_month_that_is_open_again_for_an_office_is_not_locked_meanwhile(world, october, calendar):
    calendar(date(2026, 11, 22))
    until = date(2026, 11, 25)
    reopen_office(user=world.admin, office=world.tengah, period=october, reason="uji", expires_on=until)
    with pytest.raises(Denied, match="masih dibuka kembali untuk Kantor Cabang Lampung Tengah"):
        lock_period(user=world.admin, period=october)
    calendar(date(2026, 11, 26))
    assert lock_period(user=world.admin, period=october).locked_at is not None


# the command


def run(*args) -> str:
    out = StringIO()
    call_command("open_period", *args, stdout=out)
    return out.getvalue().strip()


def test_the_command_opens_the_month_before_today_and_says_what_it_did(world):
    put("1802", "PU", "2026-09", 4_706)
    assert run() == (
        "Oktober 2026 dibuka: 16 sel, 1 membawa angka bulan lalu, 15 belum lapor. "
        "Tepat waktu sampai 10 November 2026, ditutup 20 November 2026."
    )
    assert run() == "Oktober 2026 sudah terbuka. Tidak ada yang berubah."
    CoverageRecord.objects.filter(period=OCTOBER, segment="PU").delete()
    assert run("2026-10") == "Oktober 2026 sudah terbuka; dilengkapi dengan 4 sel baru."


def test_the_command_leaves_closed_months_and_demonstrations_alone(world, calendar):
    run("2026-10")
    calendar(date(2026, 11, 21))
    assert run("2026-10") == "Oktober 2026 sudah ditutup atau dikunci. Tidak ada yang berubah."
    Dataset.objects.create(code="demo", name="x", version="1", is_demonstration=True, loaded_at=timezone.now())
    calendar(date(2027, 3, 1))
    assert run() == "Februari 2027 tidak dibuka: bulan terakhir di basis data ini Oktober 2026."


def test_the_command_refuses_a_month_before_the_first(world):
    make_period("2026-09")
    with pytest.raises(CommandError, match="Januari 2020 tidak dapat dibuka: bulan pertama di sini September 2026"):
        run("2020-01")
    assert ReportingPeriod.objects.count() == 1


@pytest.mark.parametrize("month", ["2026-11", "2026-12", "10-2026", "Oktober"])
def test_the_command_refuses_months_that_are_not_over_or_are_none(world, month):
    with pytest.raises(CommandError):
        run(month)
    assert not ReportingPeriod.objects.exists()


def test_the_command_notes_which_reopenings_have_run_out(world, october, calendar):
    calendar(date(2026, 11, 22))
    until = date(2026, 11, 25)
    reopen_office(user=world.admin, office=world.tengah, period=october, reason="uji", expires_on=until)
    calendar(date(2026, 11, 26))
    line = "Pembukaan kembali Oktober 2026 untuk Kantor Cabang Lampung Tengah berakhir dan ditutup."
    assert run().splitlines()[1:] == [line]
    assert PeriodReopening.objects.get().closed_at is not None
    assert line not in run()
