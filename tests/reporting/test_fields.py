"""The number field of every form."""

from __future__ import annotations

import pytest
from django import forms
from django.utils.html import escape

from reporting.fields import CountField


class OneCount(forms.Form):
    peserta = CountField(required=False)


@pytest.mark.parametrize("typed", ["250.000", "250,000", "250 000", "250000"])
def test_the_field_reads_every_spelling(typed):
    form = OneCount({"peserta": typed})
    assert form.is_valid()
    assert form.cleaned_data["peserta"] == 250_000


def test_empty_is_none_and_zero_must_be_typed():
    for typed, value in (("", None), ("  ", None), ("0", 0)):
        form = OneCount({"peserta": typed})
        assert form.is_valid()
        assert form.cleaned_data["peserta"] is value or form.cleaned_data["peserta"] == value


@pytest.mark.parametrize("typed", ["25,5", "2.50", "12.4O0", "-3", "<b>"])
def test_a_refused_number_stays_as_typed_beside_its_sentence(typed):
    form = OneCount({"peserta": typed})
    assert not form.is_valid()
    (sentence,) = form.errors["peserta"]
    assert typed in sentence
    assert f'value="{escape(typed)}"' in str(form["peserta"])


def test_a_stored_number_is_shown_grouped_in_an_input_wide_enough():
    html = str(OneCount(initial={"peserta": 1_174_328})["peserta"])
    assert 'value="1.174.328"' in html
    assert 'inputmode="numeric"' in html


@pytest.mark.parametrize(
    ("initial", "typed", "changed"),
    [
        (43_202, "43.202", False),
        (43_202, "43 202", False),
        (None, "", False),
        (0, "", True),
        (None, "0", True),
        (43_202, "43.203", True),
        (43_202, "43,2", True),
    ],
)
def test_another_spelling_of_the_same_number_is_no_change(initial, typed, changed):
    assert CountField(required=False).has_changed(initial, typed) is changed
