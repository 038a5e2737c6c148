"""Positions of many segments by area equal the sum of their cells, with any missing values."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.figures.position import Basis, Position, sum_positions
from coverage.figures.reader import FigureReader
from coverage.figures.segments import SegmentGroup
from coverage.models import CoverageRecord
from tests.conftest import estimate, put
from tests.coverage.figures.test_rates import SPAN, cells, vintages, write

READINGS = {"province": lambda cell: cell[0], "regency": lambda cell: cell[1] or cell[0]}
KNOWN = ("participants", "potential", "rated_participants", "rated_potential", "changed")


def cell_by_cell(facts, sums, basis, area_of):
    found = {}
    for code, by_month in facts.positions_of_each(sums, SPAN, basis).items():
        for month, (positions, _potentials, _heads) in by_month.items():
            for cell, position in positions.items():
                found.setdefault((code, month, area_of(cell)), []).append(position)
    return told({key: sum_positions(parts) for key, parts in found.items()})


def told(positions):
    """Return the positions by both methods, without empty ones."""
    said = {key: tuple(getattr(at, name) for name in KNOWN) for key, at in positions.items()}
    nothing = tuple(getattr(Position(), name) for name in KNOWN)
    return {key: values for key, values in said.items() if values != nothing}


@settings(max_examples=60)
@given(figures=cells, potentials=vintages, basis=st.sampled_from(Basis), level=st.sampled_from(sorted(READINGS)))
def test_positions_by_area_are_the_sums_of_their_cells(world, figures, potentials, basis, level):
    with transaction.atomic():
        write(figures, potentials)
        # some were verified in their month, and of these some changed since
        CoverageRecord.objects.filter(verified_participants__isnull=False, regency__in=["1801", "3671"]).update(
            verified_at="2026-05-01T00:00:00Z"
        )
        facts, sums, area_of = FigureReader.visible_to(world.pimpinan), SegmentGroup.all_active(), READINGS[level]
        flat = {
            (code, month, area): position
            for month in SPAN
            for code, by_area in facts.positions_by_area(sums, month, basis, area_of).items()
            for area, position in by_area.items()
        }
        assert told(flat) == cell_by_cell(facts, sums, basis, area_of)
        for month in SPAN:
            heads = facts.participants_by_area(sums, month, basis, by_province=level == "province")
            assert {
                (code, month, area): count for code, by_area in heads.items() for area, count in by_area.items()
            } == {key: at.participants for key, at in flat.items() if key[1] == month and at.participants is not None}
        assert all(at == at._replace(reported=0, carried=0, expected=0, province_wide=0) for at in flat.values())
        transaction.set_rollback(True)


@pytest.mark.parametrize("areas", [("1801",), ("1801", "1802", "3671", "18")])
def test_the_number_of_queries_is_the_same_for_one_area_and_four(world, areas, django_assert_num_queries):
    for area in areas:
        put(area, "PU", "2026-02", 10)
        estimate(area, "PU", 100)
    facts, sums = FigureReader.visible_to(world.pimpinan), SegmentGroup.all_active()
    with django_assert_num_queries(5):
        found = facts.positions_by_area(sums, SPAN[1], Basis.PROVISIONAL, READINGS["province"])
    assert found["UCJ"]["18"].participants == 10 * len([area for area in areas if area.startswith("18")])
