"""Sasaran on a past day, the default Kantor Wilayah, and which target becomes the reference automatically."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coverage.periods import services as periods
from targets.models import Target
from tests.conftest import estimate, target
from tests.support.planners import planner_at


def enter(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def lampung(world, calendar):
    """Lampung's target: 30 % on 5 October, 35 % since 20 October, another source the reference since 1 November."""
    calendar(date(2026, 10, 1))
    periods.open_period(date(2026, 9, 1))
    estimate("1801", "PU", 60_000)
    calendar(date(2026, 10, 5))
    stated = target("18", 2026, percent=30)
    calendar(date(2026, 10, 20))
    stated.percent = 35
    stated.save()
    calendar(date(2026, 11, 1))
    stated.is_reference = False
    stated.save()
    target("18", 2026, percent=40, source="RPJMN")
    calendar(date(2026, 11, 20))
    world.planner = planner_at(world.sumbagsel)
    return world


def stated(user, day: str) -> list[tuple]:
    rows = enter(user).get(f"/sasaran/?tahun=2026&per_tanggal={day}&format=json").json()["rows"]
    return [
        (row["source_name"] and row["stated_percent"], row["reference"]) for row in rows if row["area_code"] == "18"
    ]


def test_targets_are_those_of_the_day(lampung):
    days = ("2026-10-04", "2026-10-05", "2026-10-20", "2026-11-01")
    found = [[(value and float(value), word) for value, word in stated(lampung.pimpinan, day)] for day in days]
    assert found == [[(None, None)], [(30.0, "acuan")], [(35.0, "acuan")], [(40.0, "acuan"), (35.0, "")]]


def test_a_past_day_is_read_and_not_planned(lampung):
    page = enter(lampung.planner).get("/sasaran/?tahun=2026&per_tanggal=2026-10-05")
    assert "hanya dibaca, target diubah di daftar hari ini" in text_of(page)
    assert "Dilihat sebagaimana diketahui pada 5 Oktober 2026." in text_of(page)
    main = page.content.decode().split("<main")[1]
    assert [word for word in ("Isi target", "Impor berkas", ">Ubah<", ">Isi<") if word in main] == []
    assert "Isi target" in enter(lampung.planner).get("/sasaran/?tahun=2026").content.decode()


def test_as_many_queries_for_many_targets_of_the_past(lampung):
    client = enter(lampung.pimpinan)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/sasaran/?tingkat=kabkota&per_tanggal=2026-11-20").status_code == 200
        return len(caught)

    target("1801", 2026, percent=40)
    queries()
    few = queries()
    for area in ("1802", "1804", "3671"):
        target(area, 2026, percent=40)
    assert queries() == few


def codes(user, address: str) -> list[str]:
    return sorted({row["area_code"] for row in enter(user).get(f"/sasaran/{address}").json()["rows"]})


def test_a_planner_sees_the_own_kantor_wilayah_first_and_may_widen_it(lampung):
    assert codes(lampung.planner, "?format=json") == ["18"]
    assert codes(lampung.planner, "?kanwil=&format=json") == ["18", "36"]
    assert codes(lampung.planner, "?tahun=2026&format=json") == ["18", "36"]
    assert codes(lampung.pimpinan, "?format=json") == ["18", "36"]
    page = enter(lampung.planner).get("/sasaran/").content.decode()
    assert '<option value="KW-SUMBAGSEL" selected>' in page


def test_a_file_says_which_target_becomes_the_reference_by_itself(lampung):
    client = enter(lampung.planner)
    lines = "Kode;Tahun;Sumber;Persentase\n1801;2026;RPJMN;40\n18;2026;KANWIL;41\n"
    file = SimpleUploadedFile("target.csv", lines.encode(), content_type="text/csv")
    page = client.post("/sasaran/berkas/", {"berkas": file}, follow=True)
    said = text_of(page)
    assert "menjadi acuan karena yang pertama" in said, said
    assert said.count("karena yang pertama") == 1


def test_the_form_says_so_too(lampung):
    client = enter(lampung.planner)
    typed = {"wilayah": "1802", "segmen": "UCJ", "tahun": "2026", "sumber": "RPJMN", "persen": "40"}
    page = client.post("/sasaran/isi/", typed, follow=True)
    assert "Target ini menjadi acuan karena yang pertama." in text_of(page)
    assert Target.objects.get(regency="1802").is_reference
    page = client.post("/sasaran/isi/", {**typed, "sumber": "KEMENDAGRI"}, follow=True)
    assert "karena yang pertama" not in text_of(page)
