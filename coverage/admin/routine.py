"""Months, submissions and their steps, data sets."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin_base import HistoryAdmin, ReadOnlyAdmin, UnchangeableKey
from accounts.models import Office

from .. import periods
from ..models import (
    Dataset,
    ImportBatch,
    PeriodReopening,
    Reminder,
    ReportingPeriod,
    Submission,
    SubmissionEvent,
)
from .areas import HeadOfficeKeeps


@admin.register(ReportingPeriod)
class ReportingPeriodAdmin(HeadOfficeKeeps, UnchangeableKey, HistoryAdmin):
    """A month is added by opening it, which writes every expected cell; afterwards its dates can be set."""

    list_display = ["__str__", "cut_off_on", "due_on", "closes_on", "is_open"]
    date_hierarchy = "month"
    ordering = ["-month"]
    readonly_fields = ["locked_at", "locked_by"]

    @admin.display(description="terbuka", boolean=True)
    def is_open(self, period: ReportingPeriod) -> bool:
        return not period.is_locked

    def get_fields(self, request: HttpRequest, obj: ReportingPeriod | None = None):
        if obj is None:
            return ["month"]
        return ["month", "cut_off_on", "due_on", "closes_on", "locked_at", "locked_by", "history_reason"]

    def save_model(self, request: HttpRequest, obj: ReportingPeriod, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            periods.open_period(obj.month)
            obj.refresh_from_db()


class StepInline(admin.TabularInline):
    model = SubmissionEvent
    fields = ["at", "action", "user", "reason"]
    readonly_fields = ["at", "action", "user", "reason"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OfficeTrailAdmin(ReadOnlyAdmin):
    """What an office did or was sent, read here and written elsewhere."""

    def in_care_of(self, queryset, request: HttpRequest):
        if request.user.writes_all_areas:
            return queryset
        return queryset.filter(office__in=Office.objects.administered_by(request.user))


@admin.register(Submission)
class SubmissionAdmin(OfficeTrailAdmin):
    """Handed in and verified on their own pages."""

    list_display = ["office", "period", "status", "submitted_by", "decided_by", "decided_at"]
    list_filter = ["status", "office__kind"]
    list_select_related = ["office", "period", "submitted_by", "decided_by"]
    search_fields = ["office__name", "=office__code"]
    date_hierarchy = "period__month"
    ordering = ["-period_id", "office_id"]
    inlines = [StepInline]


@admin.register(SubmissionEvent)
class SubmissionEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "submission", "action", "user", "reason"]
    list_filter = ["action"]
    list_select_related = ["submission__office", "submission__period", "user"]
    search_fields = ["submission__office__name", "reason"]
    date_hierarchy = "at"
    ordering = ["-at"]

    def in_care_of(self, queryset, request: HttpRequest):
        return queryset.filter(submission__office__in=Office.objects.administered_by(request.user))


@admin.register(PeriodReopening)
class PeriodReopeningAdmin(OfficeTrailAdmin):
    list_display = ["office", "period", "expires_on", "opened_by", "opened_at", "closed_at"]
    list_select_related = ["office", "period", "opened_by"]
    search_fields = ["office__name", "=office__code", "reason"]
    date_hierarchy = "opened_at"
    ordering = ["-opened_at"]


@admin.register(Reminder)
class ReminderAdmin(OfficeTrailAdmin):
    list_display = ["office", "period", "stage", "sent_at", "sent_by"]
    list_filter = ["stage"]
    list_select_related = ["office", "period", "sent_by"]
    search_fields = ["office__name", "=office__code"]
    date_hierarchy = "sent_at"
    ordering = ["-sent_at"]


@admin.register(ImportBatch)
class ImportBatchAdmin(OfficeTrailAdmin):
    """Files as they came in; their rows are looked at where they are confirmed."""

    list_display = ["file_name", "office", "period", "uploaded_by", "uploaded_at", "confirmed_at"]
    list_select_related = ["office", "period", "uploaded_by"]
    search_fields = ["file_name", "office__name", "=sha256"]
    date_hierarchy = "uploaded_at"
    ordering = ["-uploaded_at"]
    exclude = ["rows"]


@admin.register(Dataset)
class DatasetAdmin(ReadOnlyAdmin):
    list_display = ["name", "version", "is_demonstration", "loaded_at"]
    search_fields = ["name", "code"]
