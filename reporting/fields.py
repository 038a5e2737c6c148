"""Form fields for head-counts, amounts and choices."""

from __future__ import annotations

from decimal import Decimal
from html import escape
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.safestring import SafeString, mark_safe

from .amounts import format_amount, parse_amount
from .numbers import format_count, parse_count


class CountInput(forms.TextInput):
    """A text input for nine digits with separators; shows 43202 as 43.202."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"inputmode": "numeric", "autocomplete": "off", "size": "14", "class": "count", **(attrs or {})}
        )

    def format_value(self, value: Any) -> str | None:
        return format_count(value) if isinstance(value, int) else super().format_value(value)


class CountField(forms.Field):
    """A head-count in any unambiguous notation. Empty is None, never zero. Refused text is kept."""

    widget = CountInput

    def to_python(self, value: Any) -> int | None:
        try:
            return parse_count(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class AmountInput(forms.TextInput):
    """A text input for a number with decimals; shows 38.390 as 38,39."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"inputmode": "decimal", "autocomplete": "off", "size": "14", "class": "amount", **(attrs or {})}
        )

    def format_value(self, value: Any) -> str | None:
        return format_amount(value) if isinstance(value, Decimal) else super().format_value(value)


class AmountField(forms.Field):
    """A number with a decimal comma. `below_thousand` is for percentages, where `38,125` is unambiguous."""

    widget = AmountInput

    def __init__(self, *, below_thousand: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.below_thousand = below_thousand

    def to_python(self, value: Any) -> Decimal | None:
        try:
            return parse_amount(value, below_thousand=self.below_thousand)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class ListSelect(forms.Select):
    """A select rendered without templates, which would take 5 % of a page's time for 120 months."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = {str(one) for one in self.format_value(value)}
        parts = [f'<select name="{escape(name)}"{flatatt(self.build_attrs(self.attrs, attrs))}>']
        for key, label in self.choices:
            if isinstance(label, list | tuple):
                inside = "".join(self._option(code, words, chosen) for code, words in label)
                parts.append(f'<optgroup label="{escape(str(key))}">{inside}</optgroup>')
            else:
                parts.append(self._option(key, label, chosen))
        return mark_safe("".join([*parts, "</select>"]))  # noqa: S308 - every part is escaped

    @staticmethod
    def _option(key: Any, label: Any, chosen: set[str]) -> str:
        value = "" if key is None else str(key)
        mark = " selected" if value in chosen else ""
        return f'<option value="{escape(value)}"{mark}>{escape(str(label))}</option>'


class ChoiceField(forms.ChoiceField):
    """A choice field with the fast select."""

    widget = ListSelect
