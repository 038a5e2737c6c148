"""An inactive regency keeps its past figures, so that a total is the same on every page."""

from __future__ import annotations

import pytest

from coverage.figures.position import Basis
from coverage.models import Regency, WorkerSegment, WorkforceEstimate
from reporting.months import parse_month
from targets.meeting.selectors import meeting
from targets.progress.data import Question
from targets.scorecard.selectors import Scorecards
from tests.conftest import estimate, put, target

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


@pytest.mark.parametrize("basis", ["terverifikasi", "sementara"])
def test_who_has_left_within_the_year_is_missing_in_the_pace_of_every_page(client, world, basis):
    """Lampung had 400 + 500 a year ago and has 300 now, the 500 having gone out of use: -600 / 12 on every page."""
    for area, year_ago in (("1801", 400), ("1802", 500)):
        estimate(area, "PU", 1_000)
        put(area, "PU", "2025-09", year_ago, verified=year_ago)
    put("1801", "PU", MONTH, 300, verified=300)
    target("18", 2026, percent=40)
    Regency.objects.filter(pk="1802").update(is_active=False)
    WorkforceEstimate.objects.filter(regency="1802").delete()
    client.force_login(world.pimpinan)

    def read(address: str):
        return client.get(f"{address}bulan={MONTH}&data={basis}&format=json").json()

    told = {
        "row among provinces": next(row for row in read("/capaian/?")["rows"] if row["area_code"] == "18"),
        "total of its regencies": read("/capaian/?tingkat=kabkota&provinsi=18&")["total"],
        "front page": read("/?provinsi=18&")["total"],
        "its own page": read("/wilayah/18/?")["headline"],
    }
    assert {page: row["observed_per_month"] for page, row in told.items()} == dict.fromkeys(told, -50)
    question = Question(
        month=parse_month(MONTH), segment=WorkerSegment.objects.get(pk="UCJ"), basis=Basis(basis), year=2026
    )
    assert meeting(world.pimpinan, world.lampung, question).found.total.progress.observed_per_month == -50
    sheet = Scorecards(world.pimpinan, world.lampung, question).sheet(world.lampung)
    assert sheet.area_progress.progress.observed_per_month == -50
