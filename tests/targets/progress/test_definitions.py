"""Every definition with its worked example (docs/definitions.md). No database."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.figures.position import Position
from reporting.numbers import format_number, format_rate
from targets.progress.definitions import (
    Baseline,
    Progress,
    StatedCourse,
    Status,
    TargetFigure,
    baseline,
    median,
    monthly_growth,
    observed_pace,
    ranks,
)

SEPTEMBER = date(2024, 9, 1)
P, W = 760_468, 3_058_943


def lampung(**target) -> Progress:
    return Progress(SEPTEMBER, P, W, Fraction(P, W), TargetFigure(**target) if target else None)


def made_up(**fields) -> Progress:
    """The made-up regency of the definitions: W 100,000; December 30,000, now June 32,000; target 35 %."""
    values = {
        "month": date(2024, 6, 1),
        "participants": 32_000,
        "potential": 100_000,
        "coverage_rate": Fraction(32, 100),
        "target": TargetFigure(2024, percent=Decimal(35)),
    }
    observed = fields.pop("observed_per_month", None)
    course = StatedCourse(Baseline(date(2023, 12, 1), 30_000, True), observed)
    return Progress(**{**values, **fields}, course=course)


def test_lampung_september_2024_against_the_target_of_2024():
    at = lampung(year=2024, percent=Decimal("32.62"))
    assert format_rate(at.coverage_rate) == "24,86%"
    assert at.target_workers == 997_827
    assert at.gap_workers == 237_359
    assert format_number(at.gap_points, 2) == "7,76"
    assert at.months_left == 3
    assert format_number(at.required_per_month, 2) == "79.119,67"


def test_lampung_september_2024_against_the_target_of_2025():
    at = lampung(year=2025, percent=Decimal("38.39"), workers=1_174_328)
    assert at.gap_workers == 413_860
    assert at.months_left == 15
    assert at.required_per_month == Fraction(413_860, 15)
    assert at.path_workers is None  # the path is drawn only for the year of the month itself


def test_uncovered_is_potential_less_participants_and_never_negative():
    assert Position(P, W, P, W).uncovered == 2_298_475
    assert Position(25_721, 20_390, 25_721, 20_390).uncovered == 0
    assert Position(None, W).uncovered is None


def test_above_a_hundred_percent_is_shown_not_capped():
    assert format_rate(Position(25_721, 20_390, 25_721, 20_390).coverage_rate) == "126,15%"


@pytest.mark.parametrize(
    ("workers", "potential", "rate"),
    [(43_202, 59_754, "72,30%"), (5_697, 25_662, "22,20%"), (35_263, 760_500, "4,64%"), (65_000, 937_000, "6,94%")],
)
def test_published_groups(workers, potential, rate):
    assert format_rate(Position(workers, potential, workers, potential).coverage_rate) == rate


def test_south_sumatra_computes_364_000_short_where_325_000_was_published():
    at = Progress(
        date(2024, 12, 1), 1_036_000, 2_800_000, Fraction(37, 100), TargetFigure(2025, Decimal(50), 1_400_000)
    )
    assert at.gap_workers == 364_000


def test_made_up_regency():
    at = made_up()
    assert at.gap_workers == 3_000
    assert at.required_per_month == 500
    assert at.path_workers == 32_500  # half way from 30,000 to 35,000
    assert at.achievement_rate == Fraction(32, 35)


def test_in_december_the_whole_gap_is_required_and_a_reached_target_requires_nothing():
    assert made_up(month=date(2024, 12, 1)).required_per_month == 3_000
    reached = made_up(participants=36_000, coverage_rate=Fraction(36, 100))
    assert (reached.gap_workers, reached.required_per_month, reached.surplus_workers) == (-1_000, 0, 1_000)


@pytest.mark.parametrize(
    ("observed", "status"),
    [
        (Fraction(475), Status.ON_TRACK),
        (Fraction(4749, 10), Status.ACCELERATE),
        (Fraction(300), Status.ACCELERATE),
        (Fraction(2999, 10), Status.BEHIND),
        (Fraction(0), Status.BEHIND),
        (Fraction(-1, 12), Status.DECLINING),
        (None, Status.NOT_ASSESSABLE),
    ],
)
def test_status_by_pace_ratio_at_its_borders(observed, status):
    assert made_up(observed_per_month=observed).status == status


def test_status_without_target_or_potential_cannot_be_assessed_but_a_reached_one_is_reached():
    assert made_up(target=None, observed_per_month=Fraction(500)).status == Status.NOT_ASSESSABLE
    without = made_up(
        potential=None, coverage_rate=None, target=TargetFigure(2024, workers=40_000), observed_per_month=Fraction(1)
    )
    assert without.status == Status.NOT_ASSESSABLE
    assert made_up(participants=35_000).status == Status.REACHED


def test_a_target_in_workers_alone_gives_its_rate_and_one_in_percent_its_workers_rounded_half_up():
    assert made_up(target=TargetFigure(2024, workers=35_000)).target_rate == Fraction(35, 100)
    assert made_up(potential=50, target=TargetFigure(2024, percent=Decimal(1))).target_workers == 1  # 0.5 up


def test_observed_pace_is_the_mean_of_twelve_months_when_both_ends_exist():
    assert observed_pace({date(2024, 6, 1): 32_000, date(2023, 6, 1): 29_000}, date(2024, 6, 1)) == 250


def test_observed_pace_else_is_the_median_of_three_to_six_monthly_changes():
    monthly = {date(2024, month, 1): heads for month, heads in ((2, 100), (3, 110), (4, 90), (5, 130), (6, 140))}
    assert observed_pace(monthly, date(2024, 6, 1)) == 10  # of 10, 40, -20, 10
    assert observed_pace({m: h for m, h in monthly.items() if m.month >= 3}, date(2024, 6, 1)) == 10
    assert observed_pace({m: h for m, h in monthly.items() if m.month >= 4}, date(2024, 6, 1)) is None
    assert observed_pace(monthly, date(2024, 7, 1)) is None


def test_observed_pace_does_not_reach_over_a_missing_month():
    monthly = {date(2024, month, 1): heads for month, heads in ((1, 1), (2, 2), (4, 4), (5, 5), (6, 6))}
    assert observed_pace(monthly, date(2024, 6, 1)) is None


def test_baseline_is_last_december_else_the_first_verified_month():
    verified = {date(2023, 12, 1): 30_000, date(2024, 3, 1): 31_000}
    assert baseline(verified, date(2024, 6, 1)) == Baseline(date(2023, 12, 1), 30_000, True)
    assert baseline({date(2024, 3, 1): 31_000}, date(2024, 6, 1)) == Baseline(date(2024, 3, 1), 31_000, False)
    assert baseline({date(2024, 9, 1): 1}, date(2024, 6, 1)) is None


def test_without_december_january_is_the_first_month_of_the_year_that_counts():
    january, june = date(2024, 1, 1), date(2024, 6, 1)
    verified = {january: 29_000, date(2024, 2, 1): 31_000, june: 32_000}
    assert baseline(verified, june) == Baseline(january, 29_000, False)
    assert baseline(verified, january) == Baseline(january, 29_000, False)
    # the month itself counts, the one after it and any before last December do not
    assert baseline({june: 32_000, date(2024, 7, 1): 1}, june) == Baseline(june, 32_000, False)
    assert baseline({date(2023, 11, 1): 1, date(2024, 7, 1): 2}, june) is None
    # zero was verified, a blank was not
    assert baseline({date(2023, 12, 1): 0}, june) == Baseline(date(2023, 12, 1), 0, True)
    assert baseline({date(2023, 12, 1): None, january: 0}, june) == Baseline(january, 0, False)


def test_in_january_the_path_has_gone_a_twelfth_of_its_way_and_in_december_all_of_it():
    assert made_up(month=date(2024, 1, 1)).path_workers == 30_417  # 30,000 + 5,000 / 12, half up
    assert made_up(month=date(2024, 12, 1)).path_workers == 35_000


def test_months_left_over_the_turn_of_the_year():
    next_year = TargetFigure(2025, percent=Decimal(35))
    assert [made_up(month=date(2024, month, 1)).months_left for month in (1, 11, 12)] == [11, 1, 0]
    assert made_up(month=date(2024, 12, 1), target=next_year).months_left == 12
    late = made_up(month=date(2025, 1, 1))
    assert (late.months_left, late.required_per_month) == (0, 3_000)  # the target of a past year
    assert made_up(month=date(2024, 11, 1), target=None).months_left == 1


def test_pace_over_the_turn_of_the_year():
    monthly = {date(2024, 1, 1): 1_120, date(2023, 1, 1): 1_000, date(2023, 12, 1): 5}
    assert observed_pace(monthly, date(2024, 1, 1)) == 10
    changes = {date(2023, 10, 1): 100, date(2023, 11, 1): 101, date(2023, 12, 1): 103, date(2024, 1, 1): 108}
    assert observed_pace(changes, date(2024, 1, 1)) == 2


def test_no_growth_is_told_from_nothing_or_within_no_time():
    assert monthly_growth(0, 100, 12) == 0
    assert monthly_growth(100, 112, 0) == monthly_growth(100, 112, -1) == 0
    assert monthly_growth(100, 112, 1) == Fraction(12, 100)
    assert monthly_growth(100, 88, 12) == Fraction(-1, 100)
    assert monthly_growth(100, 0, 1) == -1


def test_a_target_just_reached_is_reached_and_one_worker_short_is_not():
    reached, short = (made_up(participants=heads, observed_per_month=Fraction(1)) for heads in (35_000, 34_999))
    assert (reached.status, reached.surplus_workers, reached.projected_month_of_target()) == (
        Status.REACHED,
        0,
        date(2024, 6, 1),
    )
    assert (short.status, short.surplus_workers) == (Status.ON_TRACK, None)
    assert short.projected_month_of_target() == date(2024, 7, 1)


def test_what_is_two_hundred_years_away_is_not_at_this_pace():
    def reached(months_away: int) -> date | None:
        at = made_up(target=TargetFigure(2024, workers=32_000 + months_away), observed_per_month=Fraction(1))
        return at.projected_month_of_target()

    assert (reached(2_399), reached(2_400)) == (date(2224, 5, 1), None)


def test_year_end_projection():
    assert made_up(observed_per_month=Fraction(1001, 4)).year_end_projection == 33_502  # 32,000 + 1501.5 half up


def test_projected_month_of_the_target_agrees_with_gap_and_status():
    on_track = made_up(observed_per_month=Fraction(500))
    assert (on_track.gap_workers, on_track.status) == (3_000, Status.ON_TRACK)
    assert on_track.projected_month_of_target() == date(2024, 12, 1)
    assert made_up(observed_per_month=Fraction(250)).projected_month_of_target() == date(2025, 6, 1)
    assert made_up(observed_per_month=Fraction(0)).projected_month_of_target() is None
    assert made_up(observed_per_month=Fraction(-5)).projected_month_of_target() is None


def test_projected_month_of_reaching_a_share():
    at = made_up(observed_per_month=Fraction(500))
    assert at.projected_month(Fraction(35, 100)) == date(2024, 12, 1)
    assert at.projected_month(Fraction(32, 100)) == date(2024, 6, 1)
    growth = monthly_growth(90_000, 100_000, 100)  # the potential grows while we count
    assert at.projected_month(Fraction(1), growth) == date(2039, 1, 1)  # 68,000 / (500 - 111.1) = 175 months


def test_not_at_this_pace():
    assert made_up(observed_per_month=Fraction(0)).projected_month(Fraction(1)) is None
    assert made_up(observed_per_month=Fraction(10)).projected_month(Fraction(1), Fraction(1, 1000)) is None


def test_equal_rates_share_a_rank():
    found = ranks({"a": Fraction(1, 2), "b": Fraction(2, 4), "c": Fraction(3, 4), "d": None, "e": Fraction(1, 3)})
    assert found == {"c": 1, "a": 2, "b": 2, "e": 4}


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=6))
def test_the_median_lies_between_the_smallest_and_the_largest(values):
    assert min(values) <= median(values) <= max(values)


parts = st.builds(
    lambda participants, potential: Position(participants, potential, participants, potential),
    st.integers(0, 10**7),
    st.integers(1, 10**7),
)


@given(st.lists(parts, min_size=1, max_size=8))
def test_a_total_rate_is_sum_over_sum_and_lies_between_its_parts(positions):
    total = sum(positions, Position())
    assert total.coverage_rate == Fraction(sum(p.participants for p in positions), sum(p.potential for p in positions))
    rates = [p.coverage_rate for p in positions]
    assert min(rates) <= total.coverage_rate <= max(rates)


def test_nothing_known_is_not_zero():
    assert Position().participants is None
    assert (Position() + Position()).coverage_rate is None
    assert Position(5, None, 5, None).coverage_rate is None
    assert Position(5, 0, 5, 0).coverage_rate is None
