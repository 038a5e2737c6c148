"""Filters of a report: read from the address, with defaults, and strict: what is wrong or unknown is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms

#: What else an address of a report may carry.
CONTROLS = ("format", "urut", "halaman", "per_halaman")
#: Names the columns on screen, where a report lets its readers choose them.
COLUMNS = "kolom"


class ReportFilters(forms.Form):
    """Base of all filter forms. Defaults go into the data: an empty address and the full one are the same page."""

    controls: tuple[str, ...] = CONTROLS
    #: Filters seldom used, folded away: what the fold says of one that is set, `{}` for its value in words.
    rare: Mapping[str, str] = {}

    def __init__(self, address: Mapping[str, str], **options: Any) -> None:
        self.unknown = [name for name in address if name not in self.base_fields and name not in self.controls]
        super().__init__(data={}, prefix=None, **options)
        given = {name: value for name, value in address.items() if name in self.fields and value.strip()}
        #: What the page shows where the address is silent.
        self.usual = self.defaults()
        self.address: dict[str, str] = {**self.usual, **given}
        self.complete()
        self.data = self.address

    def defaults(self) -> dict[str, str]:
        """The value of every field the address leaves out."""
        return {}

    def choose(self, name: str, choices: list[Any]) -> None:
        """Set what a choice field offers."""
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def complete(self) -> None:
        """Fill in defaults that depend on what was given."""

    @property
    def everyday(self) -> list[forms.BoundField]:
        """The filters always in sight."""
        return [field for field in self.visible_fields() if field.name not in self.rare]

    @property
    def folded(self) -> list[forms.BoundField]:
        """The filters seldom used."""
        return [field for field in self.visible_fields() if field.name in self.rare]

    @property
    def folded_words(self) -> list[str]:
        """What is set among the folded filters: `per 15 Oktober 2026`."""
        return [
            words.format(self.in_words(name))
            for name, words in self.rare.items()
            if name in self.fields and self.address.get(name, "") != self.usual.get(name, "")
        ]

    @property
    def opens_fold(self) -> bool:
        """Whether something among them is set or wrong."""
        return bool(self.folded_words) or any(name in self.rare for name in self.errors)

    @property
    def kept(self) -> dict[str, str]:
        """What of the address goes along to the pages this one links to."""
        return {}

    @property
    def has_no_data(self) -> bool:
        """True while nothing has been set up that could be asked for."""
        return False

    def clean(self) -> dict[str, Any]:
        for name in self.unknown:
            self.add_error(None, f"Saringan “{name}” tidak dikenal.")
        return self.cleaned_data

    @property
    def sentences(self) -> list[str]:
        """What is wrong, each with the name of its field."""
        found = []
        for name, errors in self.errors.items():
            label = f"{self.fields[name].label}: " if name in self.fields else ""
            found += [f"{label}{error}" for error in errors]
        return found

    def chosen(self) -> dict[str, str]:
        """The filters as the address writes them."""
        return {name: self.address.get(name, "") for name in self.fields}

    def readable(self) -> dict[str, str]:
        """The filters in words, for a file."""
        found = {}
        for name, form_field in self.fields.items():
            if self.address.get(name, ""):
                found[str(form_field.label)] = self.in_words(name)
        return found

    def in_words(self, name: str) -> str:
        """The value of one filter as a reader says it."""
        field, value = self.fields[name], self.address.get(name, "")
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
