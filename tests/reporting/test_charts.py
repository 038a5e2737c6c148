"""Geometry of the small charts: integers and edge cases."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from reporting.charts import bullet, spark


def test_a_bar_shows_value_path_and_target_on_one_scale():
    bar = bullet(Fraction(1, 4), Fraction(1, 2), Fraction(3, 8))
    assert (bar.value, bar.target, bar.path, bar.is_beyond) == (40, 80, 60, False)


def test_above_a_hundred_percent_the_bar_is_full_and_marked():
    assert (bullet(Fraction(126, 100)).value, bullet(Fraction(126, 100)).is_beyond) == (160, True)


def test_without_a_rate_there_is_no_bar_and_zero_is_an_empty_one():
    assert bullet(None, Fraction(1, 2)) is None
    assert bullet(Fraction(0)).value == 0


def test_a_missing_month_is_a_gap_not_a_fall_to_zero():
    assert spark([10, None, 20, 30]).path.count("M") == 2


def test_one_value_is_a_dot_equal_values_a_straight_line_and_no_value_nothing():
    assert spark([5]).last == (2, 10)
    assert {part.split()[1] for part in spark([7, 7, 7]).path.replace("L", "M").split("M") if part.strip()} == {"10"}
    assert spark([None, None]) is None


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**9)), min_size=1, max_size=60))
def test_every_point_lies_on_the_drawing_and_is_an_integer(values):
    line = spark(values)
    if line is None:
        return
    numbers = [int(number) for number in line.path.replace("M", " ").replace("L", " ").replace("h0", "").split()]
    assert all(0 <= x <= line.width for x in numbers[::2])
    assert all(0 <= y <= line.height for y in numbers[1::2])


def test_a_month_alone_between_gaps_is_drawn_as_a_dot():
    assert spark([10, None, 20, None, 30, 40]).path == "M2 18h0 M32 13h0 M61 7 L76 2"


def test_the_smallest_share_can_be_seen_and_a_target_of_all_stands_inside():
    bar = bullet(Fraction(1, 1000), Fraction(1), Fraction(1, 5000))
    assert (bar.value, bar.path) == (1, 1)
    assert bar.marker == bar.width - 3
    assert bullet(Fraction(1, 2), Fraction(3, 2)).marker == 157
    assert bullet(Fraction(1, 2)).marker is None


@given(st.fractions(0, 3), st.fractions(0, 3), st.integers(120, 700))
def test_the_labels_of_a_wide_bar_lie_on_it(rate, goal, width):
    bar = bullet(rate, goal, width=width)
    assert 36 <= bar.value_label <= width - 40
    assert 36 <= bar.target_label <= width - 40
    assert 0 <= bar.marker < width
