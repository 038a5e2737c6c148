"""The rates of many months equal those computed area by area, with any missing values."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.figures.position import Basis, Position
from coverage.figures.reader import FigureReader
from coverage.figures.segments import SegmentGroup
from coverage.models import CoverageRecord, Regency, WorkerSegment, WorkforceEstimate
from reporting import months
from tests.conftest import cell_fields, estimate, make_period, put

FIRST, LAST = date(2026, 1, 1), date(2026, 4, 1)
SPAN = [months.add_months(FIRST, step) for step in range(4)]
AREAS = ("1801", "1802", "3671", "18")
CODES = ("PU", "BPU", "JAKON")

figure = st.one_of(st.none(), st.integers(0, 50))
#: Of every area and segment: working and verified figures of the four months, or no row at all; and its potentials.
cells = st.fixed_dictionaries(
    {
        (area, code): st.lists(st.one_of(st.none(), st.tuples(figure, figure)), min_size=4, max_size=4)
        for area in AREAS
        for code in CODES
    }
)
vintages = st.dictionaries(
    st.tuples(
        st.sampled_from(AREAS), st.sampled_from(("PU", "BPU")), st.sampled_from(("2024-01", "2026-02", "2026-04"))
    ),
    st.integers(0, 90),
)


def area_by_area(
    facts: FigureReader, segments: SegmentGroup, basis: Basis
) -> dict[date, tuple[int | None, int | None]]:
    found = facts.positions(segments, SPAN, basis)
    totals = {month: sum(found[month].by_cell.values(), Position()) for month in SPAN}
    return {month: (at.rated_participants, at.rated_potential) for month, at in totals.items()}


def write(figures, potentials) -> None:
    for month in SPAN:
        make_period(months.month_code(month))
    CoverageRecord.objects.bulk_create(
        CoverageRecord(
            **cell_fields(area),
            segment_id=code,
            period_id=month,
            participants=row[0],
            verified_participants=row[1],
            origin="BLANK" if row[0] is None else "ENTERED",
        )
        for (area, code), rows in figures.items()
        for month, row in zip(SPAN, rows, strict=True)
        if row is not None
    )
    WorkforceEstimate.objects.bulk_create(
        WorkforceEstimate(
            **cell_fields(area),
            segment_id=code,
            effective_from=months.parse_month(since),
            workers=workers,
            source="uji",
        )
        for (area, code, since), workers in potentials.items()
    )


@settings(max_examples=60)
@given(
    figures=cells, potentials=vintages, basis=st.sampled_from(Basis), code=st.sampled_from(("UCJ", "UCJ-JAKON", "PU"))
)
def test_rates_summed_by_the_database_are_those_computed_by_area(world, figures, potentials, basis, code):
    segments = SegmentGroup.of(WorkerSegment.objects.get(pk=code))
    with transaction.atomic():
        write(figures, potentials)
        facts = FigureReader.visible_to(world.pimpinan)
        found = facts.monthly_rates(segments, FIRST, LAST, basis)
        assert {month: (at.participants, at.potential) for month, at in found.items()} == area_by_area(
            facts, segments, basis
        )
        transaction.set_rollback(True)


#: Only three regencies, so that in some examples every one has a figure in every month.
few_gaps = st.fixed_dictionaries(
    {
        (area, code): st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=4, max_size=4)
        for area in ("1801", "1802", "3671")
        for code in ("PU", "BPU")
    }
)


@settings(max_examples=60)
@given(
    figures=few_gaps,
    potentials=vintages,
    basis=st.sampled_from(Basis),
    code=st.sampled_from(("UCJ", "PU")),
    gaps=st.lists(st.tuples(st.sampled_from(("1801", "1802", "3671")), st.integers(0, 3)), max_size=2),
)
def test_where_every_regency_has_a_figure_the_sums_are_the_same(world, figures, potentials, basis, code, gaps):
    segments = SegmentGroup.of(WorkerSegment.objects.get(pk=code))
    with transaction.atomic():
        Regency.objects.exclude(pk__in=("1801", "1802", "3671")).delete()
        for area, place in gaps:
            for part in ("PU", "BPU"):
                figures[area, part][place] = None
        write(figures, {key: count for key, count in potentials.items() if key[0] != "18"})
        reader = FigureReader.visible_to(world.pimpinan)
        found = reader.monthly_rates(segments, FIRST, LAST, basis)
        assert {month: tuple(at) for month, at in found.items()} == area_by_area(reader, segments, basis)
        transaction.set_rollback(True)


def test_a_young_history_is_not_read_cell_by_cell(world, django_assert_num_queries):
    """Ten months of figures in a series of two years: months before the first figure are not gaps."""
    first = months.add_months(LAST, -23)
    for area in ("1801", "1802", "3671"):
        estimate(area, "PU", 100, since="2020-01")
        for back in range(10):
            put(area, "PU", months.month_code(months.add_months(LAST, -back)), 10, verified=10)
    segments = SegmentGroup.of(WorkerSegment.objects.get(pk="PU"))
    reader = FigureReader.visible_to(world.pimpinan)
    reader.monthly_rates(segments, first, LAST, Basis.VERIFIED)
    with django_assert_num_queries(4):  # token of potentials, sums by month, figures of the last, who lacks some
        rates = reader.monthly_rates(segments, first, LAST, Basis.VERIFIED)
    assert [at.rate for at in rates.values()] == [None] * 14 + [Fraction(1, 10)] * 10


def test_cells_with_gaps_are_not_queried_when_all_have_figures(world, django_assert_num_queries):
    Regency.objects.exclude(pk__in=("1801", "1802", "3671")).delete()
    for area in ("1801", "1802", "3671"):
        estimate(area, "PU", 100, since="2020-01")
        for month in SPAN:
            put(area, "PU", months.month_code(month), 10, verified=10)
    segments = SegmentGroup.of(WorkerSegment.objects.get(pk="PU"))
    reader = FigureReader.visible_to(world.pimpinan)
    reader.monthly_rates(segments, FIRST, LAST, Basis.VERIFIED)
    with django_assert_num_queries(3):  # token of potentials, sums by month, figures of the last
        rates = reader.monthly_rates(segments, FIRST, LAST, Basis.VERIFIED)
    assert {at.rate for at in rates.values()} == {Fraction(1, 10)}


def test_a_new_regency_is_not_mistaken_for_one_that_was_switched_off(world):
    """As many figures as before, but not of the same areas."""
    Regency.objects.filter(province="36").exclude(pk="3671").delete()
    Regency.objects.create(
        code="3672", bps_code="3672", name="Kota Baru", kind="KOTA", province_id="36", branch_office=world.bandar
    )
    for area, shown in (("3671", SPAN[:2]), ("3672", SPAN[2:])):
        estimate(area, "PU", 100 if area == "3671" else 1_000, since="2020-01")
        for month in shown:
            put(area, "PU", months.month_code(month), 10, verified=10)
    Regency.objects.filter(pk="3671").update(is_active=False)
    segments = SegmentGroup.of(WorkerSegment.objects.get(pk="PU"))
    rates = (
        FigureReader.visible_to(world.pimpinan)
        .in_provinces(["36"])
        .monthly_rates(segments, FIRST, LAST, Basis.VERIFIED)
    )
    assert [at.rate for at in rates.values()] == [Fraction(1, 10)] * 2 + [Fraction(1, 100)] * 2


@pytest.mark.parametrize("count", [1, 3])
def test_a_vintage_long_past_is_not_read_again(world, count, django_assert_max_num_queries):
    for year in range(2010, 2010 + count):
        estimate("1801", "PU", year, since=f"{year}-01")
    estimate("1801", "PU", 100, since="2025-01")
    estimate("1802", "PU", 70, since="2011-06")
    with django_assert_max_num_queries(3):  # and their token
        found = FigureReader.visible_to(world.pimpinan).potentials(["PU"], [FIRST, LAST])
    assert found[LAST].workers == {"PU": {("18", "1801"): 100, ("18", "1802"): 70}}


def test_months_of_whole_provinces_are_those_of_their_cells(world):
    put("1801", "PU", "2026-01", 10, verified=9)
    put("1802", "BPU", "2026-01", 5)
    put("18", "PU", "2026-01", 2)
    put("3671", "PU", "2026-02", 40)
    facts, segments = FigureReader.visible_to(world.pimpinan), SegmentGroup.of(WorkerSegment.objects.get(pk="UCJ"))
    found = facts.monthly_participants(segments, FIRST, LAST, by_province=True)
    assert {key: {month: (at.working, at.verified) for month, at in by.items()} for key, by in found.items()} == {
        ("18", None): {FIRST: (17, 9)},
        ("36", None): {date(2026, 2, 1): (40, None)},
    }
