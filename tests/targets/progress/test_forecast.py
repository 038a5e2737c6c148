"""Forecasts and changes since last month, on Ringkasan and Wilayah."""

from datetime import date
from fractions import Fraction

import pytest

from coverage.models import CoverageRecord, WorkerSegment
from targets.progress.data import Question
from targets.progress.forecast import forecast, movement, potential_growth
from targets.progress.report import progress_report
from tests.conftest import estimate, put, target


@pytest.fixture
def moved(world):
    """May and June 2024: 1801 rises by 40, 1802 falls by 30 with a reason, 1804 stays, 3671 is new."""
    for area, may, june in (("1801", 100, 140), ("1802", 100, 70), ("1804", 50, 50)):
        estimate(area, "PU", 1000)
        put(area, "PU", "2024-05", may, verified=may)
        put(area, "PU", "2024-06", june, verified=june)
    put("3671", "PU", "2024-06", 500, verified=500)
    fall = CoverageRecord.objects.get(regency="1802", period="2024-06-01")
    fall.change_reason, fall.note = CoverageRecord.Reason.SUBSIDY_ENDED, "APBD habis di Mei"
    fall.save()
    return world


@pytest.fixture
def found(moved):
    return progress_report(
        moved.pimpinan, Question(month=date(2024, 6, 1), segment=WorkerSegment.objects.get(pk="UCJ"))
    )


def test_the_biggest_rises_and_falls_come_with_their_reasons(found):
    moves = movement(found.progress_data, found.regencies)
    assert (moves.change, moves.risen, moves.fallen) == (10, 1, 1)
    assert (moves.unchanged, moves.unknown) == (1, 1)  # 1804; 3671 had none in May
    assert [(mover.code, mover.change) for mover in moves.rises] == [("1801", 40)]
    assert [(mover.code, mover.change, mover.share) for mover in moves.falls] == [("1802", -30, Fraction(-3, 10))]
    assert moves.falls[0].reasons == ("PU – Subsidi berakhir: APBD habis di Mei",)


def test_an_area_without_last_months_figure_neither_rises_nor_falls(found):
    assert "3671" not in {mover.code for mover in movement(found.progress_data, found.regencies).rises}


def test_growth_of_the_potential_between_the_last_two_vintages(moved, found):
    assert potential_growth(found.progress_data) == 0
    for area in ("1801", "1802", "1804"):
        estimate(area, "PU", 1120, since="2024-05")
    again = progress_report(moved.pimpinan, found.progress_data.question)
    assert potential_growth(again.progress_data) == Fraction(360, 3000 * 4)  # 3,000 in January, 3,360 in May


def test_without_an_observed_pace_nothing_is_projected(found):
    assert forecast(found.progress_data, found.total) is None


def test_the_month_of_reaching_target_and_universal_coverage_is_said(client, moved):
    for area, heads in (("1801", 20), ("1802", 70), ("1804", 50)):
        put(area, "PU", "2023-06", heads, verified=heads)
    target("18", 2024, percent=10)
    client.force_login(moved.pimpinan)
    page = client.get("/wilayah/18/?bulan=2024-06").content.decode()
    # 260 of 3,000, ten more a month: 300 in four months, 2,985 in 272.5
    assert "Oktober 2024" in page
    assert "semesta (99,50%): Maret 2047" in page


def test_not_at_this_pace_is_said_in_words(client, moved):
    for area in ("1801", "1802", "1804"):
        put(area, "PU", "2023-06", 500, verified=500)
    client.force_login(moved.pimpinan)
    assert "tidak pada laju ini" in client.get("/wilayah/18/?bulan=2024-06").content.decode()


def test_ringkasan_names_the_movers(client, moved):
    client.force_login(moved.pimpinan)
    page = client.get("/?bulan=2024-06").content.decode()
    for shown in ("Perubahan dari bulan lalu", "Penurunan terbesar", "APBD habis di Mei", "−30,0%"):
        assert shown in page


def test_a_fall_without_a_reason_is_said_to_be_unexplained_and_no_rise_to_be_none(client, moved):
    CoverageRecord.objects.filter(regency="1802").update(change_reason="", note="")
    put("1801", "PU", "2024-06", 90, verified=90)
    client.force_login(moved.pimpinan)
    page = client.get("/?bulan=2024-06").content.decode()
    assert page.count("<small>belum dijelaskan</small>") == 2
    assert "Tidak ada yang naik." in page
    assert "Tidak ada yang turun." not in page


def test_areas_that_go_on_with_an_earlier_figure_are_said_not_to_have_changed(client, moved):
    put("1804", "PU", "2024-06", 50, verified=50, own=False)
    client.force_login(moved.pimpinan)
    page = client.get("/", {"bulan": "2024-06"}).content.decode()
    assert (
        "1 kab/kota naik, 1 turun, 1 tidak berubah karena memakai angka sebelumnya, 1 belum dapat dibandingkan." in page
    )


def test_an_area_that_reported_the_same_number_carries_nothing(moved):
    for month in ("2024-05", "2024-06"):
        put("1804", "BPU", month, 0, verified=0)
    asked = Question(month=date(2024, 6, 1), segment=WorkerSegment.objects.get(pk="UCJ"))
    again = progress_report(moved.pimpinan, asked)
    moves = movement(again.progress_data, again.regencies)
    assert (moves.unchanged, moves.carried) == (1, 0)
