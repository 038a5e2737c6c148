"""PrefetchedFigures return the same as the database, with any missing values."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.figures.position import Basis
from coverage.figures.prefetch import prefetch
from coverage.figures.reader import FigureReader
from coverage.figures.segments import SegmentGroup
from coverage.models import WorkerSegment
from reporting import months
from tests.conftest import estimate, put
from tests.coverage.figures.test_rates import FIRST, LAST, SPAN, cells, vintages, write

EARLY = months.add_months(FIRST, 1)


def prefetched(facts: FigureReader, segments: SegmentGroup):
    sums = [SegmentGroup.of(one) for one in WorkerSegment.objects.filter(pk__in=("UCJ", "UCJ-JAKON", "PU", "BPU"))]
    return prefetch(facts, sums, segments, SPAN, [EARLY, LAST]), sums


@settings(max_examples=40)
@given(
    figures=cells, potentials=vintages, basis=st.sampled_from(Basis), code=st.sampled_from(("UCJ", "UCJ-JAKON", "PU"))
)
def test_prefetched_figures_are_those_of_the_database(world, figures, potentials, basis, code):
    segments = SegmentGroup.of(WorkerSegment.objects.get(pk=code))
    with transaction.atomic():
        write(figures, potentials)
        facts = FigureReader.visible_to(world.pimpinan).in_provinces(["18"])
        found, sums = prefetched(facts, segments)
        assert found.positions(segments, SPAN, basis) == facts.positions(segments, SPAN, basis)
        assert found.positions_of_each(sums, [EARLY, LAST], basis) == facts.positions_of_each(
            sums, [EARLY, LAST], basis
        )
        assert found.monthly_participants(segments, FIRST, LAST) == facts.monthly_participants(segments, FIRST, LAST)
        assert found.monthly_rates(segments, FIRST, LAST, basis) == facts.monthly_rates(segments, FIRST, LAST, basis)
        transaction.set_rollback(True)


@settings(max_examples=40)
@given(
    figures=cells, potentials=vintages, basis=st.sampled_from(Basis), code=st.sampled_from(("UCJ", "UCJ-JAKON", "PU"))
)
def test_the_rates_of_a_ranking_are_those_of_the_positions(world, figures, potentials, basis, code):
    segments = SegmentGroup.of(WorkerSegment.objects.get(pk=code))
    with transaction.atomic():
        write(figures, potentials)
        facts = FigureReader.visible_to(world.pimpinan)
        found = facts.rate_parts(segments, LAST, basis, lambda cell: cell)
        positions = facts.positions(segments, [LAST], basis)[LAST].by_cell
        assert {cell: (at.participants, at.potential, at.rate) for cell, at in found.items()} == {
            cell: (at.rated_participants, at.rated_potential, at.coverage_rate)
            for cell, at in positions.items()
            if (at.rated_participants, at.rated_potential) != (None, None)
        }
        transaction.set_rollback(True)


@pytest.fixture
def found(world):
    put("1801", "PU", "2025-06", 7, verified=7)
    put("1801", "PU", "2026-01", 10, verified=9)
    put("1801", "BPU", "2026-02", 5)
    put("1801", "BPU", "2026-03", 6)
    estimate("1801", "PU", 100, since="2025-02")
    estimate("1801", "PU", 200, since="2026-03")
    facts = FigureReader.visible_to(world.pimpinan).in_regency("1801")
    return prefetched(facts, SegmentGroup.of(WorkerSegment.objects.get(pk="PU")))[0]


def test_prefetched_figures_are_not_queried_again(found, django_assert_num_queries):
    of_pu, of_bpu = (SegmentGroup.of(WorkerSegment.objects.get(pk=code)) for code in ("PU", "BPU"))
    with django_assert_num_queries(1):  # the names of the regencies
        found.positions(of_pu, SPAN, Basis.VERIFIED)
        found.monthly_participants(of_pu, FIRST, LAST)
        found.monthly_rates(of_pu, FIRST, LAST, Basis.VERIFIED)
        found.positions(of_bpu, [EARLY], Basis.PROVISIONAL)


def test_a_month_that_was_not_prefetched_raises_key_error(found):
    of_pu = SegmentGroup.of(WorkerSegment.objects.get(pk="PU"))
    early = months.parse_month("2025-06")
    with pytest.raises(KeyError):
        found.positions(of_pu, [early], Basis.VERIFIED)
    with pytest.raises(KeyError):
        found.monthly_rates(of_pu, early, LAST, Basis.VERIFIED)


def test_potentials_before_the_prefetched_months_are_read_from_the_database(found):
    early, july = months.parse_month("2025-01"), months.parse_month("2025-07")
    assert found.potentials(["PU"], [early])[early].total == 0
    assert found.potentials(["PU"], [july])[july].total == 100
