"""Filters of reports: query parameters with defaults. Unknown and invalid parameters are errors with a message."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, cast

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from .days import DayField
from .fields import ChoiceField, CountField

#: Other parameters that the address of a report may have.
CONTROLS = ("format", "urut", "halaman", "per_halaman")
#: The parameter for the columns on screen, in reports with a choice of columns.
COLUMNS = "kolom"


class TypedChoiceField(ChoiceField, forms.TypedChoiceField):
    """A choice, coerced to the object it stands for; None if nothing is chosen."""

    def __init__(self, *, empty_value: Any = None, **options: Any) -> None:
        super().__init__(empty_value=empty_value, **options)


class ShallowCopyMixin:
    """Filters that are copied shallowly per request, except for what is set per request."""

    extra: dict[str, Any]
    method: Any

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        found = copy.copy(self)
        found.extra = {**self.extra}
        if self.method:
            found.method = self.method  # rebind the method, which refers to the filter it was copied from
        return found


class ChoiceFilter(ShallowCopyMixin, django_filters.TypedChoiceFilter):
    """Filters by a choice. `choices` may be set on the filter set before its form is created."""

    field_class = TypedChoiceField

    def offer(self, choices: Iterable[Any]) -> None:
        """Set the choices."""
        self.extra["choices"] = list(choices)


class AskedMixin(ShallowCopyMixin):
    """A parameter that the rows are computed from, such as the month; it does not filter a queryset."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return qs


class AskedChoice(AskedMixin, ChoiceFilter):
    """A choice the rows are computed from."""


class AskedDay(AskedMixin, django_filters.Filter):
    """A day the rows are computed from."""

    field_class = DayField


class AskedText(AskedMixin, django_filters.CharFilter):
    """A text the rows are computed from."""


class AskedCount(AskedMixin, django_filters.Filter):
    """A head-count the rows are computed from."""

    field_class = CountField


class StrictForm(forms.Form):
    """The form of a `StrictFilterSet`, which does the validation of combined filters."""

    filterset: StrictFilterSet

    def clean(self) -> dict[str, Any]:
        for name in self.filterset.unknown:
            self.add_error(None, f"Saringan “{name}” tidak dikenal.")
        self.filterset.clean(self.cleaned_data)
        return self.cleaned_data


class StrictFilterSet(django_filters.FilterSet):
    """Base of the filter sets of all reports.

    Defaults are added to the data, so that a short address and the full one are the same page. Unknown, repeated and
    invalid parameters are mistakes with a message each. A subclass returns the defaults in `defaults`, sets the choices
    of its filters in `prepare`, and validates combinations of filters in `clean`.
    """

    controls: tuple[str, ...] = CONTROLS
    #: Filters in the fold of rarely used ones -> the text shown on the fold when it is set; `{}` is its value.
    folded_words: Mapping[str, str] = {}

    class Meta:
        form = StrictForm

    def __init__(self, data: QueryDict, queryset: QuerySet[Any] | None = None, *, request: HttpRequest) -> None:
        super().__init__(data, queryset, request=request)
        self.repeated = [name for name, values in data.lists() if len(values) > 1 and name != COLUMNS]
        self.given = {name: str(data[name]) for name in data}
        self.address: dict[str, str] = {}
        self.prepare()
        self.unknown = [name for name in self.given if name not in self.filters and name not in self.controls]
        #: The values used for parameters that the address leaves out.
        self.usual = self.defaults()
        given = {name: value for name, value in self.given.items() if name in self.filters and value.strip()}
        self.address = {**self.usual, **given}
        self.complete()
        self.data = self.address
        self.is_bound = True

    # --- hooks for subclasses

    def prepare(self) -> None:
        """Set the choices of the filters; `self.given` are the parameters as sent."""

    def defaults(self) -> dict[str, str]:
        """The value of every filter the address leaves out."""
        return {}

    def complete(self) -> None:
        """Fill in defaults that depend on what was given."""

    def clean(self, found: dict[str, Any]) -> None:
        """Validate combinations of the cleaned data; report errors with `self.form.add_error`."""

    @property
    def kept(self) -> dict[str, str]:
        """The parameters kept in links to other pages."""
        return {}

    @property
    def has_no_data(self) -> bool:
        """Whether there are no data to report on yet."""
        return False

    # --- used by pages and files

    @cached_property
    def form(self) -> StrictForm:
        """The form, with the fields themselves: they belong to this request, and copying long choices is slow."""
        form = self._meta.form(self.data, prefix=self.form_prefix)
        form.fields = {name: one.field for name, one in self.filters.items()}
        form.filterset = self
        return form

    @property
    def cleaned_data(self) -> dict[str, Any]:
        """The cleaned data of the form; call `is_valid` first."""
        return self.form.cleaned_data

    @property
    def mistakes(self) -> list[str]:
        """A sentence for every error in the address; empty if it is valid."""
        found = []
        for name, errors in self.form.errors.items():
            label = f"{self.form.fields[name].label}: " if name in self.form.fields else ""
            found += [f"{label}{error}" for error in errors]
        return found + [
            f"“{name}” ada {len(self.request.GET.getlist(name))} kali di alamat. Pilih satu." for name in self.repeated
        ]

    @property
    def everyday(self) -> list[forms.BoundField]:
        """The filters that are always visible."""
        return [field for field in self.form.visible_fields() if field.name not in self.folded_words]

    @property
    def folded(self) -> list[forms.BoundField]:
        """The filters in the fold."""
        return [field for field in self.form.visible_fields() if field.name in self.folded_words]

    @property
    def folded_summary(self) -> list[str]:
        """The text of the folded filters that are set: `per 15 Oktober 2026`."""
        return [
            words.format(self.in_words(name))
            for name, words in self.folded_words.items()
            if name in self.filters and self.address.get(name, "") != self.usual.get(name, "")
        ]

    @property
    def opens_fold(self) -> bool:
        """Whether a folded filter is set or invalid."""
        return bool(self.folded_summary) or any(name in self.folded_words for name in self.form.errors)

    def chosen(self) -> dict[str, str]:
        """The parameters of the address."""
        return {name: self.address.get(name, "") for name in self.filters}

    def readable(self) -> dict[str, str]:
        """The filters as labels and values, for files."""
        return {
            str(self.form.fields[name].label): self.in_words(name) for name in self.filters if self.address.get(name)
        }

    def in_words(self, name: str) -> str:
        """The value of a filter in words."""
        field, value = self.form.fields[name], self.address.get(name, "")
        if isinstance(field, forms.ChoiceField):
            return _label(cast(Iterable[tuple[Any, Any]], field.choices), value)
        return str(field.widget.format_value(value) or "")


def _label(choices: Iterable[tuple[Any, Any]], value: str) -> str:
    """The label of a choice, which may be in a group."""
    for key, label in choices:
        if isinstance(label, list | tuple):
            inside = _label(label, value)
            if inside != value:
                return inside
        elif str(key) == value:
            return str(label)
    return value
