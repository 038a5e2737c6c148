"""Verifying one submission or many: permissions, changes since, and how far verified values are carried."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Denied
from coverage.models import ReportingPeriod, Submission, Via
from coverage.periods import services as periods
from coverage.periods.reopening import reopen_office
from coverage.permissions import OutOfScope
from coverage.records.services import CellChange
from coverage.submissions.services import ChangedMeanwhile, send_back, submit, verify, verify_many, withdraw
from tests.conftest import make_period
from tests.support.submitting import (
    EXPECTED,
    OCTOBER,
    cell,
    colleague,
    fill,
    handed_in,
    handed_in_by_the_neighbour,
    save,
    steps,
)

# verifying


def test_verified_figures_are_the_submitted_ones_with_who_when_and_history(world, october):
    submission = handed_in(world, october)
    assert cell("1802", "PU").verified_participants == 1_000
    verify(user=world.verifikasi, submission=submission)
    record = cell("1802", "PU")
    assert (record.participants, record.verified_participants) == (1_001, 1_001)
    assert (record.verified_by, record.verified_at is not None) == (world.verifikasi, True)
    history = [(row.via, row.history_user, row.verified_participants) for row in record.history.all()]
    assert history == [("VERIFY", world.verifikasi, 1_001), ("FORM", world.entri, 1_000), ("OPEN", None, 1_000)]
    submission.refresh_from_db()
    assert (submission.status, submission.decided_by) == ("VERIFIED", world.verifikasi)


def test_a_carried_cell_is_not_verified_by_this(world, october):
    fill(world, october)
    save(world.entri, world.tengah, october, CellChange("1802", "PU", None, "belum ada data"))
    verify(user=world.verifikasi, submission=submit(user=world.entri, office=world.tengah, period=october))
    record = cell("1802", "PU")
    assert (record.participants, record.verified_participants, record.verified_at) == (1_000, 1_000, None)


def test_nobody_verifies_what_they_handed_in(world, october):
    save(world.verifikasi, world.sumbagsel, october, CellChange("18", "RT-RW", 5_697))
    submission = submit(user=world.verifikasi, office=world.sumbagsel, period=october)
    with pytest.raises(Denied, match="Anda sendiri yang mengajukan"):
        verify(user=world.verifikasi, submission=submission)
    verify(user=world.atasan, submission=submission)
    assert cell("18", "RT-RW").verified_by == world.atasan


def test_nobody_verifies_what_they_corrected_after_it_was_handed_in(world, october):
    submission = handed_in(world, october)
    save(world.admin, world.tengah, october, CellChange("1802", "PU", 1_005), reason="salah ketik")
    with pytest.raises(Denied, match="Anda sendiri mengoreksi Kabupaten Lampung Tengah"):
        verify(user=world.admin, submission=submission)
    verify(user=world.verifikasi, submission=submission)
    assert cell("1802", "PU").verified_participants == 1_005


@pytest.mark.parametrize(("who", "refusal"), [("entri", Denied), ("pimpinan", Denied), ("pemda", Denied)])
def test_verifying_and_returning_need_the_right(world, october, who, refusal):
    submission = handed_in(world, october)
    with pytest.raises(refusal, match="tidak diberi hak memverifikasi"):
        verify(user=getattr(world, who), submission=submission)
    with pytest.raises(refusal, match="tidak diberi hak memverifikasi"):
        send_back(user=getattr(world, who), submission=submission, reason="x")


def test_a_kanwil_does_not_know_the_branches_of_another(world, october):
    submission = handed_in(world, october)
    stranger = colleague(world.verifikasi, "banten")
    stranger.office = world.banten
    stranger.save()
    for attempt in (
        lambda: verify(user=stranger, submission=submission),
        lambda: send_back(user=stranger, submission=submission, reason="x"),
        lambda: verify_many(user=stranger, submissions=[submission], seen_at=timezone.now()),
    ):
        with pytest.raises(OutOfScope):
            attempt()


def test_figures_that_changed_since_they_were_seen_are_looked_at_again(world, october):
    submission = handed_in(world, october)
    seen = timezone.now()
    save(world.admin, world.tengah, october, CellChange("1802", "PU", 1_005), reason="salah ketik")
    with pytest.raises(ChangedMeanwhile, match="Data berubah sejak halaman ini dibuka"):
        verify(user=world.verifikasi, submission=submission, seen_at=seen)
    assert cell("1802", "PU").verified_participants == 1_000
    assert verify(user=world.verifikasi, submission=submission, seen_at=timezone.now()).status == "VERIFIED"


def test_a_month_withdrawn_and_handed_in_again_meanwhile_is_looked_at_again(world, october):
    submission = handed_in(world, october)
    seen = timezone.now()
    withdraw(user=world.entri, office=world.tengah, period=october)
    submit(user=world.entri, office=world.tengah, period=october)
    with pytest.raises(ChangedMeanwhile):
        verify(user=world.verifikasi, submission=submission, seen_at=seen)


def test_many_are_verified_each_on_its_own(world, october):
    branch = handed_in(world, october)
    save(world.tetangga, world.bandar, october, *(CellChange("1801", s, 5) for s in ("PU", "BPU", "JAKON", "PMI")))
    draft = Submission.objects.get(office=world.bandar)
    save(world.verifikasi, world.sumbagsel, october, CellChange("18", "RT-RW", 5_697))
    own = submit(user=world.verifikasi, office=world.sumbagsel, period=october)
    results = verify_many(user=world.verifikasi, submissions=[own, draft, branch], seen_at=timezone.now())
    assert [str(refusal or "")[:22] for _, refusal in results] == [
        "Anda sendiri yang meng",
        "Data Oktober 2026 belu",
        "",
    ]
    assert results[2][0].status == "VERIFIED"


def test_flagged_submissions_are_not_verified_together(world, october):
    submission = handed_in(world, october)
    submission.flagged_cells = 2
    submission.save()
    ((_, refusal),) = verify_many(user=world.verifikasi, submissions=[submission], seen_at=timezone.now())
    assert str(refusal) == "2 sel bertanda. Periksa pengajuan ini satu per satu."
    assert cell("1802", "PU").verified_at is None


def test_submissions_changed_since_are_not_verified_together(world, october):
    submission = handed_in(world, october)
    save(world.admin, world.tengah, october, CellChange("1802", "PU", 1_005), reason="salah ketik")
    ((_, refusal),) = verify_many(user=world.verifikasi, submissions=[submission], seen_at=timezone.now())
    assert str(refusal) == "1 sel diubah setelah diajukan. Periksa pengajuan ini satu per satu."
    assert cell("1802", "PU").verified_at is None


def test_what_changed_since_the_list_was_shown_is_refused_and_the_others_are_verified(world, october):
    changed, kept = handed_in(world, october), handed_in_by_the_neighbour(world, october)
    seen = timezone.now()
    withdraw(user=world.entri, office=world.tengah, period=october)
    submit(user=world.entri, office=world.tengah, period=october)
    results = verify_many(user=world.verifikasi, submissions=[changed, kept], seen_at=seen)
    assert [type(refusal) for _, refusal in results] == [ChangedMeanwhile, type(None)]
    assert cell("1802", "PU").verified_at is None
    pu = cell("1801", "PU")
    assert (pu.verified_participants, pu.verified_by) == (5, world.verifikasi)
    assert [(row.via, row.history_user, row.verified_participants) for row in pu.history.all()[:2]] == [
        (Via.VERIFY, world.verifikasi, 5),
        (Via.FORM, world.tetangga, None),
    ]
    assert steps(kept)[-1] == ("VERIFY", "verifikasi")


def test_each_offices_values_are_carried_as_far_as_it_may_write(world, october):
    both = [handed_in(world, october), handed_in_by_the_neighbour(world, october)]
    november = open_november()
    ReportingPeriod.objects.filter(pk=november.pk).update(locked_at=timezone.now())
    reopen_office(
        user=world.admin,
        office=world.bandar,
        period=ReportingPeriod.objects.get(pk=november.pk),
        reason="koreksi",
        expires_on=timezone.localdate() + timedelta(days=3),
    )
    results = verify_many(user=world.verifikasi, submissions=both, seen_at=timezone.now())
    assert [refusal for _, refusal in results] == [None, None]
    assert cell("1801", "PU", "2026-11").verified_participants == 5
    assert cell("1802", "PU", "2026-11").verified_participants == 1_000


def test_months_ticked_together_are_verified_the_earlier_first(world, october):
    first = handed_in(world, october)
    november = open_november()
    save(world.entri, world.tengah, november, CellChange("1802", "PU", 1_009))
    for key in EXPECTED[1:]:
        save(world.entri, world.tengah, november, CellChange(*key, 1_002))
    second = submit(user=world.entri, office=world.tengah, period=november)
    results = verify_many(user=world.verifikasi, submissions=[second, first], seen_at=timezone.now())
    assert [(one.period_id, refusal) for one, refusal in results] == [(november.month, None), (OCTOBER, None)]
    assert cell("1802", "PU").verified_participants == 1_001
    assert cell("1802", "PU", "2026-11").verified_participants == 1_009


# the flow of verified values


def open_november() -> ReportingPeriod:
    make_period("2026-11")
    return periods.open_period(date(2026, 11, 1))


def test_a_newly_verified_figure_is_carried_to_the_following_months(world, october):
    fill(world, october)
    november = open_november()
    save(world.entri, world.tengah, november, CellChange("1802", "BPU", 77))
    assert cell("1802", "PU", "2026-11").verified_participants == 1_000
    verify(user=world.verifikasi, submission=submit(user=world.entri, office=world.tengah, period=october))
    pu, bpu = cell("1802", "PU", "2026-11"), cell("1802", "BPU", "2026-11")
    assert (pu.participants, pu.verified_participants, pu.verified_at) == (1_001, 1_001, None)
    assert (bpu.participants, bpu.verified_participants, bpu.verified_at) == (77, 1_001, None)
    assert pu.history.first().via == Via.CARRIED


def test_verified_values_are_carried_up_to_the_next_verified_month(world, october):
    fill(world, october)
    november = open_november()
    save(
        world.entri,
        world.tengah,
        november,
        *(CellChange(*key, 2_000, change_reason="DATA_CLEANED") for key in EXPECTED),
    )
    make_period("2026-12")
    periods.open_period(date(2026, 12, 1))
    verify(user=world.verifikasi, submission=submit(user=world.entri, office=world.tengah, period=november))
    assert cell("1802", "PU", "2026-12").verified_participants == 2_000
    verify(user=world.verifikasi, submission=submit(user=world.entri, office=world.tengah, period=october))
    assert cell("1802", "PU", "2026-10").verified_participants == 1_001
    assert [cell("1802", "PU", month).verified_participants for month in ("2026-11", "2026-12")] == [2_000, 2_000]


@pytest.mark.parametrize(
    ("lock", "reached"),
    [({"closes_on": date(2026, 12, 20)}, True), ({"locked_at": timezone.now()}, False)],
)
def test_verified_values_pass_a_month_closed_by_date_but_not_one_locked_by_hand(
    world, october, calendar, lock, reached
):
    submission = handed_in(world, october)
    open_november()
    ReportingPeriod.objects.filter(month=date(2026, 11, 1)).update(**lock)
    calendar(date(2027, 1, 5))
    verify(user=world.verifikasi, submission=submission)
    assert (cell("1802", "PU", "2026-11").verified_participants == 1_001) is reached
