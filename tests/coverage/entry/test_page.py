"""The entry page: content, saving and conflicts, permissions."""

from __future__ import annotations

import json
import re
from datetime import date
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coverage.models import CoverageRecord, Regency, ReportingPeriod, Submission, Via, WorkerSegment
from coverage.periods import services as periods
from coverage.records.services import CellChange, save_cells
from tests.conftest import estimate, make_period, put

URL = "/entri/2026-10/"


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def october(world):
    put("1802", "PU", "2026-09", 4_598)
    put("1802", "BPU", "2026-09", 54_004)
    make_period("2026-10")
    periods.open_period(date(2026, 10, 1))
    estimate("1802", "PU", 16_068)
    return ReportingPeriod.objects.get(month=date(2026, 10, 1))


@pytest.fixture
def entri(world, october):
    return logged_in(world.entri)


def values(html: str) -> dict[str, str]:
    """Return the values of all inputs of the page, as a browser would post them."""
    found = {}
    for tag in re.findall(r"<input\b[^>]*>", html):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in attributes and attributes.get("type") != "radio":
            found[attributes["name"]] = unescape(attributes.get("value", ""))
    return found


def grid(client: Client, url: str = URL) -> dict[str, str]:
    page = client.get(url)
    assert page.status_code == 200
    return values(page.content.decode())


def row(html: str, name: str) -> str:
    return re.search(rf'<tr[^>]*data-row="{name}".*?</tr>', html, re.S)[0]


def stored(area: str, segment: str) -> CoverageRecord:
    return CoverageRecord.objects.get(regency=area, segment=segment, period=date(2026, 10, 1))


def somebody_else_saves(world, october, value):
    save_cells(
        user=world.admin,
        office=world.tengah,
        period=october,
        changes=[CellChange("1802", "PU", value)],
        via=Via.FORM,
    )


# The way in


def test_entry_opens_on_my_office_and_the_due_month(entri):
    ReportingPeriod.objects.filter(month=date(2026, 9, 1)).update(closes_on=date(2026, 10, 20))
    make_period("2026-11")
    assert entri.get("/entri/").headers["location"] == URL


def test_entry_opens_on_the_earliest_month_that_was_not_handed_in(world, entri):
    assert entri.get("/entri/").headers["location"] == "/entri/2026-09/"
    Submission.objects.create(office=world.tengah, period_id=date(2026, 9, 1), status="SUBMITTED")
    assert entri.get("/entri/").headers["location"] == URL


def test_the_due_month_is_opened_on_first_need(world, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2026, 11, 20))
    page = logged_in(world.entri).get("/entri/", follow=True)
    assert page.redirect_chain[-1][0] == URL
    assert "0 dari 8 sel wajib terisi" in page.content.decode()


def test_month_and_office_can_be_chosen(world, entri):
    admin = logged_in(world.admin)
    assert entri.get("/entri/?bulan=2026-09").headers["location"] == "/entri/2026-09/"
    assert entri.get("/entri/?bulan=2026-09&kantor=KC-LAMPUNG-TENGAH").headers["location"] == "/entri/2026-09/"
    assert admin.get("/entri/?bulan=2026-09&kantor=KW-BANTEN").headers["location"] == "/entri/2026-09/KW-BANTEN/"


def test_the_head_office_chooses_an_office_first(world, october):
    html = logged_in(world.admin).get(URL).content.decode()
    for code in ("KC-LAMPUNG-TENGAH", "KC-BANDAR-LAMPUNG", "KW-SUMBAGSEL", "KW-BANTEN"):
        assert f'href="/entri/2026-10/{code}/"' in html
    assert "0 dari 8" in html
    assert "p-3671-PU" in logged_in(world.admin).get(URL + "KW-BANTEN/").content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_offices_page_does_not_exist(world, october, method):
    assert getattr(logged_in(world.tetangga), method)(URL + "KC-LAMPUNG-TENGAH/").status_code == 404
    assert getattr(logged_in(world.verifikasi), method)(URL + "KC-LAMPUNG-TENGAH/").status_code == 404
    assert getattr(logged_in(world.entri), method)(URL + "KC-LAMPUNG-TENGAH/").status_code == 200


