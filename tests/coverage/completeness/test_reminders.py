"""Reminders: recipients, days, one mail per stage; content of the mail; the button on Kelengkapan."""

from __future__ import annotations

import smtplib
from datetime import date, timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Denied, Office, User
from coverage import permissions
from coverage.completeness.reminders import Stage, remind, send_stage, stage_on
from coverage.models import PeriodReopening, Reminder, ReportingPeriod, Submission, SubmissionEvent
from coverage.periods import services as periods
from tests.conftest import make_period, put
from tests.support.side_by_side import behind, on_postgresql, refused_behind

OCTOBER = date(2026, 10, 1)
DUE = date(2026, 11, 10)
BUTTON = "/kelengkapan/2026-10/KC-LAMPUNG-TENGAH/ingatkan/"


@pytest.fixture
def on_day(monkeypatch):
    """Make it this day."""
    real = timezone.localdate

    def set_day(day: date) -> None:
        monkeypatch.setattr(timezone, "localdate", lambda *given, **more: real(*given, **more) if given else day)

    set_day(DUE)
    return set_day


@pytest.fixture
def october(world, on_day) -> ReportingPeriod:
    """October is due today. Lampung Tengah and Bandar Lampung have people with an address, Banten has none."""
    make_period("2026-10", closes_on=date(2026, 11, 20))
    for user, address in ((world.entri, "entri@semesta.example"), (world.tetangga, "tetangga@semesta.example")):
        user.email = address
        user.save()
    return periods.open_period(OCTOBER)


def run(*options: str) -> str:
    out = StringIO()
    call_command("remind_offices", *options, stdout=out)
    return out.getvalue()


def recipients() -> list[list[str]]:
    return [message.to for message in mail.outbox]


def hand_in(office: Office, status: str = "SUBMITTED") -> Submission:
    return Submission.objects.create(office=office, period_id=OCTOBER, status=status)


# When


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        (date(2026, 11, 6), None),
        (date(2026, 11, 7), Stage.BEFORE),
        (date(2026, 11, 9), Stage.BEFORE),
        (date(2026, 11, 10), Stage.DUE),
        (date(2026, 11, 11), Stage.OVERDUE),
        (date(2026, 11, 20), Stage.OVERDUE),
        (date(2026, 11, 21), None),
    ],
)
def test_each_stage_has_its_days(october, on_day, day, stage):
    on_day(day)
    assert stage_on(october, day) == stage


def test_a_late_mail_may_wait_some_days(october, on_day, settings):
    settings.REMINDERS = {**settings.REMINDERS, "days_after": 3}
    assert [stage_on(october, DUE + timedelta(days=days)) for days in (0, 1, 2, 3)] == [
        Stage.DUE,
        None,
        None,
        Stage.OVERDUE,
    ]


def test_no_reminders_for_a_month_locked_by_hand(october):
    ReportingPeriod.objects.filter(pk=OCTOBER).update(locked_at=timezone.now())
    assert "sudah ditutup" in run("--month", "2026-10")
    assert run() == "Tidak ada bulan yang sedang terbuka.\n"
    assert mail.outbox == []


def test_before_its_time_the_command_says_when(october, on_day):
    on_day(date(2026, 11, 1))
    assert "berikutnya 7 November 2026 (6 hari lagi)" in run()
    assert mail.outbox == []


@pytest.mark.parametrize("month", ["2026-13", "Oktober", "2031-01"])
def test_a_wrong_month_is_refused(october, month):
    with pytest.raises(CommandError):
        run("--month", month)


# Who


def test_every_office_that_has_not_handed_in_gets_one_mail(october):
    said = run()
    assert recipients() == [["tetangga@semesta.example"], ["entri@semesta.example"]]
    assert "dikirim   Kantor Cabang Lampung Tengah: entri@semesta.example" in said
    assert "dilewati  Kantor Wilayah Banten: belum ada petugas entri dengan alamat surel" in said
    assert "2 dikirim, 1 dilewati, 0 gagal" in said


