"""Reopening a month for one office: what it allows, its end, and the state afterwards."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction

from accounts.models import Denied, User
from coverage.models import CoverageRecord, PeriodReopening, ReportingPeriod, Submission, SubmissionEvent, Via
from coverage.periods import services as periods
from coverage.periods.reopening import close_lapsed, close_reopening, reopen_office
from coverage.permissions import OutOfScope
from coverage.records.services import CellChange, save_cells
from coverage.submissions.services import send_back, submit, verify, withdraw
from reporting import months
from tests.conftest import cell_fields, make_period

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
EXPECTED = [(area, segment) for area in ("1802", "1804") for segment in ("PU", "BPU", "JAKON", "PMI")]
UNTIL = date(2026, 12, 31)


@pytest.fixture
def october(world, calendar) -> ReportingPeriod:
    """October and November are opened; the branch handed October in, the Kanwil verified it; October has closed."""
    make_period("2026-11")
    period = periods.open_period(OCTOBER)
    ReportingPeriod.objects.filter(pk=OCTOBER).update(closes_on=date(2099, 1, 1))
    periods.open_period(NOVEMBER)
    save(world, period, *(CellChange(*key, 1_000) for key in EXPECTED))
    verify(user=world.verifikasi, submission=submit(user=world.entri, office=world.tengah, period=period))
    close(OCTOBER)
    calendar(date(2026, 12, 28))
    return ReportingPeriod.objects.get(pk=OCTOBER)


def close(month):
    ReportingPeriod.objects.filter(pk=month).update(due_on=date(2026, 12, 10), closes_on=date(2026, 12, 20))


def save(world, period, *changes, user=None, office=None):
    return save_cells(
        user=user or world.entri, office=office or world.tengah, period=period, changes=changes, via=Via.FORM
    )


def reopen(world, period, *, user=None, office=None, reason="rekap keliru", expires_on=UNTIL) -> PeriodReopening:
    return reopen_office(
        user=user or world.admin, office=office or world.tengah, period=period, reason=reason, expires_on=expires_on
    )


def cell(area="1802", segment="PU", month="2026-10") -> CoverageRecord:
    return CoverageRecord.objects.get(**cell_fields(area), segment_id=segment, period_id=months.parse_month(month))


def actions() -> list[str]:
    return list(SubmissionEvent.objects.order_by("pk").values_list("action", flat=True))


def test_a_locked_month_is_corrected_handed_in_and_verified_again(world, october):
    with pytest.raises(Denied, match="sudah ditutup pada 20 Desember 2026"):
        save(world, october, CellChange("1802", "PU", 1_100))
    reopen(world, october)
    submission = Submission.objects.get()
    assert (submission.status, submission.decided_by) == ("RETURNED", world.verifikasi)
    save(world, october, CellChange("1802", "PU", 1_100, "salah rekap", change_reason="DATA_CLEANED"))
    assert (cell().participants, cell().verified_participants) == (1_100, 1_000)
    assert (cell(month="2026-11").participants, cell(month="2026-11").verified_participants) == (1_100, 1_000)
    submit(user=world.entri, office=world.tengah, period=october)
    assert cell().verified_participants == 1_000
    verify(user=world.verifikasi, submission=submission)
    assert (cell().verified_participants, cell(month="2026-11").verified_participants) == (1_100, 1_100)
    assert actions() == ["SUBMIT", "VERIFY", "REOPEN", "SUBMIT", "VERIFY"]
    assert SubmissionEvent.objects.get(action="REOPEN").reason == "rekap keliru"


def test_it_opens_for_one_office_and_one_month_only(world, october):
    reopen(world, october)
    with pytest.raises(Denied, match="sudah ditutup"):
        save(world, october, CellChange("1801", "PU", 5), user=world.tetangga, office=world.bandar)
    close(NOVEMBER)
    with pytest.raises(Denied, match="November 2026 sudah ditutup"):
        save(world, ReportingPeriod.objects.get(pk=NOVEMBER), CellChange("1802", "PU", 5))


def test_a_correction_and_its_verification_reach_the_open_month_behind_a_closed_one(world, october):
    make_period("2026-12")
    periods.open_period(date(2026, 12, 1))
    close(NOVEMBER)
    reopen(world, october)
    save(world, october, CellChange("1802", "PU", 1_400, change_reason="DATA_CLEANED"))
    verify(user=world.verifikasi, submission=submit(user=world.entri, office=world.tengah, period=october))
    found = [cell(month=month) for month in ("2026-10", "2026-11", "2026-12")]
    assert [(record.participants, record.verified_participants) for record in found] == [(1_400, 1_400)] * 3
    assert [record.origin for record in found[1:]] == ["CARRIED", "CARRIED"]


def test_a_correction_stops_at_the_next_month_locked_by_hand_unless_that_is_opened_too(world, october):
    periods.lock_period(user=world.admin, period=ReportingPeriod.objects.get(pk=NOVEMBER))
    reopen(world, october)
    save(world, october, CellChange("1802", "PU", 1_100))
    assert cell(month="2026-11").participants == 1_000
    reopen(world, ReportingPeriod.objects.get(pk=NOVEMBER))
    save(world, october, CellChange("1802", "PU", 1_200))
    assert cell(month="2026-11").participants == 1_200


def test_it_overrides_a_lock_by_hand_and_what_was_handed_in_then_is_still_verified(world, october):
    periods.lock_period(user=world.admin, period=october)
    reopening = reopen(world, october)
    save(world, october, CellChange("1802", "PU", 1_100, change_reason="DATA_CLEANED"))
    submission = submit(user=world.entri, office=world.tengah, period=october)
    close_reopening(user=world.admin, reopening=reopening)
    assert verify(user=world.verifikasi, submission=submission).status == "VERIFIED"


def test_after_its_day_it_is_closed_by_itself(world, october, calendar):
    reopen(world, october)
    calendar(UNTIL)
    save(world, october, CellChange("1802", "PU", 1_001))
    calendar(date(2027, 1, 1))
    with pytest.raises(Denied, match="sudah ditutup pada 20 Desember 2026"):
        save(world, october, CellChange("1802", "PU", 1_002))


def test_untouched_the_submission_is_again_what_it_was(world, october, calendar):
    reopening = reopen(world, october)
    calendar(UNTIL)
    assert close_lapsed() == []
    calendar(date(2027, 1, 1))
    assert close_lapsed() == [reopening]
    submission = Submission.objects.get()
    assert (submission.status, submission.decided_by) == ("VERIFIED", world.verifikasi)
    assert actions()[2:] == ["REOPEN", "RECLOSE"]
    assert SubmissionEvent.objects.last().user is None
    assert close_lapsed() == []


@pytest.mark.parametrize("taken_back", ["withdraw", "send_back"])
def test_handed_in_unchanged_and_taken_back_it_is_again_what_it_was(world, october, calendar, taken_back):
    known = ["status", "submitted_at", "submitted_by", "decided_at", "decided_by", "first_submitted_at"]
    before = Submission.objects.values(*known).get()
    reopen(world, october)
    submission = submit(user=world.admin, office=world.tengah, period=october)
    if taken_back == "withdraw":
        withdraw(user=world.entri, office=world.tengah, period=october)
    else:
        send_back(user=world.verifikasi, submission=submission, reason="periksa")
    calendar(date(2027, 1, 1))
    close_lapsed()
    assert before["status"] == "VERIFIED"
    assert Submission.objects.values(*known).get() == before


def test_what_waited_for_its_verification_waits_again(world, october):
    Submission.objects.update(status="SUBMITTED", decided_at=None, decided_by=None)
    before = Submission.objects.values().get()
    reopening = reopen(world, october)
    submit(user=world.admin, office=world.tengah, period=october)
    withdraw(user=world.entri, office=world.tengah, period=october)
    close_reopening(user=world.admin, reopening=reopening)
    assert Submission.objects.values().get() == before


def test_changed_and_not_handed_in_it_stays_with_the_office(world, october):
    reopening = reopen(world, october)
    save(world, october, CellChange("1802", "PU", 1_100))
    close_reopening(user=world.admin, reopening=reopening)
    assert (Submission.objects.get().status, cell().verified_participants) == ("RETURNED", 1_000)
    reopening.refresh_from_db()
    assert (reopening.closed_by, reopening.is_active) == (world.admin, False)
    with pytest.raises(Denied, match="sudah ditutup"):
        close_reopening(user=world.admin, reopening=reopening)


def test_it_can_be_opened_again_after_it_lapsed(world, october, calendar):
    first = reopen(world, october)
    calendar(date(2027, 1, 5))
    second = reopen(world, october, expires_on=date(2027, 1, 10))
    first.refresh_from_db()
    assert (first.closed_at is not None, second.status_before) == (True, "VERIFIED")


def test_an_office_that_never_began_may_begin_and_its_submission_is_late(world, october):
    assert reopen(world, october, office=world.bandar).status_before == ""
    assert not Submission.objects.filter(office=world.bandar).exists()
    figures = [CellChange("1801", segment, 10) for segment in ("PU", "BPU", "JAKON", "PMI")]
    save(world, october, *figures, user=world.tetangga, office=world.bandar)
    assert submit(user=world.tetangga, office=world.bandar, period=october).status == "SUBMITTED"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"reason": "  "}, "Tuliskan alasan"),
        ({"expires_on": date(2026, 12, 27)}, "tidak boleh sebelum hari ini"),
        ({"expires_on": date(2027, 2, 1)}, "paling lama 31 hari"),
    ],
)
def test_a_reason_and_a_near_day_are_needed(world, october, given, sentence):
    with pytest.raises(Denied, match=sentence):
        reopen(world, october, **given)
    assert not PeriodReopening.objects.exists()


def test_a_second_click_and_an_open_month_are_refused(world, october):
    reopen(world, october)
    with pytest.raises(Denied, match="sudah dibuka kembali untuk Kantor Cabang Lampung Tengah sampai 31 Desember 2026"):
        reopen(world, october)
    november = ReportingPeriod.objects.get(pk=NOVEMBER)
    with pytest.raises(Denied, match="masih terbuka"):
        reopen(world, november)
    save(world, november, *(CellChange(*key, 1_000) for key in EXPECTED))
    submission = submit(user=world.entri, office=world.tengah, period=november)
    with pytest.raises(Denied, match="Kembalikan pengajuannya saja"):
        reopen(world, november)
    verify(user=world.verifikasi, submission=submission)
    assert reopen(world, november).status_before == "VERIFIED"


def test_a_kanwil_administrator_opens_for_its_branches_only(world, october):
    for user in (world.entri, world.verifikasi, world.pimpinan):
        with pytest.raises(Denied, match="oleh administrator"):
            reopen(world, october, user=user)
    world.verifikasi.user_permissions.add(Permission.objects.get(codename="add_periodreopening"))
    kanwil = User.objects.get(pk=world.verifikasi.pk)
    assert reopen(world, october, user=kanwil).opened_by == kanwil
    with pytest.raises(OutOfScope):
        reopen(world, october, user=kanwil, office=world.banten)


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"expires_on": date(2026, 12, 1)}])
def test_the_database_holds_the_rule_too(world, october, wrong):
    reopening = reopen(world, october)
    for field, value in wrong.items():
        setattr(reopening, field, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        reopening.save()
