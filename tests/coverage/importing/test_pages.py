"""Files on screen: template out, upload with its mistakes, preview, confirmation of all or nothing."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import date, timedelta
from html import unescape

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coverage.importing.figures import views as file_views
from coverage.models import CoverageRecord, ImportBatch, Regency, ReportingPeriod, Submission, Via
from coverage.periods import services as periods
from coverage.records.services import CellChange, save_cells
from tests.conftest import estimate, make_period, put
from tests.support.files import text

TEMPLATE = "/entri/2026-10/KC-LAMPUNG-TENGAH/templat.xlsx"
UPLOAD = "/entri/2026-10/KC-LAMPUNG-TENGAH/berkas/"
NATIONAL = "/entri/2026-10/berkas-nasional/"
HEAD = "kode;segmen;peserta;keterangan;alasan"


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def october(world):
    put("1802", "PU", "2026-09", 4_598)
    make_period("2026-10")
    periods.open_period(date(2026, 10, 1))
    estimate("1802", "PU", 16_068)
    return ReportingPeriod.objects.get(month=date(2026, 10, 1))


@pytest.fixture
def entri(world, october):
    return logged_in(world.entri)


def send(client: Client, data: bytes, *, url: str = UPLOAD, name: str = "oktober.csv", system: str = "kemendagri"):
    return client.post(url, {"kode": system, "berkas": SimpleUploadedFile(name, data)})


def upload(client: Client, *rows: str, **where) -> str:
    """The address of the preview."""
    answer = send(client, text(HEAD, *rows), **where)
    assert answer.status_code == 302, shown(answer)
    return answer.headers["location"]


def shown(page) -> str:
    """The words on the page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def own_values() -> dict[tuple[str, str], int]:
    rows = CoverageRecord.objects.filter(period=date(2026, 10, 1), origin__in=CoverageRecord.OWN)
    return {(record.area_code, record.segment_id): record.participants for record in rows}


def somebody_else_saves(world, october, value, segment="PU"):
    change = CellChange("1802", segment, value)
    save_cells(user=world.admin, office=world.tengah, period=october, changes=[change], via=Via.FORM)


# The whole way


def test_from_the_template_to_the_saved_figures(world, entri):
    answer = entri.get(TEMPLATE)
    assert answer.headers["content-disposition"] == 'attachment; filename="semesta-2026-10-KC-LAMPUNG-TENGAH.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    book["Segmen"]["G9"], book["Segmen"]["H9"] = 4_706, "pabrik <b>baru</b>"
    book["Kelompok"]["G9"] = "1.200"
    filled = io.BytesIO()
    book.save(filled)

    sent = send(entri, filled.getvalue(), name="oktober.xlsx")
    page = entri.get(sent.headers["location"])
    assert "2 baru 0 berubah 0 tetap 10 kosong, tidak diubah" in shown(page)
    assert "oktober.xlsx · wilayah dibaca sebagai Kode Kemendagri" in shown(page)
    assert "4.598 belum lapor 4.706 +108 dari bulan lalu pabrik <b>baru</b>" in shown(page)
    assert "pabrik &lt;b&gt;baru" in page.content.decode()
    assert own_values() == {}

    done = entri.post(sent.headers["location"], follow=True)
    assert done.redirect_chain == [("/entri/2026-10/KC-LAMPUNG-TENGAH/", 302)]
    assert "2 sel disimpan dari berkas oktober.xlsx." in shown(done)
    assert own_values() == {("1802", "PU"): 4_706, ("1802", "RENTAN"): 1_200}


def test_the_history_keeps_the_name_and_the_fingerprint_of_the_file(world, entri):
    data = text(HEAD, "1802;PU;4.706;;lainnya")
    entri.post(send(entri, data, name="Lampiran\u202e Oktober.csv").headers["location"])
    record = CoverageRecord.objects.get(participants=4_706)
    trace = record.history.first()
    digest = hashlib.sha256(data).hexdigest()
    assert trace.history_change_reason == f"berkas Lampiran Oktober.csv, sha256 {digest[:12]}"
    assert (trace.via, trace.history_user) == (Via.FILE, world.entri)
    assert (record.origin, record.change_reason) == (CoverageRecord.Origin.IMPORTED, "OTHER")
    batch = ImportBatch.objects.get()
    assert (batch.sha256, batch.uploaded_by, batch.confirmed_at is not None) == (digest, world.entri, True)