def test_once_per_stage_however_often_it_runs(october, on_day):
    on_day(date(2026, 11, 7))
    run()
    again = run()
    assert len(mail.outbox) == 2
    assert "dilewati  Kantor Cabang Bandar Lampung: pengingat tahap ini sudah dikirim" in again
    on_day(DUE)
    run()
    assert len(mail.outbox) == 4
    assert sorted(Reminder.objects.values_list("office", "stage")) == [
        ("KC-BANDAR-LAMPUNG", "BEFORE"),
        ("KC-BANDAR-LAMPUNG", "DUE"),
        ("KC-LAMPUNG-TENGAH", "BEFORE"),
        ("KC-LAMPUNG-TENGAH", "DUE"),
    ]


def test_a_dry_run_sends_nothing_and_notes_nothing(october):
    said = run("--dry-run")
    assert "akan ke   Kantor Cabang Lampung Tengah: entri@semesta.example" in said
    assert "2 akan dikirim" in said
    assert mail.outbox == []
    assert not Reminder.objects.exists()


@pytest.mark.parametrize("status", ["SUBMITTED", "VERIFIED"])
def test_what_is_handed_in_is_not_asked_for(world, october, status):
    hand_in(world.tengah, status)
    run()
    assert recipients() == [["tetangga@semesta.example"]]


@pytest.mark.parametrize("status", ["DRAFT", "RETURNED"])
def test_what_is_with_the_office_is_asked_for(world, october, status):
    hand_in(world.tengah, status)
    run()
    assert ["entri@semesta.example"] in recipients()


def test_when_everybody_has_handed_in_it_says_so(world, october):
    for office in (world.tengah, world.bandar, world.banten):
        hand_in(office)
    assert "semua kantor sudah mengajukan" in run()


def test_only_active_people_with_an_address_who_may_enter_are_written_to(world, october):
    enter = Permission.objects.get(codename="enter_records")
    for name, address, extra in (
        ("kedua", "kedua@semesta.example", {}),
        ("pergi", "pergi@semesta.example", {"is_active": False}),
        ("tanpa-surel", "", {}),
    ):
        user = User.objects.create(username=name, office=world.tengah, email=address, **extra)
        user.user_permissions.add(enter)
    User.objects.create(username="pembaca", office=world.tengah, email="pembaca@semesta.example")
    User.objects.create(username="rangkap", office=world.tengah, email="entri@semesta.example").user_permissions.add(
        enter
    )
    run()
    assert sorted(recipients()) == [["entri@semesta.example", "kedua@semesta.example"], ["tetangga@semesta.example"]]


def test_a_closed_office_is_left_out_with_a_reason(world, october):
    Office.objects.filter(pk=world.tengah.pk).update(is_active=False)
    assert "dilewati  Kantor Cabang Lampung Tengah: kantor tidak aktif" in run()
    assert recipients() == [["tetangga@semesta.example"]]


def test_queries_do_not_depend_on_the_offices(world, october):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            list(send_stage(october, Stage.DUE, dry_run=True))
        return len(seen)

    three = queries()
    hand_in(world.bandar)
    hand_in(world.banten)
    assert queries() == three


# What it says


def text_to(office: Office) -> str:
    run()
    return next(message for message in mail.outbox if office.name in message.subject).body


def test_the_mail_names_month_gaps_deadlines_and_address(world, october, settings, on_day):
    settings.SITE_URL = "https://semesta.example"
    for segment in ("PU", "BPU", "JAKON", "PMI"):
        put("1802", segment, "2026-10", 10)
    put("1804", "PU", "2026-10", 10)
    on_day(date(2026, 11, 8))
    text = text_to(world.tengah)
    message = mail.outbox[-1]
    assert message.subject == (
        "Angka Oktober 2026: 5 dari 8 sel terisi, tenggat 10 November 2026 (Kantor Cabang Lampung Tengah)"
    )
    assert message.from_email == settings.DEFAULT_FROM_EMAIL
    for part in (
        "Yth. petugas entri Kantor Cabang Lampung Tengah,",
        "Angka peserta Oktober 2026 belum lengkap: 5 dari 8 sel wajib terisi, 3 belum.",
        "Tepat waktu sampai : 10 November 2026 (2 hari lagi)",
        "Entri ditutup      : 20 November 2026",
        "https://semesta.example/entri/2026-10/",
        "- Kabupaten Lampung Barat: BPU, JAKON, PMI",
    ):
        assert part in text
    assert "Lampung Selatan" not in text
    assert "Kabupaten Lampung Tengah" not in text
    assert "sudah lewat" not in text
    assert "dikirim otomatis" in text