@pytest.mark.parametrize("who", ["pimpinan", "pemda", "pemkab"])
def test_readers_are_refused_with_a_sentence(world, october, who):
    for url in ("/entri/", URL, URL + "KC-LAMPUNG-TENGAH/"):
        page = logged_in(getattr(world, who)).get(url)
        assert page.status_code == 403
        assert "tidak diberi hak mengisi angka bulanan" in page.content.decode()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("2026-13", "bukan bulan"),
        ("oktober", "bukan bulan"),
        ("2027-05", "Mei 2027 belum dibuka"),
        ("2026-13/KC-LAMPUNG-TENGAH", "bukan bulan"),
    ],
)
@pytest.mark.parametrize("debug", [True, False])
def test_a_wrong_month_in_the_address_says_so(entri, settings, address, sentence, debug):
    settings.DEBUG = debug
    page = entri.get(f"/entri/{address}/")
    assert page.status_code == 404
    assert sentence in page.content.decode()


# What the grid shows


def test_the_grid_shows_potential_last_month_own_and_carried_values(world, entri):
    put("1802", "BPU", "2026-10", 32_942)
    html = entri.get(URL).content.decode()
    pu, bpu, pmi = (row(html, f"1802-{segment}") for segment in ("PU", "BPU", "PMI"))
    assert "16.068" in pu
    assert 'placeholder="4.598"' in pu
    assert 'value=""' in pu
    assert "memakai angka September" in pu
    assert 'value="32.942"' in bpu
    assert "−39,0%" in bpu
    assert "belum lapor" in pmi
    assert "Kabupaten Lampung Tengah</a> <small>1802</small>" in html
    assert "37.540" in html  # 4.598 carried + 32.942 own
    assert "1 dari 8 sel wajib terisi" in html


def test_figures_for_scripts_are_plain_integers(entri):
    pu = row(entri.get(URL).content.decode(), "1802-PU")
    assert 'data-potential="16068"' in pu
    assert 'data-previous="4598"' in pu
    assert 'data-carried="4598"' in pu


def test_every_input_says_which_cell_it_is(entri):
    pu = row(entri.get(URL).content.decode(), "1802-PU")
    assert 'aria-label="Penerima Upah, Kabupaten Lampung Tengah"' in pu
    assert 'aria-label="Keterangan Penerima Upah, Kabupaten Lampung Tengah"' in pu


def test_names_notes_and_typed_texts_are_never_taken_for_markup(world, october, entri):
    Regency.objects.filter(pk="1802").update(name='Kab "<b>Nama</b>" & Co')
    WorkerSegment.objects.filter(pk="PU").update(name="<u>Upah</u> & 'lain'")
    put("1802", "BPU", "2026-10", 54_010)
    CoverageRecord.objects.filter(regency="1802", segment="BPU").update(note='<i>catatan</i> "kutip"')
    sent = {**grid(entri), "action": "save", "p-1802-PU": '"><script>1</script>', "n-1802-PU": "<em>tulis</em>"}
    for html in (entri.get(URL).content.decode(), entri.post(URL, sent).content.decode()):
        assert not re.search(r"<(b|u|i|em|script)>(Nama|Upah|catatan|tulis|1<)", html)
        assert "Kab &quot;&lt;b&gt;Nama&lt;/b&gt;&quot; &amp; Co" in html
        assert "&lt;u&gt;Upah&lt;/u&gt; &amp; &#x27;lain&#x27;" in html
        assert 'value="&lt;i&gt;catatan&lt;/i&gt; &quot;kutip&quot;"' in html
    assert 'value="&quot;&gt;&lt;script&gt;1&lt;/script&gt;"' in html
    assert 'value="&lt;em&gt;tulis&lt;/em&gt;"' in html


def test_optional_cells_stand_apart_and_only_a_kanwil_sees_its_provinces(world, entri):
    branch, kanwil = grid(entri), grid(logged_in(world.verifikasi))
    assert {"p-1802-RENTAN", "p-1804-RT-RW"} <= branch.keys()
    assert not {"p-1802-TOTAL-UNSPLIT", "p-1802-UCJ", "p-18-PU", "p-1801-PU"} & branch.keys()
    assert {"p-18-PU", "p-18-TOTAL-UNSPLIT", "p-18-RT-RW"} <= kanwil.keys()
    assert not {"p-1802-PU", "p-36-PU"} & kanwil.keys()


def test_the_page_says_both_deadlines_and_who_saved_last(world, october, entri):
    somebody_else_saves(world, october, 4_700)
    html = entri.get(URL).content.decode()
    assert "tepat waktu sampai <b>10 November 2026</b>" in html
    assert "ditutup <b>31 Desember 2099</b>" in html
    assert "Terakhir disimpan oleh admin" in html


def test_nothing_on_the_page_is_inline(entri):
    html = entri.get(URL).content.decode()
    assert not re.search(r"\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)|<style", html)


