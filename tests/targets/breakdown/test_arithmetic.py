"""A provincial target broken down to its regencies: by potential, by gap; the sum is always the target. No database."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from targets.breakdown.arithmetic import DividedPart, Undividable, apportion, by_gap, by_potential, remainder

HEADS = st.integers(0, 3_000_000)
MAYBE = st.none() | HEADS
TOTAL = st.integers(0, 50_000_000)


@st.composite
def provinces(draw, potential=MAYBE, participants=MAYBE) -> list[DividedPart]:
    """Up to forty regencies, as West Java or Papua have them at most."""
    count = draw(st.integers(1, 40))
    return [DividedPart(f"18{number:02d}", draw(potential), draw(participants)) for number in range(1, count + 1)]


def divided(way, total, parts) -> dict[str, int | None]:
    try:
        return way(total, parts)
    except Undividable:
        return {}


def test_by_potential_gives_every_regency_the_same_target_rate():
    parts = [
        DividedPart("1801", 500_000, 10),
        DividedPart("1802", 300_000, None),
        DividedPart("1804", 200_000, 150_000),
    ]
    assert by_potential(400_000, parts) == {"1801": 200_000, "1802": 120_000, "1804": 80_000}


def test_by_gap_makes_a_regency_grow_in_proportion_to_its_uncovered_workers():
    """60,000 and 20,000 uncovered: of 8,000 to add, three quarters and one quarter."""
    parts = [DividedPart("1801", 100_000, 40_000), DividedPart("1802", 50_000, 30_000)]
    assert by_gap(78_000, parts) == {"1801": 46_000, "1802": 32_000}


def test_the_published_target_of_lampung_leaves_no_worker_over():
    parts = [DividedPart(f"18{number:02d}", 203_929 + number, 50_000 + 7 * number) for number in range(1, 16)]
    for way in (by_potential, by_gap):
        assert sum(way(1_174_328, parts).values()) == 1_174_328


def test_what_whole_numbers_leave_over_goes_to_the_largest_remainders():
    """10 over 5, 3, 3: exactly 4.55, 2.73, 2.73; the two workers left go to the two larger remainders."""
    assert apportion(10, {"a": 5, "b": 3, "c": 3}) == {"a": 4, "b": 3, "c": 3}


def test_equal_remainders_are_served_by_code():
    assert apportion(2, {"c": 1, "b": 1, "a": 1}) == {"a": 1, "b": 1, "c": 0}


def test_a_target_below_todays_participants_shrinks_all_alike():
    parts = [DividedPart("1801", 100_000, 40_000), DividedPart("1802", 50_000, 10_000)]
    assert by_gap(25_000, parts) == {"1801": 20_000, "1802": 5_000}


def test_a_target_of_exactly_todays_participants_changes_nobody():
    parts = [DividedPart("1801", 100_000, 40_000), DividedPart("1802", None, 10_000)]
    assert by_gap(50_000, parts) == {"1801": 40_000, "1802": 10_000}


def test_a_regency_above_one_hundred_percent_keeps_its_participants():
    """Kaimana 2023: 25,721 of 20,390."""
    parts = [DividedPart("9208", 20_390, 25_721), DividedPart("9202", 100_000, 40_000)]
    assert by_gap(75_721, parts) == {"9208": 25_721, "9202": 50_000}


def test_where_nobody_is_uncovered_growth_follows_the_potential():
    parts = [DividedPart("1801", 100, 120), DividedPart("1802", 300, 300)]
    assert by_gap(440, parts) == {"1801": 125, "1802": 315}


def test_a_regency_without_potential_gets_no_share_by_potential_and_keeps_its_participants_by_gap():
    parts = [DividedPart("1801", None, 500), DividedPart("1802", 1_000, 200), DividedPart("1804", 0, 30)]
    assert by_potential(900, parts) == {"1801": None, "1802": 900, "1804": None}
    assert by_gap(900, parts) == {"1801": 500, "1802": 370, "1804": 30}


def test_a_regency_without_figures_gets_no_share_by_gap():
    """Blank is not zero: its whole potential may not be taken for uncovered."""
    parts = [DividedPart("1801", 1_000, None), DividedPart("1802", 1_000, 200)]
    assert by_gap(300, parts) == {"1801": None, "1802": 300}


@pytest.mark.parametrize(
    ("way", "part", "sentence"),
    [
        (by_potential, DividedPart("1801", None, 5), "Potensi kab/kota belum ada"),
        (by_gap, DividedPart("1801", 500, None), "belum punya angka peserta"),
        (by_gap, DividedPart("1801", None, 5), "Potensi kab/kota belum ada"),
    ],
)
def test_nothing_to_divide_by_is_said(way, part, sentence):
    with pytest.raises(Undividable, match=sentence):
        way(100, [part])


def test_the_remainder_has_a_sign():
    assert remainder(100, [60, None, 30]) == 10
    assert remainder(100, [60, 50]) == -10


@given(TOTAL, provinces())
def test_the_parts_always_add_up_to_the_target_and_none_is_negative(total, parts):
    for way in (by_potential, by_gap):
        if shares := divided(way, total, parts):
            assert remainder(total, shares.values()) == 0
            assert all(type(share) is int and share >= 0 for share in shares.values() if share is not None)


@given(TOTAL, provinces(potential=st.integers(1, 3_000_000)))
def test_a_larger_potential_never_gets_less(total, parts):
    shares = by_potential(total, parts)
    for one in parts:
        for other in parts:
            if one.potential > other.potential:
                assert shares[one.code] >= shares[other.code]


@given(TOTAL, provinces(participants=HEADS))
def test_by_gap_nobody_falls_while_the_target_grows_and_nobody_rises_while_it_shrinks(total, parts):
    shares = divided(by_gap, total, parts)
    is_growing = total >= sum(part.participants for part in parts)
    for part in parts if shares else []:
        change = shares[part.code] - part.participants
        assert change >= 0 if is_growing else change <= 0


@given(TOTAL, provinces(potential=st.integers(1, 3_000_000), participants=HEADS))
def test_more_uncovered_workers_never_means_less_growth(total, parts):
    shares = by_gap(total, parts)
    if total < sum(part.participants for part in parts) or not any(part.uncovered for part in parts):
        return
    grown = {part.code: shares[part.code] - part.participants for part in parts}
    for one in parts:
        for other in parts:
            if one.uncovered > other.uncovered:
                assert grown[one.code] >= grown[other.code]


@given(TOTAL, st.dictionaries(st.text("abc", min_size=1), st.integers(1, 10**9), min_size=1))
def test_no_share_is_a_whole_worker_away_from_the_exact_one(total, weights):
    shares = apportion(total, weights)
    everything = sum(weights.values())
    assert all(abs(shares[code] - Fraction(total * weight, everything)) < 1 for code, weight in weights.items())


@given(TOTAL, provinces(), st.randoms())
def test_the_order_of_the_regencies_does_not_matter(total, parts, dice):
    shuffled = dice.sample(parts, len(parts))
    for way in (by_potential, by_gap):
        assert divided(way, total, parts) == divided(way, total, shuffled)
