"""Parsing and form fields for days: `5 November 2026`, `05/11/2026`, `2026-11-05`. Ambiguous text is refused."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from .months import NAMES, SHORT_NAMES, long_date

_NUMBERS = {name.lower(): place for names in (NAMES, SHORT_NAMES) for place, name in enumerate(names, start=1)}
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
#: Day first; the same separator twice.
_LOCAL = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_WRITTEN = re.compile(r"(\d{1,2}) +([a-z]+)\.? +(\d{4})", re.ASCII)


def parse_day(text: str) -> date:
    """Read a day in one of the three spellings. Raises ValueError with an Indonesian sentence."""
    typed = text.strip()
    if match := _ISO.fullmatch(typed):
        year, month, day = (int(part) for part in match.groups())
    elif match := _LOCAL.fullmatch(typed):
        day, month, year = int(match[1]), int(match[3]), int(match[4])
    elif (match := _WRITTEN.fullmatch(typed.lower())) and match[2] in _NUMBERS:
        day, month, year = int(match[1]), _NUMBERS[match[2]], int(match[3])
    else:
        raise ValueError(f"“{typed[:30]}” bukan tanggal. Tulis misalnya 5 November 2026 atau 05/11/2026.")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"Tanggal “{typed[:30]}” tidak ada dalam kalender.") from None


class DayInput(forms.TextInput):
    """A text input that shows a day in words, `15 Oktober 2026`.

    The browser's date input is not used: in a browser set to English it expects mm/dd/yyyy, so that 05/11, meant as
    5 November, becomes 11 May. Here the day comes first, and the result is shown in words. Refused text is kept.
    """

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        example = {"placeholder": "mis. 15-10-2026", "title": "Tanggal, bulan, tahun: 15-10-2026 atau 15 Oktober 2026"}
        super().__init__({"autocomplete": "off", "size": "16", "class": "day", **example, **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        if value in (None, ""):
            return None
        try:
            return long_date(value if isinstance(value, date) else parse_day(str(value)))
        except ValueError:
            return str(value)


class DayField(forms.Field):
    """A day; empty is None."""

    widget = DayInput

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        try:
            return parse_day(str(value))
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error
