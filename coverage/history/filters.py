"""Filters of the history: month, office, user, and `via`."""

from __future__ import annotations

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts.models import Office, User
from coverage.models import CoverageRecord, ReportingPeriod, Via
from coverage.models.querysets import CellQuerySet
from reporting import months
from reporting.filters import ChoiceFilter, StrictFilterSet

#: Choices of `melalui`, without opening a month, which changes no figure.
WAYS = [(value, label) for value, label in Via.choices if value != Via.OPEN]


class PersonField(forms.CharField):
    """One user, by username or by a unique part of the name."""

    def clean(self, value: str) -> User | None:
        typed = super().clean(value)
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


class PersonFilter(django_filters.Filter):
    """Filter of the rows of one user."""

    field_class = PersonField


class UnfilteredSet(StrictFilterSet):
    """No filters: the history of one figure, or of one office's month."""


class HistoryFilterSet(StrictFilterSet):
    """`bulan, kantor, pengguna, melalui`. Empty means all."""

    bulan = ChoiceFilter("period", label="Bulan", coerce=months.parse_month)
    kantor = ChoiceFilter(label="Kantor", method="filter_office")
    pengguna = PersonFilter("history_user", label="Pengguna", max_length=150, help_text="Nama atau nama pengguna.")
    melalui = ChoiceFilter("via", label="Melalui", choices=[("", "Semua jalan"), *WAYS])

    class Meta(StrictFilterSet.Meta):
        model = CoverageRecord.history.model
        fields: list[str] = []

    def prepare(self) -> None:
        self.periods = list(ReportingPeriod.objects.order_by("-month"))
        self.filters["bulan"].offer(
            [("", "Semua bulan"), *((months.month_code(at.month), str(at)) for at in self.periods)]
        )
        kinds = [Office.Kind.REGIONAL, Office.Kind.BRANCH]
        offices = {office.code: office for office in Office.objects.filter(kind__in=kinds).order_by("name")}
        self.filters["kantor"].offer([("", "Semua kantor"), *((code, office.name) for code, office in offices.items())])
        self.filters["kantor"].extra["coerce"] = offices.get

    @property
    def has_no_data(self) -> bool:
        return not self.periods

    def filter_office(self, history: CellQuerySet, name: str, office: Office) -> CellQuerySet:
        return history.of_office(office)
