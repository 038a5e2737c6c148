"""The scorecard of a regency or province: one printed page with the content of the area's page."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coverage.figures.position import Basis
from coverage.models import (
    CoverageRecord,
    Dataset,
    Province,
    Regency,
    ReportingPeriod,
    WorkerSegment,
    WorkforceEstimate,
)
from reporting.months import long_date
from reporting.pdf import page_count
from targets.models import Target, TargetSource
from targets.progress.data import Question
from targets.scorecard.layout import paper, written
from targets.scorecard.selectors import Scorecards
from targets.scorecard.wording import file_name, what_it_takes
from tests.conftest import estimate, make_period, put, target

MONTH = date(2024, 9, 1)


@pytest.fixture
def lampung(world):
    """The province as published in September 2024, two regencies below it with made-up figures."""
    make_period("2024-09", cut_off_on=date(2024, 9, 24))
    put("18", "TOTAL-UNSPLIT", "2024-09", 560_468, verified=560_468)
    estimate("18", "TOTAL-UNSPLIT", 2_458_943)
    for code, before, now in (("1801", 90_000, 120_000), ("1802", 85_000, 80_000)):
        put(code, "PU", "2023-09", before, verified=before)
        put(code, "PU", "2023-12", before, verified=before)
        put(code, "PU", "2024-08", now + 9_000, verified=now + 9_000)
        put(code, "PU", "2024-09", now, verified=now)
        estimate(code, "PU", 300_000)
    target("18", 2024, percent="32.62")
    target("18", 2025, percent="38.39", workers=1_174_328)
    target("1801", 2024, percent="45")
    target("1801", 2024, percent="41", source="KANWIL", reference=False)
    CoverageRecord.objects.filter(regency="1801", period=MONTH).update(change_reason="SUBSIDY_ENDED")
    return world


def card(user, area, **question):
    segment = question.pop("segment", None) or WorkerSegment.objects.get(is_headline=True)
    asked = Question(**{"month": MONTH, "segment": segment, **question})
    return Scorecards(user, area, asked).sheet(area)


def sheet(user, area, **question):
    return written(card(user, area, **question), ReportingPeriod.objects.get(pk=MONTH), is_demonstration=False)


def regency(code="1801"):
    return Regency.objects.get(pk=code)


def figures(data):
    return {one["label"]: (one["figure"], one["below"]) for one in data["figures"]}


def test_the_sheet_of_lampung_has_the_published_figures(lampung):
    data = sheet(lampung.pimpinan, lampung.lampung)
    assert data["name"] == "Provinsi Lampung"
    assert (data["rate"], data["heads"], data["potential"]) == ("24,86", "760.468", "3.058.943")
    assert data["position"] == "Posisi data per 24 September 2024"
    found = figures(data)
    assert found["Selisih ke target 2024"] == ("237.359 pekerja", "7,76 poin persen")
    assert found["Kebutuhan per bulan"] == ("+79.120", "3 bulan tersisa")
    assert found["Belum terlindungi"][0] == "2.298.475"
    assert [(row["year"], row["rate"], row["heads"]) for row in data["targets"]] == [
        ("2024", "32,62%", "997.827"),
        ("2025", "38,39%", "1.174.328"),
    ]


@pytest.mark.parametrize("code", ["18", "1801", "1802"])
def test_the_sheet_says_what_the_page_says(lampung, client, code):
    client.force_login(lampung.pimpinan)
    page = re.sub(r"<[^>]+>|\s+", " ", client.get(f"/wilayah/{code}/?bulan=2024-09").content.decode())
    area = lampung.lampung if code == "18" else regency(code)
    data = sheet(lampung.pimpinan, area)
    shown = [data["rate"], data["heads"], data["status"]["label"]]
    shown += [one["figure"].removesuffix(" pekerja") for one in data["figures"] if "Proyeksi" not in one["label"]]
    shown += [line["heads"] for line in data["additive"]]
    assert [text for text in shown if text not in page] == []


def test_what_it_would_take_is_one_plain_sentence(lampung):
    assert what_it_takes(card(lampung.pimpinan, regency())) == (
        "Untuk mencapai 45,00% pada Desember 2024, peserta aktif harus bertambah bersih 5.000 orang setiap bulan "
        "selama 3 bulan; selama ini rata-rata bertambah 2.500 orang per bulan, jadi perlu 2,0 kali laju itu."
    )
    target("1802", 2024, percent="30")
    assert "justru berkurang rata-rata 417 orang per bulan" in what_it_takes(card(lampung.pimpinan, regency("1802")))
    Target.objects.filter(regency="1802").delete()
    assert "belum ditetapkan" in what_it_takes(card(lampung.pimpinan, regency("1802")))
    assert "belum punya angka" in what_it_takes(card(lampung.pimpinan, regency("1804")))
    Target.objects.filter(regency="1801").update(percent=40)
    assert "sudah tercapai. Masih ada 180.000" in what_it_takes(card(lampung.pimpinan, regency()))


def test_groups_stand_apart_and_those_without_data_in_a_line(lampung):
    put("1801", "RENTAN", "2024-09", 500, verified=500)
    data = sheet(lampung.pimpinan, regency())
    assert [line["name"] for line in data["groups"]] == ["Pekerja rentan"]
    assert data["silent_groups"] == "Belum ada data: RT/RW."
    assert "Pekerja rentan" not in [line["name"] for line in data["additive"]]


def test_a_group_known_only_for_the_province_stands_on_the_provinces_sheet(lampung):
    CoverageRecord.objects.filter(segment="TOTAL-UNSPLIT").delete()
    WorkforceEstimate.objects.filter(segment="TOTAL-UNSPLIT").delete()
    put("18", "RT-RW", "2024-09", 5_697, verified=5_697)
    estimate("18", "RT-RW", 25_662)
    data = sheet(lampung.pimpinan, Province.objects.get(pk="18"))
    assert [(line["name"], line["heads"]) for line in data["groups"]] == [("RT/RW", "5.697")]


def test_a_target_of_a_year_that_is_over_has_no_pace(lampung):
    target("1801", 2023, percent="44")
    rows = sheet(lampung.pimpinan, regency())["targets"]
    assert next((row["year"], row["status"]["label"]) for row in rows) == ("2023", "Belum tercapai")


def test_a_fall_is_told_with_its_reason(lampung):
    assert sheet(lampung.pimpinan, regency())["falls"] == ["September 2024: −9.000 peserta (−7,0%). Subsidi berakhir."]
    assert sheet(lampung.pimpinan, regency("1802"))["falls"] == [
        "September 2024: −9.000 peserta (−10,1%). Alasannya belum dicatat."
    ]


def test_a_source_in_the_address_is_the_target_measured_against(lampung):
    source = TargetSource.objects.get(pk="KANWIL")
    data = sheet(lampung.pimpinan, regency(), source=source)
    assert data["bar"]["target_label"] == "target 41,00%"
    assert [row["source"] for row in data["targets"] if row["is_chosen"]] == ["Kantor Wilayah"]


def test_provisional_and_verified_are_told_apart(lampung):
    put("1801", "PU", "2024-09", 123_000, verified=None)
    assert sheet(lampung.pimpinan, regency(), basis=Basis.PROVISIONAL)["heads"] == "123.000"
    assert "Data sementara" in sheet(lampung.pimpinan, regency(), basis=Basis.PROVISIONAL)["basis"]
    assert sheet(lampung.pimpinan, regency())["missing"] == "Belum ada angka terverifikasi untuk September 2024."


def test_a_sheet_of_a_past_day_says_so_and_has_its_figures(lampung, client):
    today = timezone.localdate()
    data = sheet(lampung.pimpinan, regency(), known_on=today)
    assert data["heads"] == "120.000"
    assert data["basis"].endswith(f"sebagaimana diketahui pada {long_date(today)}")
    client.force_login(lampung.pimpinan)
    assert f"diketahui pada {long_date(today)}" in client.get(f"/rapat/18/?per_tanggal={today}").content.decode()


def test_the_file_says_of_whom_and_of_when(lampung):
    assert file_name(card(lampung.pimpinan, regency())) == "rapor-1801-lampung-selatan-2024-09"
    assert file_name(card(lampung.pimpinan, lampung.lampung)) == "rapor-18-lampung-2024-09"


def crowd(code):
    """The most content a sheet may have."""
    for number in range(20):
        group = WorkerSegment.objects.create(
            code=f"UJI-{number}",
            name=f"Kelompok uji dengan nama yang sangat panjang {number}",
            kind="GROUP",
            position=50,
        )
        put(code, group.pk, "2024-09", 900_000, verified=900_000)
        estimate(code, group.pk, 400_000)
    for number in range(8):
        source = TargetSource.objects.create(
            code=f"S-{number}", name=f"Sumber target dengan nama panjang sekali {number}"
        )
        for year in (2024, 2025, 2029, 2045):
            target(code, year, percent=60 + number, source=source.pk, reference=False)
    Target.objects.filter(regency=code).update(
        decree="Peraturan Bupati tentang percepatan cakupan semesta jaminan sosial " * 2
    )
    CoverageRecord.objects.filter(regency=code).update(note="catatan yang panjang " * 10)


@pytest.mark.parametrize("case", ["plain", "crowded", "beyond", "blank", "no target", "no potential", "long name"])
def test_a_sheet_is_one_page_whatever_is_on_it(lampung, case):
    area = regency("1804" if case == "blank" else "1801")
    if case == "crowded":
        crowd("1801")
        Regency.objects.filter(pk="1801").update(name="Kabupaten Kepulauan Siau Tagulandang Biaro " + "Raya " * 6)
        area = regency()
    elif case == "beyond":
        put("1801", "PU", "2024-09", 700_000, verified=700_000)
    elif case == "no target":
        Target.objects.all().delete()
    elif case == "no potential":
        put("1804", "PU", "2024-09", 700, verified=700)
        area = regency("1804")
    elif case == "long name":
        area.name = "Kota #panic() *" + "W" * 60
    period = ReportingPeriod.objects.get(pk=MONTH)
    found = paper(card(lampung.pimpinan, area), period, is_demonstration=True)
    assert page_count(found) == 1
    assert b"pdfuaid" in found


def test_demonstration_data_are_marked(lampung, client):
    client.force_login(lampung.pimpinan)
    plain = client.get("/wilayah/1801/rapor.pdf?bulan=2024-09").content
    Dataset.objects.create(code="demo", is_demonstration=True, loaded_at=timezone.now())
    assert client.get("/wilayah/1801/rapor.pdf?bulan=2024-09").content != plain


def test_the_pdf_comes_with_its_name_and_is_the_same_every_time(lampung, client):
    client.force_login(lampung.pimpinan)
    first, again = (client.get("/wilayah/1801/rapor.pdf?bulan=2024-09") for _ in range(2))
    assert first["Content-Type"] == "application/pdf"
    assert first["Content-Disposition"] == 'inline; filename="rapor-1801-lampung-selatan-2024-09.pdf"'
    assert first.content == again.content
    assert re.search(rb"/Lang ?\(id\)", first.content)


def archive(client, address="/wilayah/18/rapor.zip?bulan=2024-09"):
    return b"".join(client.get(address).streaming_content)


def test_the_zip_has_the_province_first_and_every_regency(lampung, client):
    client.force_login(lampung.pimpinan)
    response = client.get("/wilayah/18/rapor.zip?bulan=2024-09")
    assert response["Content-Disposition"] == 'attachment; filename="rapor-18-lampung-2024-09-kab-kota.zip"'
    content = b"".join(response.streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        assert found.testzip() is None
        assert found.namelist() == [
            "rapor-18-lampung-2024-09.pdf",
            "rapor-1801-lampung-selatan-2024-09.pdf",
            "rapor-1802-lampung-tengah-2024-09.pdf",
            "rapor-1804-lampung-barat-2024-09.pdf",
        ]
        alone = client.get("/wilayah/1801/rapor.pdf?bulan=2024-09").content
        assert found.read("rapor-1801-lampung-selatan-2024-09.pdf") == alone
    assert content == archive(client)


def test_a_regencys_sheet_in_the_zip_is_the_one_of_its_own_address(lampung):
    """Also figures of several months: growth of the potential, falls, the chart."""
    estimate("1801", "PU", 400_000, since="2024-08")
    estimate("1802", "PU", 900_000, since="2024-06")
    segment = WorkerSegment.objects.get(is_headline=True)
    question = Question(month=MONTH, segment=segment)
    together = Scorecards(lampung.pimpinan, lampung.lampung, question)
    for code in ("1801", "1802", "1804"):
        period = ReportingPeriod.objects.get(pk=MONTH)
        one = written(together.sheet(regency(code)), period, is_demonstration=False)
        assert json.dumps(one) == json.dumps(
            written(card(lampung.pimpinan, regency(code)), period, is_demonstration=False)
        )


def test_the_zip_asks_no_more_for_more_regencies(lampung, client):
    client.force_login(lampung.pimpinan)
    archive(client)
    with CaptureQueriesContext(
        connection,
    ) as few:
        archive(client)
    for number in range(10, 18):
        Regency.objects.create(
            code=f"18{number}",
            bps_code=f"18{number}",
            name=f"Kabupaten Uji {number}",
            kind="KABUPATEN",
            province=lampung.lampung,
            branch_office=lampung.bandar,
        )
        put(f"18{number}", "PU", "2024-09", 100, verified=100)
        estimate(f"18{number}", "PU", 1_000)
        target(f"18{number}", 2024, percent="20")
    archive(client)  # potentials are cached from then on
    with CaptureQueriesContext(connection) as many:
        archive(client)
    assert len(many) == len(few)


def test_a_wrong_filter_says_so(lampung, client):
    client.force_login(lampung.pimpinan)
    for name in ("rapor.pdf", "rapor.zip"):
        response = client.get(f"/wilayah/18/{name}?bulan=1999-01")
        assert response.status_code == 400
        assert "Posisi" in response.content.decode()


def test_there_is_no_zip_of_a_regency(lampung, client):
    client.force_login(lampung.pimpinan)
    assert client.get("/wilayah/1801/rapor.zip").status_code == 404


def test_a_government_gets_its_own_sheets_only(lampung, client):
    client.force_login(lampung.pemkab)
    assert client.get("/wilayah/1802/rapor.pdf?bulan=2024-09").status_code == 200
    for address in ("/wilayah/1801/rapor.pdf", "/wilayah/18/rapor.pdf", "/wilayah/18/rapor.zip", "/rapat/18/"):
        assert client.get(address).status_code == 404
