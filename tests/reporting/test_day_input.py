"""A day in a form: accepted notations, shown in words, never guessed."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms

from reporting.days import DayField


class Decree(forms.Form):
    day = DayField(label="Tanggal", required=False)


@pytest.mark.parametrize(
    "typed", ["5-11-2026", "05/11/2026", "5.11.2026", "5 November 2026", "5 Nov 2026", "2026-11-05"]
)
def test_what_was_understood_is_shown_in_words(typed):
    form = Decree({"day": typed})
    assert form.is_valid()
    assert form.cleaned_data["day"] == date(2026, 11, 5)
    assert 'value="5 November 2026"' in str(form["day"])
    assert DayField().clean("5 November 2026") == date(2026, 11, 5)  # sent back as shown, it is the same day


def test_a_stored_day_is_shown_in_words():
    assert 'value="15 Oktober 2026"' in str(Decree(initial={"day": date(2026, 10, 15)})["day"])


@pytest.mark.parametrize("typed", ["31-02-2026", "11/25/2026", "besok", "5-11-26"])
def test_what_is_refused_stays_as_typed(typed):
    form = Decree({"day": typed})
    assert not form.is_valid()
    assert f'value="{typed}"' in str(form["day"])


def test_it_is_no_calendar_of_the_browser():
    assert 'type="text"' in str(Decree()["day"])
    assert "mis. 15-10-2026" in str(Decree()["day"])
