"""History pages of a figure, an office's month and all figures: content, files, permissions."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from accounts.models import User
from coverage.history import selectors as selectors
from coverage.models import CoverageRecord, ReportingPeriod, Via
from coverage.periods import services as periods
from coverage.records.services import CellChange, save_cells
from coverage.submissions import services as submissions
from tests.conftest import PASSWORD, make_period, put

CELL = "/riwayat/2026-10/1802/PU/"
OFFICE = "/riwayat/2026-10/KC-LAMPUNG-TENGAH/"
FEED = "/riwayat/"


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response) -> str:
    html = re.sub(r"<(script|style|select).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def lines_of(response) -> list[str]:
    """The table's rows as read."""
    body = re.search(r"<tbody>(.*?)</tbody>", response.content.decode(), re.S)
    rows = re.findall(r"<tr>(.*?)</tr>", body[1], re.S) if body else []
    return [re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", row))).strip() for row in rows]


def save(user, office, *changes, via=Via.FORM, reason="", month="2026-10"):
    period = ReportingPeriod.objects.get(pk=f"{month}-01")
    save_cells(user=user, office=office, period=period, changes=changes, via=via, reason=reason)


@pytest.fixture
def october(world):
    """Lampung Tengah: filled, corrected by file, withdrawn, submitted and verified. Its neighbour filled one cell."""
    put("1802", "PU", "2026-09", 4_598)
    CoverageRecord.history.all().delete()  # September is only there to be carried
    make_period("2026-10")
    period = periods.open_period(ReportingPeriod.objects.get(pk="2026-10-01").month)
    world.entri.first_name = "Petugas"
    world.entri.save()
    save(world.entri, world.tengah, CellChange("1802", "PU", 4_700, note="Dari unit layanan"))
    save(world.entri, world.tengah, CellChange("1802", "PU", 9_000), via=Via.FILE, reason="laporan.xlsx sha256:abc")
    save(world.entri, world.tengah, CellChange("1802", "PU", None))
    save(world.entri, world.tengah, CellChange("1802", "PU", 4_800, change_reason="DATA_CLEANED"))
    for area in ("1802", "1804"):
        for segment in ("PU", "BPU", "JAKON", "PMI"):
            if (area, segment) != ("1802", "PU"):
                save(world.entri, world.tengah, CellChange(area, segment, 10))
    submission = submissions.submit(user=world.entri, office=world.tengah, period=period)
    submissions.verify(user=world.verifikasi, submission=submission)
    save(world.tetangga, world.bandar, CellChange("1801", "BPU", 77))
    return period


# One figure


def test_the_history_of_a_figure_shows_who_changed_what_and_why(world, october):
    lines = lines_of(logged_in(world.entri).get(CELL))
    assert len(lines) == 6
    assert "verifikasi Kantor Wilayah Sumbagsel Diverifikasi Verifikasi 4.800 4.800" in lines[0]
    assert "Petugas Kantor Cabang Lampung Tengah Diisi Formulir entri 4.598 4.800 Pembersihan data" in lines[1]
    assert "Dikosongkan Formulir entri 9.000 4.598 angka bulan lalu" in lines[2]
    assert "Diubah Unggahan berkas 4.700 9.000 Dari unit layanan laporan.xlsx sha256:abc" in lines[3]
    assert "Diisi Formulir entri 4.598 4.700 Dari unit layanan" in lines[4]
    assert "– Dibuka dengan angka bulan lalu Pembukaan bulan belum diisi 4.598 angka bulan lalu" in lines[5]


def test_the_old_value_is_that_of_the_same_record(world, october):
    save(world.entri, world.tengah, CellChange("1802", "PU", 1), month="2026-09")
    changes = list(
        selectors.ChangeRows(
            selectors.of_record(CoverageRecord.objects.get(regency="1802", segment="PU", period=october)), world.entri
        )
    )
    assert [(at.old, at.new) for at in changes] == [
        (4800, 4800),
        (4598, 4800),
        (9000, 4598),
        (4700, 9000),
        (4598, 4700),
        (None, 4598),
    ]


def test_a_reverified_figure_shows_the_verified_one_before(world, october):
    save(world.admin, world.tengah, CellChange("1802", "PU", 5_000))
    submission = submissions.submit(user=world.admin, office=world.tengah, period=october)
    page = logged_in(world.entri).get(CELL)
    assert "≠ (berubah sejak diverifikasi)" in text_of(page)
    submissions.verify(user=world.verifikasi, submission=submission)
    page = logged_in(world.entri).get(CELL)
    assert "5.000 sebelumnya 4.800" in lines_of(page)[0]
    assert "≠" not in text_of(page)


def test_a_month_that_followed_a_correction_says_so(world, october):
    periods.open_period(make_period("2026-11").month)
    save(world.admin, world.tengah, CellChange("1802", "PU", 5_100))
    line = lines_of(logged_in(world.entri).get("/riwayat/2026-11/1802/PU/"))[0]
    assert "Mengikuti bulan sebelumnya" in line
    assert "5.100 angka bulan lalu" in line


def test_an_unchanged_figure_shows_only_the_opening(world, october):
    (line,) = lines_of(logged_in(world.entri).get("/riwayat/2026-10/1801/PMI/"))
    assert "Dibuka, belum ada angka" in line


def test_a_figure_without_history_says_so(world, october):
    CoverageRecord.history.filter(regency="1801", segment="PMI").delete()
    page = logged_in(world.entri).get("/riwayat/2026-10/1801/PMI/")
    assert page.status_code == 200
    assert "Belum ada perubahan yang tercatat." in text_of(page)


def test_the_feeds_do_not_list_the_opening_of_a_month(world, october):
    before = len(lines_of(logged_in(world.admin).get(FEED)))
    periods.open_period(make_period("2026-11").month)
    assert CoverageRecord.history.filter(period="2026-11-01", via=Via.OPEN).count() == 16
    assert len(lines_of(logged_in(world.admin).get(FEED))) == before
    assert "Pembukaan bulan" not in logged_in(world.admin).get(FEED).content.decode()
    assert "Dibuka" not in text_of(logged_in(world.entri).get("/riwayat/2026-11/KC-LAMPUNG-TENGAH/"))


@pytest.mark.parametrize(
    "url",
    ["/riwayat/2026-10/9999/PU/", "/riwayat/2026-10/1802/APA/", "/riwayat/2026-12/1802/PU/", "/riwayat/x/1802/PU/"],
)
def test_a_figure_that_is_not_there_is_not_found(world, october, url):
    answer = logged_in(world.admin).get(url)
    assert answer.status_code == 404
    assert "Traceback" not in answer.content.decode()


# An office's month


def test_an_offices_month_shows_its_steps_and_its_figures(world, october):
    page = logged_in(world.tetangga).get(OFFICE)
    text = text_of(page)
    assert "Diajukan" in text
    assert re.search(r"Diverifikasi \d+ \w+ \d{4} pukul [\d.]+, verifikasi", text)
    lines = lines_of(page)
    assert len(lines) == 4 + 7 + 8
    assert not any("Lampung Selatan" in line for line in lines)
    assert 'href="/riwayat/2026-10/1802/PU/"' in page.content.decode()


def test_a_change_after_verification_is_marked(world, october):
    client = logged_in(world.verifikasi)
    assert "berubah sejak diverifikasi" not in text_of(client.get(OFFICE))
    save(world.admin, world.tengah, CellChange("1802", "PU", 4_802))
    save(world.admin, world.tengah, CellChange("1802", "PU", 4_801))
    marked = [line for line in lines_of(client.get(OFFICE)) if "≠ (berubah sejak diverifikasi)" in line]
    assert len(marked) == 1
    assert "4.801" in marked[0]


def test_links_are_shown_only_to_users_who_may_open_them(world, october):
    for who, entry, verification in (("entri", True, False), ("verifikasi", False, True), ("pimpinan", False, False)):
        html = logged_in(getattr(world, who)).get(OFFICE).content.decode()
        assert ('href="/entri/2026-10/KC-LAMPUNG-TENGAH/"' in html) is entry
        assert ('href="/verifikasi/2026-10/KC-LAMPUNG-TENGAH/"' in html) is verification


# Local governments


def test_a_government_reads_its_own_figures_and_no_names(world, october):
    pemkab = logged_in(world.pemkab)
    page = pemkab.get(CELL)
    text = text_of(page)
    assert "Kantor Cabang Lampung Tengah Diisi Formulir entri" in text
    assert "Petugas" not in text
    page = pemkab.get(OFFICE)
    assert all("Kabupaten Lampung Tengah" in line for line in lines_of(page))
    assert len(lines_of(page)) == 4 + 3 + 4
    assert "Jejak pengajuan" not in text_of(page)
    rows = pemkab.get(OFFICE + "?format=json").json()["rows"]
    assert {row["username"] for row in rows} == {""}
    assert {row["area_code"] for row in rows} == {"1802"}


def test_other_areas_do_not_exist_for_a_government(world, october):
    pemkab = logged_in(world.pemkab)
    for url in ("/riwayat/2026-10/1804/PU/", "/riwayat/2026-10/KC-BANDAR-LAMPUNG/", "/riwayat/2026-10/KP/"):
        assert pemkab.get(url).status_code == 404
    assert logged_in(world.pemda).get("/riwayat/2026-10/1804/PU/").status_code == 200
    put("3671", "PU", "2026-10", 5)
    assert logged_in(world.pemda).get("/riwayat/2026-10/3671/PU/").status_code == 404


# The feed


@pytest.fixture
def reader(world, october):
    """An administrator of the Kanwil: the right, and no superuser."""
    user = User.objects.create_user(username="kanwil", password=PASSWORD, office=world.sumbagsel)
    user.user_permissions.add(Permission.objects.get(codename="view_historicalcoveragerecord"))
    return logged_in(user)


@pytest.mark.parametrize("who", ["entri", "verifikasi", "pimpinan", "pemda", "pemkab"])
def test_the_feed_is_for_administrators(world, october, who):
    answer = logged_in(getattr(world, who)).get(FEED)
    assert answer.status_code == 403
    assert "hanya untuk administrator" in text_of(answer)
    assert 'href="/riwayat/"' not in logged_in(getattr(world, who)).get("/capaian/").content.decode()


def test_the_feed_shows_everything_newest_first(world, reader):
    lines = lines_of(reader.get(FEED))
    assert len(lines) == 4 + 7 + 8 + 1
    assert "Lampung Selatan" in lines[0]
    assert "belum diisi 77" in lines[0]
    assert 'href="/riwayat/"' in reader.get("/capaian/").content.decode()


@pytest.mark.parametrize(
    ("address", "count"),
    [
        ("?bulan=2026-10", 20),
        ("?bulan=2026-09", 0),
        ("?kantor=KC-BANDAR-LAMPUNG", 1),
        ("?kantor=KC-LAMPUNG-TENGAH", 19),
        ("?pengguna=verifikasi", 8),
        ("?pengguna=Petugas", 11),
        ("?melalui=FILE", 1),
        ("?melalui=VERIFY&pengguna=entri", 0),
        ("?bulan=2026-10&kantor=KC-LAMPUNG-TENGAH&melalui=FORM&pengguna=entri", 10),
    ],
)
def test_the_feed_is_filtered_by_month_office_user_and_via(world, reader, address, count):
    page = reader.get(FEED + address)
    assert page.status_code == 200
    assert len(lines_of(page)) == count
    assert len(reader.get(f"{FEED}{address}&format=json").json()["rows"]) == count
    if not count:
        assert "Tidak ada yang cocok dengan saringan ini." in text_of(page)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("?bulan=2030-01", "Bulan"),
        ("?pengguna=tidakada", "Tidak ada pengguna bernama “tidakada”."),
        ("?pengguna=pem", "“pem” cocok dengan beberapa pengguna. Tulis salah satu nama pengguna: pemda, pemkab"),
        ("?melalui=POS", "Melalui"),
        ("?wilayah=1802", "Saringan “wilayah” tidak dikenal."),
        ("?urut=at", "Urutan “at” tidak dikenal."),
    ],
)
def test_a_wrong_filter_says_so_and_shows_nothing(world, reader, address, sentence):
    page = reader.get(FEED + address)
    assert page.status_code == 400
    assert sentence in text_of(page)
    assert lines_of(page) == []
    assert reader.get(f"{FEED}{address}&format=json").status_code == 400


