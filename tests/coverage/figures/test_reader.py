"""Reading figures: sums of cells, potentials in force, reported areas."""

from datetime import date
from fractions import Fraction

import pytest

from coverage.figures.position import Basis, Position
from coverage.figures.reader import FigureReader
from coverage.figures.segments import SegmentGroup
from coverage.models import WorkerSegment
from tests.conftest import estimate, make_period, put

JUNE = date(2024, 6, 1)


def ask(user, segment="UCJ", basis=Basis.PROVISIONAL, month=JUNE):
    facts = FigureReader.visible_to(user)
    segments = SegmentGroup.of(WorkerSegment.objects.get(pk=segment))
    return facts.positions(segments, [month], basis)[month].by_cell


def total(cells) -> Position:
    return sum(cells.values(), Position())


@pytest.fixture
def june(world):
    for area, pu, bpu in (("1801", 100, 300), ("1802", 200, 200), ("1804", 50, 50)):
        estimate(area, "PU", pu)
        estimate(area, "BPU", bpu)
    put("1801", "PU", "2024-06", 50, verified=40)
    put("1801", "BPU", "2024-06", 30, verified=30)
    put("1802", "PU", "2024-06", 60)
    put("1802", "BPU", "2024-06", 20, own=False)
    return world


def test_a_composite_is_the_sum_of_its_components(june):
    assert ask(june.pimpinan)[("18", "1801")].participants == 80
    assert ask(june.pimpinan, "PU")[("18", "1801")].participants == 50


def test_coverage_is_sum_over_sum_of_the_reported_areas_only(june):
    at = total(ask(june.pimpinan))
    assert at.coverage_rate == Fraction(160, 800)  # 1804 never reported: its potential does not count in the rate
    assert at.potential == 900
    assert at.is_partial


def test_an_area_with_one_segment_blank_counts_with_its_whole_potential(june):
    put("1804", "PU", "2024-06", 40)
    put("1804", "BPU", "2024-06", None)
    at = ask(june.pimpinan)[("18", "1804")]
    assert at.coverage_rate == Fraction(40, 100)  # not 40 of the 50 of PU alone
    assert at.reported == 0
    whole = total(ask(june.pimpinan))
    assert whole.coverage_rate == Fraction(whole.participants, whole.potential)


def test_reported_means_a_value_of_its_own_in_every_expected_segment(june):
    at = total(ask(june.pimpinan))
    assert (at.reported, at.carried, at.expected) == (1, 1, 4)


def test_a_provisional_figure_never_counts_as_verified(june):
    cells = ask(june.pimpinan, basis=Basis.VERIFIED)
    assert cells[("18", "1801")].participants == 70
    assert cells[("18", "1802")].participants is None


def test_construction_workers_add_participants_without_potential(june):
    put("1801", "JAKON", "2024-06", 20)
    assert ask(june.pimpinan, "UCJ-JAKON")[("18", "1801")].coverage_rate == Fraction(100, 400)
    assert ask(june.pimpinan, "JAKON")[("18", "1801")].coverage_rate is None


def test_participants_without_a_known_potential_do_not_inflate_the_rate(june):
    put("3671", "PU", "2024-06", 1_000)
    at = total(ask(june.pimpinan))
    assert at.participants == 1_160
    assert at.coverage_rate == Fraction(160, 800)


def test_groups_appear_in_no_total(june):
    before = {code: total(ask(june.pimpinan, code)) for code in ("UCJ", "UCJ-JAKON", "PU", "BPU")}
    put("1801", "RENTAN", "2024-06", 999)
    put("18", "RT-RW", "2024-06", 999)
    assert {code: total(ask(june.pimpinan, code)) for code in before} == before


def test_a_province_wide_value_is_additional_to_its_regencies(june):
    put("18", "PU", "2024-06", 7)
    assert total(ask(june.pimpinan)).participants == 167


def test_zero_is_a_report_and_blank_is_not(june):
    put("1804", "PU", "2024-06", 0)
    put("1804", "BPU", "2024-06", None)
    at = ask(june.pimpinan)[("18", "1804")]
    assert (at.participants, at.reported, at.coverage_rate) == (0, 0, 0)


def test_the_potential_in_force_is_the_latest_vintage_not_after_the_end_of_the_month(june):
    estimate("1801", "PU", 150, since="2024-06")
    estimate("1801", "PU", 999, since="2024-07")
    assert ask(june.pimpinan, "PU")[("18", "1801")].potential == 150
    assert ask(june.pimpinan, "PU", month=date(2024, 5, 1))[("18", "1801")].potential == 100


def test_a_stock_is_never_summed_over_months(june):
    put("1801", "PU", "2024-05", 1_000)
    stock = FigureReader.visible_to(june.pimpinan).monthly_participants(
        SegmentGroup.of(WorkerSegment.objects.get(pk="PU")), date(2024, 5, 1), JUNE
    )
    assert stock[("18", "1801")][JUNE].working == 50
    assert stock[("18", "1801")][JUNE].verified == 40


def test_a_government_reads_its_own_area_only(june):
    put("3671", "PU", "2024-06", 5)
    everywhere = ask(june.pimpinan)
    assert everywhere["36", "3671"].participants == 5
    for reader, areas in ((june.pemda, ("1801", "1802", "1804")), (june.pemkab, ("1802",))):
        assert ask(reader) == {("18", area): everywhere["18", area] for area in areas}


def test_the_number_of_queries_does_not_depend_on_the_number_of_areas(june, django_assert_num_queries):
    make_period("2024-06")
    segment = SegmentGroup.of(WorkerSegment.objects.prefetch_related("components").get(pk="UCJ"))
    everywhere = FigureReader.visible_to(june.pimpinan)
    for facts, most in ((everywhere, 5), (everywhere.in_regency("1802"), 4)):  # the first reads the token, too
        with django_assert_num_queries(most):
            facts.positions(segment, [JUNE], Basis.PROVISIONAL)
