"""Plausibility checks of entered figures."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.plausibility import FlagKind, check_value, flags_of, usual_range
from reporting import months
from tests.conftest import estimate, make_period, put

#: Thirteen quiet months: one per cent up each.
QUIET = [round(10_000 * 1.01**step) for step in range(13)]
#: October 2024 to October 2025, with the fall of January in the fourth place; the next month is November.
SAW_TOOTH = [10_000, 10_100, 10_200, 8_600, 8_700, 8_790, 8_880, 8_970, 9_060, 9_150, 9_240, 9_330, 9_420]


def kinds(value, history, potential=None, **options):
    return [flag.kind for flag in check_value(value, history, potential, **options).flags]


def test_a_usual_month_raises_no_question():
    assert kinds(round(QUIET[-1] * 1.02), QUIET) == []


def test_a_fall_of_39_percent_asks_for_a_reason_and_says_how_large_it_is():
    check = check_value(round(QUIET[-1] * 0.61), QUIET, None)
    assert check.needs_reason
    assert check.flags[0].sentence.startswith("Turun 39,0% dari bulan lalu")


@given(
    st.lists(st.integers(1, 2_000_000), min_size=1, max_size=13),
    st.sampled_from([10, 100]),
)
def test_a_tenfold_typo_is_always_flagged(history, factor):
    assert check_value(history[-1] * factor, history, None).needs_reason
    if history[-1] >= factor:
        assert check_value(history[-1] // factor, history, None).needs_reason


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**9)), max_size=13))
def test_last_months_figure_itself_is_never_outside_the_usual(history):
    usual = usual_range(history)
    if usual is not None:
        assert usual.low <= history[-1] <= usual.high


def test_a_fall_in_january_is_not_flagged_when_last_january_fell_too():
    december = [*SAW_TOOTH[2:], 9_510, 9_600]  # December 2024 to December 2025
    assert len(december) == 13
    assert kinds(round(9_600 * 0.85), december) == []
    assert kinds(round(9_600 * 0.60), december) == [FlagKind.CHANGE]


def test_one_outlier_does_not_widen_the_range():
    odd = [*QUIET[:6], QUIET[6] * 3, *QUIET[7:]]
    assert kinds(round(QUIET[-1] * 1.5), odd) == [FlagKind.CHANGE]


def test_small_changes_of_a_small_cell_are_not_flagged():
    assert kinds(14, [9, 10, 8, 9, 11, 10, 9, 10, 10, 9, 8, 10, 10]) == []


def test_a_cell_with_a_short_history_has_a_wide_range():
    assert kinds(1_450, [None] * 11 + [990, 1_000]) == []
    assert kinds(1_700, [None] * 11 + [990, 1_000]) == [FlagKind.CHANGE]


def test_a_first_figure_is_not_questioned_for_its_change():
    assert kinds(5_000, [None] * 13) == []


def test_a_drop_to_zero_asks_for_a_reason_and_zero_after_zero_does_not():
    assert kinds(0, QUIET) == [FlagKind.ZERO]
    assert kinds(0, [0] * 13) == []


def test_above_the_potential_is_a_warning_without_a_reason():
    check = check_value(QUIET[-1], QUIET, 5_000)
    assert [flag.kind for flag in check.flags] == [FlagKind.ABOVE_POTENTIAL]
    assert not check.needs_reason


def test_the_same_figure_for_three_months_is_questioned_but_not_in_a_tiny_cell():
    assert kinds(800, [700, 800, 800, 800]) == [FlagKind.UNCHANGED]
    assert kinds(800, [800, 790, 800, 800]) == []
    assert kinds(3, [3, 3, 3, 3]) == []


def test_a_blank_is_questioned_where_a_figure_is_expected():
    assert kinds(None, QUIET) == [FlagKind.BLANK]
    assert kinds(None, QUIET, is_expected=False) == []


@pytest.fixture
def october(world):
    """A year of Lampung Tengah; in October 2025 PU has fallen by half and BPU is carried."""
    for step, heads in enumerate(QUIET):
        month = months.month_code(months.add_months(date(2024, 9, 1), step))
        put("1802", "PU", month, heads)
        put("1802", "BPU", month, heads)
    put("1802", "PU", "2025-10", 5_000)
    put("1802", "BPU", "2025-10", QUIET[-1], own=False)
    put("1801", "PU", "2025-10", 5)  # the neighbour's
    estimate("1802", "PU", 4_000)
    return world


def test_the_checks_of_an_offices_month(october, django_assert_num_queries):
    period = make_period("2025-10")
    with django_assert_num_queries(4):
        checks = flags_of(october.tengah, period)
    assert set(checks) == {("1802", "PU"), ("1802", "BPU")}
    assert [flag.kind for flag in checks["1802", "PU"].flags] == [FlagKind.CHANGE, FlagKind.ABOVE_POTENTIAL]
    assert [flag.kind for flag in checks["1802", "BPU"].flags] == [FlagKind.BLANK]
    assert checks["1802", "PU"].history == tuple(QUIET)


def test_typed_values_can_be_checked_before_they_are_saved(october):
    checks = flags_of(october.tengah, make_period("2025-10"), {("1802", "BPU"): QUIET[-1] * 10})
    assert checks["1802", "BPU"].needs_reason
