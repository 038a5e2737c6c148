"""The meeting page: a province on screens of limited rows, printed on a sheet per screen."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coverage.models import Regency
from targets.models import Target
from tests.conftest import estimate, make_period, put, target


@pytest.fixture
def three_regencies(world, client):
    """Three regencies with figures and targets; a function that requests the page."""
    make_period("2024-09", cut_off_on=date(2024, 9, 24))
    for code, heads in (("1801", 30_000), ("1802", 50_000), ("1804", 20_000)):
        put(code, "PU", "2023-09", heads - 1_200, verified=heads - 1_200)
        put(code, "PU", "2024-09", heads, verified=heads)
        estimate(code, "PU", 100_000)
    target("18", 2024, percent="40")
    target("1801", 2024, percent="33")
    target("1802", 2024, percent="45", source="KANWIL")
    Target.objects.filter(regency="1802").update(decree="SK Kanwil 12/2024")
    client.force_login(world.pimpinan)
    return world


@pytest.fixture
def page(three_regencies, client):
    return lambda address="/rapat/18/?bulan=2024-09": client.get(address).content.decode()


def rows(text):
    """The cells of every row of the tables, without tags."""
    found = []
    for row in re.findall(r"<tr>(.*?)</tr>", text, re.S):
        cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S)
        found.append([" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells])
    return found


def test_regencies_stand_ranked_with_what_each_needs_per_month(page):
    found = {row[1]: row for row in rows(page()) if len(row) == 8}
    assert [name for name in found if name.startswith("Kab.")] == [
        "Kab. Lampung Tengah",
        "Kab. Lampung Selatan",
        "Kab. Lampung Barat",
    ]
    assert found["Kab. Lampung Selatan"] == [
        "2",
        "Kab. Lampung Selatan",
        "",
        "30,00%",
        "33,00% b",
        "3.000",
        "+1.000",
        "○ Tertinggal",
    ]
    assert found["Kab. Lampung Tengah"][5:] == ["lebih 5.000", "0", "✓ Tercapai"]
    assert found["Kab. Lampung Barat"][4:] == ["–", "–", "–", "– Belum dapat dinilai"]


def test_where_a_narrow_screen_has_no_column_of_targets_the_target_goes_with_the_coverage(page):
    assert re.findall(r'data-target="target ([^"]*)"', page()) == ["45,00%", "33,00%", "40,00%"]


def test_the_last_row_is_sum_over_sum(page):
    total = next(row for row in rows(page()) if len(row) == 8 and row[1] == "Lampung")
    assert total[3:7] == ["33,33%", "40,00%", "20.000", "+6.667"]


def test_who_set_the_targets_and_the_date_can_be_read(page):
    text = page()
    assert "Posisi data per 24 September 2024" in text
    assert "<b>a</b> Kantor Wilayah, SK Kanwil 12/2024; <b>b</b> Kementerian Dalam Negeri." in text
    assert "ditetapkan oleh <b>Kementerian Dalam Negeri</b>" in text


def test_more_regencies_than_fit_make_even_screens(page, three_regencies):
    for number in range(10, 19):
        Regency.objects.create(
            code=f"18{number}",
            bps_code=f"18{number}",
            name=f"Kabupaten Uji {number}",
            kind="KABUPATEN",
            province=three_regencies.lampung,
            branch_office=three_regencies.bandar,
        )
    text = page()
    assert re.findall(r'id="layar-(\d)"', text) == ["1", "2", "3"]
    assert "Layar 3 dari 3" in text
    sizes = [part.count('<th scope="row">') for part in text.split('id="layar-')[2:]]
    assert sizes == [7, 7]  # six regencies and the province on each
    for link in re.findall(r'href="#(layar-\d)"', text):
        assert f'id="{link}"' in text


def test_the_page_has_no_menu_and_a_way_back_with_the_same_filters(page):
    text = page("/rapat/18/?bulan=2024-09&data=sementara")
    assert "Menu utama" not in text
    assert 'href="/wilayah/18/?bulan=2024-09&amp;data=sementara"' in text


def test_a_province_without_figures_says_so(page, three_regencies):
    text = page("/rapat/36/?bulan=2024-09")
    assert "Belum ada angka terverifikasi untuk September 2024" in text


def test_a_regency_has_no_meeting_and_a_wrong_filter_says_so(client, three_regencies):
    assert client.get("/rapat/1801/").status_code == 404
    assert client.get("/rapat/18/?bulan=1999-01").status_code == 400


def test_a_province_government_meets_on_its_own_province_only(client, three_regencies):
    client.force_login(three_regencies.pemda)
    assert client.get("/rapat/18/?bulan=2024-09").status_code == 200
    assert client.get("/rapat/36/?bulan=2024-09").status_code == 404


def test_more_regencies_ask_no_more(client, three_regencies):
    def ask():
        with CaptureQueriesContext(connection) as found:
            assert client.get("/rapat/18/?bulan=2024-09").status_code == 200
        return len(found)

    ask()
    few = ask()
    for number in range(10, 19):
        Regency.objects.create(
            code=f"18{number}",
            bps_code=f"18{number}",
            name=f"Kabupaten Uji {number}",
            kind="KABUPATEN",
            province=three_regencies.lampung,
            branch_office=three_regencies.bandar,
        )
        put(f"18{number}", "PU", "2024-09", 100, verified=100)
        target(f"18{number}", 2024, percent="20")
    ask()
    assert ask() <= few + 1  # missing figures are read in one query for all regencies
