"""Two people at the same moment: real transactions side by side. One gets through, the other a sentence."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts.models import Denied
from coverage import periods
from coverage.entry import CellChange, save_cells
from coverage.models import CoverageRecord, PeriodReopening, ReportingPeriod, Submission, SubmissionEvent, Via
from coverage.reopenings import reopen_office
from coverage.submissions import NotReady, send_back, submit, verify, withdraw
from reporting import months
from tests.conftest import make_period

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite has one writer at a time; real concurrency needs PostgreSQL"
    ),
]

OCTOBER = date(2026, 10, 1)
CELLS = [(area, segment) for area in ("1802", "1804") for segment in ("PU", "BPU", "JAKON", "PMI")]


class Worker(threading.Thread):
    """Does one thing on a connection of its own and keeps what came of it."""

    def __init__(self, work: Callable[[], object], start: threading.Barrier | None = None) -> None:
        super().__init__(daemon=True)
        self.work, self.barrier = work, start
        self.result: object = None
        self.start()

    def run(self) -> None:
        try:
            if self.barrier:
                self.barrier.wait(timeout=10)
            self.result = self.work()
        except Exception as error:
            self.result = error
        finally:
            connections.close_all()

    def outcome(self) -> object:
        self.join(timeout=30)
        assert not self.is_alive(), "hangs"
        return self.result


def together(*work: Callable[[], object]) -> list[object]:
    barrier = threading.Barrier(len(work))
    return [worker.outcome() for worker in [Worker(each, barrier) for each in work]]


@contextmanager
def unfinished(work: Callable[[], object]):
    """The work is done but not committed while the block runs."""
    done, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            work()
            done.set()
            assert go_on.wait(timeout=20)

    worker = Worker(hold)
    assert done.wait(timeout=10), worker.result
    try:
        yield
    finally:
        go_on.set()
        assert worker.outcome() is None


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
        reopen=lambda: reopen_office(
            user=world.admin, reason="koreksi", expires_on=timezone.localdate() + timedelta(days=3), **place
        ),
    )


def actions() -> list[str]:
    return list(SubmissionEvent.objects.order_by("pk").values_list("action", flat=True))


def verified() -> set[int | None]:
    return set(
        CoverageRecord.objects.filter(period=OCTOBER, regency="1802").values_list("verified_participants", flat=True)
    )


def one_refused(results: list[object]) -> Denied:
    """The refusal of the one who came second. Anything but a result and a refusal is a failure."""
    ((refusal),) = [result for result in results if isinstance(result, Exception)]
    assert isinstance(refusal, Denied), refusal
    return refusal


def test_a_double_click_on_submit_hands_in_once(desk):
    refusal = one_refused(together(desk.submit, desk.submit))
    assert "sudah diajukan" in str(refusal)
    assert actions() == ["SUBMIT"]


def test_two_who_verify_at_once_make_one_event_and_one_history_row(desk):
    desk.submit()
    refusal = one_refused(together(desk.verify, lambda: desk.verify(desk.world.admin)))
    assert "sudah diverifikasi" in str(refusal)
    assert actions() == ["SUBMIT", "VERIFY"]
    assert CoverageRecord.objects.get(regency="1802", segment="PU").history.filter(via=Via.VERIFY).count() == 1


@pytest.mark.parametrize("other", ["withdraw", "send_back"])
def test_of_verifying_and_taking_back_one_wins_whole(desk, other):
    desk.submit()
    one_refused(together(desk.verify, getattr(desk, other)))
    state = Submission.objects.get().status
    assert (actions()[1:], verified()) in (
        [(["VERIFY"], {1_000})]
        if state == "VERIFIED"
        else [([{"withdraw": "WITHDRAW", "send_back": "RETURN"}[other]], {None})]
    )


def test_a_submission_waits_for_a_save_under_way_and_sees_what_it_emptied(desk):
    with unfinished(lambda: desk.save(CellChange("1802", "PU", None))):
        handing_in = Worker(desk.submit)
        handing_in.join(timeout=0.5)
        assert handing_in.is_alive()
    refusal = handing_in.outcome()
    assert isinstance(refusal, NotReady)
    assert list(refusal.cells) == [("1802", "PU")]
    assert actions() == []


def test_a_save_waits_for_a_submission_under_way_and_is_refused(desk):
    with unfinished(desk.submit):
        saving = Worker(lambda: desk.save(CellChange("1802", "PU", 7)))
        saving.join(timeout=0.5)
        assert saving.is_alive()
    assert "menunggu verifikasi" in str(saving.outcome())
    assert CoverageRecord.objects.get(regency="1802", segment="PU").participants == 1_000


def test_a_correction_under_way_is_verified_as_it_ends(desk):
    desk.submit()
    with unfinished(lambda: desk.save(CellChange("1802", "PU", 1_234), user=desk.world.admin)):
        verifying = Worker(desk.verify)
    assert verifying.outcome().status == "VERIFIED"
    assert CoverageRecord.objects.get(regency="1802", segment="PU").verified_participants == 1_234


def test_a_month_opened_during_a_save_carries_what_was_saved(desk):
    make_period("2026-11")
    with unfinished(lambda: desk.save(CellChange("1802", "PU", 1_234))):
        opening = Worker(lambda: periods.open_period(date(2026, 11, 1)))
        opening.join(timeout=0.5)
        assert opening.is_alive()
    assert isinstance(opening.outcome(), ReportingPeriod)
    assert CoverageRecord.objects.get(regency="1802", segment="PU", period=date(2026, 11, 1)).participants == 1_234


def test_a_month_opened_during_a_verification_carries_what_was_verified(desk):
    desk.submit()
    make_period("2026-11")
    with unfinished(desk.verify):
        opening = Worker(lambda: periods.open_period(date(2026, 11, 1)))
        opening.join(timeout=0.5)
    opening.outcome()
    following = CoverageRecord.objects.get(regency="1802", segment="PU", period=date(2026, 11, 1))
    assert following.verified_participants == 1_000


def test_corrections_of_two_months_at_once_do_not_wait_for_each_other_in_a_circle(desk):
    """The rows of December are older than those of November here: locked by age alone, the two would block each other."""
    opened = {}
    for month in ("2026-11", "2026-12"):
        make_period(month)
        opened[month] = periods.open_period(months.parse_month(month))
    groups = ("RENTAN", "RT-RW")

    def save(period, value):
        changes = [CellChange("1802", segment, value) for segment in groups]
        save_cells(user=desk.world.admin, office=desk.world.tengah, period=period, changes=changes, via=Via.FORM)

    for month in ("2026-12", "2026-11"):
        save(opened[month], 1)
    for value in range(2, 12):
        results = together(
            lambda value=value: save(desk.period, value), lambda value=value: save(opened["2026-11"], value + 50)
        )
        assert results == [None, None]
    kept = CoverageRecord.objects.filter(regency="1802", segment__in=groups).order_by("period_id", "segment")
    assert [record.participants for record in kept] == [11, 11, 61, 61, 1, 1]


def test_a_month_is_opened_again_once(desk):
    desk.submit()
    desk.verify()
    refusal = one_refused(together(desk.reopen, desk.reopen))
    assert "sudah dibuka kembali" in str(refusal)
    assert PeriodReopening.objects.count() == 1
    assert actions() == ["SUBMIT", "VERIFY", "REOPEN"]
