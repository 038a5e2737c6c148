"""Two months side by side on `/capaian/`: `banding=2023-12` in the address."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import estimate, put, target

ADDED = {
    "then_participants",
    "participants_change",
    "then_coverage_rate",
    "coverage_points_change",
    "then_rank",
    "rank_change",
}


@pytest.fixture
def two_months(world):
    """December 2023 against June 2024: 1801 rose from 100 to 400 of 1,000; 1802 fell; 1804 is new; 3671 was first."""
    for area, potential, then, now in (
        ("1801", 1000, 100, 400),
        ("1802", 500, 200, 150),
        ("1804", 500, None, 50),
        ("3671", 1000, 500, 600),
    ):
        estimate(area, "PU", potential, since="2023-01")
        put(area, "PU", "2023-12", then, verified=then)
        put(area, "PU", "2024-06", now, verified=now)
    target("18", 2024, percent=20, segment="PU")
    return world


@pytest.fixture
def ask(client, two_months):
    def asked(user="pimpinan", **filters):
        client.force_login(getattr(two_months, user))
        address = {"bulan": "2024-06", "banding": "2023-12", "tingkat": "kabkota", "segmen": "PU", "format": "json"}
        response = client.get("/capaian/", {**address, **filters})
        assert response.status_code == 200, response.content.decode()
        return json.loads(response.content)

    return asked


def row(answer, code):
    return next(row for row in answer["rows"] if row["area_code"] == code)


def test_a_row_says_where_the_area_stood_then_and_what_has_changed(ask):
    selatan = row(ask(), "1801")
    assert (selatan["then_participants"], selatan["participants_change"]) == (100, 300)
    assert (selatan["then_coverage_rate"], selatan["coverage_points_change"]) == (0.1, 30)
    assert (selatan["rank"], selatan["then_rank"], selatan["rank_change"]) == (2, 3, 1)
    tengah = row(ask(), "1802")
    assert (tengah["participants_change"], tengah["coverage_points_change"]) == (-50, -10)
    assert (tengah["rank"], tengah["then_rank"], tengah["rank_change"]) == (3, 2, -1)


def test_what_was_not_known_then_is_blank_and_not_a_change_from_zero(ask):
    barat = row(ask(), "1804")
    assert [barat[key] for key in sorted(ADDED)] == [None] * len(ADDED)


def test_the_total_is_sum_over_sum_then_as_now(ask):
    total = ask()["total"]
    assert (total["participants"], total["then_participants"], total["participants_change"]) == (1200, 800, 400)
    assert total["then_coverage_rate"] == pytest.approx(800 / 2500)  # 1804 had no figure then
    assert total["coverage_points_change"] == pytest.approx(100 * (1200 / 3000 - 800 / 2500))
    assert total["then_rank"] is None


def test_the_columns_agree_with_the_page_of_the_earlier_month_by_every_path(ask):
    put("18", "PU", "2023-12", 11, verified=11)  # in the province, not broken down then
    for filters in (
        {},
        {"tingkat": "provinsi"},
        {"provinsi": "18"},
        {"tingkat": "provinsi", "provinsi": "18"},
        {"kanwil": "KW-SUMBAGSEL"},
        {"data": "sementara"},
        {"user": "pemda", "provinsi": "18"},
    ):
        compared, then = ask(**filters), ask(**filters, bulan="2023-12", banding="")
        pairs = (("then_participants", "participants"), ("then_coverage_rate", "coverage_rate"))
        for ours, theirs in (*pairs, ("then_rank", "rank")):
            assert compared["total"][ours] == then["total"][theirs], filters
            for one in then["rows"]:
                if one["area_code"] != "18" or filters.get("tingkat") == "provinsi":
                    assert row(compared, one["area_code"])[ours] == one[theirs], (filters, one["area_code"])


def test_a_status_keeps_the_ranks_of_all_and_totals_the_rows_shown(ask):
    answer = ask(tingkat="provinsi", status="reached")
    assert [one["area_code"] for one in answer["rows"]] == ["18"]
    assert row(answer, "18")["then_rank"] == 2
    assert (answer["total"]["participants"], answer["total"]["then_participants"]) == (600, 300)


def test_equal_coverage_shares_a_rank_then_too(ask):
    put("1802", "PU", "2023-12", 50, verified=50)  # 10 %, as 1801
    answer = ask()
    assert row(answer, "1801")["then_rank"] == row(answer, "1802")["then_rank"] == 2


def test_a_new_potential_between_the_months_is_said(ask):
    assert "potential_vintages" in ask()["definition"]["compared_with"]
    assert not any("berasal dari potensi" in line for line in ask()["definition"]["explanation"])
    estimate("1801", "PU", 800, since="2024-03")
    answer = ask()
    assert row(answer, "1801")["then_coverage_rate"] == 0.1
    assert row(answer, "1801")["coverage_rate"] == 0.5
    assert any("berasal dari potensi" in line for line in answer["definition"]["explanation"])


def test_screen_and_files_name_the_month(client, two_months):
    client.force_login(two_months.pimpinan)
    address = "/capaian/?bulan=2024-06&banding=2023-12&tingkat=kabkota&segmen=PU"
    page = client.get(address)
    assert "Dibandingkan dengan Desember 2023" in page.text
    assert "pembanding Desember 2023: posisi data per 31 Desember 2023, 3 dari 4 wilayah terverifikasi" in page.text
    head = client.get(address + "&format=csv").text.splitlines()[0]
    assert "Cakupan Des 23;" in head
    assert client.get(address + "&format=xlsx").status_code == 200
    assert ADDED.isdisjoint(json.loads(client.get("/capaian/?format=json").content)["rows"][0])


@pytest.mark.parametrize("wrong", ["2024-06", "2031-01", "desember"])
def test_a_month_that_cannot_be_compared_with_is_refused(client, two_months, wrong):
    client.force_login(two_months.pimpinan)
    answer = client.get("/capaian/", {"bulan": "2024-06", "banding": wrong, "format": "json"})
    assert answer.status_code == 400
    assert json.loads(answer.content)["errors"][0].startswith("Bandingkan dengan:")
    later = client.get("/capaian/", {"bulan": "2023-12", "banding": "2024-06"})
    assert "Pilih bulan sebelum posisi." in later.text


def test_every_column_added_sorts_both_ways(client, two_months):
    client.force_login(two_months.pimpinan)
    address = {"bulan": "2024-06", "banding": "2023-12", "tingkat": "kabkota", "segmen": "PU"}
    columns = client.get("/capaian/", address).context["table"].file_columns
    added = [column for column in columns if column.name in ADDED]
    assert {column.name for column in added} == ADDED
    assert all(column.term for column in added)
    for key in ADDED:
        for order in (key, f"-{key}"):
            rows = client.get("/capaian/", {**address, "urut": order, "format": "json"}).json()["rows"]
            assert rows[-1]["area_code"] == "1804"
            known = [one[key] for one in rows[:-1]]
            assert known == sorted(known, reverse=order.startswith("-"))


def test_queries_do_not_depend_on_the_rows(client, two_months):
    client.force_login(two_months.pimpinan)

    def queries(address):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    address = "/capaian/?bulan=2024-06&tingkat=kabkota"
    for narrowed in ("", "&banding=2023-12", "&banding=2023-12&provinsi=36"):
        queries(address + narrowed)  # potentials are cached from then on
    assert queries(f"{address}&banding=2023-12&provinsi=36") == queries(f"{address}&banding=2023-12")
    assert queries(f"{address}&banding=2023-12") - queries(address) <= 5
