"""Base classes of the admin pages of rows on an area cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin_base import HistoryAdmin
from accounts.models import Office
from coverage.models import AreaCell, Province, Regency

if TYPE_CHECKING:
    from accounts.models import User


class ProvinceInScopeFilter(admin.SimpleListFilter):
    """List filter of the provinces the user's office administers."""

    title = "provinsi"
    parameter_name = "provinsi"

    def lookups(self, request: HttpRequest, model_admin: Any):
        return Province.objects.administered_by(request.user).values_list("code", "name")

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(province=self.value()) if self.value() else queryset


def may_change_master_data(user: User, province_office: str | None) -> bool:
    """Return True for the head office, and for the Kanwil of the province."""
    if user.writes_all_areas:
        return True
    office = user.working_office
    return office is not None and office.kind == Office.Kind.REGIONAL and office.pk == province_office


class CellAdmin(HistoryAdmin):
    """Admin of rows on an area cell: a branch reads its own; its Kanwil and the head office change them."""

    autocomplete_fields = ["regency"]
    list_select_related = ["province", "regency", "segment"]
    search_fields = ["regency__name", "=regency__code", "province__name", "segment__name", "=segment__code"]

    @admin.display(description="wilayah", ordering="province_id")
    def area_name(self, row: AreaCell) -> str:
        if row.regency:
            return str(row.regency)
        return f"{row.province} (tingkat provinsi)" if row.province else "Nasional"

    def in_scope(self, queryset, request: HttpRequest):
        return queryset.administered_by(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return super().has_add_permission(request) and may_change_master_data(user, user.office_id)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or may_change_master_data(
            request.user, obj.province.regional_office_id if obj.province else None
        )

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs: Any):
        if db_field.name == "province":
            kwargs["queryset"] = Province.objects.administered_by(request.user)
        if db_field.name == "regency":
            kwargs["queryset"] = Regency.objects.administered_by(request.user)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and db_field.name == "province" and not request.user.writes_all_areas:
            field.required = True  # empty means national, which only the head office writes
        return field