def test_one_regency_and_many_take_equally_many_queries(world, entri):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert entri.get(URL).status_code == 200
        return len(captured)

    Regency.objects.filter(pk="1804").update(branch_office=world.bandar)
    queries()
    one = queries()
    Regency.objects.filter(pk__in=["1801", "1804"]).update(branch_office=world.tengah)
    put("1801", "PU", "2026-10", 5)
    put("1804", "RENTAN", "2026-10", 5)
    assert queries() == one


def test_one_change_and_many_take_equally_many_queries_to_save(world, entri):
    def queries(**typed) -> int:
        data = {**grid(entri), **typed}
        with CaptureQueriesContext(connection) as captured:
            assert entri.post(URL, data).status_code == 302
        return len(captured)

    queries(**{"p-1804-PU": "1"})
    one = queries(**{"p-1804-PU": "2"})
    assert queries(**{"p-1804-PU": "3", "n-1804-PU": "x"}) == one
    many = {f"p-{area}-{segment}": "" for area in ("1802", "1804") for segment in ("PU", "BPU", "JAKON")}
    queries(**dict.fromkeys(many, "5"))
    assert queries(**dict.fromkeys(many, "6")) == one


# Saving


def test_a_typed_figure_is_saved_and_the_page_says_so(entri):
    data = {
        **grid(entri),
        "p-1802-PU": "4.706",
        "n-1802-PU": " pabrik baru ",
        "p-1802-PMI": "0",
        "p-1804-RENTAN": "1 200",
    }
    page = entri.post(URL, data, follow=True)
    html = page.content.decode()
    assert page.redirect_chain == [(URL, 302)]
    assert "3 sel disimpan" in html
    assert 'href="/capaian/?bulan=2026-10&amp;data=sementara"' in html
    assert (stored("1802", "PU").participants, stored("1802", "PU").note) == (4_706, "pabrik baru")
    assert (stored("1802", "PMI").participants, stored("1802", "PMI").origin) == (0, "ENTERED")
    assert stored("1804", "RENTAN").participants == 1_200
    assert stored("1802", "PU").history.first().via == "FORM"
    assert Submission.objects.get().status == "DRAFT"


def test_sending_the_page_unchanged_or_twice_changes_nothing(entri):
    data = {**grid(entri), "p-1802-PU": "4.706"}
    entri.post(URL, data)
    page = entri.post(URL, data, follow=True)
    assert "Tidak ada perubahan untuk disimpan." in page.content.decode()
    assert stored("1802", "PU").history.filter(via="FORM").count() == 1
    assert not CoverageRecord.objects.filter(origin="ENTERED", segment="BPU", period=date(2026, 10, 1)).exists()


def test_emptying_a_cell_goes_back_to_last_month(entri):
    entri.post(URL, {**grid(entri), "p-1802-PU": "4706"})
    entri.post(URL, {**grid(entri), "p-1802-PU": ""})
    assert (stored("1802", "PU").participants, stored("1802", "PU").origin) == (4_598, "CARRIED")


@pytest.mark.parametrize("typed", ["12.4O0", "25,5", "2.50", "-3", "<script>", "9999999999"])
def test_a_wrong_cell_keeps_what_was_typed_and_the_others_are_saved(entri, typed):
    data = {**grid(entri), "p-1802-PU": typed, "n-1802-PU": "lihat lampiran", "p-1802-BPU": "55.000"}
    page = entri.post(URL, data)
    html = page.content.decode()
    pu = row(html, "1802-PU")
    assert page.status_code == 200
    assert "1 sel disimpan, 1 sel perlu diperbaiki" in html
    assert values(html)["p-1802-PU"] == typed
    assert values(html)["n-1802-PU"] == "lihat lampiran"
    assert 'aria-invalid="true"' in pu
    assert 'class="flag e"' in pu
    assert stored("1802", "BPU").participants == 55_000
    assert stored("1802", "PU").origin == "CARRIED"


def test_a_note_that_is_too_long_is_refused_and_kept(entri):
    note = "x" * 301
    html = entri.post(URL, {**grid(entri), "p-1802-PU": "5", "n-1802-PU": note}).content.decode()
    assert "Keterangan paling banyak 300 huruf; ini 301." in html
    assert values(html)["n-1802-PU"] == note
    assert stored("1802", "PU").origin == "CARRIED"


def test_a_mistake_in_the_optional_part_opens_it(entri):
    html = entri.post(URL, {**grid(entri), "p-1802-RENTAN": "abc"}).content.decode()
    assert re.search(r"<details[^>]* open", html)
    assert not re.search(r"<details[^>]* open", entri.get(URL).content.decode())


def test_a_foreign_cell_is_404_and_nothing_is_saved(entri):
    assert entri.post(URL, {**grid(entri), "p-1802-PU": "5", "p-1801-PU": "6"}).status_code == 404
    assert not CoverageRecord.objects.filter(origin="ENTERED", period=date(2026, 10, 1)).exists()


