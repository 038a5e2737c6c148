"""The verification queue: order of submissions, verifying many at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from coverage.models import CoverageRecord, Submission, SubmissionEvent
from coverage.submissions import services as submissions
from tests.conftest import make_period, put
from tests.support.verifying import (
    QUEUE,
    TENGAH,
    change,
    hand_in,
    hand_in_own,
    hidden,
    logged_in,
    make_month,
    offices_in,
    queries,
    text_of,
)


@pytest.fixture
def month(world):
    return make_month(world)


@pytest.fixture
def waiting(world, month):
    """Lampung Tengah and Bandar Lampung have handed in."""
    return {"tengah": hand_in(world.entri, world.tengah), "bandar": hand_in(world.tetangga, world.bandar)}


@pytest.fixture
def verifier(world, month):
    return logged_in(world.verifikasi)


# The queue


def test_the_queue_shows_what_waits_flagged_first_then_the_oldest(world, waiting, verifier):
    hand_in_own(world)
    old = timezone.now() - timedelta(days=3)
    Submission.objects.filter(office=world.sumbagsel).update(submitted_at=old)
    CoverageRecord.objects.filter(regency=None).update(changed_at=old)
    page = verifier.get(QUEUE)
    assert offices_in(page) == [
        "Kantor Cabang Lampung Tengah",
        "Kantor Wilayah Sumbagsel",
        "Kantor Cabang Bandar Lampung",
    ]
    assert "1 sel bertanda" in text_of(page)
    assert "8 dari 8" in text_of(page)
    assert page.content.decode().count('name="ticked"') == 2


def test_a_kanwil_sees_its_branches_and_itself_the_head_office_all(world, waiting, verifier):
    put("3671", "PU", "2026-10", 100)
    Submission.objects.create(
        office=world.banten, period_id=waiting["tengah"].period_id, status="SUBMITTED", submitted_at=timezone.now()
    )
    assert "Kantor Wilayah Banten" not in offices_in(verifier.get(QUEUE))
    assert "Kantor Wilayah Banten" in offices_in(logged_in(world.admin).get(QUEUE))


def test_counts_tell_how_many_stand_where(world, waiting, verifier):
    submissions.send_back(user=world.verifikasi, submission=waiting["bandar"], reason="Periksa lagi.")
    text = text_of(verifier.get(QUEUE))
    for count in ("0 Belum mulai", "0 Draf", "1 Diajukan", "1 Dikembalikan", "0 Diverifikasi"):
        assert count in text
    assert offices_in(verifier.get(QUEUE + "?status=RETURNED")) == ["Kantor Cabang Bandar Lampung"]
    assert len(offices_in(verifier.get(QUEUE + "?status=semua"))) == 2


def test_offices_that_have_not_begun_are_named(world, month, verifier):
    page = verifier.get(QUEUE + "?status=BELUM&bulan=2026-10")
    assert (
        logged_in(world.verifikasi).get(re.search(r'href="(/kelengkapan/[^"]*)"', page.content.decode())[1]).status_code
        == 200
    )
    assert "Kantor Cabang Lampung Tengah" in text_of(page)
    assert "Kantor Wilayah Banten" not in text_of(page)


def test_other_months_are_not_forgotten(world, waiting, verifier):
    make_period("2026-11")
    assert len(offices_in(verifier.get(QUEUE))) == 2
    page = verifier.get(QUEUE + "?bulan=2026-11")
    assert offices_in(page) == []
    assert "2 pengajuan bulan lain juga menunggu" in text_of(page)
    assert len(offices_in(verifier.get(QUEUE + "?bulan=semua"))) == 2


def test_the_queue_says_who_was_late(world, waiting, verifier):
    Submission.objects.filter(pk=waiting["bandar"].pk).update(
        first_submitted_at=timezone.make_aware(timezone.datetime(2026, 11, 13, 9, 0))
    )
    Submission.objects.filter(pk=waiting["tengah"].pk).update(
        first_submitted_at=timezone.make_aware(timezone.datetime(2026, 11, 10, 23, 30))
    )
    text = text_of(verifier.get(QUEUE))
    assert "terlambat 3 hari" in text
    assert text.count("tepat waktu") == 2  # the due date above the table, and Lampung Tengah


def test_empty_and_wrong_queues_say_so(world, db):
    client = logged_in(world.verifikasi)
    assert "Verifikasi" in text_of(client.get(QUEUE))
    make_period("2026-10")
    assert "Tidak ada pengajuan yang menunggu verifikasi untuk Oktober 2026" in text_of(client.get(QUEUE))
    assert "Tidak ada kantor dengan keadaan ini" in text_of(client.get(QUEUE + "?status=VERIFIED"))
    for wrong in ("?bulan=2026-13", "?status=APA", "?kantor=KP", "?bulan=semua&status=BELUM"):
        page = client.get(QUEUE + wrong)
        assert page.status_code == 400
        assert "Saringan ini tidak dapat dipakai" in text_of(page)


# Verifying many


def tick(client, *chosen, url=QUEUE):
    seen = hidden(client.get(url).content.decode(), "seen_at")
    return client.post(url, {"ticked": [one.pk for one in chosen], "seen_at": seen}, follow=True)


def test_many_are_verified_at_once_and_what_one_refuses_is_said(world, waiting, verifier):
    own = hand_in_own(world)
    page = tick(verifier, waiting["tengah"], waiting["bandar"], own)
    status = dict(Submission.objects.values_list("office_id", "status"))
    assert status["KC-LAMPUNG-TENGAH"] == "SUBMITTED"
    assert status["KC-BANDAR-LAMPUNG"] == status["KW-SUMBAGSEL"] == "VERIFIED"
    text = text_of(page)
    assert "Kantor Cabang Lampung Tengah, Oktober 2026: 1 sel bertanda" in text
    assert "2 pengajuan diverifikasi: " in text


def test_one_ticked_twice_in_a_hurry_is_verified_once(world, waiting, verifier):
    assert "Kantor Cabang Bandar Lampung, Oktober 2026: diverifikasi." in text_of(tick(verifier, waiting["bandar"]))
    seen = timezone.now().isoformat()
    page = verifier.post(QUEUE, {"ticked": [waiting["bandar"].pk], "seen_at": seen}, follow=True)
    assert "sudah diverifikasi oleh verifikasi" in text_of(page)
    assert SubmissionEvent.objects.filter(action="VERIFY").count() == 1


def test_nothing_ticked_and_foreign_ticks_change_nothing(world, waiting, verifier):
    assert "Belum ada pengajuan yang dicentang" in text_of(tick(verifier))
    foreign = Submission.objects.create(office=world.banten, period_id=waiting["tengah"].period_id, status="SUBMITTED")
    page = tick(verifier, waiting["bandar"], foreign)
    assert "bukan dari kantor di bawah Anda" in text_of(page)
    assert not Submission.objects.filter(status="VERIFIED").exists()
    no_moment = verifier.post(QUEUE, {"ticked": [waiting["bandar"].pk]}, follow=True)
    assert "Halaman tidak terkirim lengkap" in text_of(no_moment)
    assert not Submission.objects.filter(status="VERIFIED").exists()


def test_a_list_shown_before_a_change_verifies_nothing_unseen(world, waiting, verifier):
    seen = hidden(verifier.get(QUEUE).content.decode(), "seen_at")
    period = waiting["bandar"].period
    submissions.withdraw(user=world.tetangga, office=world.bandar, period=period)
    change(world.tetangga, world.bandar, "1801", "PU", 101)
    hand_in(world.tetangga, world.bandar)
    page = verifier.post(QUEUE, {"ticked": [waiting["bandar"].pk], "seen_at": seen}, follow=True)
    assert "berubah sejak halaman ini dibuka" in text_of(page)
    assert Submission.objects.get(pk=waiting["bandar"].pk).status == "SUBMITTED"


# Cost


def test_more_submissions_cost_no_more_queries(world, waiting, verifier):
    Submission.objects.filter(pk=waiting["tengah"].pk).update(status="DRAFT")
    one = queries(verifier, QUEUE)
    hand_in_own(world)
    hand_in(world.entri, world.tengah)
    assert len(offices_in(verifier.get(QUEUE))) == 3
    assert queries(verifier, QUEUE) == one


# Corrections by others


def test_a_waiting_month_that_was_corrected_is_marked_and_not_verified_with_others(world, waiting, verifier):
    assert verifier.get(QUEUE).content.decode().count('name="ticked"') == 1  # Bandar Lampung, without flags
    change(world.admin, world.bandar, "1801", "PU", 101)
    page = verifier.get(QUEUE)
    assert "1 sel diubah setelah diajukan" in text_of(page)
    assert 'name="ticked"' not in page.content.decode()
    seen_at = hidden(verifier.get(TENGAH).content.decode(), "seen_at")
    page = verifier.post(QUEUE, {"seen_at": seen_at, "ticked": waiting["bandar"].pk}, follow=True)
    assert "1 sel diubah setelah diajukan. Periksa pengajuan ini satu per satu." in text_of(page)
    waiting["bandar"].refresh_from_db()
    assert waiting["bandar"].status == "SUBMITTED"


def test_verified_months_with_figures_changed_since_stand_first_and_are_marked(world, waiting, verifier):
    for one in waiting.values():
        submissions.verify(user=world.verifikasi, submission=one)
    old = timezone.now() - timedelta(days=3)
    Submission.objects.filter(office=world.tengah).update(submitted_at=old)
    address = f"{QUEUE}?bulan=semua&status=VERIFIED"
    assert offices_in(verifier.get(address)) == ["Kantor Cabang Lampung Tengah", "Kantor Cabang Bandar Lampung"]
    assert "berubah sejak" not in text_of(verifier.get(address))
    change(world.admin, world.bandar, "1801", "PU", 101)
    change(world.admin, world.bandar, "1801", "BPU", 201)
    page = verifier.get(address)
    assert offices_in(page) == ["Kantor Cabang Bandar Lampung", "Kantor Cabang Lampung Tengah"]
    assert text_of(page).count("2 angka berubah sejak diverifikasi") == 1
    assert page.content.decode().count('title="Berubah sejak diverifikasi"') == 1
