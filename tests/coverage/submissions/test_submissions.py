"""Steps of a submission: submit, withdraw, return, correct; conditions and refusals of each."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Denied, Office
from coverage import plausibility
from coverage.models import CoverageRecord, ReportingPeriod, Submission, SubmissionEvent
from coverage.permissions import OutOfScope
from coverage.records.services import CellChange
from coverage.submissions.readiness import NotReady
from coverage.submissions.services import send_back, submit, verify, withdraw
from tests.conftest import put
from tests.support.submitting import EXPECTED, OCTOBER, cell, colleague, fill, handed_in, save, steps

# handing in


def test_a_filled_month_is_handed_in_and_waits(world, october):
    submission = handed_in(world, october)
    submission.refresh_from_db()
    assert (submission.status, submission.submitted_by) == ("SUBMITTED", world.entri)
    assert submission.first_submitted_at == submission.submitted_at is not None
    assert steps(submission) == [("SUBMIT", "entri")]
    with pytest.raises(Denied, match="menunggu verifikasi"):
        save(world.entri, world.tengah, october, CellChange("1802", "PU", 7))


def test_what_is_neither_filled_nor_explained_is_listed_and_nothing_is_handed_in(world, october):
    save(
        world.entri,
        world.tengah,
        october,
        CellChange("1802", "PU", 1_001),
        CellChange("1804", "PMI", None, "tanpa PMI"),
    )
    with pytest.raises(NotReady, match="6 sel belum diisi") as refusal:
        submit(user=world.entri, office=world.tengah, period=october)
    assert list(refusal.value.cells) == sorted(set(EXPECTED) - {("1802", "PU"), ("1804", "PMI")})
    assert refusal.value.cells["1804", "PU"] == "Belum diisi. Isi angkanya, atau jelaskan di keterangan."
    assert (Submission.objects.get().status, SubmissionEvent.objects.count()) == ("DRAFT", 0)


def test_a_note_explains_an_empty_cell_and_blanks_are_not_enough(world, october):
    fill(world, october)
    save(world.entri, world.tengah, october, CellChange("1802", "PU", None, "  "))
    with pytest.raises(NotReady):
        submit(user=world.entri, office=world.tengah, period=october)
    save(world.entri, world.tengah, october, CellChange("1802", "PU", None, "data pusat belum turun"))
    assert submit(user=world.entri, office=world.tengah, period=october).status == "SUBMITTED"


def test_a_striking_figure_needs_a_reason_and_another_reason_a_note(world, october):
    fill(world, october, {("1802", "PU"): 10_000})
    with pytest.raises(NotReady, match="1 sel") as refusal:
        submit(user=world.entri, office=world.tengah, period=october)
    assert "di luar kebiasaan" in refusal.value.cells["1802", "PU"]
    save(world.entri, world.tengah, october, CellChange("1802", "PU", 10_000, change_reason="OTHER"))
    with pytest.raises(NotReady) as refusal:
        submit(user=world.entri, office=world.tengah, period=october)
    assert refusal.value.cells == {("1802", "PU"): "Alasan “Lainnya” perlu dijelaskan di keterangan."}
    save(world.entri, world.tengah, october, CellChange("1802", "PU", 10_000, "pabrik baru", change_reason="OTHER"))
    assert submit(user=world.entri, office=world.tengah, period=october).flagged_cells == 1


def test_a_flag_without_need_of_a_reason_is_counted_and_does_not_hold_up(world, october, monkeypatch):
    flag = plausibility.Flag(plausibility.FlagKind.UNCHANGED, "Sama persis.")
    monkeypatch.setattr(
        plausibility,
        "flags_of",
        lambda office, period: {key: plausibility.CellCheck((flag,), None, ()) for key in EXPECTED[:3]},
    )
    assert handed_in(world, october).flagged_cells == 3


def test_a_regency_that_was_never_opened_is_missing_too(world, october):
    fill(world, october)
    CoverageRecord.objects.filter(regency="1804", period=october, segment="PMI").delete()
    with pytest.raises(NotReady) as refusal:
        submit(user=world.entri, office=world.tengah, period=october)
    assert list(refusal.value.cells) == [("1804", "PMI")]


def test_a_kanwil_hands_in_its_province_wide_figures_but_not_nothing(world, october):
    with pytest.raises(Denied, match="Belum ada angka Oktober 2026"):
        submit(user=world.verifikasi, office=world.sumbagsel, period=october)
    assert not Submission.objects.filter(office=world.sumbagsel).exists()
    save(world.verifikasi, world.sumbagsel, october, CellChange("18", "RT-RW", 5_697))
    assert submit(user=world.verifikasi, office=world.sumbagsel, period=october).status == "SUBMITTED"


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("tetangga", OutOfScope), ("verifikasi", OutOfScope), ("pimpinan", Denied), ("pemda", Denied)],
)
def test_only_the_office_itself_hands_in_and_takes_back(world, october, who, refusal):
    fill(world, october)
    with pytest.raises(refusal):
        submit(user=getattr(world, who), office=world.tengah, period=october)
    submit(user=world.entri, office=world.tengah, period=october)
    with pytest.raises(refusal):
        withdraw(user=getattr(world, who), office=world.tengah, period=october)
    assert Submission.objects.get().status == "SUBMITTED"


def test_a_repeated_submit_is_refused_and_writes_no_second_event(world, october):
    submission = handed_in(world, october)
    with pytest.raises(Denied, match="Data Oktober 2026 sudah diajukan oleh entri pada"):
        submit(user=world.entri, office=world.tengah, period=october)
    verify(user=world.verifikasi, submission=submission)
    with pytest.raises(Denied, match="sudah diverifikasi oleh verifikasi pada"):
        verify(user=world.verifikasi, submission=submission)
    with pytest.raises(Denied, match="sudah diverifikasi dan tidak berubah"):
        submit(user=world.entri, office=world.tengah, period=october)
    assert [action for action, _ in steps(submission)] == ["SUBMIT", "VERIFY"]


def test_the_first_submission_decides_timeliness(world, october):
    submission = handed_in(world, october)
    first = submission.first_submitted_at
    send_back(user=world.verifikasi, submission=submission, reason="periksa")
    again = submit(user=world.kawan, office=world.tengah, period=october)
    assert (again.first_submitted_at, again.submitted_by) == (first, world.kawan)
    assert again.submitted_at > first


# taking back and returning


def test_withdrawn_it_opens_again(world, october):
    submission = handed_in(world, october)
    withdraw(user=world.kawan, office=world.tengah, period=october, reason="salah tarik data")
    submission.refresh_from_db()
    assert (submission.status, submission.submitted_at, submission.submitted_by) == ("DRAFT", None, None)
    assert submission.first_submitted_at is not None
    assert submission.events.get(action="WITHDRAW").reason == "salah tarik data"
    assert save(world.entri, world.tengah, october, CellChange("1802", "PU", 7)).saved
    with pytest.raises(Denied, match="belum diajukan"):
        withdraw(user=world.entri, office=world.tengah, period=october)
    with pytest.raises(Denied, match="belum diajukan, atau sudah ditarik kembali"):
        verify(user=world.verifikasi, submission=submission)


def test_a_decided_month_cannot_be_withdrawn(world, october):
    verify(user=world.verifikasi, submission=handed_in(world, october))
    with pytest.raises(Denied, match="sudah diverifikasi"):
        withdraw(user=world.entri, office=world.tengah, period=october)


def test_returned_it_opens_again_and_says_what_to_mend(world, october):
    submission = handed_in(world, october)
    cells = {("1802", "PU"): " Samakan dengan rekap. ", ("1804", "PU"): ""}
    send_back(user=world.verifikasi, submission=submission, reason=" BPU turun tajam. ", cells=cells)
    event = submission.events.get(action="RETURN")
    assert (event.reason, event.cells) == ("BPU turun tajam.", {"1802.PU": "Samakan dengan rekap."})
    submission.refresh_from_db()
    assert (submission.status, submission.decided_by) == ("RETURNED", world.verifikasi)
    assert save(world.entri, world.tengah, october, CellChange("1802", "PU", 1_002)).saved
    assert submit(user=world.entri, office=world.tengah, period=october).decided_by is None


def test_a_return_names_only_cells_of_its_month(world, october):
    """An optional cell of September has none in October."""
    put("1802", "RENTAN", "2026-09", 5)
    submission = handed_in(world, october)
    with pytest.raises(OutOfScope):
        send_back(user=world.verifikasi, submission=submission, reason="periksa", cells={("1802", "RENTAN"): "samakan"})
    assert Submission.objects.get().status == "SUBMITTED"


def test_a_return_needs_a_reason_and_names_only_cells_of_the_office(world, october):
    submission = handed_in(world, october)
    with pytest.raises(Denied, match="Tuliskan alasan"):
        send_back(user=world.verifikasi, submission=submission, reason="  ")
    with pytest.raises(OutOfScope):
        send_back(user=world.verifikasi, submission=submission, reason="x", cells={("1801", "PU"): "y"})
    assert [action for action, _ in steps(submission)] == ["SUBMIT"]


# corrections after verification


@pytest.fixture
def corrected(world, october) -> Submission:
    """Verified at 1.001, then corrected by somebody who may."""
    submission = verify(user=world.verifikasi, submission=handed_in(world, october))
    world.korektor = colleague(world.entri, "korektor", "correct_records")
    save(world.korektor, world.tengah, october, CellChange("1802", "PU", 1_007), reason="data susulan")
    return submission


def test_a_corrected_month_is_handed_in_and_verified_again(world, october, corrected):
    record = cell("1802", "PU")
    assert (record.participants, record.verified_participants, record.changed_since_verified) == (1_007, 1_001, True)
    submit(user=world.entri, office=world.tengah, period=october)
    assert cell("1802", "PU").verified_participants == 1_001
    before = cell("1802", "BPU").verified_at
    verify(user=world.verifikasi, submission=corrected)
    assert cell("1802", "PU").verified_participants == 1_007
    assert (cell("1802", "BPU").verified_at, cell("1802", "BPU").history.count()) == (before, 3)


def test_a_removed_figure_is_replaced_by_last_months_verified_one(world, october, corrected):
    save(world.korektor, world.tengah, october, CellChange("1802", "PU", None, "keliru"), reason="keliru")
    assert cell("1802", "PU").verified_participants == 1_001
    submit(user=world.entri, office=world.tengah, period=october)
    verify(user=world.verifikasi, submission=corrected)
    record = cell("1802", "PU")
    assert (record.origin, record.verified_participants, record.verified_at) == ("CARRIED", 1_000, None)


# the calendar


def test_after_the_closing_date_nothing_is_handed_in_or_returned_but_what_waits_is_still_verified(
    world, october, calendar
):
    submission = handed_in(world, october)
    ReportingPeriod.objects.filter(pk=OCTOBER).update(due_on=date(2026, 11, 10), closes_on=date(2026, 11, 20))
    calendar(date(2026, 11, 21))
    with pytest.raises(Denied, match="sudah ditutup pada 20 November 2026"):
        withdraw(user=world.entri, office=world.tengah, period=october)
    with pytest.raises(Denied, match="mintalah administrator membuka kembali"):
        send_back(user=world.verifikasi, submission=submission, reason="x")
    with pytest.raises(Denied, match="sudah ditutup pada 20 November 2026"):
        submit(user=world.tetangga, office=world.bandar, period=october)
    assert verify(user=world.verifikasi, submission=submission).status == "VERIFIED"


def test_once_locked_by_hand_nothing_is_verified(world, october):
    submission = handed_in(world, october)
    ReportingPeriod.objects.filter(pk=OCTOBER).update(locked_at=timezone.now() + timedelta(seconds=1))
    with pytest.raises(Denied, match="sudah dikunci; yang belum diverifikasi tetap sementara"):
        verify(user=world.verifikasi, submission=submission)
    assert cell("1802", "PU").verified_participants == 1_000


def test_an_office_that_was_closed_can_still_be_verified(world, october):
    submission = handed_in(world, october)
    Office.objects.filter(pk=world.tengah.pk).update(is_active=False)
    assert verify(user=world.verifikasi, submission=submission).status == "VERIFIED"