# Two people


def test_a_conflict_shows_both_figures_and_overwrites_nothing(world, october, entri):
    data = {**grid(entri), "p-1802-PU": "4.800", "p-1802-BPU": "55.000"}
    somebody_else_saves(world, october, 4_706)
    html = entri.post(URL, data).content.decode()
    pu = row(html, "1802-PU")
    assert "1 sel disimpan, 1 sel sudah diubah orang lain" in html
    assert "4.800" in pu
    assert "4.706" in pu
    assert "admin mengubah sel ini" in pu
    assert values(html)["p-1802-PU"] == "4.800"
    assert stored("1802", "PU").participants == 4_706
    assert stored("1802", "BPU").participants == 55_000


@pytest.mark.parametrize(("choice", "value"), [("mine", 4_800), ("stored", 4_706)])
def test_the_conflict_is_settled_by_choosing(world, october, entri, choice, value):
    data = {**grid(entri), "p-1802-PU": "4.800"}
    somebody_else_saves(world, october, 4_706)
    again = values(entri.post(URL, data).content.decode())
    page = entri.post(URL, {**again, "choice-1802-PU": choice})
    assert page.status_code == 302
    assert stored("1802", "PU").participants == value


def test_without_a_choice_it_is_asked_again(world, october, entri):
    data = {**grid(entri), "p-1802-PU": "4.800"}
    somebody_else_saves(world, october, 4_706)
    again = values(entri.post(URL, data).content.decode())
    assert "sudah diubah orang lain" in entri.post(URL, again).content.decode()
    assert stored("1802", "PU").participants == 4_706


def test_a_third_change_while_choosing_is_a_conflict_again(world, october, entri):
    data = {**grid(entri), "p-1802-PU": "4.800"}
    somebody_else_saves(world, october, 4_706)
    again = values(entri.post(URL, data).content.decode())
    somebody_else_saves(world, october, 4_707)
    html = entri.post(URL, {**again, "choice-1802-PU": "mine"}).content.decode()
    assert "4.707" in row(html, "1802-PU")
    assert stored("1802", "PU").participants == 4_707


def test_a_wrong_cell_still_notices_a_change_made_while_it_is_mended(world, october, entri):
    again = values(entri.post(URL, {**grid(entri), "p-1802-PU": "4.8OO"}).content.decode())
    somebody_else_saves(world, october, 4_706)
    html = entri.post(URL, {**again, "p-1802-PU": "4.800"}).content.decode()
    assert "sudah diubah orang lain" in html
    assert stored("1802", "PU").participants == 4_706


@pytest.mark.parametrize("seen", ["", "{", "[]", '{"1802-PU": 5}', '{"1802-PU": ["x", 1]}', '{"1802-PU": [true, ""]}'])
def test_invalid_seen_values_are_a_conflict_and_overwrite_nothing(world, october, entri, seen):
    somebody_else_saves(world, october, 4_706)
    html = entri.post(URL, {**grid(entri), "seen": seen, "p-1802-PU": "4.800"}).content.decode()
    assert "sudah diubah orang lain" in html
    assert stored("1802", "PU").participants == 4_706


def test_the_page_remembers_what_was_seen(world, october, entri):
    somebody_else_saves(world, october, 4_706)
    assert json.loads(grid(entri)["seen"]) == {"1802-PU": [4_706, ""]}


# Closed months, lost sessions


@pytest.mark.parametrize(
    ("status", "sentence"),
    [("SUBMITTED", "sudah diajukan dan menunggu verifikasi"), ("VERIFIED", "sudah diverifikasi")],
)
def test_a_handed_in_month_is_only_to_be_read(world, october, entri, status, sentence):
    put("1802", "PU", "2026-10", 4_706)
    Submission.objects.create(office=world.tengah, period=october, status=status)
    html = entri.get(URL).content.decode()
    assert sentence in html
    assert not [name for name in values(html) if name.startswith(("p-", "n-"))]
    assert "<b>4.706</b>" in row(html, "1802-PU")
    assert "Simpan" not in re.sub(r"(?i)terakhir disimpan", "", html)


def test_a_locked_month_is_only_to_be_read_with_the_reason(entri, october):
    ReportingPeriod.objects.filter(pk=october.pk).update(locked_at=timezone.now())
    html = entri.get(URL).content.decode()
    assert "Periode Oktober 2026 sudah dikunci." in html
    assert "p-1802-PU" not in values(html)


