"""Admin of potentials and published figures."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest

from accounts.admin_base import ReasonModelForm, UnchangeableKey
from coverage.models import PublishedFigure, WorkforceEstimate
from reporting.amounts import format_amount
from reporting.fields import CountField
from reporting.numbers import format_count, format_money

from .base import CellAdmin, ProvinceInScopeFilter


@admin.register(WorkforceEstimate)
class WorkforceEstimateAdmin(CellAdmin):
    list_display = ["area_name", "segment", "effective_from", "workers_count", "source", "is_derived"]
    list_filter = [ProvinceInScopeFilter, "segment", "is_derived"]
    date_hierarchy = "effective_from"
    ordering = ["province_id", "regency_id", "segment_id", "-effective_from"]

    @admin.display(description="potensi pekerja", ordering="workers")
    def workers_count(self, row: WorkforceEstimate) -> str:
        return format_count(row.workers)


class PublishedFigureForm(ReasonModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Persons, months and things are whole numbers, so that `250,000` can only mean thousands.
        unit = self.data.get(self.add_prefix("unit"))
        if "value" in self.fields and unit and unit not in (PublishedFigure.Unit.PERCENT, PublishedFigure.Unit.RUPIAH):
            amount = self.fields["value"]
            self.fields["value"] = CountField(
                required=False, label=amount.label, help_text=amount.help_text, widget=amount.widget
            )

    def clean_value(self) -> Decimal | None:
        """Allow decimals only for percent and rupiah; persons, months and things are whole numbers."""
        value = self.cleaned_data["value"]
        unit = self.data.get(self.add_prefix("unit"))
        has_decimals = unit in (PublishedFigure.Unit.PERCENT, PublishedFigure.Unit.RUPIAH)
        if isinstance(value, int):
            return Decimal(value)
        if value is not None and not has_decimals and value != value.to_integral_value():
            self.add_error("value", "Satuan ini dihitung bulat. Tulis tanpa desimal, misalnya 43.202.")
        return value


@admin.register(PublishedFigure)
class PublishedFigureAdmin(UnchangeableKey, CellAdmin):
    form = PublishedFigureForm
    list_display = ["label", "area_name", "measure", "value_count", "as_of", "source", "is_disputed"]
    list_filter = [ProvinceInScopeFilter, "measure", "segment", "is_disputed"]
    search_fields = ["=code", "label", "source", "note", "regency__name", "province__name"]
    date_hierarchy = "as_of"
    ordering = ["-as_of", "code"]

    def in_scope(self, queryset, request: HttpRequest):
        """Include national figures for every office of BPJS Ketenagakerjaan."""
        if request.user.writes_all_areas or not request.user.reads_all_areas:
            return super().in_scope(queryset, request)
        own = super().in_scope(PublishedFigure.objects.order_by(), request).values("pk")
        return queryset.filter(Q(pk__in=own) | Q(province__isnull=True))

    @admin.display(description="nilai", ordering="value")
    def value_count(self, row: PublishedFigure) -> str:
        if row.value is None:
            return "–"
        if row.unit == PublishedFigure.Unit.RUPIAH:
            return format_money(row.value)
        text = format_amount(row.value)
        return f"{text}%" if row.unit == PublishedFigure.Unit.PERCENT else text
