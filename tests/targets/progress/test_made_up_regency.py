"""The made-up regency of docs/definitions.md, read on its page, in its JSON and in the list: 3,000 short, 500 a month."""

from __future__ import annotations

import pytest

from tests.conftest import estimate, put, target


@pytest.fixture
def visit(client, world):
    estimate("1801", "PU", 100_000, since="2023-01")
    put("1801", "PU", "2023-12", 30_000, verified=30_000)
    put("1801", "PU", "2024-06", 32_000, verified=32_000)
    target("1801", 2024, percent=35)
    client.force_login(world.pimpinan)
    return client.get


def test_its_page_says_how_many_a_month_it_needs(visit):
    page = " ".join(visit("/wilayah/1801/?bulan=2024-06").content.decode().split())
    for said in ("32,00", "3.000", "+500", "6 bulan tersisa"):
        assert said in page


def test_its_json_has_the_numbers(visit):
    row = next(
        row
        for row in visit("/capaian/?bulan=2024-06&tingkat=kabkota&format=json").json()["rows"]
        if row["area_code"] == "1801"
    )
    assert (row["participants"], row["potential"], row["coverage_rate"]) == (32_000, 100_000, 0.32)
    assert (row["target_workers"], row["gap_workers"], row["required_per_month"]) == (35_000, 3_000, 500)
    assert row["path_workers"] == 32_500
