"""The life of a submission: handed in, withdrawn, returned, verified, corrected; what each step asks and refuses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from accounts.models import Denied, Office, User
from coverage import plausibility
from coverage.models import CoverageRecord, ReportingPeriod, Submission, SubmissionEvent, Via
from coverage.periods import services as periods
from coverage.periods.reopening import reopen_office
from coverage.permissions import OutOfScope
from coverage.records.services import CellChange, save_cells
from coverage.submissions.readiness import NotReady
from coverage.submissions.services import ChangedMeanwhile, send_back, submit, verify, verify_many, withdraw
from reporting import months
from tests.conftest import cell_fields, make_period, put

OCTOBER = date(2026, 10, 1)
EXPECTED = [(area, segment) for area in ("1802", "1804") for segment in ("PU", "BPU", "JAKON", "PMI")]


@pytest.fixture
def october(world) -> ReportingPeriod:
    """October open, with September before it. `world.kawan` works beside `entri`, `atasan` beside `verifikasi`."""
    for area, segment in EXPECTED:
        put(area, segment, "2026-09", 1_000, verified=1_000)
    make_period("2026-10")
    world.kawan = colleague(world.entri, "kawan")
    world.atasan = colleague(world.verifikasi, "atasan")
    return periods.open_period(OCTOBER)


def colleague(user: User, username: str, *more: str) -> User:
    other = User.objects.create(username=username, office=user.office)
    codenames = [*user.user_permissions.values_list("codename", flat=True), *more]
    other.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return User.objects.get(pk=other.pk)


def save(user, office, period, *changes, reason=""):
    return save_cells(user=user, office=office, period=period, changes=changes, via=Via.FORM, reason=reason)


def fill(world, period, values=None, default=1_001):
    """Every expected cell of the branch gets a figure of its own."""
    values = values or {}
    changes = [CellChange(*key, values.get(key, default)) for key in EXPECTED]
    save(world.entri, world.tengah, period, *changes)


def handed_in(world, period, **more) -> Submission:
    fill(world, period, **more)
    return submit(user=world.entri, office=world.tengah, period=period)


def handed_in_by_the_neighbour(world, period) -> Submission:
    save(world.tetangga, world.bandar, period, *(CellChange("1801", s, 5) for s in ("PU", "BPU", "JAKON", "PMI")))
    return submit(user=world.tetangga, office=world.bandar, period=period)


def cell(area, segment, month="2026-10") -> CoverageRecord:
    return CoverageRecord.objects.get(**cell_fields(area), segment_id=segment, period_id=months.parse_month(month))


def steps(submission) -> list[tuple[str, str]]:
    events = SubmissionEvent.objects.filter(submission__office=submission.office, submission__period=submission.period)
    return [(event.action, event.user.username) for event in events.select_related("user")]


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


def test_a_second_click_gets_a_sentence_and_no_second_event(world, october):
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


# verifying


def test_verified_figures_are_the_submitted_ones_with_who_when_and_history(world, october):
    submission = handed_in(world, october)
    assert cell("1802", "PU").verified_participants == 1_000
    verify(user=world.verifikasi, submission=submission)
    record = cell("1802", "PU")
    assert (record.participants, record.verified_participants) == (1_001, 1_001)
    assert (record.verified_by, record.verified_at is not None) == (world.verifikasi, True)
    trail = [(row.via, row.history_user, row.verified_participants) for row in record.history.all()]
    assert trail == [("VERIFY", world.verifikasi, 1_001), ("FORM", world.entri, 1_000), ("OPEN", None, 1_000)]
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


def test_flagged_ones_are_not_verified_in_passing(world, october):
    submission = handed_in(world, october)
    submission.flagged_cells = 2
    submission.save()
    ((_, refusal),) = verify_many(user=world.verifikasi, submissions=[submission], seen_at=timezone.now())
    assert str(refusal) == "2 sel bertanda. Periksa pengajuan ini satu per satu."
    assert cell("1802", "PU").verified_at is None


def test_what_was_changed_after_it_was_handed_in_is_not_verified_in_passing(world, october):
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


def test_of_many_each_flows_as_far_as_its_own_office_may_still_write(world, october):
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


def test_a_figure_taken_back_falls_back_to_the_verified_one_of_last_month(world, october, corrected):
    save(world.korektor, world.tengah, october, CellChange("1802", "PU", None, "keliru"), reason="keliru")
    assert cell("1802", "PU").verified_participants == 1_001
    submit(user=world.entri, office=world.tengah, period=october)
    verify(user=world.verifikasi, submission=corrected)
    record = cell("1802", "PU")
    assert (record.origin, record.verified_participants, record.verified_at) == ("CARRIED", 1_000, None)


# the flow of verified values


def open_november() -> ReportingPeriod:
    make_period("2026-11")
    return periods.open_period(date(2026, 11, 1))


def test_a_newly_verified_figure_flows_into_the_following_months(world, october):
    fill(world, october)
    november = open_november()
    save(world.entri, world.tengah, november, CellChange("1802", "BPU", 77))
    assert cell("1802", "PU", "2026-11").verified_participants == 1_000
    verify(user=world.verifikasi, submission=submit(user=world.entri, office=world.tengah, period=october))
    pu, bpu = cell("1802", "PU", "2026-11"), cell("1802", "BPU", "2026-11")
    assert (pu.participants, pu.verified_participants, pu.verified_at) == (1_001, 1_001, None)
    assert (bpu.participants, bpu.verified_participants, bpu.verified_at) == (77, 1_001, None)
    assert pu.history.first().via == Via.CARRIED


def test_the_flow_ends_at_a_month_that_was_verified_itself(world, october):
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
def test_the_flow_passes_a_month_closed_by_its_date_but_none_locked_by_hand(world, october, calendar, lock, reached):
    submission = handed_in(world, october)
    open_november()
    ReportingPeriod.objects.filter(month=date(2026, 11, 1)).update(**lock)
    calendar(date(2027, 1, 5))
    verify(user=world.verifikasi, submission=submission)
    assert (cell("1802", "PU", "2026-11").verified_participants == 1_001) is reached


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
