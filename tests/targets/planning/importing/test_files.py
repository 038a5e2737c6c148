"""Files of targets: the template, mistakes by row and column, the preview, and all or nothing."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from coverage.importing.cells import Wrong
from coverage.models import ImportBatch, Via
from reporting.amounts import format_amount
from targets.models import Target
from targets.planning.importing.cells import read_date, read_percent, read_reference
from targets.planning.services import delete_target
from tests.conftest import estimate, put, target
from tests.support.files import xlsx
from tests.support.planners import planner_at

HEAD = "kode;wilayah;tahun;sumber;target (%);target peserta;acuan;dasar hukum;tanggal dasar hukum;catatan\n"


@pytest.fixture
def lampung(world):
    for area, workers, participants in (("1801", 60_000, 20_000), ("1802", 40_000, 12_000)):
        estimate(area, "PU", workers)
        put(area, "PU", "2026-06", participants, verified=participants)
    world.planner = planner_at(world.sumbagsel)
    world.client = Client()
    world.client.force_login(world.planner)
    return world


def send(world, content: str | bytes, name: str = "target.csv", follow: bool = True):
    data = content.encode() if isinstance(content, str) else content
    return world.client.post("/sasaran/berkas/", {"berkas": SimpleUploadedFile(name, data)}, follow=follow)


def confirm(world, **values: str):
    return world.client.post(f"/sasaran/berkas/{ImportBatch.objects.latest('pk').pk}/", values)


def stored() -> dict[tuple[str, str], tuple]:
    return {
        (row.area_code, row.source_id): (row.percent, row.workers, row.is_reference) for row in Target.objects.all()
    }


def test_nothing_is_written_before_somebody_confirms(lampung):
    target("18", 2026, percent=Decimal(40))
    page = send(
        lampung,
        HEAD
        + "18;Lampung;2026;KEMENDAGRI;41,5;;;;;\n"
        + "1801;Lampung Selatan;2026;KANWIL;;21.000;ya;Kepgub 12;5 Januari 2026;rapat\n"
        + "1802;;2026;KANWIL;;;;;;\n",
    )
    assert page.status_code == 200
    for words in ("<b>1</b> baru", "<b>1</b> berubah", "<b>1</b> kosong", "41,5%", "Simpan 2 target"):
        assert words in page.text
    assert stored() == {("18", "KEMENDAGRI"): (40, None, True)}
    assert confirm(lampung).status_code == 302
    assert stored() == {("18", "KEMENDAGRI"): (Decimal("41.5"), None, True), ("1801", "KANWIL"): (None, 21_000, True)}
    row = Target.objects.get(regency="1801")
    assert (row.decree, row.decree_date, row.note) == ("Kepgub 12", date(2026, 1, 5), "rapat")
    history = row.history.get()
    assert (history.via, history.history_user) == (Via.FILE, lampung.planner)
    assert history.history_change_reason.startswith("berkas target.csv, sha256 ")


def test_a_file_is_written_once(lampung):
    send(lampung, HEAD + "18;;2026;KANWIL;40;;;;;\n")
    assert confirm(lampung).status_code == 302
    again = confirm(lampung)
    assert again.status_code == 403
    assert "sudah disimpan sebelumnya" in again.text
    assert Target.objects.get().history.count() == 1


def test_every_mistake_is_named_by_row_and_column_and_nothing_is_kept(lampung):
    page = send(
        lampung,
        HEAD
        + "18;;2026;KANWIL;38.39;;;;;\n"
        + "9999;;2026;KANWIL;40;;;;;\n"
        + "1801;Lampung Tengah;2026;KANWIL;40;;;;;\n"
        + "1802;;26;GUBERNUR;40;12,5;mungkin;;kemarin;\n"
        + "36;;2026;KANWIL;40;;;;;\n"
        + "nasional;;2026;KANWIL;40;;;;;\n"
        + "1804;;2026;KANWIL;250;;;;;\n"
        + "1804;;2026;KANWIL;25;;;;;\n",
    )
    assert page.status_code == 422
    for place, words in (
        ("Baris 2, kolom Target (%)", "desimal dengan koma"),
        ("Baris 3, kolom Kode", "tidak ada dalam daftar kode Kemendagri"),
        ("Baris 4, kolom Wilayah", "1801 adalah Kabupaten Lampung Selatan"),
        ("Baris 5, kolom Tahun", "empat angka"),
        ("Baris 5, kolom Sumber", "bukan sumber target"),
        ("Baris 5, kolom Target peserta", "tidak jelas"),
        ("Baris 5, kolom Acuan", "ya atau tidak"),
        ("Baris 5, kolom Tanggal dasar hukum", "bukan tanggal"),
        ("Baris 6, kolom Kode", "di luar wilayah kerja"),
        ("Baris 7, kolom Kode", "Target nasional ditetapkan oleh Kantor Pusat"),
        ("Baris 8, kolom Target (%)", "paling besar 200%"),
        ("Baris 9", "sudah ada di baris 8"),
    ):
        assert place in page.text, place
        assert words in page.text, words
    assert not ImportBatch.objects.exists()
    assert not Target.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "kosong"),
        ("kode;tahun\n18;2026\n", "Tidak ada baris judul dengan kolom Kode, Tahun, Sumber"),
        (HEAD, "Tidak ada baris di bawah judul kolom"),
        (b"%PDF-1.7", "Ini berkas PDF"),
    ],
)
def test_a_file_that_is_none_gets_its_sentence(lampung, content, sentence):
    page = send(lampung, content)
    assert page.status_code == 422
    assert sentence in page.text


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_text_file_is_split_where_its_own_heading_stands(lampung, separator):
    """Also below a line more similar to the heading of a file of figures."""
    rows = [["Tahun", "Sumber", "Kode", "Target"], ["2026", "KANWIL", "18", "41"]]
    lines = ["Laporan: kode. segmen. peserta", *(separator.join(row) for row in rows)]
    lines[0] = lines[0].replace(".", ";" if separator != ";" else ",")
    assert "Simpan 1 target" in send(lampung, "\n".join(lines)).text


def test_a_target_written_twice_in_two_sheets_names_the_sheet(lampung):
    row = ["18", 2026, "KANWIL", 41]
    book = xlsx([["kode", "tahun", "sumber", "target"], row], [["kode", "tahun", "sumber", "target"], row], names="AB")
    page = send(lampung, book, "target.xlsx")
    assert "<b>Lembar B, baris 2:</b> Target ini sudah ada di lembar A, baris 2." in page.text


def test_what_changed_since_the_preview_is_not_overwritten(lampung):
    row = target("18", 2026, percent=Decimal(40), source="KANWIL")
    send(lampung, HEAD + "18;;2026;KANWIL;41;;;;;\n1801;;2026;KANWIL;30;;;;;\n")
    Target.objects.filter(pk=row.pk).update(percent=42)
    page = confirm(lampung)
    assert page.status_code == 409
    assert "1 target diubah orang lain" in page.text
    assert stored() == {("18", "KANWIL"): (42, None, True)}
    assert confirm(lampung, ulang="1").status_code == 302
    assert confirm(lampung).status_code == 302
    assert stored()["18", "KANWIL"] == (41, None, True)


def test_a_withdrawn_target_is_not_brought_back_by_an_old_preview(lampung):
    row = target("18", 2026, percent=Decimal(40), source="KANWIL")
    send(lampung, HEAD + "18;;2026;KANWIL;41;;;;;\n")
    delete_target(lampung.planner, row, reason="dicabut", via=Via.FORM)
    assert confirm(lampung).status_code == 409
    assert not Target.objects.exists()


def test_a_column_the_file_does_not_have_leaves_what_is_stored(lampung):
    row = target("18", 2026, percent=Decimal(40), workers=39_000, source="KANWIL")
    Target.objects.filter(pk=row.pk).update(decree="Kepgub 12", decree_date=date(2026, 1, 5))
    send(lampung, "kode;tahun;sumber;persen\n18;2026;KANWIL;41\n")
    confirm(lampung)
    row.refresh_from_db()
    assert (row.percent, row.workers, row.is_reference) == (41, 39_000, True)
    assert (row.decree, row.decree_date) == ("Kepgub 12", date(2026, 1, 5))


def test_a_preview_questions_what_looks_wrong_and_does_not_stand_in_the_way(lampung):
    page = send(lampung, HEAD + "1801;;2026;KANWIL;30;;;;;\n1802;;2026;KANWIL;120;;;;;\n")
    assert "Target ini sudah tercapai" in page.text  # 20,000 of 60,000 are there
    assert "lebih besar dari potensi" in page.text
    assert confirm(lampung).status_code == 302
    assert Target.objects.count() == 2


def test_somebody_elses_upload_is_not_mine_to_confirm(lampung):
    send(lampung, HEAD + "18;;2026;KANWIL;41;;;;;\n")
    other = Client()
    other.force_login(planner_at(lampung.head))
    address = f"/sasaran/berkas/{ImportBatch.objects.get().pk}/"
    assert other.get(address).status_code == 404
    assert other.post(address).status_code == 404
    assert lampung.client.get(f"/entri/berkas/{ImportBatch.objects.get().pk}/").status_code == 403
    assert not Target.objects.exists()


def test_who_lost_the_right_meanwhile_writes_nothing(lampung):
    send(lampung, HEAD + "18;;2026;KANWIL;41;;;;;\n")
    lampung.planner.user_permissions.clear()
    assert confirm(lampung).status_code == 403
    assert not Target.objects.exists()


def test_the_template_comes_back_filled(lampung):
    """Downloaded, filled in, uploaded: areas of the office only; stored values unchanged, new ones written."""
    target("18", 2026, percent=Decimal("38.39"), workers=39_000, source="KANWIL")
    answer = lampung.client.get("/sasaran/templat.xlsx?tahun=2026&bulan=2026-06&sumber=KANWIL")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.active
    lines = {str(line[0].value): line for line in sheet.iter_rows(min_row=5)}
    assert list(lines) == ["18"]
    assert [cell.value for cell in lines["18"]][:10] == [
        "18",
        "Lampung",
        "UCJ",
        2026,
        "KANWIL",
        32_000,
        100_000,
        38.39,
        39_000,
        "ya",
    ]
    out = io.BytesIO()
    book.save(out)
    assert "<b>1</b> tetap" in send(lampung, out.getvalue(), "target.xlsx").text
    lines["18"][7].value = 41.5
    lines["18"][11].value = date(2026, 1, 5)
    lines["18"][10].value = "Kepgub 12"
    out = io.BytesIO()
    book.save(out)
    send(lampung, out.getvalue(), "target.xlsx")
    assert confirm(lampung).status_code == 302
    row = Target.objects.get()
    assert (row.percent, row.workers, row.decree, row.decree_date) == (
        Decimal("41.5"),
        39_000,
        "Kepgub 12",
        date(2026, 1, 5),
    )


def test_the_template_of_a_kanwil_holds_its_regencies(lampung):
    answer = lampung.client.get("/sasaran/templat.xlsx?tahun=2026&tingkat=kabkota&bulan=2026-06")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert [str(line[0].value) for line in sheet.iter_rows(min_row=5)] == ["1801", "1802", "1804"]
    assert lampung.client.get("/sasaran/templat.xlsx?tingkat=desa").status_code == 404


# Cells


@given(st.decimals(min_value=2, max_value=200, places=3))
def test_a_percentage_is_read_back_as_it_is_written(value):
    assert read_percent(format_amount(value)) == value
    assert read_percent(format_amount(value) + "%") == value
    assert read_percent(float(value)) == value


@given(st.floats(min_value=0.0001, max_value=1.9999))
def test_a_percentage_in_a_percent_cell_is_refused_not_guessed(value):
    """38,39% in a cell with that format is the number 0.3839."""
    with pytest.raises(Wrong, match="berformat angka"):
        read_percent(value)


def test_what_a_formula_leaves_behind_is_no_fourth_decimal():
    assert read_percent(38.39000000000001) == Decimal("38.390")
    assert read_percent(38.3901) == Decimal("38.3901"), "that many decimals are refused later, not cut off"


@pytest.mark.parametrize(
    "text", ["5 Januari 2026", "5 januari 2026", "2026-01-05", "5/1/2026", "05-01-2026", "5.1.2026"]
)
def test_a_date_is_read_in_every_usual_spelling(text):
    assert read_date(text) == date(2026, 1, 5)


@pytest.mark.parametrize("text", ["31 Februari 2026", "2026", "kemarin", "13/13/2026"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(Wrong):
        read_date(text)


def test_the_reference_is_yes_no_or_left_alone():
    assert [read_reference(text) for text in ("ya", "Tidak", "")] == [True, False, None]
    with pytest.raises(Wrong):
        read_reference("mungkin")
