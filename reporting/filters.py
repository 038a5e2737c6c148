"""Filters of a report: read from the address, with defaults, and strict: what is wrong or unknown is said."""

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

#: What else the address of a report may carry.
CONTROLS = ("format", "urut", "halaman", "per_halaman")
#: Names the columns on screen, where a report lets its readers choose them.
COLUMNS = "kolom"


class TypedChoiceField(ChoiceField, forms.TypedChoiceField):
    """One of a list, given back as what it stands for; None where nothing is chosen."""

    def __init__(self, *, empty_value: Any = None, **options: Any) -> None:
        super().__init__(empty_value=empty_value, **options)


class ShallowCopyMixin:
    """A filter set copies its filters per request; of ours only what is set per request has to be a copy."""

    extra: dict[str, Any]
    method: Any

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        found = copy.copy(self)
        found.extra = {**self.extra}
        if self.method:
            found.method = self.method  # else it would look for its method on the filter it was copied from
        return found


class ChoiceFilter(ShallowCopyMixin, django_filters.TypedChoiceFilter):
    """Narrows the rows to one of a list. `choices` may be set on the filter set before its form is made."""

    field_class = TypedChoiceField

    def offer(self, choices: Iterable[Any]) -> None:
        """Set what can be chosen."""
        self.extra["choices"] = list(choices)


class AskedMixin(ShallowCopyMixin):
    """A filter that states the question, such as the month: the rows are worked out from it, none is taken away."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return qs


class AskedChoice(AskedMixin, ChoiceFilter):
    """One of a list that is part of the question."""


class AskedDay(AskedMixin, django_filters.Filter):
    """A day that is part of the question."""

    field_class = DayField


class AskedText(AskedMixin, django_filters.CharFilter):
    """A text that is part of the question."""


class AskedCount(AskedMixin, django_filters.Filter):
    """A head-count that is part of the question."""

    field_class = CountField


class StrictForm(forms.Form):
    """The form of a `StrictFilterSet`, which has the last word on what goes together."""

    filterset: StrictFilterSet

    def clean(self) -> dict[str, Any]:
        for name in self.filterset.unknown:
            self.add_error(None, f"Saringan “{name}” tidak dikenal.")
        self.filterset.clean(self.cleaned_data)
        return self.cleaned_data


class StrictFilterSet(django_filters.FilterSet):
    """Base of the filter sets of all reports.

    Defaults go into the data: an empty address and the full one are the same page. Parameters that are unknown,
    repeated or wrong are mistakes with a sentence each. A subclass says in `defaults` what an address leaves out, sets
    the choices of its filters in `prepare`, and checks in `clean` what several filters mean together.
    """

    controls: tuple[str, ...] = CONTROLS
    #: Filters seldom used, folded away: what the fold says of one that is set, `{}` for its value in words.
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
        #: What the page shows where the address is silent.
        self.usual = self.defaults()
        given = {name: value for name, value in self.given.items() if name in self.filters and value.strip()}
        self.address = {**self.usual, **given}
        self.complete()
        self.data = self.address
        self.is_bound = True

    # --- what a subclass may say

    def prepare(self) -> None:
        """Read what the filters need and set what they offer; `self.given` is the address as it came."""

    def defaults(self) -> dict[str, str]:
        """The value of every filter the address leaves out."""
        return {}

    def complete(self) -> None:
        """Fill in defaults that depend on what was given."""

    def clean(self, found: dict[str, Any]) -> None:
        """Refuse with `self.form.add_error` what does not go together in the cleaned data."""

    @property
    def kept(self) -> dict[str, str]:
        """What of the address goes along to the pages this one links to."""
        return {}

    @property
    def has_no_data(self) -> bool:
        """True while nothing has been set up that could be asked for."""
        return False

    # --- what pages and files read

    @cached_property
    def form(self) -> StrictForm:
        """Made of the fields as they are: they belong to this request, and copying ten years of months takes time."""
        form = self._meta.form(self.data, prefix=self.form_prefix)
        form.fields = {name: one.field for name, one in self.filters.items()}
        form.filterset = self
        return form

    @property
    def cleaned_data(self) -> dict[str, Any]:
        """The valid filters; of no use before `is_valid`."""
        return self.form.cleaned_data

    @property
    def mistakes(self) -> list[str]:
        """A sentence for everything that is wrong with the address; empty when it can be answered."""
        found = []
        for name, errors in self.form.errors.items():
            label = f"{self.form.fields[name].label}: " if name in self.form.fields else ""
            found += [f"{label}{error}" for error in errors]
        return found + [
            f"“{name}” ada {len(self.request.GET.getlist(name))} kali di alamat. Pilih satu." for name in self.repeated
        ]

    @property
    def everyday(self) -> list[forms.BoundField]:
        """The filters always in sight."""
        return [field for field in self.form.visible_fields() if field.name not in self.folded_words]

    @property
    def folded(self) -> list[forms.BoundField]:
        """The filters seldom used."""
        return [field for field in self.form.visible_fields() if field.name in self.folded_words]

    @property
    def folded_summary(self) -> list[str]:
        """What is set among the folded filters: `per 15 Oktober 2026`."""
        return [
            words.format(self.in_words(name))
            for name, words in self.folded_words.items()
            if name in self.filters and self.address.get(name, "") != self.usual.get(name, "")
        ]

    @property
    def opens_fold(self) -> bool:
        """Whether something among them is set or wrong."""
        return bool(self.folded_summary) or any(name in self.folded_words for name in self.form.errors)

    def chosen(self) -> dict[str, str]:
        """The filters as the address writes them."""
        return {name: self.address.get(name, "") for name in self.filters}

    def readable(self) -> dict[str, str]:
        """The filters in words, for a file."""
        return {
            str(self.form.fields[name].label): self.in_words(name) for name in self.filters if self.address.get(name)
        }

    def in_words(self, name: str) -> str:
        """The value of one filter as a reader says it."""
        field, value = self.form.fields[name], self.address.get(name, "")
        if isinstance(field, forms.ChoiceField):
            return _label(cast(Iterable[tuple[Any, Any]], field.choices), value)
        return str(field.widget.format_value(value) or "")


def _label(choices: Iterable[tuple[Any, Any]], value: str) -> str:
    """The label of a choice, also inside a group of choices."""
    for key, label in choices:
        if isinstance(label, list | tuple):
            inside = _label(label, value)
            if inside != value:
                return inside
        elif str(key) == value:
            return str(label)
    return value
