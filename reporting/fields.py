"""The number field of every form, the admin and every import: `CountField`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

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
    """A head-count in any unambiguous spelling. Empty is None, never zero. What was typed is kept when it is refused."""

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
