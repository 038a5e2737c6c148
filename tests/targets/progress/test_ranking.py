"""Ranks, status, source and total on `/capaian/`, as shown on screen."""

from __future__ import annotations

import pytest

from tests.conftest import estimate, put, target
from tests.support.shown import rows_shown, total_shown


@pytest.fixture
def look(client, world):
    """Coverage of 40, 40, 40 and 10 %: 400 of 1,000, 200 of 500, 40 of 100, 5 of 50; only the third has a target by RPJMN."""
    for area, heads, workers in (("1801", 400, 1000), ("1802", 200, 500), ("1804", 40, 100), ("3671", 5, 50)):
        estimate(area, "PU", workers, since="2023-01")
        put(area, "PU", "2024-06", heads, verified=heads)
        put(area, "PU", "2023-06", heads - 4, verified=heads - 4)
        target(area, 2024, percent=50)
    target("1804", 2024, percent=38, source="RPJMN", reference=False)
    target(None, 2024, percent=45)
    client.force_login(world.pimpinan)

    def looked(**filters):
        page = client.get("/capaian/", {"bulan": "2024-06", "tingkat": "kabkota", **filters})
        assert page.status_code == 200
        return rows_shown(page), total_shown(page)

    return looked


def test_equal_coverage_shares_a_rank_in_the_order_of_codes_and_the_next_counts_all(look):
    rows, total = look()
    assert [row["rank"] for row in rows] == ["1", "1", "1", "4"]
    assert rows[0]["area_name"] == "Kabupaten Lampung Selatan"
    assert rows[3]["area_name"] == "Kota Tangerang"
    assert total["rank"] == "–"


def test_ranks_stay_when_the_order_is_another_or_rows_are_chosen(look):
    rows, _ = look(urut="participants")
    assert [(row["participants"], row["rank"]) for row in rows] == [("5", "4"), ("40", "1"), ("200", "1"), ("400", "1")]
    rows, total = look(sumber="RPJMN", status="reached")
    assert [(row["area_name"], row["rank"], row["status"]) for row in rows] == [
        ("Kabupaten Lampung Barat", "1", "Tercapai")
    ]
    assert (total["participants"], total["coverage_rate"], total["target_rate"]) == ("40", "40,00%", "38,00%")


def test_another_source_changes_target_gap_need_and_status_and_nothing_else(look):
    reference, _ = look(provinsi="18")
    other, total = look(provinsi="18", sumber="RPJMN")
    barat = next(row for row in other if row["area_name"] == "Kabupaten Lampung Barat")
    assert (barat["target_rate"], barat["gap_workers"], barat["required_per_month"]) == ("38,00%", "−2", "0")
    before = next(row for row in reference if row["area_name"] == "Kabupaten Lampung Barat")
    assert (before["target_rate"], before["gap_workers"], before["status"]) == ("50,00%", "10", "Tertinggal")
    for key in ("rank", "participants", "potential", "coverage_rate"):
        assert [row[key] for row in other] == [row[key] for row in reference]
    # a total is measured by targets only when every area has one
    assert total["target_rate"] == "–"


def test_the_total_is_no_mean_of_the_rows(look):
    rows, total = look()
    assert (total["area_name"], total["participants"], total["potential"]) == ("Nasional", "645", "1.650")
    assert total["coverage_rate"] == "39,09%"  # 645 / 1,650; the mean of the rates would be 32.50 %
    assert total["target_rate"] == "45,00%"
    assert sum(int(row["participants"]) for row in rows) == 645
