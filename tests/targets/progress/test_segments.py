"""The page of segments and groups `/segmen/`: segments add up, groups are shown apart."""

import json

import pytest

from coverage.models import CoverageRecord
from reporting.numbers import format_count
from tests.conftest import estimate, put


@pytest.fixture
def ask(client, world):
    for area, heads in (("1801", 100), ("1802", 50), ("3671", 30)):
        estimate(area, "PU", heads * 4)
        put(area, "PU", "2024-06", heads, verified=heads)
        put(area, "PU", "2024-05", heads - 10, verified=heads - 10)
    put("18", "RT-RW", "2024-06", 22, verified=22)
    estimate("18", "RT-RW", 100)

    def asked(user="pimpinan", **filters):
        client.force_login(getattr(world, user))
        response = client.get("/segmen/", {"bulan": "2024-06", "format": "json", **filters})
        assert response.status_code == 200, response.content.decode()
        return json.loads(response.content)

    return asked


def row(answer, code):
    return next(one for one in answer["rows"] if one["area_code"] == code)


def test_segments_add_up_and_groups_stay_out_of_the_sums(ask):
    lampung = row(ask(), "18")
    assert (lampung["pu_participants"], lampung["ucj_participants"], lampung["ucj_jakon_participants"]) == (
        150,
        150,
        150,
    )
    assert (lampung["rt_rw_participants"], lampung["rt_rw_coverage_rate"]) == (22, 0.22)


def test_the_total_is_sum_over_sum_and_the_change_is_in_heads(ask):
    total = ask()["total"]
    assert (total["pu_participants"], total["pu_coverage_rate"], total["pu_change"]) == (180, 0.25, 30)


def test_an_empty_group_is_unknown_not_zero(ask):
    assert row(ask(), "36")["rt_rw_participants"] is None


def test_groups_nobody_reports_are_named(client, ask):
    ask()
    page = client.get("/segmen/?bulan=2024-06&provinsi=18").content.decode()
    assert "1 dari 2 kelompok belum punya satu pun angka: Pekerja rentan." in page
    assert "2 dari 2 kelompok" in client.get("/segmen/?bulan=2024-06&provinsi=36").content.decode()


def test_a_province_wide_group_has_a_row_of_its_own_among_the_regencies(ask):
    by_regency = ask(tingkat="kabkota", provinsi="18")
    assert row(by_regency, "18")["rt_rw_participants"] == 22
    assert by_regency["total"]["ucj_participants"] == 150


def test_the_screen_shows_the_measure_asked_for_with_groups_under_a_heading_of_their_own(client, ask, world):
    ask()
    page = client.get("/segmen/?bulan=2024-06&ukuran=peserta").content.decode()
    assert "tidak dijumlahkan" in page
    assert f">{format_count(150)}</a></td>" in page
    assert client.get("/segmen/?ukuran=cinta").status_code == 400
    for order in ("pu_participants", "-rt_rw_coverage_rate", "area_name"):
        assert client.get("/segmen/", {"bulan": "2024-06", "urut": order}).status_code == 200


def test_figures_changed_since_they_were_verified_are_marked(client, ask, world):
    ask()
    address = "/segmen/?bulan=2024-06&ukuran=peserta"
    assert "berubah sejak diverifikasi" not in client.get(address).content.decode()
    CoverageRecord.objects.filter(regency="1802", segment="PU", period="2024-06-01").update(participants=51)
    html = client.get(address).content.decode()
    # Lampung and the total: PU itself, and the sums with and without construction workers
    assert html.count('title="1 angka berubah sejak diverifikasi"') == 6
    assert "berubah sejak" not in client.get("/segmen/?bulan=2024-06&ukuran=potensi").content.decode()


def test_a_government_sees_its_own_area_only(ask):
    assert {one["area_code"] for one in ask("pemda")["rows"]} == {"18"}
    assert {one["area_code"] for one in ask("pemkab")["rows"]} == {"1802"}


def test_the_number_of_queries_does_not_depend_on_the_areas(client, ask, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask()

    def queries(address):
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        return len(seen)

    assert queries("/segmen/?bulan=2024-06&tingkat=kabkota&provinsi=36") == queries(
        "/segmen/?bulan=2024-06&tingkat=kabkota&provinsi=18"
    )


def test_the_change_of_the_total_counts_who_has_no_figure_any_more_at_both_levels(client, world):
    """Broken down by regency in September: Lampung's unsplit figure of August is gone at both levels."""
    put("18", "PU", "2026-08", 40, verified=40)
    put("1801", "PU", "2026-08", 10, verified=10)
    put("1801", "PU", "2026-09", 30, verified=30)
    client.force_login(world.pimpinan)
    changes = {
        level: client.get(f"/segmen/?bulan=2026-09&tingkat={level}&format=json").json()["total"]["pu_change"]
        for level in ("provinsi", "kabkota")
    }
    assert changes == {"provinsi": -20, "kabkota": -20}
