"""Files of targets with hidden mistakes: split numbers, formulas without results, fractions for percentages."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from coverage.models import ImportBatch, Via
from targets.breakdown.forms import Typed
from targets.models import Target
from targets.planning.changes import TargetValues
from targets.planning.services import change_of, save_targets
from tests.conftest import estimate, put, target
from tests.support.planners import planner_at


@pytest.fixture
def lampung(world):
    for area, workers, participants in (("1801", 60_000, 20_000), ("1802", 40_000, 12_000)):
        estimate(area, "PU", workers)
        put(area, "PU", "2026-06", participants, verified=participants)
    world.planner = planner_at(world.sumbagsel)
    world.client = Client()
    world.client.force_login(world.planner)
    return world


def send(world, content: str | bytes, name: str = "target.csv"):
    data = content.encode() if isinstance(content, str) else content
    return world.client.post("/sasaran/berkas/", {"berkas": SimpleUploadedFile(name, data)}, follow=True)


def workbook(*lines: list, formats: dict[str, str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    for cell, form in (formats or {}).items():
        book.active[cell].number_format = form
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("column", "number"), [("persen", "38,39"), ("target peserta", "1,174,328"), ("target peserta", "43,202")]
)
def test_a_number_split_by_the_separator_is_a_mistake(lampung, column, number):
    page = send(lampung, f"kode,tahun,sumber,{column}\n1801,2036,KANWIL,{number}\n")
    assert page.status_code == 422
    assert "Baris 2" in page.text
    assert "lebih banyak sel daripada judulnya (4)" in page.text
    assert not ImportBatch.objects.exists()


def test_a_formula_without_a_result_is_no_empty_cell(lampung):
    head = ["kode", "tahun", "sumber", "target peserta", "catatan"]
    page = send(lampung, workbook(head, ["1801", 2026, "KANWIL", "=100*5", "rapat"]), "target.xlsx")
    assert page.status_code == 422
    assert "Baris 2, kolom Target peserta" in page.text
    assert "rumus tanpa hasil" in page.text
    page = send(lampung, workbook(head, ["1801", 2026, "KANWIL", 500, '="a"&"b"']), "target.xlsx")
    assert page.status_code == 422
    assert "Baris 2, kolom Catatan" in page.text
    assert not ImportBatch.objects.exists()


NEW = {"wilayah": "18", "segmen": "UCJ", "tahun": "2026", "sumber": "KANWIL"}


def test_a_fraction_is_no_percentage(lampung):
    for lines in ([1.0], [1.2], [0.35], ["0,35"], ["1,5"]):
        page = send(
            lampung, workbook(["kode", "tahun", "sumber", "persen"], ["1801", 2026, "KANWIL", *lines]), "t.xlsx"
        )
        assert page.status_code == 422, lines
        assert "Tulis 35, bukan 0,35" in page.text
    page = lampung.client.post("/sasaran/isi/", {**NEW, "persen": "0,35"}, follow=True)
    assert "Tersimpan 0,35%. Bila maksudnya 35%, ubah." in page.text


def test_a_new_reference_without_a_reason_keeps_the_form(lampung):
    target("18", 2026, percent=Decimal(40))
    page = lampung.client.post("/sasaran/isi/", {**NEW, "persen": "45", "acuan": "on", "catatan": "hasil rapat"})
    assert page.status_code == 422
    assert "Tuliskan alasan perubahan" in page.text
    assert "hasil rapat" in page.text
    assert Target.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"pekerja": "0"}, "Target harus lebih dari nol."),
        ({"pekerja": "-5"}, "Target harus lebih dari nol."),
        ({"persen": "40", "tanggal": "05-01-2026"}, "Tulis juga dasar hukumnya"),
        ({"persen": "40", "dasar_hukum": "SK 1", "tanggal": "05-01-1945"}, "antara tahun 1990"),
        ({"persen": "40", "dasar_hukum": "SK 1", "tanggal": "05-01-2099"}, "antara tahun 1990"),
        ({"persen": "40", "catatan": "a" * 1001}, "1000"),
    ],
)
def test_the_form_refuses(lampung, typed, sentence):
    page = lampung.client.post("/sasaran/isi/", {**NEW, **typed})
    assert page.status_code == 422
    assert sentence in page.text.replace("1.000", "1000")
    assert not Target.objects.exists()


def test_a_file_refuses_the_same(lampung):
    page = send(
        lampung,
        "kode;tahun;sumber;target peserta;dasar hukum;tanggal;catatan\n"
        "18;2026;KANWIL;0;;;\n"
        "1801;2026;KANWIL;10;;5 Januari 2026;\n"
        "1802;2026;KANWIL;10;SK 1;5 Januari 1945;\n"
        f"1804;2026;KANWIL;10;;;{'a' * 1001}\n",
    )
    for words in ("Baris 2, kolom Target peserta", "Baris 3, kolom Dasar hukum", "Baris 5, kolom Catatan"):
        assert words in page.text
    assert "Baris 4, kolom Tanggal dasar hukum" in page.text


def test_a_preview_says_what_happens_to_the_reference(lampung):
    target("18", 2026, workers=99_831)
    target("1801", 2026, percent=Decimal(40), source="KANWIL")
    page = send(lampung, "kode;tahun;sumber;persen;acuan\n18;2026;KANWIL;45;ya\n1801;2026;KANWIL;40;tidak\n")
    assert "menggantikan acuan Kementerian Dalam Negeri (99.831 pekerja)" in page.text
    assert "wilayah ini tanpa acuan" in page.text
    assert page.text.count("wilayah ini tanpa acuan") == 1


def test_giving_up_the_reference_on_the_form_warns(lampung):
    row = target("18", 2026, percent=Decimal(40), source="KANWIL")
    sent = {"persen": "40", "alasan": "Rapat", "seen": TargetValues.of(row).text}
    assert "sekarang tanpa acuan" in lampung.client.post(f"/sasaran/{row.pk}/ubah/", sent, follow=True).text


def test_a_file_confirmed_twice_says_one_thing(lampung):
    send(lampung, "kode;tahun;sumber;persen\n18;2026;KANWIL;45\n")
    address = f"/sasaran/berkas/{ImportBatch.objects.get().pk}/"
    lampung.client.post(address)
    again = lampung.client.post(address).text
    assert "sudah disimpan sebelumnya" in again
    assert "Tidak ada yang disimpan" not in again
    assert "Yang akan ditulis" not in again


def test_choosing_the_reference_that_is_one_says_so(lampung):
    row = target("18", 2026, percent=Decimal(46), source="KANWIL")
    page = lampung.client.get(f"/sasaran/{row.pk}/acuan/").text
    assert "(46%) dipakai" in page
    page = lampung.client.post(f"/sasaran/{row.pk}/acuan/", {"alasan": "Rapat"}, follow=True)
    assert "sudah Kantor Wilayah. Tidak ada yang berubah." in page.text


# The admin


@pytest.fixture
def desk(world):
    world.planner = planner_at(world.head)
    world.planner.is_staff = world.planner.is_superuser = True
    world.planner.save()
    world.client = Client()
    world.client.force_login(world.planner)
    return world


def test_the_admin_does_not_write_over_what_somebody_changed_meanwhile(desk):
    row = target("18", 2026, percent=Decimal(40), source="KANWIL")
    address = f"/admin/targets/target/{row.pk}/change/"
    seen = desk.client.get(address).context["adminform"].form["seen"].value()
    save_targets(desk.planner, [change_of(row, percent=Decimal(42))], reason="Rapat", via=Via.FORM)
    sent = {"percent": "45", "is_reference": "on", "history_reason": "Surat", "note": "milik saya", "seen": seen}
    page = desk.client.post(address, sent)
    assert page.status_code == 200
    assert "mengubah target ini. Isian Anda belum disimpan." in page.text
    assert "Target cakupan kini 42%, isian Anda 45%" in page.text
    assert "milik saya" in page.text
    assert Target.objects.get().percent == 42
    again = {**sent, "seen": page.context["adminform"].form["seen"].value()}
    assert desk.client.post(address, again).status_code == 302
    assert Target.objects.get().percent == 45


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"province": "36", "regency": "1801", "percent": "40"}, "Kab/kota"),
        ({"province": "18", "percent": "0"}, "lebih dari 0%"),
        ({"province": "18", "workers": "0"}, "Target harus lebih dari nol."),
        ({"province": "18", "percent": "40", "is_reference": "on"}, "Tuliskan alasan perubahan"),
    ],
)
def test_what_the_writer_refuses_is_said_on_the_form_of_the_admin(desk, typed, sentence):
    target("18", 2026, percent=Decimal(40))
    page = desk.client.post(
        "/admin/targets/target/add/", {"segment": "UCJ", "year": "2026", "source": "KANWIL", **typed}
    )
    assert page.status_code == 200
    said = str(page.context["adminform"].form.errors)
    assert sentence in said, said
    assert "0.001" not in page.text
    assert Target.objects.count() == 1


def test_nobody_breaks_down_to_a_target_of_nought():
    typed = Typed(["1801", "1802"], {"w-1801": "0", "w-1802": "-5"})
    assert typed.workers == {"1801": None, "1802": None}
    assert all("Target harus lebih dari nol." in sentence for sentence in typed.wrong.values())
    assert Typed.of({"1801": 0, "1802": 7}).texts == {"1801": "", "1802": "7"}
