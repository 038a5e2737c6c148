"""Tugas Anda: tasks of an office, its verifier and the head office in every state of the month."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Office, User
from coverage.models import (
    CoverageRecord,
    Dataset,
    PeriodReopening,
    Province,
    Regency,
    ReportingPeriod,
    Submission,
    Via,
)
from coverage.periods import services as periods
from coverage.periods.reopening import close_reopening, reopen_office
from coverage.records.services import CellChange, save_cells
from coverage.submissions.services import send_back, submit, verify, withdraw
from coverage.worklist.cards import CardKind
from coverage.worklist.selectors import tasks_for
from reporting.months import long_date
from tests.conftest import make_period, put

SEGMENTS = ("PU", "BPU", "JAKON", "PMI")
OCTOBER = date(2026, 10, 1)


@pytest.fixture
def on_day(monkeypatch):
    """Make it this day."""
    real = timezone.localdate

    def set_day(day: date) -> None:
        monkeypatch.setattr(timezone, "localdate", lambda *given, **more: real(*given, **more) if given else day)

    set_day(date(2026, 11, 7))
    return set_day


@pytest.fixture
def october(world, on_day) -> ReportingPeriod:
    make_period("2026-10", closes_on=date(2026, 11, 20))
    return periods.open_period(OCTOBER)


def fill(*areas: str, month: str = "2026-10") -> None:
    for area in areas:
        for segment in SEGMENTS:
            put(area, segment, month, 100)


def handed_in(world, period) -> Submission:
    fill("1802", "1804")
    return submit(user=world.entri, office=world.tengah, period=period)


def only(user: User):
    """The one task of this user, asked anew as a page does."""
    (task,) = tasks_for(User.objects.get(pk=user.pk))
    return task


def kinds(user: User) -> list[str]:
    return [task.kind for task in tasks_for(User.objects.get(pk=user.pk))]


# The branch


def test_an_empty_month_is_to_be_filled_with_its_deadlines_in_words_and_days(world, october):
    task = only(world.entri)
    assert (task.kind, task.title, task.action) == (CardKind.FILL, "Isi angka Oktober 2026", "Mulai mengisi")
    assert (task.tally.filled, task.tally.expected, task.percent) == (0, 8, 0)
    assert task.deadline == "Tepat waktu sampai 10 November 2026 (3 hari lagi), ditutup 20 November 2026"
    assert not task.is_late
    assert task.url == "/entri/2026-10/"


@pytest.mark.parametrize(
    ("day", "deadline", "is_late"),
    [
        (date(2026, 11, 9), "Tepat waktu sampai 10 November 2026 (besok), ditutup 20 November 2026", False),
        (date(2026, 11, 10), "Tepat waktu sampai 10 November 2026 (hari ini), ditutup 20 November 2026", False),
        (date(2026, 11, 11), "Tenggat 10 November 2026 sudah lewat, ditutup 20 November 2026 (9 hari lagi)", True),
        (date(2026, 11, 20), "Tenggat 10 November 2026 sudah lewat, ditutup 20 November 2026 (hari ini)", True),
    ],
)
def test_the_deadline_follows_the_day(world, october, on_day, day, deadline, is_late):
    on_day(day)
    assert (only(world.entri).deadline, only(world.entri).is_late) == (deadline, is_late)


def test_a_month_that_was_begun_says_how_much_is_done(world, october):
    fill("1802")
    put("1804", "PU", "2026-10", 0)
    task = only(world.entri)
    assert (task.action, task.tally.filled, task.percent) == ("Lanjutkan mengisi", 5, 62)


def test_filled_or_explained_only_needs_handing_in(world, october):
    fill("1802")
    assert only(world.entri).title == "Isi angka Oktober 2026"
    CoverageRecord.objects.filter(regency="1804", segment__in=SEGMENTS).update(note="belum ada data")
    task = only(world.entri)
    assert (task.title, task.action) == ("Ajukan angka Oktober 2026", "Periksa dan ajukan")
    assert (task.tally.filled, task.tally.explained) == (4, 4)
    submit(user=world.entri, office=world.tengah, period=october)  # it keeps its promise


def test_a_submission_waits_and_asks_nothing_of_the_branch(world, october):
    handed_in(world, october)
    task = only(world.entri)
    assert (task.kind, task.title, task.deadline) == (CardKind.WAIT, "Angka Oktober 2026 menunggu verifikasi", "")
    assert task.sentences[0].startswith("Diajukan ")
    assert task.sentences[0].endswith(" oleh entri.")
    assert not task.kind.needs_work


def test_what_was_taken_back_is_to_be_handed_in_again(world, october):
    handed_in(world, october)
    withdraw(user=world.entri, office=world.tengah, period=october)
    task = only(world.entri)
    assert (task.kind, task.title) == (CardKind.FILL, "Ajukan angka Oktober 2026")
    assert task.sentences[0].startswith("Ditarik kembali ")


def test_a_returned_month_shows_the_reason_and_links_to_the_first_cell(world, october):
    put("1802", "RENTAN", "2026-10", 5)
    submission = handed_in(world, october)
    cells = {("1804", "BPU"): "Samakan dengan rekap.", ("1802", "RENTAN"): "Sumbernya?"}
    send_back(user=world.verifikasi, submission=submission, reason="Dua angka perlu dilihat.", cells=cells)
    task = only(world.entri)
    assert (task.kind, task.title) == (CardKind.MEND, "Perbaiki angka Oktober 2026")
    assert "oleh verifikasi: “Dua angka perlu dilihat.”" in task.sentences[0]
    assert sorted(task.details) == [
        ("Kabupaten Lampung Barat · BPU", "Samakan dengan rekap."),
        ("Kabupaten Lampung Tengah · Pekerja rentan", "Sumbernya?"),
    ]
    assert task.url in ("/entri/2026-10/#p-1804-BPU", "/entri/2026-10/#p-1802-RENTAN")
    assert task.deadline.startswith("Tepat waktu sampai")


def test_many_cells_to_mend_are_counted_and_not_all_listed(world, october):
    submission = handed_in(world, october)
    cells = {(area, segment): "periksa" for area in ("1802", "1804") for segment in SEGMENTS}
    send_back(user=world.verifikasi, submission=submission, reason="Semua.", cells=cells)
    task = only(world.entri)
    assert (len(task.details), task.more) == (5, 3)


def test_handed_in_again_it_waits_again(world, october):
    submission = handed_in(world, october)
    send_back(user=world.verifikasi, submission=submission, reason="Periksa.")
    submit(user=world.entri, office=world.tengah, period=october)
    assert only(world.entri).kind == CardKind.WAIT


def test_a_verified_month_is_done(world, october):
    verify(user=world.verifikasi, submission=handed_in(world, october))
    task = only(world.entri)
    assert (task.kind, task.title) == (CardKind.DONE, "Angka Oktober 2026 sudah diverifikasi")
    assert task.sentences[0].startswith("Diverifikasi ")


def test_a_closed_month_says_that_it_is_too_late_and_an_opened_one_until_when(world, october, on_day):
    fill("1802")
    on_day(date(2026, 11, 21))
    task = only(world.entri)
    assert (task.kind, task.title) == (CardKind.CLOSED, "Entri Oktober 2026 sudah ditutup")
    assert task.sentences[0].startswith("Ditutup 20 November 2026 sebelum diajukan.")
    PeriodReopening.objects.create(
        office=world.tengah,
        period=october,
        reason="rekap terlambat",
        expires_on=date(2026, 11, 25),
        opened_by=world.admin,
        opened_at=timezone.now().replace(year=2026, month=11, day=20),
    )
    task = only(world.entri)
    assert (task.kind, task.deadline) == (CardKind.FILL, "Terbuka sampai 25 November 2026 (4 hari lagi)")
    assert task.sentences == ("Dibuka kembali sampai 25 November 2026: “rekap terlambat”",)
    assert only(world.tetangga).kind == CardKind.CLOSED


def test_a_verified_month_that_was_opened_again_says_until_when_and_why(world, october):
    verify(user=world.verifikasi, submission=handed_in(world, october))
    until = timezone.localdate(timezone.now()) + timedelta(days=3)
    reopening = reopen_office(
        user=world.admin, office=world.tengah, period=october, reason="Salah rekap.", expires_on=until
    )
    task = only(world.entri)
    assert (task.kind, task.sentences) == (
        CardKind.MEND,
        (f"Dibuka kembali sampai {long_date(until)}: “Salah rekap.”",),
    )
    assert task.url == "/entri/2026-10/"
    put("1802", "PU", "2026-10", 90)
    CoverageRecord.objects.filter(regency="1802", segment="PU").update(changed_at=timezone.now())
    close_reopening(user=world.admin, reopening=reopening)
    (sentence,) = only(world.entri).sentences
    assert sentence.startswith("Dibuka kembali ")
    assert sentence.endswith(" oleh admin: “Salah rekap.”")


def test_a_returned_month_that_was_opened_again_says_both(world, october):
    cells = {("1802", "PU"): "Samakan dengan rekap."}
    send_back(user=world.verifikasi, submission=handed_in(world, october), reason="Periksa.", cells=cells)
    ReportingPeriod.objects.filter(pk=october.pk).update(locked_at=timezone.now())
    until = timezone.localdate(timezone.now()) + timedelta(days=3)
    reopen_office(user=world.admin, office=world.tengah, period=october, reason="Terlambat.", expires_on=until)
    task = only(world.entri)
    assert task.sentences[0] == f"Dibuka kembali sampai {long_date(until)}: “Terlambat.”"
    assert task.sentences[1].endswith("oleh verifikasi: “Periksa.”")
    assert task.url == "/entri/2026-10/#p-1802-PU"


def test_an_older_month_that_came_back_stands_beside_the_current_one(world, october):
    make_period("2026-09")
    fill("1802", "1804", month="2026-09")
    period = ReportingPeriod.objects.get(month=date(2026, 9, 1))
    submission = submit(user=world.entri, office=world.tengah, period=period)
    assert kinds(world.entri) == [CardKind.FILL]
    send_back(user=world.verifikasi, submission=submission, reason="Periksa.")
    assert [task.title for task in tasks_for(world.entri)] == [
        "Perbaiki angka September 2026",
        "Isi angka Oktober 2026",
    ]
    ReportingPeriod.objects.filter(pk=period.pk).update(locked_at=timezone.now())
    assert kinds(world.entri) == [CardKind.FILL]  # nobody can mend a locked month


def test_a_month_nobody_has_opened_yet_is_announced(world, on_day):
    assert [(task.title, task.url) for task in tasks_for(world.entri)] == [("Isi angka Oktober 2026", "/entri/")]
    Dataset.objects.create(code="demo", name="Peragaan", version="1", is_demonstration=True, loaded_at=timezone.now())
    assert tasks_for(world.entri) == []


def test_an_office_without_regencies_has_no_month_to_fill(world, october):
    Regency.objects.filter(branch_office=world.tengah).update(branch_office=world.bandar)
    assert tasks_for(world.entri) == []


def test_a_month_of_another_office_is_nobody_elses_task(world, october):
    send_back(user=world.verifikasi, submission=handed_in(world, october), reason="Periksa.")
    task = only(world.tetangga)
    assert (task.kind, task.tally.expected) == (CardKind.FILL, 4)


# The verifier


def test_a_verifier_sees_the_offices_to_call_and_their_progress(world, october):
    fill("1802")
    task = only(world.verifikasi)
    assert (task.kind, task.title) == (CardKind.CHASE, "2 dari 2 kantor belum mengajukan Oktober 2026")
    assert task.details == (("Bandar Lampung", "0 dari 4 sel"), ("Lampung Tengah", "4 dari 8 sel"))
    assert (task.tally.filled, task.tally.expected) == (4, 12)
    assert task.url == "/kelengkapan/?bulan=2026-10&kanwil=KW-SUMBAGSEL"


def test_submissions_wait_for_the_verifier_flagged_ones_first(world, october):
    submission = handed_in(world, october)
    verification, chase = tasks_for(world.verifikasi)
    assert (verification.kind, verification.title) == (CardKind.VERIFY, "1 pengajuan menunggu verifikasi")
    assert verification.url == "/verifikasi/?bulan=semua"
    assert len(verification.sentences) == 1
    assert chase.title == "1 dari 2 kantor belum mengajukan Oktober 2026"
    Submission.objects.filter(pk=submission.pk).update(flagged_cells=2)
    assert tasks_for(world.verifikasi)[0].sentences[0] == "1 berisi sel bertanda; periksa lebih dahulu."
    assert tasks_for(world.verifikasi)[0].sentences[1].startswith("Terlama menunggu sejak ")


def test_a_complete_office_in_the_list_says_what_else_is_missing(world, october):
    send_back(user=world.verifikasi, submission=handed_in(world, october), reason="Periksa.")
    task = only(world.verifikasi)
    assert ("Lampung Tengah", "8 dari 8 sel, dikembalikan") in task.details


def test_nobody_is_asked_to_verify_their_own_submission(world, october):
    Regency.objects.filter(pk="1801").update(branch_office=world.sumbagsel)
    fill("1801", "1802", "1804")
    submit(user=world.verifikasi, office=world.sumbagsel, period=october)
    assert kinds(world.verifikasi) == [CardKind.CHASE, CardKind.WAIT]
    submit(user=world.entri, office=world.tengah, period=october)
    verification = tasks_for(world.verifikasi)[0]
    assert verification.title == "2 pengajuan menunggu verifikasi"
    assert "1 Anda ajukan sendiri; diverifikasi orang lain." in verification.sentences


def test_a_regional_office_with_regencies_of_its_own_has_both(world, october):
    Regency.objects.filter(pk="1801").update(branch_office=world.sumbagsel)
    own, chase = tasks_for(world.verifikasi)
    assert (own.kind, own.tally.expected) == (CardKind.FILL, 4)
    assert chase.title == "1 dari 2 kantor belum mengajukan Oktober 2026"
    assert [name for name, _ in chase.details] == ["Lampung Tengah"]


def test_when_everybody_has_handed_in_and_all_is_decided_there_is_nothing_to_do(world, october):
    fill("1801")
    verify(user=world.verifikasi, submission=handed_in(world, october))
    verify(user=world.verifikasi, submission=submit(user=world.tetangga, office=world.bandar, period=october))
    assert tasks_for(world.verifikasi) == []


def test_verified_figures_that_were_changed_since_are_pointed_out_with_the_way_there(client, world, october):
    fill("1801")
    verify(user=world.verifikasi, submission=handed_in(world, october))
    verify(user=world.verifikasi, submission=submit(user=world.tetangga, office=world.bandar, period=october))
    change = CellChange("1801", "PU", 99)
    save_cells(user=world.admin, office=world.bandar, period=october, changes=[change], via=Via.FORM)
    task = only(world.verifikasi)
    assert (task.kind, task.title) == (CardKind.CORRECTED, "1 angka Oktober 2026 berubah sejak diverifikasi")
    assert task.sentences[0].startswith("Milik 1 kantor. ")
    assert task.url == "/verifikasi/?bulan=2026-10&status=VERIFIED"
    client.force_login(world.verifikasi)
    assert "1 angka berubah sejak diverifikasi" in client.get(task.url).content.decode()
    Submission.objects.filter(office=world.bandar).update(status="SUBMITTED")  # on its way to be verified again
    assert CardKind.CORRECTED not in kinds(world.verifikasi)


def test_nobody_is_called_for_a_closed_month(world, october, on_day):
    on_day(date(2026, 11, 21))
    assert tasks_for(world.verifikasi) == []


def test_the_head_office_gets_numbers_of_the_whole_country(world, october):
    task = only(world.admin)
    assert task.title == "3 dari 3 kantor belum mengajukan Oktober 2026"
    assert (task.details, task.url) == ((), "/kelengkapan/?bulan=2026-10&kanwil=semua")


@pytest.mark.parametrize("role", ["pimpinan", "pemda", "pemkab"])
def test_users_who_only_read_have_no_tasks(world, october, role):
    handed_in(world, october)
    assert tasks_for(getattr(world, role)) == []


# The page


def test_the_front_page_starts_with_the_task(client, world, october):
    fill("1802")
    client.force_login(world.entri)
    html = client.get("/").content.decode()
    assert html.index("Tugas Anda") < html.index("<h1>")
    assert '<a href="/entri/2026-10/" class="button pri">Lanjutkan mengisi</a>' in html
    assert "<b>4</b> dari 8 sel wajib terisi" in html
    for link in {task.url for task in tasks_for(world.entri)}:
        assert client.get(link).status_code == 200
    client.force_login(world.pimpinan)
    assert "Tugas Anda" not in client.get("/").content.decode()


def test_links_of_a_verifier_open(client, world, october):
    handed_in(world, october)
    client.force_login(world.verifikasi)
    for task in tasks_for(world.verifikasi):
        assert client.get(task.url).status_code == 200
    assert "1 pengajuan menunggu verifikasi" in client.get("/").content.decode()


def test_a_reason_is_text_and_no_markup(client, world, october):
    send_back(user=world.verifikasi, submission=handed_in(world, october), reason="<b>Periksa</b>")
    client.force_login(world.entri)
    assert "&lt;b&gt;Periksa&lt;/b&gt;" in client.get("/").content.decode()


@pytest.mark.parametrize("role", ["verifikasi", "admin"])
def test_the_number_of_queries_does_not_depend_on_the_offices(world, october, role):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            tasks_for(User.objects.get(pk=getattr(world, role).pk))
        return len(seen)

    few = queries()
    for number in range(3):
        office = Office.objects.create(
            code=f"KC-{number}", name=f"Kantor Cabang {number}", kind="BRANCH", parent=world.sumbagsel
        )
        Regency.objects.create(
            code=f"189{number}",
            bps_code=f"189{number}",
            name=f"Kabupaten {number}",
            kind="KABUPATEN",
            province=Province.objects.get(pk="18"),
            branch_office=office,
        )
    periods.open_period(OCTOBER)
    assert queries() == few <= 15


def test_of_two_open_months_the_earlier_stands_first_and_its_offices_are_called_first(world, october, on_day):
    make_period("2026-11", due_on=date(2026, 12, 10), closes_on=date(2026, 12, 20))
    periods.open_period(date(2026, 11, 1))
    ReportingPeriod.objects.filter(pk=OCTOBER).update(closes_on=date(2026, 12, 15))
    on_day(date(2026, 12, 3))
    assert [task.title for task in tasks_for(world.entri)] == ["Isi angka Oktober 2026", "Isi angka November 2026"]
    called = [task.title for task in tasks_for(world.verifikasi) if task.kind == CardKind.CHASE]
    assert [title.rpartition("mengajukan ")[2] for title in called] == ["Oktober 2026"]
    handed_in(world, october)
    assert [task.title for task in tasks_for(world.entri)] == ["Isi angka November 2026"]
