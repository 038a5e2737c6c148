"""Targets and who set them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest

from accounts.admin_base import HouseAdmin, ReasonForm, UnchangeableKey
from coverage.admin.areas import HeadOfficeKeeps
from coverage.admin.cells import CellAdmin, ProvinceInCare
from coverage.models import Via
from reporting.amounts import format_amount
from reporting.numbers import format_count

from .models import Target, TargetSource
from .planning import NO_REASON, save_targets
from .rights import plans_area, plans_targets
from .wishes import Wish


@admin.register(TargetSource)
class TargetSourceAdmin(HeadOfficeKeeps, UnchangeableKey, HouseAdmin):
    list_display = ["name", "code", "position", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "code"]


class TargetAdminForm(ReasonForm):
    """Says beforehand what the writer would refuse."""

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if self.instance.pk and set(self.changed_data) - {"history_reason"} and not found.get("history_reason"):
            self.add_error("history_reason", NO_REASON)
        regency, province = found.get("regency"), found.get("province")
        if regency and not province:
            self.add_error("province", "Pilih provinsi dari kab/kota itu.")
        return found

    def validate_constraints(self) -> None:
        """All but the one reference per place: choosing another one is what the writer is for."""
        try:
            self.instance.validate_constraints(exclude={*self._get_validation_exclusions(), "is_reference"})  # type: ignore[attr-defined]
        except ValidationError as mistakes:
            self._update_errors(mistakes)  # type: ignore[attr-defined]


@admin.register(Target)
class TargetAdmin(CellAdmin):
    """Area, segment, year and source say which target it is, and stay. Withdrawing has a page of its own (Sasaran)."""

    form = TargetAdminForm
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

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and plans_targets(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Target | None = None) -> bool:
        if not super().has_change_permission(request, obj) or not plans_targets(request.user):
            return False
        return obj is None or plans_area(request.user, obj.province)

    def get_readonly_fields(self, request: HttpRequest, obj: Target | None = None):
        fixed = super().get_readonly_fields(request, obj)
        return fixed if obj is None else (*fixed, "province", "regency", "segment", "year", "source")

    def save_model(self, request: HttpRequest, obj: Target, form: Any, change: bool) -> None:
        """Through the writer, like every other door."""
        wish = Wish(
            province=obj.province,
            regency=obj.regency,
            segment=obj.segment,
            year=obj.year,
            source=obj.source,
            percent=obj.percent,
            workers=obj.workers,
            is_reference=obj.is_reference if change else obj.is_reference or None,
            decree=obj.decree,
            decree_date=obj.decree_date,
            note=obj.note,
        )
        reason = form.cleaned_data.get("history_reason") or ""
        saved = save_targets(request.user, [wish], reason=reason, via=Via.ADMIN)
        if saved.created:
            obj.pk = saved.created[0].pk

    @admin.display(description="target cakupan", ordering="percent")
    def percent_count(self, target: Target) -> str:
        return "–" if target.percent is None else f"{format_amount(target.percent)}%"

    @admin.display(description="target peserta", ordering="workers")
    def workers_count(self, target: Target) -> str:
        return format_count(target.workers)