def test_long_histories_are_paginated_up_to_a_limit(world, reader, monkeypatch):
    page = reader.get(FEED + "?per_halaman=5")
    assert len(lines_of(page)) == 5
    assert "Halaman 1 dari 4 · 20 baris" in text_of(page)
    assert len(lines_of(reader.get(FEED + "?per_halaman=5&halaman=4"))) == 5
    monkeypatch.setattr(selectors, "LONGEST", 12)
    page = reader.get(FEED + "?per_halaman=5&halaman=3")
    assert "Hanya 12 perubahan terbaru" in text_of(page)
    assert len(lines_of(page)) == 2
    assert len(reader.get(FEED + "?format=json").json()["rows"]) == 12


# Files


def test_files_hold_what_the_screen_shows(world, reader):
    address = FEED + "?kantor=KC-LAMPUNG-TENGAH&format="
    rows = reader.get(address + "json").json()["rows"]
    lines = lines_of(reader.get(FEED + "?kantor=KC-LAMPUNG-TENGAH"))
    assert len(rows) == len(lines) == 19
    for row, line in zip(rows, lines, strict=True):
        assert line.startswith(row["at"][8:10].lstrip("0"))
        assert f"{row['area_name']} {row['segment_name']} {row['what']} {row['via']}" in line
    first = rows[-1]
    assert {key: first[key] for key in ("by", "username", "by_office", "month", "area_code", "segment_code")} == {
        "by": "Petugas",
        "username": "entri",
        "by_office": "Kantor Cabang Lampung Tengah",
        "month": "2026-10",
        "area_code": "1802",
        "segment_code": "PU",
    }
    assert (first["old_participants"], first["participants"], first["note"]) == (4598, 4700, "Dari unit layanan")
    assert rows[-2]["remark"] == "laporan.xlsx sha256:abc"
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", first["at"])

    sheet = csv.reader(io.StringIO(reader.get(address + "csv").content.decode("utf-8-sig")), delimiter=";")
    head, *body = list(sheet)
    assert len(body) == 19
    assert dict(zip(head, body[-1], strict=True))["Baru"] == "4700"

    book = CalamineWorkbook.from_filelike(io.BytesIO(reader.get(address + "xlsx").content))
    cells = book.get_sheet_by_index(0).to_python()
    assert cells[-1][head.index("Baru")] == 4700
    assert sum(row[0].startswith("2026") for row in cells if isinstance(row[0], str)) == 19


def test_a_note_that_looks_like_a_formula_stays_text(world, reader):
    save(world.tetangga, world.bandar, CellChange("1801", "PU", 5, note="=1+1"))
    content = reader.get(FEED + "?kantor=KC-BANDAR-LAMPUNG&format=csv").content.decode("utf-8-sig")
    assert "'=1+1" in content
    assert ";=1+1" not in content


# Cost


def queries(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(url).status_code == 200
    return len(counted)


@pytest.mark.parametrize("url", [CELL, OFFICE, FEED])
def test_more_changes_cost_no_more_queries(world, october, url):
    client = logged_in(world.admin)
    few = queries(client, url)
    for value in (11, 12, 13):
        save(world.admin, world.tengah, CellChange("1802", "PU", value), CellChange("1804", "BPU", value))
    assert queries(client, url) == few
