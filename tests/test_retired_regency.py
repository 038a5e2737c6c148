"""A regency that is out of use keeps its past: a total is the same by every path."""

from __future__ import annotations

import pytest

from coverage.models import Regency
from tests.conftest import estimate, put

MONTH = "2026-09"


@pytest.fixture
def read(client, world):
    for area, heads in (("1801", 300), ("1802", 500)):
        estimate(area, "PU", 1_000)
        put(area, "PU", MONTH, heads, verified=heads)
    Regency.objects.filter(pk="1802").update(is_active=False)
    client.force_login(world.pimpinan)
    return lambda address: client.get(f"{address}&bulan={MONTH}&format=json").json()


@pytest.mark.parametrize(
    "address",
    [
        "/?",
        "/?provinsi=18",
        "/capaian/?tingkat=provinsi",
        "/capaian/?tingkat=kabkota",
        "/capaian/?tingkat=kabkota&provinsi=18",
        "/angka/?wilayah=18&segmen=UCJ",
    ],
)
def test_its_figures_stay_in_the_total(read, address):
    total = read(address)["total"]
    assert (total["participants"], total["potential"]) == (800, 2_000)


@pytest.mark.parametrize("level", ["provinsi", "kabkota"])
def test_its_figures_stay_in_the_sum_of_segments(read, level):
    found = read(f"/segmen/?tingkat={level}&ukuran=peserta")
    assert found["total"]["pu_participants"] == 800


def test_its_row_says_that_it_is_out_of_use(read):
    names = {row["area_code"]: row["area_name"] for row in read("/capaian/?tingkat=kabkota")["rows"]}
    assert names["1802"].endswith("(tidak aktif)")
    assert not names["1801"].endswith("(tidak aktif)")


def test_without_figures_it_has_no_row(read, world):
    Regency.objects.filter(pk="1804").update(is_active=False)
    assert "1804" not in {row["area_code"] for row in read("/capaian/?tingkat=kabkota")["rows"]}
