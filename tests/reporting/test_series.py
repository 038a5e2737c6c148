"""Lines of head-counts over months: gaps, single points, zeros, falls, and labels that do not overlap."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting import months
from reporting.axes import LABEL_WIDTH
from reporting.lines import line_chart
from reporting.series import LABEL_HEIGHT, scale, series_chart

JANUARY = date(2024, 1, 1)


def of(*heads: int | None) -> dict[date, int | None]:
    return {months.add_months(JANUARY, at): count for at, count in enumerate(heads)}


def numbers(path: str) -> list[tuple[int, int]]:
    """The points a path goes through."""
    pairs = [part.strip().removesuffix("h0").split() for part in path.replace("L", "M").split("M") if part.strip()]
    return [(int(x), int(y)) for x, y in pairs]


def test_a_missing_month_breaks_its_own_line_and_no_other():
    wage, own = series_chart([("PU", "PU", of(10, None, 30)), ("BPU", "BPU", of(5, 6, 7))]).lines
    assert wage.path.count("M") == 2
    assert own.path.count("M") == 1


def test_a_month_without_a_record_is_a_gap_like_a_blank_one():
    assert series_chart([("PU", "PU", {JANUARY: 10, date(2024, 3, 1): 20})]).lines[0].path.count("M") == 2


def test_a_single_month_is_a_dot_with_its_words():
    line = series_chart([("PU", "PU", of(43_202))]).lines[0]
    assert line.path.endswith("h0")
    assert [point.label for point in line.points] == ["PU, Januari 2024: 43.202"]


def test_a_month_between_two_gaps_is_not_lost():
    assert series_chart([("PU", "PU", of(10, None, 30, None, 50, 60))]).lines[0].path.count("h0") == 2


def test_zero_is_a_point_on_the_ground_and_a_blank_is_none():
    chart = series_chart([("PU", "PU", of(0, 100)), ("BPU", "BPU", of(None, None)), ("JAKON", "JAKON", of(0, 0))])
    assert [line.name for line in chart.lines] == ["PU", "JAKON"]
    assert chart.lines[0].points[0].y == chart.bottom
    assert series_chart([("PU", "PU", of(None)), ("BPU", "BPU", {})]) is None


def test_only_zeros_still_have_a_scale():
    chart = series_chart([("PU", "PU", of(0, 0))])
    assert [tick.label for tick in chart.grid] == ["0", "1"]


def test_a_fall_goes_down_and_lifts_no_other_line():
    chart = series_chart([("PU", "PU", of(100, 40)), ("BPU", "BPU", of(10, 10))])
    (_x, before), (_x2, after) = numbers(chart.lines[0].path)
    assert after > before
    assert len({y for _x, y in numbers(chart.lines[1].path)}) == 1


def test_lines_keep_their_dash_when_another_has_no_value():
    chart = series_chart([("PU", "PU", of(None)), ("BPU", "BPU", of(5))])
    assert chart.lines[0].place == 1


def test_names_of_lines_that_end_together_do_not_cover_each_other():
    chart = series_chart(
        [("PU", "PU", of(0)), ("BPU", "BPU", of(0)), ("JAKON", "JAKON", of(1)), ("PMI", "PMI", of(10_000))]
    )
    labels = sorted(line.label_y for line in chart.lines)
    assert all(later - earlier >= LABEL_HEIGHT for earlier, later in pairwise(labels))
    assert labels[-1] <= chart.bottom + 4


@pytest.mark.parametrize(
    ("highest", "expected"),
    [(0, (1, 1)), (1, (1, 1)), (5, (5, 1)), (6, (6, 2)), (99, (100, 20)), (25_721, (30_000, 10_000))],
)
def test_the_scale_is_made_of_round_numbers(highest, expected):
    assert scale(highest) == expected


@given(st.lists(st.lists(st.one_of(st.none(), st.integers(0, 10**9)), min_size=1, max_size=61), min_size=1, max_size=4))
def test_every_point_lies_on_the_drawing_in_whole_numbers(lines):
    chart = series_chart([(f"segmen {at}", f"{at}", of(*line)) for at, line in enumerate(lines)])
    if chart is None:
        return
    assert 2 <= len(chart.grid) <= 6
    for line in chart.lines:
        assert numbers(line.path) == [(point.x, point.y) for point in line.points]
        assert all(chart.left <= point.x <= chart.right and 0 <= point.y <= chart.bottom for point in line.points)


@pytest.mark.parametrize("span", [1, 2, 12, 24, 36, 48, 60, 61])
@pytest.mark.parametrize("begin", range(12))
def test_labels_of_the_months_leave_each_other_room(span, begin):
    first = months.add_months(JANUARY, begin)
    chart = line_chart([(months.add_months(first, at), Fraction(1, 4)) for at in range(span)])
    places = [tick.at for tick in chart.axis]
    assert all(later - earlier >= LABEL_WIDTH for earlier, later in pairwise(places))
    if span >= 12:
        assert len(places) >= 3


def test_a_mark_stands_on_its_month_and_nowhere_else():
    rates = [(months.add_months(JANUARY, at), rate) for at, rate in enumerate([Fraction(1, 4), Fraction(1, 5), None])]
    chart = line_chart(rates, marks={date(2024, 2, 1): "turun 50", date(2024, 3, 1): "tidak ada angka"})
    assert [(mark.x, mark.y, mark.label) for mark in chart.marks] == [
        (chart.points[1].x, chart.points[1].y, "turun 50"),
    ]


def test_above_the_potential_the_scale_grows_along():
    chart = line_chart([(JANUARY, Fraction(126, 100)), (date(2024, 2, 1), Fraction(-0))])
    assert chart.points[0].label == "Januari 2024: 126,00%"
    assert 0 <= chart.points[0].y < chart.points[1].y == chart.bottom