def test_after_the_due_date_the_mail_says_that_it_still_counts(world, october, on_day):
    on_day(date(2026, 11, 11))
    assert "Tenggat sudah lewat." in text_to(world.tengah)


def test_a_full_grid_only_needs_handing_in(world, october):
    for area in ("1802", "1804"):
        for segment in ("PU", "BPU", "JAKON", "PMI"):
            put(area, segment, "2026-10", 10)
    text = text_to(world.tengah)
    assert "Semua 8 sel wajib Oktober 2026 sudah terisi, tetapi datanya belum diajukan." in text
    assert "Yang belum diisi" not in text


def test_what_came_back_is_named_with_its_reason_as_it_was_written(world, october):
    event = {"action": SubmissionEvent.Action.RETURN, "user": world.verifikasi}
    submission = hand_in(world.tengah, "RETURNED")
    SubmissionEvent.objects.create(submission=submission, at=timezone.now(), reason="lama", **event)
    SubmissionEvent.objects.create(submission=submission, at=timezone.now(), reason='PU < BPU & "jauh"', **event)
    text = text_to(world.tengah)
    assert 'Alasannya: PU < BPU & "jauh"' in text
    assert "lama" not in text


# When the mail server does not play along


@pytest.fixture
def broken_mail(monkeypatch):
    def refuse(self, messages):
        raise smtplib.SMTPServerDisconnected("putus")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)


def test_a_mail_that_did_not_leave_is_sent_by_the_next_run(october, broken_mail, monkeypatch):
    with pytest.raises(CommandError, match="2 surel gagal"):
        run()
    assert not Reminder.objects.exists()
    monkeypatch.undo()
    list(send_stage(october, Stage.DUE))
    assert len(mail.outbox) == 2


def test_the_row_of_a_run_that_died_is_replaced_after_an_hour(world, october):
    Reminder.objects.create(office=world.tengah, period=october, stage=Stage.DUE)
    run()
    assert recipients() == [["tetangga@semesta.example"]]
    Reminder.objects.filter(office=world.tengah).update(sent_at=timezone.now() - timedelta(hours=2))
    run()
    assert recipients()[-1] == ["entri@semesta.example"]


# The button


def test_a_verifier_reminds_one_office(client, world, october):
    client.force_login(world.verifikasi)
    page = client.post(BUTTON, {"back": "bulan=2026-10&keadaan=not_due"}, follow=True)
    assert page.redirect_chain == [("/kelengkapan/?bulan=2026-10&keadaan=not_due", 302)]
    assert "Pengingat Oktober 2026 dikirim ke Kantor Cabang Lampung Tengah (1 penerima)." in page.content.decode()
    assert recipients() == [["entri@semesta.example"]]
    assert "atas permintaan pemeriksa data" in mail.outbox[0].body
    reminder = Reminder.objects.get()
    assert (reminder.stage, reminder.sent_by, reminder.recipients) == (
        "MANUAL",
        world.verifikasi,
        ["entri@semesta.example"],
    )


def test_twice_within_an_hour_is_refused_and_said(client, world, october):
    client.force_login(world.verifikasi)
    client.post(BUTTON)
    page = client.post(BUTTON, follow=True)
    assert "baru saja diingatkan" in page.content.decode()
    assert len(mail.outbox) == 1
    Reminder.objects.update(sent_at=F("sent_at") - timedelta(minutes=61))
    client.post(BUTTON)
    assert len(mail.outbox) == 2