def test_a_long_name_is_cut_and_the_fingerprint_stays(entri):
    entri.post(upload(entri, "1802;PU;5", name="x" * 200 + ".csv"))
    reason = CoverageRecord.objects.get(participants=5).history.first().history_change_reason
    assert len(reason) == 100
    assert reason.endswith(ImportBatch.objects.get().sha256[:12])


def test_codes_of_bps_are_read_when_that_is_said(entri):
    """1801: Lampung Barat for BPS, which is 1804 here."""
    address = upload(entri, "1801;PU;5", system="bps")
    page = shown(entri.get(address))
    assert "wilayah dibaca sebagai Kode BPS" in page
    assert "Kabupaten Lampung Barat" in page
    entri.post(address)
    assert own_values() == {("1804", "PU"): 5}


def test_without_a_code_system_nothing_is_read(entri):
    answer = send(entri, text(HEAD, "1802;PU;5"), system="")
    assert answer.status_code == 422
    assert "Pilih kode wilayah yang dipakai berkas ini." in shown(answer)
    assert "Pilih berkasnya dahulu." in shown(entri.post(UPLOAD, {"kode": "bps"}))


# Preview


def test_the_preview_tells_new_changed_and_unchanged_apart(world, entri, october):
    put("1802", "BPU", "2026-10", 55_000)
    put("1802", "JAKON", "2026-10", 700)
    address = upload(
        entri, "1802;PU;4.700", "1802;BPU;54.000", "1802;JAKON;700", "1802;PMI;;belum ada data", "1804;PU;"
    )
    page = shown(entri.get(address))
    assert "1 baru 1 berubah 1 hanya keterangan atau alasan 1 tetap 1 kosong, tidak diubah" in page
    assert "55.000 54.000 −1.000" in page
    assert "Simpan 3 sel" in page
    entri.post(address)
    assert own_values() == {("1802", "PU"): 4_700, ("1802", "BPU"): 54_000, ("1802", "JAKON"): 700}
    assert CoverageRecord.objects.get(note="belum ada data").participants is None
    assert not CoverageRecord.objects.get(participants=700).history.filter(via=Via.FILE).exists()


def test_a_figure_emptied_in_the_file_stays_and_the_page_says_so(entri):
    put("1802", "PU", "2026-10", 4_700)
    address = upload(entri, "1802;PU;", "1802;BPU;5")
    assert "1 sel kosong di berkas, padahal sudah ada angkanya: angka itu tetap." in shown(entri.get(address))
    entri.post(address)
    assert own_values()["1802", "PU"] == 4_700


def test_the_preview_asks_what_the_grid_would_ask(entri):
    address = upload(entri, "1802;PU;47.060")
    page = shown(entri.get(address))
    assert "1 perlu diperiksa" in page
    assert "Naik 923,5% dari bulan lalu" in page
    assert "Melebihi potensi 16.068" in page
    answered = shown(entri.get(upload(entri, "1802;PU;47.060;;Lainnya")))
    assert "Naik 923,5%" not in answered
    assert "Melebihi potensi 16.068" in answered


def test_a_file_that_changes_nothing_has_nothing_to_save(entri):
    put("1802", "PU", "2026-10", 4_700)
    page = shown(entri.get(upload(entri, "1802;PU;4.700")))
    assert "Berkas ini tidak mengubah apa pun." in page
    assert "Simpan" not in page


def test_what_was_read_otherwise_than_expected_is_mentioned(entri):
    answer = send(entri, text("kode;segmen;peserta;<script>", "1802;PU;5;x"))
    page = entri.get(answer.headers["location"]).content.decode()
    assert "Kolom yang tidak dibaca: &lt;script&gt;." in page
    assert "<script>" not in page


# Mistakes: all or nothing


def test_one_mistake_keeps_the_whole_file_out(entri):
    answer = send(entri, text(HEAD, "1802;PU;4.706", "1802;BPU;43,2", "9999;XX;-1"), name="<b>.csv")
    assert answer.status_code == 422
    page = shown(answer)
    assert "<b>.csv: 4 kesalahan. Tidak ada yang disimpan." in page
    assert "Baris 3, kolom Peserta: “43,2” tidak jelas." in page
    assert "Baris 4, kolom Segmen: “XX” bukan segmen." in page
    assert "&lt;b&gt;.csv" in answer.content.decode()
    assert not ImportBatch.objects.exists()
    assert own_values() == {}


