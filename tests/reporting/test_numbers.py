"""Parsing and formatting of numbers: every notation, and nothing is ever divided by a thousand."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.numbers import (
    MAX_COUNT,
    as_float,
    format_change,
    format_count,
    format_money,
    format_number,
    format_rate,
    parse_count,
    round_count,
    round_half_up,
)

counts = st.integers(min_value=0, max_value=MAX_COUNT)
SEPARATORS = [".", ",", " ", "'", "\u00a0", "\u202f", "\u2009"]


@pytest.mark.parametrize(
    "typed",
    [
        "250.000", "250,000", "250 000", "250'000", "250000", "0250000", " 250.000 ", "250\u00a0000", "250\u202f000",
        "\ufeff250.000", "\t250.000\n", 250000, 250000.0,
    ],
)  # fmt: skip
def test_every_unambiguous_spelling_is_the_same_number(typed):
    assert parse_count(typed) == 250_000


@pytest.mark.parametrize("typed", [None, "", " ", "\u00a0", "\t", "\u200b"])
def test_empty_is_none_and_never_zero(typed):
    assert parse_count(typed) is None


@pytest.mark.parametrize("typed", ["0", "00", 0])
def test_a_typed_zero_is_zero(typed):
    assert parse_count(typed) == 0


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("25,5", "tidak jelas"),
        ("2.50", "tidak jelas"),
        ("43.20", "tidak jelas"),
        ("1.234,5", "tidak jelas"),
        ("1,234.56", "tidak jelas"),
        ("1.234,567", "tidak jelas"),
        ("12.34.567", "tidak jelas"),
        ("1.2345", "tidak jelas"),
        ("1234.567", "tidak jelas"),
        ("0.123", "tidak jelas"),
        ("043.202", "tidak jelas"),
        ("43.202.", "tidak jelas"),
        ("1  234", "tidak jelas"),
        ("12 34", "tidak jelas"),
        (".5", "bukan angka"),
        ("12\t345", "bukan angka"),
        ("12\n345", "bukan angka"),
        ("12.4O0", "bukan angka"),
        ("seribu", "bukan angka"),
        ("1e5", "bukan angka"),
        ("0x1F", "bukan angka"),
        ("1_000", "bukan angka"),
        ("+5", "bukan angka"),
        ("43.202 orang", "bukan angka"),
        ("=43202", "bukan angka"),
        ("NaN", "bukan angka"),
        ("١٢٣", "bukan angka"),
        ("１２３", "bukan angka"),
        ("²", "bukan angka"),
        (True, "bukan angka"),
        (float("nan"), "bukan angka"),
        (float("inf"), "bukan angka"),
        ("-", "Kosongkan bila belum ada"),
        ("–", "Kosongkan bila belum ada"),
        ("-5", "negatif"),
        ("−5", "negatif"),
        ("- 5.000", "negatif"),
        ("(500)", "negatif"),
        (-5, "negatif"),
        (25.5, "bukan bilangan bulat"),
        ("1000000000", "terlalu besar"),
        ("1.000.000.000", "terlalu besar"),
        ("9" * 5000, "terlalu besar"),
        (10**12, "terlalu besar"),
        (1e300, "terlalu besar"),
    ],
)
def test_what_could_mean_two_things_or_none_is_refused_with_a_sentence(typed, why):
    with pytest.raises(ValueError, match=why) as refusal:
        parse_count(typed)
    assert str(refusal.value).endswith(".")
    assert len(str(refusal.value)) < 130


@given(counts)
def test_what_is_printed_can_be_typed_back(count):
    assert parse_count(format_count(count)) == parse_count(str(count)) == count


@given(counts, st.sampled_from(SEPARATORS))
def test_any_grouping_gives_the_same_number(count, separator):
    assert parse_count(f"{count:,}".replace(",", separator)) == count


@given(st.one_of(st.text(max_size=30), st.text("0123456789.,' -()\u00a0", max_size=14)))
def test_whatever_is_typed_is_read_with_all_its_digits_or_refused(text):
    """The digits of the answer are the digits typed: none is lost, so nothing is divided by a thousand."""
    try:
        count = parse_count(text)
    except ValueError:
        return
    digits = re.sub(r"[^0-9]", "", text)
    assert count == (int(digits) if digits else None)


@given(st.integers(0, 10**6), st.text("0123456789", min_size=1, max_size=2), st.sampled_from([".", ","]))
def test_a_decimal_is_never_taken_for_a_count(whole, decimals, separator):
    with pytest.raises(ValueError, match="tidak jelas"):
        parse_count(f"{whole}{separator}{decimals}")


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [
        ("0.125", 2, "0.13"),
        ("-0.125", 2, "-0.13"),
        ("2.5", 0, "3"),
        ("997826.55", 0, "997827"),
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(1, 3), 2, "0.33"),
        (5, 2, "5.00"),
    ],
)
def test_rounding_is_half_up_and_exact(value, digits, rounded):
    exact = Decimal(value) if isinstance(value, str) else value
    assert str(round_half_up(exact, digits)) == rounded


@given(st.fractions(min_value=-(10**6), max_value=10**6), st.integers(0, 4))
def test_rounding_moves_at_most_half_a_step(value, digits):
    assert abs(Fraction(round_half_up(value, digits)) - value) <= Fraction(1, 2 * 10**digits)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (format_count(1_174_328), "1.174.328"),
        (format_count(0), "0"),
        (format_count(None), "–"),
        (format_count(-1_234), "−1.234"),
        (format_number(Decimal("79119.6667"), 2), "79.119,67"),
        (format_number(5, signed=True), "+5"),
        (format_number(0, signed=True), "0"),
        (format_rate(Fraction(760_468, 3_058_943)), "24,86%"),
        (format_rate(Fraction(25_721, 20_390)), "126,15%"),
        (format_rate(None), "–"),
        (format_change(Fraction(4_706 - 4_598, 4_598)), "+2,3%"),
        (format_change(Fraction(32_942 - 54_004, 54_004)), "−39,0%"),
        (format_change(Fraction(0)), "0,0%"),
        (format_change(None), "–"),
        (format_money(16_800), "Rp16.800"),
        (format_money(4_640_000_000), "Rp4,64 miliar"),
        (format_money(327_000_000_000), "Rp327 miliar"),
        (format_money(None), "–"),
    ],
)
def test_numbers_are_printed_the_indonesian_way(shown, expected):
    assert shown == expected


def test_files_get_numbers_and_rates_as_they_are():
    assert (round_count(Fraction(5, 2)), as_float(None), as_float(3), as_float(Fraction(1, 4))) == (3, None, 3, 0.25)


@pytest.mark.parametrize(
    "spelling", json.loads((Path(__file__).resolve().parents[1] / "support" / "number_spellings.json").read_text())
)
def test_the_spellings_shared_with_the_browser_are_read_as_written_down(spelling):
    """tests/browser/test_entry.py tests static/js/entry/numbers.js with the same list."""
    if "error" in spelling:
        with pytest.raises(ValueError, match=re.escape(spelling["error"])):
            parse_count(spelling["typed"])
    else:
        assert parse_count(spelling["typed"]) == spelling["count"]
