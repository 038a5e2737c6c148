"""The rate of many months at once is the one that adding up area by area gives, whatever is missing where."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.figures.ahead import FactsAhead
from coverage.figures.position import Basis, Position
from coverage.figures.reader import Facts
from coverage.figures.segments import SegmentSum
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


def area_by_area(facts: Facts, segments: SegmentSum, basis: Basis) -> dict[date, tuple[int | None, int | None]]:
    found = facts.positions(segments, SPAN, basis)
    totals = {month: sum(found[month][0].values(), Position()) for month in SPAN}
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
def test_added_up_by_the_database_it_is_what_area_by_area_gives(world, figures, potentials, basis, code):
    segments = SegmentSum.of(WorkerSegment.objects.get(pk=code))
    with transaction.atomic():
        write(figures, potentials)
        facts = Facts.visible_to(world.pimpinan)
        found = facts.rates(segments, FIRST, LAST, basis)
        assert {month: (at.participants, at.potential) for month, at in found.items()} == area_by_area(
            facts, segments, basis
        )
        transaction.set_rollback(True)


@settings(max_examples=60)
@given(
    figures=cells,
    potentials=vintages,
    basis=st.sampled_from(Basis),
    code=st.sampled_from(("UCJ", "UCJ-JAKON", "PU")),
    by_province=st.booleans(),
)
def test_what_a_page_reads_ahead_is_what_it_would_be_told_each_time(
    world, figures, potentials, basis, code, by_province
):
    segments = SegmentSum.of(WorkerSegment.objects.get(pk=code))
    with transaction.atomic():
        write(figures, potentials)
        facts = Facts.visible_to(world.pimpinan)
        ahead = FactsAhead.of(facts, segments, FIRST, LAST, basis)
        at = SPAN[-2:]
        for _ in range(2):  # the second time from memory
            assert ahead.positions(segments, at, basis) == facts.positions(segments, at, basis)
            assert ahead.series(segments, SPAN[1], LAST, by_province=by_province) == facts.series(
                segments, SPAN[1], LAST, by_province=by_province
            )
            assert ahead.rates(segments, FIRST, LAST, basis) == facts.rates(segments, FIRST, LAST, basis)
        transaction.set_rollback(True)


def test_a_young_history_is_not_read_cell_by_cell(world, django_assert_num_queries):
    """Ten months of figures under a line of two years: nobody lacks what there was not yet."""
    first = months.add_months(LAST, -23)
    for area in ("1801", "1802", "3671"):
        estimate(area, "PU", 100, since="2020-01")
        for back in range(10):
            put(area, "PU", months.month_code(months.add_months(LAST, -back)), 10, verified=10)
    segments = SegmentSum.of(WorkerSegment.objects.get(pk="PU"))
    ahead = FactsAhead.of(Facts.visible_to(world.pimpinan), segments, first, LAST, Basis.VERIFIED)
    with django_assert_num_queries(
        4
    ):  # sums by province, how many regencies, figures of the last month, who lacks some
        rates = ahead.rates(segments, first, LAST, Basis.VERIFIED)
    assert [at.rate for at in rates.values()] == [None] * 14 + [Fraction(1, 10)] * 10


def test_whole_provinces_are_not_looked_through(world, django_assert_num_queries):
    """Every regency there is has a figure in every month: nobody can lack one. The other province is looked at."""
    Regency.objects.exclude(pk__in=("1801", "1802", "3671")).delete()
    for area in ("1801", "1802", "3671"):
        estimate(area, "PU", 100, since="2020-01")
        for month in SPAN:
            if (area, month) != ("3671", SPAN[1]):
                put(area, "PU", months.month_code(month), 10, verified=10)
    segments = SegmentSum.of(WorkerSegment.objects.get(pk="PU"))
    facts = Facts.visible_to(world.pimpinan)
    ahead = FactsAhead.of(facts, segments, FIRST, LAST, Basis.VERIFIED)
    assert ahead._in_doubt(SPAN) == ["36"]
    assert ahead.rates(segments, FIRST, LAST, Basis.VERIFIED) == facts.rates(segments, FIRST, LAST, Basis.VERIFIED)
    lampung = FactsAhead.of(facts.in_provinces(["18"]), segments, FIRST, LAST, Basis.VERIFIED)
    with django_assert_num_queries(3):  # sums by month, how many regencies, figures of the last month
        rates = lampung.rates(segments, FIRST, LAST, Basis.VERIFIED)
    assert {at.rate for at in rates.values()} == {Fraction(1, 10)}


def test_a_province_is_not_whole_because_another_regency_has_come_in(world):
    """One regency goes out of use as another begins: as many figures as before, but not of the same areas."""
    Regency.objects.filter(province="36").exclude(pk="3671").delete()
    Regency.objects.create(
        code="3672", bps_code="3672", name="Kota Baru", kind="KOTA", province_id="36", branch_office=world.bandar
    )
    for area, shown in (("3671", SPAN[:2]), ("3672", SPAN[2:])):
        estimate(area, "PU", 100 if area == "3671" else 1_000, since="2020-01")
        for month in shown:
            put(area, "PU", months.month_code(month), 10, verified=10)
    Regency.objects.filter(pk="3671").update(is_active=False)
    segments = SegmentSum.of(WorkerSegment.objects.get(pk="PU"))
    facts = Facts.visible_to(world.pimpinan)
    ahead = FactsAhead.of(facts, segments, FIRST, LAST, Basis.VERIFIED)
    rates = ahead.rates(segments, FIRST, LAST, Basis.VERIFIED)
    assert [at.rate for at in rates.values()] == [Fraction(1, 10)] * 2 + [Fraction(1, 100)] * 2


@pytest.mark.parametrize("count", [1, 3])
def test_a_vintage_long_past_is_not_read_again(world, count, django_assert_max_num_queries):
    for year in range(2010, 2010 + count):
        estimate("1801", "PU", year, since=f"{year}-01")
    estimate("1801", "PU", 100, since="2025-01")
    estimate("1802", "PU", 70, since="2011-06")
    with django_assert_max_num_queries(3):  # and their token, see coverage.figures.cache
        found = Facts.visible_to(world.pimpinan).potentials(["PU"], [FIRST, LAST])
    assert found[LAST].workers == {(("18", "1801"), "PU"): 100, (("18", "1802"), "PU"): 70}


def test_months_of_whole_provinces_are_those_of_their_cells(world):
    put("1801", "PU", "2026-01", 10, verified=9)
    put("1802", "BPU", "2026-01", 5)
    put("18", "PU", "2026-01", 2)
    put("3671", "PU", "2026-02", 40)
    facts, segments = Facts.visible_to(world.pimpinan), SegmentSum.of(WorkerSegment.objects.get(pk="UCJ"))
    found = facts.series(segments, FIRST, LAST, by_province=True)
    assert {key: {month: (at.working, at.verified) for month, at in by.items()} for key, by in found.items()} == {
        ("18", None): {FIRST: (17, 9)},
        ("36", None): {date(2026, 2, 1): (40, None)},
    }
