"""The verification page: one submission, the decision, permissions."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import User
from coverage.models import CoverageRecord, Regency, Submission, SubmissionEvent
from coverage.periods.reopening import reopen_office
from coverage.submissions import services as submissions
from coverage.verification.selectors import load_review, returned_cells
from tests.conftest import PASSWORD, put
from tests.support.verifying import (
    QUEUE,
    TENGAH,
    change,
    decide,
    hand_in,
    hand_in_own,
    hidden,
    logged_in,
    make_month,
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


# One submission


def test_flagged_cells_stand_on_top_with_everything_to_judge_them(world, waiting, verifier):
    page = verifier.get(TENGAH)
    text = text_of(page)
    top = text[text.index("Perlu diperiksa") : text.index("Sel lainnya")]
    assert "BPU Bukan Penerima Upah Kabupaten Lampung Tengah" in top
    assert "54.004 12.000 −42.004 −77,8% 54.004" in top
    assert "Turun 77,8% dari bulan lalu, di luar kebiasaan" in top
    assert "Pilih alasannya" not in top
    assert "Subsidi berakhir : Premi setahun berakhir." in top
    rest = text[text.index("Sel lainnya") :]
    assert "4.598 4.700 +102 +2,2%" in rest
    assert "29,25% dari 16.068" in rest
    html = page.content.decode()
    assert 'href="/riwayat/2026-10/1802/BPU/"' in html
    assert html.count("<svg viewBox") >= 8


def test_the_difference_to_another_verified_value_is_shown(world, waiting, verifier):
    CoverageRecord.objects.filter(regency="1802", period="2026-10-01", segment="PU").update(verified_participants=4_500)
    assert "4.500 +200" in text_of(verifier.get(TENGAH))


def test_the_summary_compares_the_whole_office(world, waiting, verifier):
    text = text_of(verifier.get(TENGAH))
    assert "Peserta PU + BPU 17.000 September: 58.902" in text
    assert "Dari bulan lalu −41.902" in text
    assert "Sel wajib terisi 8 dari 8" in text


def test_verifying_makes_the_figures_verified(world, waiting, verifier):
    page = decide(verifier, TENGAH, "verify")
    assert page.headers["location"] == "/verifikasi/?bulan=2026-10"
    assert "diverifikasi. Angkanya kini terverifikasi." in text_of(verifier.get(page.headers["location"]))
    record = CoverageRecord.objects.get(regency="1802", segment="BPU", period="2026-10-01")
    assert (record.verified_participants, record.verified_by) == (12_000, world.verifikasi)
    after = verifier.get(TENGAH)
    assert "Sudah diverifikasi" in text_of(after)
    assert 'name="action"' not in after.content.decode()


def test_a_return_carries_reasons_per_cell_to_the_branch(world, waiting, verifier):
    page = decide(verifier, TENGAH, "return", reason="Lengkapi.", **{"cell-1802-BPU": "Cocokkan dengan rekap."})
    assert page.status_code == 302
    submission = Submission.objects.get(pk=waiting["tengah"].pk)
    assert submission.status == "RETURNED"
    assert returned_cells(submission) == {("1802", "BPU"): "Cocokkan dengan rekap."}
    text = text_of(verifier.get(TENGAH))
    assert "Menunggu perbaikan oleh kantor" in text
    assert "Lengkapi. BPU, Kabupaten Lampung Tengah : Cocokkan dengan rekap." in text


def test_reasons_at_cells_alone_are_reason_enough(world, waiting, verifier):
    decide(verifier, TENGAH, "return", **{"cell-1804-PU": "Samakan."})
    event = SubmissionEvent.objects.get(action="RETURN")
    assert event.reason == "Lihat permintaan perbaikan pada setiap sel."
    assert event.cells == {"1804.PU": "Samakan."}


def test_only_a_waiting_return_is_to_be_mended(world, waiting, verifier):
    decide(verifier, TENGAH, "return", **{"cell-1802-PU": "Samakan.", "cell-1804-PU": "Periksa."})
    change(world.entri, world.tengah, "1802", "PU", 4_650)
    submission = hand_in(world.entri, world.tengah)
    assert returned_cells(submission) == {}
    text = text_of(verifier.get(TENGAH))
    assert "Sudah diubah sejak diminta: “Samakan.”" in text
    assert "Belum diubah sejak diminta: “Periksa.”" in text
    review = load_review(submission)
    assert [cell.key for cell in review.flagged][:2] == [("1802", "PU"), ("1804", "PU")]


def test_a_month_opened_again_does_not_bring_back_what_was_settled(world, waiting, verifier):
    decide(verifier, TENGAH, "return", **{"cell-1802-PU": "Samakan."})
    hand_in(world.entri, world.tengah)
    decide(verifier, TENGAH, "verify")
    submission = Submission.objects.get(pk=waiting["tengah"].pk)
    tomorrow = timezone.localdate() + timedelta(days=1)
    reopen_office(
        user=world.admin, office=world.tengah, period=submission.period, reason="Data susulan.", expires_on=tomorrow
    )
    submission.refresh_from_db()
    assert (submission.status, returned_cells(submission)) == ("RETURNED", {})
    text = text_of(verifier.get(TENGAH))
    assert "sejak diminta" not in text
    assert "Dibuka kembali" in text
    assert "Data susulan." in text


def test_a_return_without_any_reason_is_refused(world, waiting, verifier):
    page = decide(verifier, TENGAH, "return", reason="  ")
    assert page.status_code == 409
    assert "Tuliskan alasan pengembalian" in text_of(page)
    assert Submission.objects.get(pk=waiting["tengah"].pk).status == "SUBMITTED"


def typed(page, name) -> str:
    return hidden(page.content.decode(), name)


def test_what_was_typed_is_kept_beside_the_refusal(world, waiting, verifier):
    long = "x" * 301
    page = decide(verifier, TENGAH, "return", reason="Mohon “diperiksa”.", **{"cell-1802-BPU": long})
    assert page.status_code == 400
    assert "Paling banyak 300 huruf; ini 301." in text_of(page)
    assert typed(page, "cell-1802-BPU") == long
    assert "Mohon “diperiksa”." in text_of(page)
    assert not SubmissionEvent.objects.filter(action="RETURN").exists()


def test_verifying_with_reasons_typed_asks_what_is_meant(world, waiting, verifier):
    page = decide(verifier, TENGAH, "verify", **{"cell-1802-BPU": "Cocokkan."})
    assert page.status_code == 409
    assert "Ada alasan pengembalian yang sudah ditulis" in text_of(page)
    assert typed(page, "cell-1802-BPU") == "Cocokkan."
    assert Submission.objects.get(pk=waiting["tengah"].pk).status == "SUBMITTED"


def test_enter_in_a_text_field_submits_no_decision(world, waiting, verifier):
    html = verifier.get(TENGAH).content.decode()
    first = re.search(r"<button[^>]*>", html[html.index('class="review"') :])[0]
    assert 'value=""' in first
    page = decide(verifier, TENGAH, "", **{"cell-1802-BPU": "Cocokkan."})
    assert "Pilih: verifikasi, atau kembalikan ke kantor." in text_of(page)
    assert typed(page, "cell-1802-BPU") == "Cocokkan."
    assert not SubmissionEvent.objects.exclude(action="SUBMIT").exists()


def test_nobody_verifies_what_they_handed_in_themselves(world, month, verifier):
    hand_in_own(world, user=world.verifikasi)
    url = "/verifikasi/2026-10/KW-SUMBAGSEL/"
    html = verifier.get(url).content.decode()
    assert "Anda sendiri yang mengajukan data ini." in html
    assert 'value="verify"' not in html
    assert 'name="ticked"' not in verifier.get(QUEUE).content.decode()
    page = decide(verifier, url, "verify")
    assert page.status_code == 409
    assert "Verifikasi dilakukan oleh orang lain." in text_of(page)


def test_a_colleague_of_the_kanwil_or_the_head_office_verifies_its_own(world, month, verifier):
    hand_in_own(world, user=world.verifikasi)
    colleague = User.objects.create_user(username="rekan", password=PASSWORD, office=world.sumbagsel)
    colleague.user_permissions.add(Permission.objects.get(codename="verify_submissions"))
    assert decide(logged_in(colleague), "/verifikasi/2026-10/KW-SUMBAGSEL/", "verify").status_code == 302
    assert Submission.objects.get(office=world.sumbagsel).decided_by == colleague


def test_figures_changed_since_the_page_was_shown_are_looked_at_again(world, waiting, verifier):
    html = verifier.get(TENGAH).content.decode()
    change(world.admin, world.tengah, "1802", "PU", 4_701)
    sent = {"seen_at": hidden(html, "seen_at"), "action": "verify"}
    page = verifier.post(TENGAH, sent)
    assert page.status_code == 409
    assert "Data berubah sejak halaman ini dibuka" in text_of(page)
    assert "4.701" in text_of(page)
    sent["seen_at"] = typed(page, "seen_at")
    assert verifier.post(TENGAH, sent).status_code == 302


def test_a_decision_without_seen_at_is_refused(world, waiting, verifier):
    for sent in ({"action": "verify"}, {"action": "verify", "seen_at": "kemarin"}):
        assert verifier.post(TENGAH, sent).status_code == 409
    assert Submission.objects.get(pk=waiting["tengah"].pk).status == "SUBMITTED"


def test_a_second_decision_is_told_about_the_first(world, waiting, verifier):
    html = verifier.get(TENGAH).content.decode()
    sent = {"seen_at": hidden(html, "seen_at"), "action": "verify"}
    assert verifier.post(TENGAH, sent).status_code == 302
    assert "sudah diverifikasi oleh verifikasi" in text_of(verifier.post(TENGAH, sent))
    back = {**sent, "action": "return", "reason": "Periksa."}
    assert "sudah diverifikasi" in text_of(verifier.post(TENGAH, back))
    assert SubmissionEvent.objects.exclude(action="SUBMIT").count() == 1


def test_changed_since_verification_is_visible(world, waiting, verifier):
    decide(verifier, TENGAH, "verify")
    change(world.admin, world.tengah, "1802", "PU", 4_800)
    text = text_of(verifier.get(TENGAH))
    assert "1 angka berubah sejak diverifikasi." in text
    assert "4.800 ≠ (berubah sejak diverifikasi)" in text


def test_reasons_survive_a_lost_session_for_the_same_person_only(world, waiting, verifier):
    html = verifier.get(TENGAH).content.decode()
    sent = {
        "user": str(world.verifikasi.pk),
        "seen_at": hidden(html, "seen_at"),
        "action": "return",
        "reason": "Periksa.",
    }
    for person, is_shown in ((world.admin, False), (world.verifikasi, True)):
        client = Client()
        answer = client.post(TENGAH, {**sent, "cell-1802-BPU": "Cocokkan."})
        assert answer.headers["location"].startswith("/masuk/?next=/verifikasi/")
        client.post("/masuk/", {"username": person.username, "password": PASSWORD})
        page = client.get(TENGAH)
        assert ("Sesi Anda berakhir sebelum alasan ini terkirim" in text_of(page)) is is_shown
        assert ("Cocokkan." in page.content.decode()) is is_shown


# Who is let in


@pytest.mark.parametrize("who", ["entri", "pimpinan", "pemda", "pemkab"])
def test_who_may_not_verify_is_refused_with_a_sentence(world, waiting, who):
    client = logged_in(getattr(world, who))
    for url in (QUEUE, TENGAH):
        for answer in (client.get(url), client.post(url, {"action": "verify", "ticked": [waiting["bandar"].pk]})):
            assert answer.status_code == 403
            assert "tidak diberi hak memverifikasi" in text_of(answer)
    assert not Submission.objects.filter(status="VERIFIED").exists()


@pytest.mark.parametrize("office", ["tengah", "pemda_office"])
def test_the_right_alone_does_not_make_a_branch_or_a_government_verify(world, waiting, office):
    user = User.objects.create_user(username="salah-tempat", password=PASSWORD, office=getattr(world, office))
    user.user_permissions.add(Permission.objects.get(codename="verify_submissions"))
    answer = logged_in(user).get(TENGAH)
    assert answer.status_code == 403
    assert "Kantor Anda tidak memverifikasi pengajuan" in text_of(answer)


def test_another_kanwils_branches_do_not_exist(world, waiting):
    user = User.objects.create_user(username="banten", password=PASSWORD, office=world.banten)
    user.user_permissions.add(Permission.objects.get(codename="verify_submissions"))
    client = logged_in(user)
    assert client.get(QUEUE).status_code == 200
    for method in (client.get, client.post):
        assert method(TENGAH).status_code == 404
    assert client.get("/verifikasi/2026-10/KP/").status_code == 404


def test_a_month_without_a_submission_says_so(world, month, verifier):
    answer = verifier.get(TENGAH)
    assert answer.status_code == 404
    assert "Kantor Cabang Lampung Tengah belum mulai mengisi data Oktober 2026." in text_of(answer)
    assert verifier.get("/verifikasi/2026-13/KC-LAMPUNG-TENGAH/").status_code == 404


def test_a_draft_can_be_read_but_not_decided(world, month, verifier):
    change(world.entri, world.tengah, "1802", "PU", 4_701)
    page = verifier.get(TENGAH)
    assert "Belum diajukan. Kantor masih mengisi" in text_of(page)
    assert 'name="action"' not in page.content.decode()
    assert "belum diajukan" in text_of(
        verifier.post(TENGAH, {"action": "verify", "seen_at": timezone.now().isoformat()})
    )


def test_the_menu_leads_to_it_only_for_verifiers(world, month):
    assert 'href="/verifikasi/"' in logged_in(world.verifikasi).get("/capaian/").content.decode()
    assert 'href="/verifikasi/"' not in logged_in(world.entri).get("/capaian/").content.decode()


# Cost


def test_more_cells_cost_no_more_queries(world, waiting, verifier):
    few = queries(verifier, TENGAH)
    Regency.objects.filter(pk="1801").update(branch_office=world.tengah)
    put("1801", "RT-RW", "2026-10", 55)
    assert "RT/RW" in text_of(verifier.get(TENGAH))
    assert queries(verifier, TENGAH) == few


def test_reasons_stay_to_be_read_when_the_office_takes_its_submission_back(world, waiting, verifier):
    html = verifier.get(TENGAH).content.decode()
    submissions.withdraw(user=world.entri, office=world.tengah, period=waiting["tengah"].period)
    sent = {
        "user": hidden(html, "user"),
        "seen_at": hidden(html, "seen_at"),
        "action": "return",
        "reason": "Angka BPU <b>turun</b>.",
        "cell-1802-BPU": "Samakan dengan rekap.",
    }
    page = verifier.post(TENGAH, sent)
    assert page.status_code == 409
    text = text_of(page)
    assert "sudah ditarik kembali oleh kantor" in text
    assert "Alasan pengembalian Angka BPU <b>turun</b>." in text
    assert "Kabupaten Lampung Tengah · Bukan Penerima Upah: Samakan dengan rekap." in text
    assert "Isian Anda" not in text_of(verifier.get(TENGAH))


def test_a_cell_corrected_while_it_waits_stands_first_and_says_by_whom(world, waiting, verifier):
    change(world.admin, world.tengah, "1804", "PMI", 801)
    text = text_of(verifier.get(TENGAH))
    assert "1 sel diubah setelah diajukan." in text
    top = text[text.index("Perlu diperiksa") : text.index("Sel lainnya")]
    assert "Diubah setelah diajukan oleh admin, " in top
    assert top.index("Lampung Barat") < top.index("Lampung Tengah")
    submissions.verify(user=world.verifikasi, submission=waiting["tengah"])
    assert "setelah diajukan" not in text_of(verifier.get(TENGAH))