def test_what_was_typed_is_shown_when_the_month_was_closed_meanwhile(world, october, entri):
    data = {**grid(entri), "p-1802-PU": "4.706", "n-1802-PU": "catatan saya"}
    Submission.objects.create(office=world.tengah, period=october, status="SUBMITTED")
    page = entri.post(URL, data)
    html = page.content.decode()
    assert page.status_code == 403
    assert "Belum ada yang disimpan; isian Anda masih tertulis di bawah." in html
    assert (values(html)["p-1802-PU"], values(html)["n-1802-PU"]) == ("4.706", "catatan saya")
    assert "readonly" in row(html, "1802-PU")
    assert stored("1802", "PU").origin == "CARRIED"


def test_a_corrector_may_still_write_and_is_told_that_it_is_a_correction(world, october, entri):
    Submission.objects.create(office=world.tengah, period=october, status="VERIFIED")
    world.entri.user_permissions.add(Permission.objects.get(codename="correct_records"))
    client = logged_in(world.entri)
    assert "Simpan koreksi" in client.get(URL).content.decode()
    client.post(URL, {**grid(client), "p-1802-PU": "4.706"})
    assert stored("1802", "PU").participants == 4_706


def test_a_returned_month_says_why(world, october, entri):
    submission = Submission.objects.create(office=world.tengah, period=october, status="RETURNED")
    submission.events.create(action="RETURN", reason="Angka BPU perlu dicek.", at=timezone.now(), user=world.verifikasi)
    assert "Angka BPU perlu dicek." in entri.get(URL).content.decode()


def test_figures_typed_into_a_session_that_ended_come_back_after_login(world, entri):
    data = {**grid(entri), "p-1802-PU": "4.706", "p-1802-BPU": "25,5"}
    entri.logout()
    to_login = entri.post(URL, data)
    assert to_login.headers["location"] == f"/masuk/?next={URL}"
    page = entri.post("/masuk/", {"username": "entri", "password": "sandi-uji-coba", "next": URL}, follow=True)
    html = page.content.decode()
    assert "Sesi Anda berakhir sebelum isian ini disimpan" in html
    assert (values(html)["p-1802-PU"], values(html)["p-1802-BPU"]) == ("4.706", "25,5")
    assert stored("1802", "PU").origin == "CARRIED"
    entri.post(URL, {**values(html), "p-1802-BPU": "55.000"})
    assert (stored("1802", "PU").participants, stored("1802", "BPU").participants) == (4_706, 55_000)
    assert "Sesi Anda berakhir" not in entri.get(URL).content.decode()


def test_a_restored_draft_can_be_discarded_and_is_never_shown_to_others(world, entri):
    data = {**grid(entri), "p-1802-PU": "4.706"}
    type(world.tetangga).objects.filter(pk=world.tetangga.pk).update(office=world.tengah)
    entri.logout()
    entri.post(URL, data)
    entri.post("/masuk/", {"username": "tetangga", "password": "sandi-uji-coba", "next": URL})
    assert "4.706" not in entri.get(URL).content.decode()

    client = Client()
    client.post(URL, data)
    client.post("/masuk/", {"username": "entri", "password": "sandi-uji-coba", "next": URL})
    assert values(client.get(URL).content.decode())["p-1802-PU"] == "4.706"
    client.post(URL, {**data, "discard": "1"})
    assert grid(client)["p-1802-PU"] == ""
    assert stored("1802", "PU").origin == "CARRIED"


def test_a_page_opened_with_another_account_is_not_saved_silently(world, october, entri):
    data = {**grid(entri), "p-1802-PU": "4.706", "user": str(world.admin.pk)}
    html = entri.post(URL, data).content.decode()
    assert "dibuka dengan akun lain" in html
    assert values(html)["p-1802-PU"] == "4.706"
    assert stored("1802", "PU").origin == "CARRIED"
    assert entri.post(URL, values(html)).status_code == 302
    assert stored("1802", "PU").participants == 4_706


def test_figures_changed_since_they_were_verified_are_counted_and_marked(world, october, entri):
    put("1802", "PU", "2026-10", 4_598, verified=4_598)
    put("1802", "BPU", "2026-10", 54_004, verified=54_004)
    Submission.objects.create(office=world.tengah, period=october, status="VERIFIED")
    assert "berubah sejak diverifikasi" not in entri.get(URL).content.decode()
    somebody_else_saves(world, october, 4_600)
    html = entri.get(URL).content.decode()
    assert "<b>1 angka berubah sejak diverifikasi.</b>" in html
    assert "(berubah sejak diverifikasi)" in row(html, "1802-PU")
    assert "berubah sejak diverifikasi" not in row(html, "1802-BPU")
