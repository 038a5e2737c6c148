"""Targets and who set them."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest

from accounts.admin_base import HouseAdmin, UnchangeableKey
from coverage.admin.areas import HeadOfficeKeeps
from coverage.admin.cells import CellAdmin, ProvinceInCare
from reporting.amounts import format_amount
from reporting.numbers import format_count

from .models import Target, TargetSource


@admin.register(TargetSource)
class TargetSourceAdmin(HeadOfficeKeeps, UnchangeableKey, HouseAdmin):
    list_display = ["name", "code", "position", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "code"]


@admin.register(Target)
class TargetAdmin(CellAdmin):
    list_display = ["area_name", "segment", "year", "source", "percent_count", "workers_count", "is_reference"]
    list_filter = [ProvinceInCare, "year", "source", "segment", "is_reference"]
    list_select_related = ["province", "regency", "segment", "source"]
    search_fields = ["regency__name", "=regency__code", "province__name", "decree", "source__name"]
    ordering = ["province_id", "regency_id", "segment_id", "year", "source_id"]

    def in_care_of(self, queryset, request: HttpRequest):
        """National targets can be read by every office of BPJS Ketenagakerjaan."""
        if request.user.writes_all_areas or not request.user.reads_all_areas:
            return super().in_care_of(queryset, request)
        own = super().in_care_of(Target.objects.order_by(), request).values("pk")
        return queryset.filter(Q(pk__in=own) | Q(province__isnull=True))

    @admin.display(description="target cakupan", ordering="percent")
    def percent_count(self, target: Target) -> str:
        return "–" if target.percent is None else f"{format_amount(target.percent)}%"

    @admin.display(description="target peserta", ordering="workers")
    def workers_count(self, target: Target) -> str:
        return format_count(target.workers)