def test_of_very_many_mistakes_the_first_are_shown_and_all_are_counted(entri):
    page = shown(send(entri, text(HEAD, *(f"1802;PU;{number},5" for number in range(500)))))
    assert "999 kesalahan" in page
    assert "Ditampilkan 200 yang pertama dari 999." in page


def test_the_stated_code_system_stays_chosen_after_mistakes(entri):
    answer = send(entri, text(HEAD, "1802;PU;x"), system="bps")
    assert re.search(r'value="bps" checked', answer.content.decode())


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"%PDF-1.7", "Ini berkas PDF"), (b"PK\x03\x04 rusak", "rusak"), (b"", "kosong"), (b"\0\1", "bukan teks")],
)
def test_a_file_of_another_kind_gets_its_sentence(entri, data, sentence):
    answer = send(entri, data, name="laporan.xlsx")
    assert answer.status_code == 422
    assert sentence in shown(answer)
    assert "Tidak ada yang disimpan." in shown(answer)


def test_a_file_beyond_the_limit_is_refused_without_being_kept(entri, settings):
    settings.UPLOAD_MAX_BYTES = 2**20
    answer = send(entri, b"a" * (3 * 2**20))
    assert "lebih besar dari 1 MB" in shown(answer)


# Who may


def test_an_area_of_another_branch_is_refused_without_its_name(entri):
    page = shown(send(entri, text(HEAD, "1801;PU;5", "3671;PU;5")))
    assert "Baris 2, kolom Kode: 1801 bukan wilayah kantor ini." in page
    assert "Baris 3, kolom Kode: 3671 bukan wilayah kantor ini." in page
    assert "Tangerang" not in page


def test_pages_of_another_branch_are_not_there(world, entri, october):
    address = upload(entri, "1802;PU;5")
    neighbour = logged_in(world.tetangga)
    for url in (UPLOAD, TEMPLATE, address):
        assert neighbour.get(url).status_code == 404
    for url in (UPLOAD, address):
        assert neighbour.post(url).status_code == 404
    assert own_values() == {}
    assert logged_in(world.admin).get(address).status_code == 200


def test_readers_and_strangers_change_nothing(world, entri):
    address = upload(entri, "1802;PU;5")
    for user in (world.pimpinan, world.pemda):
        assert logged_in(user).post(address).status_code == 403
    assert Client().post(address).headers["location"].startswith("/masuk/")
    assert own_values() == {}


@pytest.mark.parametrize("status", ["SUBMITTED", "VERIFIED"])
def test_a_month_handed_in_takes_no_file(world, entri, october, status):
    address = upload(entri, "1802;PU;5")
    Submission.objects.update_or_create(office=world.tengah, period=october, defaults={"status": status})
    assert "Berkas tidak dapat diunggah." in shown(entri.get(UPLOAD))
    assert send(entri, text(HEAD, "1802;PU;5")).status_code == 403
    assert "Berkas ini tidak dapat disimpan." in shown(entri.get(address))
    assert entri.post(address).status_code == 403
    assert own_values() == {}


def test_a_locked_month_takes_no_file(entri, october):
    address = upload(entri, "1802;PU;5")
    ReportingPeriod.objects.filter(pk=october.pk).update(locked_at=timezone.now())
    answer = entri.post(address)
    assert answer.status_code == 403
    assert "Periode Oktober 2026 sudah dikunci. Tidak ada yang disimpan." in shown(answer)


# Confirmation


def test_a_change_made_meanwhile_refuses_the_whole_file_and_shows_both(world, entri, october):
    address = upload(entri, "1802;PU;4.800", "1802;BPU;55.000")
    somebody_else_saves(world, october, 4_706)
    answer = entri.post(address)
    assert answer.status_code == 409
    page = shown(answer)
    assert "1 sel sudah diubah orang lain sejak pratinjau dibuat. Tidak ada yang disimpan." in page
    assert "Kabupaten Lampung Tengah Penerima Upah 4.800 4.706 admin" in page
    assert own_values() == {("1802", "PU"): 4_706}

    entri.post(address, {"ulang": "1"})
    assert "4.706 4.800 +94" in shown(entri.get(address))
    entri.post(address)
    assert own_values() == {("1802", "PU"): 4_800, ("1802", "BPU"): 55_000}