def test_an_automatic_reminder_blocks_one_by_hand_for_an_hour_but_not_conversely(world, october):
    remind(user=world.verifikasi, office=world.tengah, period=october)
    run()
    assert len(mail.outbox) == 3
    with pytest.raises(Denied, match="baru saja diingatkan"):
        remind(user=world.verifikasi, office=world.bandar, period=october)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("entri", 403),
        ("tetangga", 403),
        ("pimpinan", 403),
        ("pemda", 403),
        ("jauh", 404),
        ("verifikasi", 302),
        ("admin", 302),
    ],
)
def test_only_the_verifiers_of_an_office_remind_it(client, world, october, role, status):
    if role == "jauh":
        world.jauh = User.objects.create(username="jauh", office=world.banten)
        world.jauh.user_permissions.add(Permission.objects.get(codename="verify_submissions"))
    client.force_login(getattr(world, role))
    assert client.post(BUTTON).status_code == status
    assert len(mail.outbox) == (status == 302)


def test_an_unknown_office_or_month_is_not_found(client, world, october):
    client.force_login(world.admin)
    for address in ("2026-10/KC-TIDAK-ADA", "2031-01/KC-LAMPUNG-TENGAH", "x/KC-LAMPUNG-TENGAH"):
        assert client.post(f"/kelengkapan/{address}/ingatkan/").status_code == 404
    assert client.get(BUTTON).status_code == 405


def test_there_must_be_something_to_remind_of_and_somebody_to_write_to(world, october):
    def refusal(office) -> str:
        with pytest.raises(Denied) as refused:
            remind(user=world.admin, office=office, period=october)
        return str(refused.value)

    assert "belum ada petugas entri dengan alamat surel" in refusal(world.banten)
    hand_in(world.tengah)
    assert "sudah diajukan, atau tidak wajib lapor" in refusal(world.tengah)
    assert "sudah diajukan, atau tidak wajib lapor" in refusal(world.sumbagsel)
    with pytest.raises(permissions.OutOfScope):
        remind(user=world.verifikasi, office=world.banten, period=october)
    assert mail.outbox == []


def test_a_closed_month_is_reminded_of_only_where_it_was_opened_again(world, october, on_day):
    on_day(date(2026, 11, 21))
    with pytest.raises(Denied, match="sudah ditutup"):
        remind(user=world.verifikasi, office=world.tengah, period=october)
    PeriodReopening.objects.create(
        office=world.tengah, period=october, reason="koreksi", expires_on=date(2099, 1, 1), opened_by=world.admin
    )
    remind(user=world.verifikasi, office=world.tengah, period=october)
    assert recipients() == [["entri@semesta.example"]]


def test_a_mail_server_that_refuses_is_said_and_may_be_tried_again_at_once(client, world, october, broken_mail):
    client.force_login(world.verifikasi)
    page = client.post(BUTTON, follow=True)
    assert "server surel menolak atau tidak menjawab" in page.content.decode()
    assert not Reminder.objects.exists()


def test_the_page_offers_the_button_where_it_does_something(client, world, october):
    hand_in(world.bandar)
    client.force_login(world.verifikasi)
    html = client.get("/kelengkapan/").content.decode()
    assert f'action="{BUTTON}"' in html
    assert "/KC-BANDAR-LAMPUNG/ingatkan/" not in html
    client.post(BUTTON)
    assert "diingatkan " in client.get("/kelengkapan/").content.decode()
    for user in (world.entri, world.pimpinan):
        client.force_login(user)
        assert "ingatkan/" not in client.get("/kelengkapan/?kanwil=semua-kantor").content.decode()


def test_the_address_to_go_back_to_stays_on_this_site(client, world, october):
    client.force_login(world.verifikasi)
    response = client.post(BUTTON, {"back": "https://jahat.example/?bulan=2026-10"})
    assert response.url.startswith("/kelengkapan/?")


# Two at once


@on_postgresql
def test_two_runs_at_the_same_moment_send_each_mail_once(october):
    def send() -> list[str]:
        return [outcome.why for outcome in send_stage(october, Stage.DUE)]

    assert all("sudah dikirim" in why or "belum ada petugas" in why for why in behind(send, send))
    assert len(mail.outbox) == 2
    assert Reminder.objects.count() == 2


@on_postgresql
def test_a_double_click_on_the_button_sends_one_mail(world, october):
    def press() -> Reminder:
        return remind(user=world.verifikasi, office=world.tengah, period=october)

    assert "baru saja diingatkan" in refused_behind(press, press)
    assert len(mail.outbox) == 1
