"""The target of a total: the same on every page, with the name of its source."""

from __future__ import annotations

import json

import pytest

from targets.models import Target
from tests.conftest import estimate, put, target


@pytest.fixture
def promised(world):
    """Targets: Lampung 900 of 2,000, its regencies 450 and 350; Banten 450 of 1,000."""
    for area, potential, heads in (("1801", 1000, 400), ("1802", 1000, 200), ("3671", 1000, 500)):
        estimate(area, "PU", potential)
        put(area, "PU", "2024-06", heads, verified=heads)
    target("18", 2024, percent=45)
    target("36", 2024, percent=45)
    target("1801", 2024, percent=45)
    target("1802", 2024, workers=350)
    Target.objects.filter(province="18", regency=None).update(decree="Perda 3/2024")
    return world


@pytest.fixture
def ask(client, promised):
    def asked(path="/capaian/", **filters):
        client.force_login(promised.pimpinan)
        answer = client.get(path, {"bulan": "2024-06", "format": "json", **filters})
        assert answer.status_code == 200, answer.content.decode()
        return json.loads(answer.content)

    return asked


@pytest.fixture
def read(client, promised):
    def page(path, **filters):
        client.force_login(promised.pimpinan)
        return " ".join(client.get(path, {"bulan": "2024-06", **filters}).content.decode().split())

    return page


@pytest.mark.parametrize("level", ["provinsi", "kabkota"])
def test_a_kanwil_is_measured_against_its_provinces_at_both_levels(ask, level):
    assert ask(kanwil="KW-SUMBAGSEL", tingkat=level)["total"]["target_workers"] == 900


@pytest.mark.parametrize("level", ["provinsi", "kabkota"])
def test_a_country_without_a_target_is_measured_against_its_provinces_at_both_levels(ask, level):
    answer = ask(tingkat=level)
    assert answer["total"]["target_workers"] == 1350
    assert answer["definition"]["target_source_name"] == "jumlah target 2 provinsi, Kementerian Dalam Negeri"


def test_one_province_without_a_target_leaves_the_sum_open_at_both_levels(ask):
    Target.objects.filter(province="36").delete()
    for level in ("provinsi", "kabkota"):
        assert ask(tingkat=level)["total"]["target_workers"] is None


def test_rows_chosen_by_status_are_measured_against_their_own_sum(ask):
    answer = ask(kanwil="KW-SUMBAGSEL", tingkat="kabkota", status="not_assessable")
    assert answer["total"]["target_workers"] == sum(row["target_workers"] or 0 for row in answer["rows"]) == 800


@pytest.mark.parametrize(
    ("path", "filters"),
    [("/", {"provinsi": "18"}), ("/capaian/", {"provinsi": "18"}), ("/wilayah/18/", {}), ("/rapat/18/", {})],
)
def test_the_page_says_who_set_the_target_and_by_which_decree(read, path, filters):
    assert "arget 2024 acuan: Kementerian Dalam Negeri, Perda 3/2024" in read(path, **filters)


def test_files_say_who_set_the_target(ask):
    definition = ask("/", provinsi="18")["definition"]
    assert (definition["target_source_name"], definition["target_decree"]) == (
        "Kementerian Dalam Negeri",
        "Perda 3/2024",
    )


@pytest.mark.parametrize(("path", "filters"), [("/", {"provinsi": "18"}), ("/rapat/18/", {})])
def test_rows_that_do_not_add_up_to_the_total_are_said(read, path, filters):
    page = read(path, **filters)
    assert "Target kab/kota berjumlah 800, kurang 100 dari target provinsi; 1 kab/kota belum punya target." in page
    assert "/sasaran/periksa/" in page


def test_files_have_the_sum_of_the_rows_targets(ask):
    assert ask("/", provinsi="18")["definition"]["targets_sum_workers"] == 800


def test_rows_that_add_up_need_no_word(read):
    assert "berjumlah" not in read("/capaian/", tingkat="provinsi")


def test_the_way_to_the_check_leads_to_both_sums(read, client):
    page = read("/", provinsi="18", data="sementara", tahun="2024")
    address = page.split('<a href="/sasaran/periksa/')[-1].split('"')[0].replace("&amp;", "&")
    answer = client.get("/sasaran/periksa/" + address, {"format": "json", "tahun": "2024"})
    (lampung,) = [row for row in answer.json()["rows"] if row["area_code"] == "18"]
    assert (lampung["target_workers"], lampung["sum_workers"], lampung["counted"]) == (900, 800, 2)