def test_a_change_of_a_cell_the_file_would_leave_is_a_conflict_too(world, entri, october):
    somebody_else_saves(world, october, 4_706)
    address = upload(entri, "1802;PU;4.706", "1802;BPU;5")
    somebody_else_saves(world, october, 4_900)
    assert entri.post(address).status_code == 409
    assert own_values() == {("1802", "PU"): 4_900}


def test_the_same_change_made_meanwhile_is_no_conflict(world, entri, october):
    address = upload(entri, "1802;PU;4.706", "1802;BPU;5")
    somebody_else_saves(world, october, 4_706)
    assert entri.post(address).status_code == 302
    assert own_values() == {("1802", "PU"): 4_706, ("1802", "BPU"): 5}


def test_a_second_click_writes_nothing_twice(entri):
    address = upload(entri, "1802;PU;4.706")
    entri.post(address)
    again = entri.post(address)
    assert "Berkas ini sudah disimpan" in shown(again)
    assert "Tidak ada yang ditulis dua kali." in shown(again)
    assert CoverageRecord.objects.get(participants=4_706).history.filter(via=Via.FILE).count() == 1
    assert "Simpan 1 sel" not in shown(entri.get(address))


def test_an_area_that_moved_to_another_office_refuses_the_file(world, entri):
    address = upload(entri, "1802;PU;5", "1804;PU;6")
    Regency.objects.filter(pk="1804").update(branch_office=world.bandar)
    answer = entri.post(address)
    assert answer.status_code == 403
    assert "bukan lagi milik kantor ini" in shown(answer)
    assert own_values() == {}


def test_files_nobody_confirms_are_cleared_away(world, entri, october):
    address = upload(entri, "1802;PU;5")
    ImportBatch.objects.update(uploaded_at=timezone.now() - timedelta(days=8))
    upload(entri, "1802;PU;6")
    answer = entri.get(address)
    assert answer.status_code == 404
    assert "sudah dihapus karena lama tidak dikonfirmasi" in shown(answer)


def test_the_upload_page_lists_what_was_sent(entri):
    entri.post(upload(entri, "1802;PU;5", name="satu.csv"))
    upload(entri, "1802;PU;6", name="dua.csv")
    page = shown(entri.get(UPLOAD))
    assert re.search(r"dua\.csv entri, .* · belum disimpan satu\.csv entri, .* · disimpan", page)


# The national file


def test_a_national_file_is_saved_for_all_offices_at_once(world, october):
    admin = logged_in(world.admin)
    address = upload(admin, "18;RT-RW;5.697", "1801;PU;1", "1802;PU;2", "3671;PU;3", url=NATIONAL)
    assert "Simpan 4 sel" in shown(admin.get(address))
    assert admin.post(address).headers["location"] == "/entri/2026-10/"
    assert own_values() == {("18", "RT-RW"): 5_697, ("1801", "PU"): 1, ("1802", "PU"): 2, ("3671", "PU"): 3}
    reasons = set(CoverageRecord.history.filter(via=Via.FILE).values_list("history_change_reason", flat=True))
    assert len(reasons) == 1


def test_one_office_that_refuses_keeps_the_national_file_out(world, october):
    admin = logged_in(world.admin)
    world.admin.is_superuser = False
    world.admin.save()
    world.admin.user_permissions.set(world.entri.user_permissions.all())
    address = upload(admin, "1801;PU;1", "1802;PU;2", url=NATIONAL)
    Submission.objects.create(office=world.tengah, period=october, status="SUBMITTED")
    sentence = "Kantor Cabang Lampung Tengah: Data Oktober 2026 sudah diajukan dan menunggu verifikasi."
    assert sentence in shown(admin.get(address))
    assert sentence in shown(admin.post(address))
    assert own_values() == {}


def test_an_unchanged_row_of_an_office_that_handed_in_is_no_obstacle(world, october):
    put("1802", "PU", "2026-10", 2)
    Submission.objects.create(office=world.tengah, period=october, status="VERIFIED")
    world.admin.is_superuser = False
    world.admin.save()
    world.admin.user_permissions.set(world.entri.user_permissions.all())
    admin = logged_in(world.admin)
    admin.post(upload(admin, "1801;PU;1", "1802;PU;2", url=NATIONAL))
    assert own_values() == {("1801", "PU"): 1, ("1802", "PU"): 2}


