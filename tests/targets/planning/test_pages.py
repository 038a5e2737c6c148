"""The pages of Sasaran: future years, tabs that keep the filters, templates of the user's areas, links to the guide."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.conftest import estimate, put
from tests.support.planners import planner_at


@pytest.fixture
def planner(client, world):
    """A user who may set targets at Kanwil Sumbagsel, to which Lampung belongs and Banten does not."""
    for area in ("1801", "3671"):
        estimate(area, "PU", 60_000)
        put(area, "PU", "2026-06", 20_000, verified=20_000)
    client.force_login(planner_at(world.sumbagsel))
    return client


@pytest.mark.parametrize("year", ["2027", "2029", "2045", "2060"])
def test_a_year_nobody_has_planned_yet_can_be_opened_and_taken_home(planner, year):
    page = planner.get(f"/sasaran/?tahun={year}&bulan=2026-06")
    assert page.status_code == 200
    assert f'<option value="{year}" selected' in page.text
    file = planner.get(f"/sasaran/templat.xlsx?tahun={year}&bulan=2026-06")
    sheet = openpyxl.load_workbook(io.BytesIO(file.content)).active
    assert [line[3].value for line in sheet.iter_rows(min_row=5)] == [int(year)]
    assert planner.get(f"/sasaran/periksa/?tahun={year}&bulan=2026-06").status_code == 200


@pytest.mark.parametrize("year", ["2061", "1999", "dua ribu"])
def test_a_year_no_target_can_be_set_for_is_refused_in_our_language(planner, year):
    page = planner.get("/sasaran/", {"tahun": year, "bulan": "2026-06"})
    assert page.status_code == 400
    assert "Tahun target: " in page.text
    assert "valid choice" not in page.text


def test_the_tabs_remember_what_was_asked(planner):
    there = planner.get("/sasaran/?tahun=2029&bulan=2026-06&sumber=KANWIL&tingkat=kabkota&data=sementara").text
    assert 'href="/sasaran/periksa/?tahun=2029&amp;sumber=KANWIL"' in there
    back = planner.get("/sasaran/periksa/?tahun=2029&sumber=KANWIL").text
    assert 'href="/sasaran/?tahun=2029&amp;sumber=KANWIL"' in back
    plain = planner.get("/sasaran/?sumber=semua").text
    assert 'href="/sasaran/periksa/"' in plain


def test_a_kanwil_is_offered_its_own_areas_and_told_about_others(planner):
    page = planner.get("/sasaran/berkas/").text
    assert '<option value="18">Lampung</option>' in page
    assert "Banten" not in page
    refused = planner.get("/sasaran/templat.xlsx?provinsi=36&bulan=2026-06")
    assert refused.status_code == 403
    assert "tidak ditetapkan kantor Anda" in refused.text


def test_entering_and_importing_lead_to_the_guide(planner):
    for address in ("/sasaran/isi/", "/sasaran/berkas/"):
        assert 'href="/panduan/sasaran/#' in planner.get(address).text, address
