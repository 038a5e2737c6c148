"""The number fields of every form, the admin and every import: `CountField`, and `AmountField` for decimals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from .amounts import format_amount, parse_amount
from .numbers import format_count, parse_count


class CountInput(forms.TextInput):
    """A text input wide enough for nine digits with points; shows 43202 as 43.202."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"inputmode": "numeric", "autocomplete": "off", "size": "14", "class": "count", **(attrs or {})}
        )

    def format_value(self, value: Any) -> str | None:
        return format_count(value) if isinstance(value, int) else super().format_value(value)


class CountField(forms.Field):
    """A head-count in any unambiguous spelling. Empty is None, never zero. Refused text is kept."""

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
    """A number with decimals behind a comma. `below_thousand` for percentages, where `38,125` has one meaning only."""

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
