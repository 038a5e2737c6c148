"""Admin of provinces, regencies and segments. They are switched off, never deleted; codes cannot be changed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin_base import HistoryAdmin, ScopedModelAdmin, UnchangeableKey
from accounts.models import Office
from coverage.models import Province, Regency, WorkerSegment

from .base import ProvinceInScopeFilter, may_change_master_data


class HeadOfficeWrites:
    """Mixin: only the head office adds and changes; other users with the permission read."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and request.user.writes_all_areas  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and request.user.writes_all_areas  # type: ignore[misc]


@admin.register(Province)
class ProvinceAdmin(HeadOfficeWrites, UnchangeableKey, HistoryAdmin):
    list_display = ["code", "name", "bps_code", "island_group", "regional_office", "is_active"]
    list_display_links = ["code", "name"]
    list_filter = ["island_group", ("regional_office", admin.RelatedOnlyFieldListFilter), "is_active"]
    list_select_related = ["regional_office"]
    search_fields = ["name", "=code", "=bps_code"]
    autocomplete_fields = ["regional_office", "government_office"]

    def in_scope(self, queryset, request: HttpRequest):
        return queryset.administered_by(request.user)


@admin.register(Regency)
class RegencyAdmin(UnchangeableKey, HistoryAdmin):
    list_display = ["code", "name", "bps_code", "kind", "province", "branch_office", "is_active"]
    list_display_links = ["code", "name"]
    list_filter = [ProvinceInScopeFilter, "kind", "branch_office__kind", "is_active"]
    list_select_related = ["province", "branch_office"]
    search_fields = ["name", "=code", "=bps_code", "branch_office__name"]
    autocomplete_fields = ["branch_office", "government_office", "split_from"]

    def in_scope(self, queryset, request: HttpRequest):
        return queryset.administered_by(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and request.user.writes_all_areas

    def has_change_permission(self, request: HttpRequest, obj: Regency | None = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or may_change_master_data(request.user, obj.province.regional_office_id)

    def get_readonly_fields(self, request: HttpRequest, obj: Regency | None = None):
        """Let a Kanwil change only the responsible branch, the head office everything."""
        if request.user.writes_all_areas:
            return super().get_readonly_fields(request, obj)
        return [field.name for field in Regency._meta.fields if field.name != "branch_office"]

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs: Any):
        if db_field.name == "branch_office":
            kwargs["queryset"] = Office.objects.administered_by(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(WorkerSegment)
class WorkerSegmentAdmin(HeadOfficeWrites, UnchangeableKey, ScopedModelAdmin):
    list_display = ["name", "code", "kind", "ecosystem", "has_potential", "is_expected", "is_headline", "is_active"]
    list_filter = ["kind", "ecosystem", "is_active"]
    search_fields = ["name", "code"]
    filter_horizontal = ["components"]
