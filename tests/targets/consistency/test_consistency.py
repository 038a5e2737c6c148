"""The check national = sum of provinces = sum of regencies: sums, statuses, names, files, access."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coverage.models import Regency, WorkforceEstimate
from targets.models import Target
from tests.conftest import estimate, make_period, target

ADDRESS = "/sasaran/periksa/?tahun=2026"


@pytest.fixture
def country(world):
    """Lampung 40 %, 30 % and 20 % of 300,000; Banten 50,000 of 100,000; the month is September 2026."""
    make_period("2026-09")
    for area, workers in (("1801", 150_000), ("1802", 100_000), ("1804", 50_000), ("3671", 100_000)):
        estimate(area, "PU", workers)
    return world


def answer(user, address: str = ADDRESS) -> dict:
    client = Client()
    client.force_login(user)
    response = client.get(address + "&format=json")
    assert response.status_code == 200, response.content
    return response.json()


def page(user, address: str = ADDRESS) -> str:
    client = Client()
    client.force_login(user)
    return client.get(address).content.decode()


def lampung(user, address: str = ADDRESS) -> dict:
    return next(row for row in answer(user, address)["rows"] if row["area_code"] == "18")


def planner(user):
    user.user_permissions.add(Permission.objects.get(codename="plan_targets"))
    return type(user).objects.get(pk=user.pk)


def set_lampung(*workers) -> None:
    for area, count in zip(("1801", "1802", "1804"), workers, strict=True):
        if count is not None:
            target(area, 2026, workers=count)


def test_a_country_that_adds_up_says_so_on_both_levels(country):
    target(None, 2026, workers=150_000)
    target("18", 2026, workers=100_000)
    target("36", 2026, workers=50_000)
    set_lampung(60_000, 30_000, 10_000)
    target("3671", 2026, workers=50_000)
    found = answer(country.pimpinan)
    assert [row["status"] for row in found["rows"]] == ["fits", "fits"]
    assert [row["sum_workers"] for row in found["country"]] == [150_000, 150_000]
    assert [row["status"] for row in found["country"]] == ["fits", "fits"]
    assert found["total"]["target_workers"] == found["total"]["sum_workers"] == 150_000
    assert "Pas" in page(country.pimpinan)


def test_a_difference_is_told_in_workers_and_in_points_of_the_potential(country):
    target("18", 2026, workers=100_000)
    set_lampung(60_000, 30_000, 13_000)
    row = lampung(country.pimpinan)
    assert (row["status"], row["difference_workers"], row["difference_points"]) == ("above", 3_000, 1.0)
    target("1804", 2026, workers=4_000, source="KANWIL", reference=False)  # another source is not counted twice
    assert lampung(country.pimpinan) == row


def test_regencies_that_promise_less_are_marked(country):
    target("18", 2026, workers=100_000)
    set_lampung(60_000, 30_000, 9_000)
    assert lampung(country.pimpinan)["status"] == "below"
    assert "Jumlahnya kurang" in page(country.pimpinan)


def test_missing_regencies_are_counted_and_named(country):
    target("18", 2026, workers=100_000)
    set_lampung(60_000, None, None)
    row = lampung(country.pimpinan)
    assert (row["status"], row["counted"], row["expected"]) == ("incomplete", 1, 3)
    assert row["missing_names"] == "Kabupaten Lampung Tengah, Kabupaten Lampung Barat"
    assert "tanpa target: Kabupaten Lampung Tengah, Kabupaten Lampung Barat" in page(country.pimpinan)


def test_a_percentage_counts_with_its_potential_and_is_marked_as_derived(country):
    target("18", 2026, percent="30")
    for area, percent in (("1801", "40"), ("1802", "20"), ("1804", "20")):
        target(area, 2026, percent=percent)
    row = lampung(country.pimpinan)
    assert (row["target_workers"], row["sum_workers"], row["derived"]) == (90_000, 90_000, 3)
    assert (row["status"], row["target_basis"]) == ("fits", "diturunkan dari persen")
    assert "3 di antaranya diturunkan" in page(country.pimpinan)


def test_what_two_decimals_of_a_percentage_leave_open_is_no_difference(country):
    """33.33 % of 300,000 is 99,990; half a hundredth of a point is 15 workers."""
    target("18", 2026, percent="33.33")
    set_lampung(60_000, 30_000, 10_005)
    row = lampung(country.pimpinan)
    assert (row["difference_workers"], row["status"]) == (15, "rounded")
    Target.objects.filter(regency="1804").update(workers=10_006)
    assert lampung(country.pimpinan)["status"] == "above"


def test_stated_heads_have_no_tolerance(country):
    target("18", 2026, workers=100_000)
    set_lampung(60_000, 30_000, 10_001)
    assert lampung(country.pimpinan)["status"] == "above"


def test_no_target_and_not_broken_down_are_two_things(country):
    assert lampung(country.pimpinan)["status"] == "no_target"
    target("18", 2026, workers=100_000)
    row = lampung(country.pimpinan)
    assert (row["status"], row["sum_workers"], row["difference_workers"]) == ("not_broken_down", None, None)


def test_a_percentage_without_potential_cannot_be_counted(country):
    target("36", 2026, percent="50")
    WorkforceEstimate.objects.filter(regency="3671").delete()
    banten = next(row for row in answer(country.pimpinan)["rows"] if row["area_code"] == "36")
    assert (banten["target_workers"], banten["target_rate"], banten["status"]) == (None, 0.5, "not_known")


def test_a_past_day_shows_the_targets_of_that_day(world, calendar):
    calendar(date(2026, 10, 1))
    make_period("2026-09")
    estimate("1801", "PU", 150_000)
    planned = target("18", 2026, workers=100_000)
    calendar(date(2026, 10, 5))
    planned.workers = 120_000
    planned.save()
    calendar(date(2026, 10, 9))
    assert lampung(world.pimpinan)["target_workers"] == 120_000
    assert lampung(world.pimpinan, ADDRESS + "&per_tanggal=2026-10-02")["target_workers"] == 100_000
    assert "Dilihat sebagaimana diketahui pada 2 Oktober 2026" in page(
        world.pimpinan, ADDRESS + "&per_tanggal=2026-10-02"
    )


def test_one_source_is_held_against_itself(country):
    target("18", 2026, workers=100_000)
    target("18", 2026, workers=90_000, source="KANWIL", reference=False)
    set_lampung(60_000, 30_000, 10_000)
    assert lampung(country.pimpinan)["status"] == "fits"
    assert lampung(country.pimpinan, ADDRESS + "&sumber=KANWIL")["status"] == "not_broken_down"


def test_closed_regencies_do_not_count(country):
    target("18", 2026, workers=90_000)
    set_lampung(60_000, 30_000, 10_000)
    Regency.objects.filter(pk="1804").update(is_active=False)
    assert lampung(country.pimpinan)["status"] == "fits"


def test_a_kanwil_is_its_provinces_without_the_country(country):
    target(None, 2026, workers=1)
    found = answer(country.verifikasi, ADDRESS + "&kanwil=KW-SUMBAGSEL")
    assert [row["area_code"] for row in found["rows"]] == ["18"]
    assert "country" not in found


def test_a_government_sees_its_province_and_nothing_of_the_country(country):
    target(None, 2026, workers=99_887_766)
    found = answer(country.pemda)
    assert [row["area_code"] for row in found["rows"]] == ["18"]
    assert "99.887.766" not in page(country.pemda)
    client = Client()
    client.force_login(country.pemkab)
    assert client.get(ADDRESS).status_code == 403


def test_who_may_break_down_is_led_there_where_the_sum_does_not_fit(country):
    target("18", 2026, workers=100_000)
    set_lampung(60_000, 30_000, 9_000)
    way = "/sasaran/pecah/18/?bulan=2026-09"
    assert way not in page(country.pimpinan)
    kanwil = planner(country.verifikasi)
    assert way in page(kanwil)
    assert "/sasaran/pecah/36/" not in page(kanwil)
    Target.objects.filter(regency="1804").update(workers=10_000)
    assert way not in page(kanwil)


def test_the_files_hold_what_the_screen_shows(country):
    target("18", 2026, workers=100_000)
    set_lampung(60_000, 30_000, 9_000)
    client = Client()
    client.force_login(country.pimpinan)
    text = client.get(ADDRESS + "&format=csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["Wilayah"] for row in rows] == ["Lampung", "Banten", "Jumlah"]
    assert rows[0]["Jumlah di bawahnya"] == "99000"
    assert rows[0]["Status"] == "Jumlahnya kurang"
    assert client.get(ADDRESS + "&format=xlsx").content.startswith(b"PK")


@pytest.mark.parametrize(
    ("column", "first"),
    [
        ("area_name", "Banten"),
        ("-area_name", "Lampung"),
        ("sum_workers", "Banten"),
        ("-sum_workers", "Lampung"),
        ("difference_workers", "Banten"),
        ("-difference_workers", "Lampung"),
        ("-difference_points", "Lampung"),
    ],
)
def test_columns_sort_both_ways(country, column, first):
    """Lampung's regencies have 99,000 of 100,000, Banten's 40,000 of 50,000."""
    target("18", 2026, workers=100_000)
    target("36", 2026, workers=50_000)
    set_lampung(60_000, 30_000, 9_000)
    target("3671", 2026, workers=40_000)
    rows = answer(country.pimpinan, f"{ADDRESS}&urut={column}")["rows"]
    assert [row["area_name"] for row in rows] == [first, "Banten" if first == "Lampung" else "Lampung"]
    names = page(country.pimpinan, f"{ADDRESS}&urut={column}")
    assert (names.rindex(">Lampung<") < names.rindex(">Banten<")) == (first == "Lampung")


def test_the_number_of_queries_does_not_depend_on_the_rows(country):
    client = Client()
    client.force_login(country.pimpinan)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(ADDRESS).status_code == 200
        return len(counted)

    few = queries()
    for number in range(10, 40):
        code = f"18{number}"
        Regency.objects.create(
            code=code,
            bps_code=code,
            name=f"Kabupaten {number}",
            kind="KABUPATEN",
            province_id="18",
            branch_office=country.tengah,
        )
        estimate(code, "PU", 1_000)
        target(code, 2026, percent="30")
    assert queries() == few