def test_a_national_file_says_how_many_cells_correct_what_was_handed_in(world, october):
    put("1802", "PMI", "2026-10", 4)
    Submission.objects.create(office=world.tengah, period=october, status="VERIFIED")
    Submission.objects.create(office=world.bandar, period=october, status="SUBMITTED")
    admin = logged_in(world.admin)
    address = upload(admin, "1801;PU;1", "1802;PU;2", "1802;BPU;3", "1802;PMI;4", "3671;PU;3", url=NATIONAL)
    sentence = "3 sel milik 2 kantor yang sudah mengajukan atau diverifikasi; perubahan dicatat sebagai koreksi."
    assert sentence in shown(admin.get(address))
    admin.post(address)
    assert "dicatat sebagai koreksi" not in shown(admin.get(address))
    only_drafts = upload(admin, "3671;PU;4", url=NATIONAL)
    assert "dicatat sebagai koreksi" not in shown(admin.get(only_drafts))


def streamed(client: Client, address: str) -> list[str]:
    return [piece.decode() for piece in client.post(address).streaming_content]


def test_a_large_file_shows_how_far_it_is(world, october, monkeypatch):
    monkeypatch.setattr(file_views, "WITH_PROGRESS", 1)
    admin = logged_in(world.admin)
    address = upload(admin, "1801;PU;1", "1802;PU;2", "1802;BPU;3", url=NATIONAL)
    head, *lines, done, tail = streamed(admin, address)
    assert head.strip().startswith("<!doctype html>")
    assert [re.findall(r'value="(\d+)"', line) for line in lines] == [["1"], ["3"]]
    assert "3 sel disimpan dari berkas oktober.csv." in done
    assert tail.strip().endswith("</html>")
    assert len(own_values()) == 3
    assert "sudah disimpan" in shown(admin.post(address))


def test_a_large_file_that_is_contested_ends_with_the_way_to_the_differences(world, october, monkeypatch):
    monkeypatch.setattr(file_views, "WITH_PROGRESS", 1)
    admin = logged_in(world.admin)
    address = upload(admin, "1801;PU;1", "1802;PU;2", url=NATIONAL)
    somebody_else_saves(world, october, 4_706)
    page = "".join(streamed(admin, address))
    assert "Tidak ada yang disimpan." in page
    assert f'href="{address}"' in page
    assert own_values() == {("1802", "PU"): 4_706}
    assert "1 sel sudah diubah orang lain" in shown(admin.get(address))


@pytest.mark.django_db(transaction=True)
def test_a_page_closed_half_way_writes_nothing(world, october, monkeypatch):
    monkeypatch.setattr(file_views, "WITH_PROGRESS", 1)
    admin = logged_in(world.admin)
    address = upload(admin, "1801;PU;1", "1802;PU;2", url=NATIONAL)
    response = admin.post(address)
    pieces = iter(response.streaming_content)
    next(pieces), next(pieces)
    response.close()
    assert own_values() == {}
    assert ImportBatch.objects.get().confirmed_at is None


# Queries


def test_one_row_and_many_take_equally_many_queries(world, entri):
    rows = [f"1802;{segment};5" for segment in ("PU", "BPU", "JAKON", "PMI", "RENTAN")]

    def queries(*rows: str) -> tuple[int, int, int]:
        counts = []
        with CaptureQueriesContext(connection) as sending:
            address = upload(entri, *rows)
        with CaptureQueriesContext(connection) as looking:
            entri.get(address)
        with CaptureQueriesContext(connection) as saving:
            entri.post(address)
        counts = [len(sending), len(looking), len(saving)]
        return counts[0], counts[1], counts[2]

    queries("1804;PU;1")
    queries("1804;PU;2")
    put("1802", "PU", "2026-10", 1)
    one = queries("1802;PU;2")
    for segment in ("BPU", "JAKON", "PMI", "RENTAN"):
        put("1802", segment, "2026-10", 1)
    assert queries(*rows) == one


def test_nothing_on_the_pages_is_inline(entri):
    for page in (entri.get(UPLOAD), entri.get(upload(entri, "1802;PU;5")), send(entri, text(HEAD, "1802;PU;x"))):
        assert not re.search(r"\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)|<style", page.content.decode())
