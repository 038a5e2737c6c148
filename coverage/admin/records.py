"""Admin of monthly figures, entered and corrected one at a time through `save_cells`."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from coverage.models import CoverageRecord, Province, Regency
from coverage.permissions import ENTER
from reporting.numbers import format_count

from .base import CellAdmin, ProvinceInScopeFilter
from .record_form import RecordForm


@admin.register(CoverageRecord)
class CoverageRecordAdmin(CellAdmin):
    form = RecordForm
    list_display = ["area_name", "segment", "period", "value_count", "verified_count", "origin", "changed_by"]
    list_filter = [ProvinceInScopeFilter, "segment", "origin"]
    list_select_related = ["province", "regency", "segment", "period", "changed_by"]
    date_hierarchy = "period__month"
    ordering = ["-period_id", "province_id", "regency_id", "segment_id"]
    history_list_display = ["via"]

    @admin.display(description="angka berlaku", ordering="participants")
    def value_count(self, record: CoverageRecord) -> str:
        return format_count(record.participants)

    @admin.display(description="terverifikasi", ordering="verified_participants")
    def verified_count(self, record: CoverageRecord) -> str:
        return format_count(record.verified_participants)

    def has_add_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return user.has_perm("coverage.add_coveragerecord") and user.has_perm(ENTER)

    def has_change_permission(self, request: HttpRequest, obj: CoverageRecord | None = None) -> bool:
        """Return True for the user's own cells: a Kanwil only reads the figures of its branches."""
        user = request.user
        if not (user.has_perm("coverage.change_coveragerecord") and user.has_perm(ENTER)):
            return False
        return obj is None or CoverageRecord.objects.writable_by(user).filter(pk=obj.pk).exists()

    def get_fieldsets(self, request: HttpRequest, obj: CoverageRecord | None = None):
        typed = ["participants", "change_reason", "note", "history_reason", "seen_participants", "seen_note"]
        cell = ["province", "regency", "segment", "period"]
        if obj is None:
            return [("Sel", {"fields": ["regency", "province", "segment", "period"]}), ("Angka", {"fields": typed})]
        now = ["value_count", "origin", "changed_by", "changed_at"]
        verified = ["verified_count", "verified_by", "verified_at"]
        if not self.has_change_permission(request, obj):
            typed = ["change_reason", "note"]
        return [
            ("Sel", {"fields": cell}),
            ("Angka bulan ini", {"fields": typed}),
            ("Yang tercatat sekarang", {"fields": now + verified}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: CoverageRecord | None = None):
        if obj is None:
            return []
        return [
            *("province", "regency", "segment", "period"),
            *("value_count", "origin", "changed_by", "changed_at"),
            *("verified_count", "verified_by", "verified_at"),
        ]

    def formfield_for_dbfield(self, db_field, request: HttpRequest, **kwargs: Any):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "participants":
            field.help_text = "Angka bulan ini sendiri. Kosong: belum lapor; angka bulan lalu tetap dipakai."
        return field

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs: Any):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "province":
            field.queryset = Province.objects.writable_by(request.user)
        if db_field.name == "regency":
            field.queryset = Regency.objects.writable_by(request.user)
        if db_field.name == "segment":
            field.queryset = field.queryset.filter(is_active=True)
        return field

    def get_form(self, request: HttpRequest, obj: CoverageRecord | None = None, change: bool = False, **kwargs: Any):
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user  # type: ignore[attr-defined]
        return form

    def save_model(self, request: HttpRequest, obj: CoverageRecord, form: Any, change: bool) -> None:
        """Do nothing: the form has written it."""
