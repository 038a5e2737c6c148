"""Concurrent steps in real transactions: one succeeds, the other is refused with a sentence."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from accounts.models import Denied, Office, User
from coverage.models import CoverageRecord, PeriodReopening, Regency, ReportingPeriod, Submission, SubmissionEvent, Via
from coverage.periods import services as periods
from coverage.periods.reopening import close_lapsed, close_reopening, reopen_office
from coverage.records.services import CellChange, CellValue, save_cells
from coverage.submissions.readiness import NotReady
from coverage.submissions.services import send_back, submit, verify, verify_many, withdraw
from tests.conftest import make_period
from tests.support.side_by_side import Worker, behind, hold, is_free, needs_postgresql, refused_behind, unfinished

pytestmark = needs_postgresql

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
CELLS = [(area, segment) for area in ("1802", "1804") for segment in ("PU", "BPU", "JAKON", "PMI")]


@pytest.fixture
def desk(world) -> SimpleNamespace:
    """A branch with every cell of October filled, and what its people do."""
    make_period("2026-10")
    period = periods.open_period(OCTOBER)
    place = {"office": world.tengah, "period": period}

    def save(*changes, user=world.entri):
        return save_cells(user=user, changes=changes, via=Via.FORM, **place)

    save(*(CellChange(*key, 1_000) for key in CELLS))
    return SimpleNamespace(
        world=world,
        period=period,
        save=save,
        submit=lambda user=world.entri: submit(user=user, **place),
        withdraw=lambda: withdraw(user=world.entri, **place),
        verify=lambda user=world.verifikasi: verify(user=user, submission=Submission.objects.get()),
        send_back=lambda: send_back(user=world.verifikasi, submission=Submission.objects.get(), reason="periksa"),
        reopen=lambda office=world.tengah: reopen_office(
            user=world.admin,
            office=office,
            period=period,
            reason="koreksi",
            expires_on=timezone.localdate() + timedelta(days=3),
        ),
        lock=lambda: periods.lock_period(user=world.admin, period=period),
        unlock=lambda: periods.unlock_period(user=world.admin, period=period, reason="keliru"),
    )


def actions() -> list[str]:
    return list(SubmissionEvent.objects.order_by("pk").values_list("action", flat=True))


def verified() -> set[int | None]:
    return set(
        CoverageRecord.objects.filter(period=OCTOBER, regency="1802").values_list("verified_participants", flat=True)
    )


def test_a_double_click_submits_once(desk):
    assert "sudah diajukan" in refused_behind(desk.submit, desk.submit)
    assert actions() == ["SUBMIT"]


def test_concurrent_verifications_write_one_event_and_one_history_row(desk):
    desk.submit()
    assert "sudah diverifikasi" in refused_behind(desk.verify, lambda: desk.verify(desk.world.admin))
    assert actions() == ["SUBMIT", "VERIFY"]
    assert CoverageRecord.objects.get(regency="1802", segment="PU").history.filter(via=Via.VERIFY).count() == 1


@pytest.mark.parametrize(("other", "action"), [("withdraw", "WITHDRAW"), ("send_back", "RETURN")])
def test_what_is_verified_is_not_taken_back_in_the_same_moment(desk, other, action):
    desk.submit()
    assert "sudah diverifikasi" in refused_behind(desk.verify, getattr(desk, other))
    assert (actions(), verified()) == (["SUBMIT", "VERIFY"], {1_000})


@pytest.mark.parametrize(
    ("other", "action", "sentence"),
    [("withdraw", "WITHDRAW", "ditarik kembali"), ("send_back", "RETURN", "sudah dikembalikan")],
)
def test_what_is_taken_back_is_not_verified_in_the_same_moment(desk, other, action, sentence):
    desk.submit()
    assert sentence in refused_behind(getattr(desk, other), desk.verify)
    assert (actions(), verified()) == (["SUBMIT", action], {None})


def test_what_is_taken_back_is_not_returned_in_the_same_moment(desk):
    desk.submit()
    assert "ditarik kembali" in refused_behind(desk.withdraw, desk.send_back)
    assert actions() == ["SUBMIT", "WITHDRAW"]


@pytest.mark.parametrize("step", ["save", "submit", "verify", "send_back"])
def test_an_office_does_not_block_another(desk, step):
    if step in ("verify", "send_back"):
        desk.submit()
    works = {"save": lambda: desk.save(CellChange("1802", "PU", 7))}
    changes = [CellChange("1801", "PU", 5)]
    place = {"office": desk.world.bandar, "period": desk.period}
    with unfinished(works.get(step) or getattr(desk, step)):
        neighbour = Worker(lambda: save_cells(user=desk.world.tetangga, changes=changes, via=Via.FORM, **place))
        assert not neighbour.waits()
    assert neighbour.outcome().saved == (("1801", "PU"),)


def test_a_submission_waits_for_a_save_under_way_and_sees_what_it_emptied(desk):
    refusal = behind(lambda: desk.save(CellChange("1802", "PU", None)), desk.submit)
    assert isinstance(refusal, NotReady)
    assert list(refusal.cells) == [("1802", "PU")]
    assert actions() == []


def test_a_save_waits_for_a_submission_under_way_and_is_refused(desk):
    sentence = refused_behind(desk.submit, lambda: desk.save(CellChange("1802", "PU", 7)))
    assert "menunggu verifikasi" in sentence
    assert CoverageRecord.objects.get(regency="1802", segment="PU").participants == 1_000


def test_a_correction_under_way_is_verified_as_it_ends(desk):
    desk.submit()
    correct = lambda: desk.save(CellChange("1802", "PU", 1_234), user=desk.world.admin)  # noqa: E731
    assert behind(correct, desk.verify).status == "VERIFIED"
    assert CoverageRecord.objects.get(regency="1802", segment="PU").verified_participants == 1_234


@pytest.mark.parametrize("segment", ["PU", "RENTAN"])
def test_concurrent_saves_of_a_cell_save_one_and_report_a_conflict(desk, segment):
    """`RENTAN` has no row yet: the lock must also work for a cell without a row."""
    stands = CellValue(1_000) if segment == "PU" else CellValue()
    mine, yours = (CellChange("1802", segment, value, seen=stands) for value in (100, 200))
    result = behind(lambda: desk.save(mine), lambda: desk.save(yours, user=desk.world.admin))
    (conflict,) = result.conflicts
    assert (result.saved, conflict.typed.participants, conflict.stored.participants) == ((), 200, 100)
    record = CoverageRecord.objects.get(regency="1802", segment=segment, period=OCTOBER)
    assert (record.participants, record.history.filter(participants__in=[100, 200]).count()) == (100, 1)


def test_concurrent_first_saves_create_one_submission(desk):
    def save(user, value):
        changes = [CellChange("1801", "PU", value, seen=CellValue())]
        return save_cells(user=user, office=desk.world.bandar, period=desk.period, changes=changes, via=Via.FORM)

    result = behind(lambda: save(desk.world.tetangga, 1), lambda: save(desk.world.admin, 2))
    assert len(result.conflicts) == 1
    assert Submission.objects.filter(office=desk.world.bandar).count() == 1


# The month itself: opened, locked, unlocked


def test_a_month_opened_during_a_save_carries_what_was_saved(desk):
    opened = behind(lambda: desk.save(CellChange("1802", "PU", 1_234)), lambda: periods.open_period(NOVEMBER))
    assert isinstance(opened, ReportingPeriod)
    assert CoverageRecord.objects.get(regency="1802", segment="PU", period=NOVEMBER).participants == 1_234


def test_a_month_opened_during_the_first_save_of_an_office_carries_it_too(desk):
    """Nothing of Bandar Lampung is committed yet, not even that it has begun."""
    changes = [CellChange("1801", "PU", 1_234)]
    place = {"office": desk.world.bandar, "period": desk.period}
    behind(
        lambda: save_cells(user=desk.world.tetangga, changes=changes, via=Via.FORM, **place),
        lambda: periods.open_period(NOVEMBER),
    )
    assert CoverageRecord.objects.get(regency="1801", segment="PU", period=NOVEMBER).participants == 1_234


def test_a_month_opened_during_a_verification_carries_what_was_verified(desk):
    desk.submit()
    behind(desk.verify, lambda: periods.open_period(NOVEMBER))
    following = CoverageRecord.objects.get(regency="1802", segment="PU", period=NOVEMBER)
    assert following.verified_participants == 1_000


def test_a_month_locked_in_the_same_moment_is_not_completed(desk):
    """A regency came to the branch since the month was opened."""
    Regency.objects.create(
        code="1803",
        bps_code="1806",
        name="Baru",
        kind="KABUPATEN",
        province=desk.world.lampung,
        branch_office=desk.world.tengah,
    )
    assert behind(desk.lock, lambda: periods.open_period(OCTOBER)).is_locked
    assert not CoverageRecord.objects.filter(regency="1803").exists()


def test_two_who_lock_a_month_at_once_lock_it_once(desk):
    assert "sudah dikunci" in refused_behind(desk.lock, desk.lock)
    assert desk.period.history.filter(history_change_reason="Dikunci").count() == 1


def test_two_who_unlock_a_month_at_once_unlock_it_once(desk):
    desk.lock()
    assert "tidak dikunci" in refused_behind(desk.unlock, desk.unlock)
    assert desk.period.history.filter(history_change_reason="keliru").count() == 1


def test_a_month_locked_while_a_save_waits_takes_no_figure(desk):
    """The page was opened, and the save begun, while the month was open."""

    def save_and_lock():
        desk.save(CellChange("1802", "PU", 1_234))
        desk.lock()

    assert "sudah dikunci" in refused_behind(save_and_lock, lambda: desk.save(CellChange("1804", "PU", 7)))
    assert CoverageRecord.objects.get(regency="1804", segment="PU").participants == 1_000


@pytest.mark.parametrize("step", ["submit", "withdraw", "send_back", "verify"])
def test_a_month_locked_while_a_step_waits_takes_no_step(desk, step):
    if step != "submit":
        desk.submit()
    before = actions()

    def correct_and_lock():
        desk.save(CellChange("1802", "PU", 1_234), user=desk.world.admin)
        desk.lock()

    assert "sudah dikunci" in refused_behind(correct_and_lock, getattr(desk, step))
    assert actions() == before


# Several months verified together


@pytest.fixture
def both(desk) -> list[Submission]:
    """Lampung Tengah and Bandar Lampung have handed October in."""
    world, place = desk.world, {"office": desk.world.bandar, "period": desk.period}
    changes = [CellChange("1801", segment, 1_000) for segment in ("PU", "BPU", "JAKON", "PMI")]
    save_cells(user=world.tetangga, changes=changes, via=Via.FORM, **place)
    return [desk.submit(), submit(user=world.tetangga, **place)]


def verify_both(desk, both) -> list[Denied | None]:
    found = verify_many(user=desk.world.verifikasi, submissions=both, seen_at=timezone.now())
    return [refusal for _, refusal in found]


def test_of_months_verified_together_only_the_one_taken_back_in_the_same_moment_is_refused(desk, both):
    tengah, bandar = behind(desk.withdraw, lambda: verify_both(desk, both))
    assert "ditarik kembali" in str(tengah)
    assert bandar is None
    assert (actions(), verified()) == (["SUBMIT", "SUBMIT", "WITHDRAW", "VERIFY"], {None})


def test_opening_a_month_while_several_are_verified_carries_them_without_deadlock(desk, both):
    """Both lock the offices in the same order, so they cannot deadlock."""
    with unfinished(lambda: hold(Office.objects.filter(pk=desk.world.bandar.pk))):
        verifying = Worker(lambda: verify_both(desk, both))
        assert verifying.waits(), verifying.result
        opening = Worker(lambda: periods.open_period(NOVEMBER))
        assert opening.waits(), opening.result
        assert is_free(Office.objects.filter(pk=desk.world.tengah.pk))
    assert verifying.outcome() == [None, None]
    assert isinstance(opening.outcome(), ReportingPeriod)
    carried = CoverageRecord.objects.filter(period=NOVEMBER, regency__in=["1801", "1802"])
    assert set(carried.values_list("verified_participants", flat=True)) == {1_000}


# A month opened again for one office


def test_a_month_is_opened_again_once(desk):
    desk.submit()
    desk.verify()
    assert "sudah dibuka kembali" in refused_behind(desk.reopen, desk.reopen)
    assert PeriodReopening.objects.count() == 1
    assert actions() == ["SUBMIT", "VERIFY", "REOPEN"]


def test_a_month_is_opened_again_once_for_an_office_that_never_began_it(desk):
    """The office has no submission, so the two wait for the lock of the month itself."""
    desk.lock()
    bandar = desk.world.bandar
    assert "sudah dibuka kembali" in refused_behind(lambda: desk.reopen(bandar), lambda: desk.reopen(bandar))
    assert PeriodReopening.objects.count() == 1


def test_a_month_opened_again_in_the_same_moment_is_not_locked(desk):
    desk.submit()
    desk.verify()
    sentence = refused_behind(desk.reopen, desk.lock)
    assert "masih dibuka kembali untuk Kantor Cabang Lampung Tengah" in sentence
    assert ReportingPeriod.objects.get(pk=OCTOBER).locked_at is None


def test_a_month_unlocked_in_the_same_moment_is_not_opened_again(desk):
    desk.lock()
    assert "masih terbuka" in refused_behind(desk.unlock, lambda: desk.reopen(desk.world.bandar))
    assert not PeriodReopening.objects.exists()


@pytest.mark.parametrize("office", ["tengah", "bandar"])
def test_two_who_close_a_reopening_at_once_close_it_once(desk, office):
    """Lampung Tengah has begun its month, Bandar Lampung has not."""
    desk.lock()
    reopening = desk.reopen(getattr(desk.world, office))
    second = User.objects.create_user("admin-dua", office=desk.world.head, is_superuser=True)
    sentence = refused_behind(
        lambda: close_reopening(user=desk.world.admin, reopening=reopening),
        lambda: close_reopening(user=second, reopening=reopening),
    )
    assert sentence == "Pembukaan kembali ini sudah ditutup."
    reopening.refresh_from_db()
    assert reopening.closed_by == desk.world.admin
    assert actions() == (["REOPEN", "RECLOSE"] if office == "tengah" else [])


def test_a_reopening_that_lapsed_is_written_down_once(desk):
    desk.lock()
    desk.reopen()
    later = timezone.localdate() + timedelta(days=4)
    assert behind(lambda: close_lapsed(today=later), lambda: close_lapsed(today=later)) == []
    assert actions() == ["REOPEN", "RECLOSE"]


def test_what_is_handed_in_while_a_reopening_is_closed_stays_with_the_office(desk):
    desk.lock()
    reopening = desk.reopen()
    sentence = refused_behind(lambda: close_reopening(user=desk.world.admin, reopening=reopening), desk.submit)
    assert "sudah dikunci" in sentence
    assert actions() == ["REOPEN", "RECLOSE"]


def test_what_was_handed_in_while_a_reopening_is_closed_takes_its_course(desk):
    desk.lock()
    reopening = desk.reopen()
    behind(desk.submit, lambda: close_reopening(user=desk.world.admin, reopening=reopening))
    assert Submission.objects.get().status == "SUBMITTED"
    assert actions() == ["REOPEN", "SUBMIT"]


def test_a_correction_made_while_its_reopening_is_closed_is_not_taken_for_unchanged(desk):
    desk.submit()
    desk.verify()
    reopening = desk.reopen()
    behind(
        lambda: desk.save(CellChange("1802", "PU", 1_234)),
        lambda: close_reopening(user=desk.world.admin, reopening=reopening),
    )
    assert Submission.objects.get().status == "RETURNED"
