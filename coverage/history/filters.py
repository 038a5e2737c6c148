"""Filters of the history: month, office, person, door."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts.models import Office, User
from coverage.models import ReportingPeriod, Via
from reporting import months
from reporting.fields import ChoiceField
from reporting.filters import ReportFilters

#: The doors through which somebody changes a figure; opening a month changes none.
DOORS = [(value, label) for value, label in Via.choices if value != Via.OPEN]


class NoFilters(ReportFilters):
    """The history of one cell, or of one office's month: the address says it all."""


class TrailFilters(ReportFilters):
    """`bulan, kantor, pengguna, melalui`. Empty means all."""

    bulan = ChoiceField(label="Bulan", required=False)
    kantor = ChoiceField(label="Kantor", required=False)
    pengguna = forms.CharField(label="Pengguna", required=False, max_length=150, help_text="Nama atau nama pengguna.")
    melalui = ChoiceField(label="Melalui", required=False, choices=[("", "Semua jalan"), *DOORS])

    def __init__(self, address: Mapping[str, str]) -> None:
        self.periods = {months.month_code(at.month): at for at in ReportingPeriod.objects.order_by("-month")}
        kinds = [Office.Kind.REGIONAL, Office.Kind.BRANCH]
        self.offices = {office.code: office for office in Office.objects.filter(kind__in=kinds).order_by("name")}
        super().__init__(address)
        self.choose("bulan", [("", "Semua bulan"), *((code, str(at)) for code, at in self.periods.items())])
        self.choose("kantor", [("", "Semua kantor"), *((code, office.name) for code, office in self.offices.items())])

    @property
    def has_no_data(self) -> bool:
        return not self.periods

    def clean_pengguna(self) -> User | None:
        """One person: by user name, or by a part of the name that fits nobody else."""
        typed = self.cleaned_data["pengguna"].strip()
        if not typed:
            return None
        exact = User.objects.filter(username__iexact=typed).first()
        if exact:
            return exact
        parts = Q()
        for word in typed.split():
            parts &= Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(username__icontains=word)
        found = list(User.objects.filter(parts).order_by("username")[:6])
        if not found:
            raise ValidationError(f"Tidak ada pengguna bernama “{typed}”.")
        if len(found) > 1:
            names = ", ".join(person.username for person in found[:5]) + (" …" if len(found) > 5 else "")
            raise ValidationError(f"“{typed}” cocok dengan beberapa pengguna. Tulis salah satu nama pengguna: {names}")
        return found[0]

    def question(self) -> dict[str, object]:
        """The valid filters as arguments of `trail.feed`."""
        found = self.cleaned_data
        return {
            "period": self.periods.get(found["bulan"]),
            "office": self.offices.get(found["kantor"]),
            "person": found["pengguna"],
            "via": found["melalui"],
        }
