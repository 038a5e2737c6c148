"""Admin of submissions and their steps, reminders, uploads and data sets."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse

from accounts.admin_base import ReadOnlyAdmin
from accounts.models import Denied, Office
from coverage import permissions
from coverage.models import Dataset, ImportBatch, Reminder, Submission, SubmissionEvent
from coverage.periods import reopening
from reporting import months

from .confirmation import ReopenForm, answer, ask


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


class OfficeHistoryAdmin(ReadOnlyAdmin):
    """Base of read-only pages of an office's rows."""

    def in_scope(self, queryset, request: HttpRequest):
        if request.user.writes_all_areas:
            return queryset
        return queryset.filter(office__in=Office.objects.administered_by(request.user))


@admin.register(Submission)
class SubmissionAdmin(OfficeHistoryAdmin):
    """Read-only: submitting and verifying have their own pages."""

    list_display = ["office", "period", "status", "flagged_cells", "submitted_by", "decided_by", "decided_at"]
    list_filter = ["status", "office__kind"]
    list_select_related = ["office", "period", "submitted_by", "decided_by"]
    search_fields = ["office__name", "=office__code"]
    date_hierarchy = "period__month"
    ordering = ["-period_id", "office_id"]
    inlines = [StepInline]
    actions = ["reopen"]

    def has_reopen_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(permissions.REOPEN)

    @admin.action(description="Buka kembali bulan untuk kantor terpilih", permissions=["reopen"])
    def reopen(self, request: HttpRequest, queryset) -> HttpResponse | None:
        form = answer(request, ReopenForm)
        if form.is_valid():
            for submission in queryset:
                self._reopen(request, submission, form.cleaned_data)
            return None
        lines = [
            "Kantor dapat memperbaiki angka bulan itu, mengajukannya lagi, lalu diverifikasi lagi.",
            "Sampai saat itu angka terverifikasi yang lama tetap berlaku.",
        ]
        return ask(self, request, queryset, form, title="Buka kembali bulan", lines=lines)

    def _reopen(self, request: HttpRequest, submission: Submission, given: dict[str, Any]) -> None:
        office, period = submission.office, submission.period
        try:
            opened = reopening.reopen_office(user=request.user, office=office, period=period, **given)
            until = months.long_date(opened.expires_on)
            self.message_user(request, f"{period} dibuka kembali untuk {office} sampai {until}.", messages.SUCCESS)
        except Denied as refusal:
            sentence = str(refusal)
            if office.name not in sentence:
                sentence = f"{office}: {sentence}"
            self.message_user(request, sentence, messages.ERROR)


@admin.register(SubmissionEvent)
class SubmissionEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "submission", "action", "user", "reason"]
    list_filter = ["action"]
    list_select_related = ["submission__office", "submission__period", "user"]
    search_fields = ["submission__office__name", "reason"]
    date_hierarchy = "at"
    ordering = ["-at"]

    def in_scope(self, queryset, request: HttpRequest):
        return queryset.filter(submission__office__in=Office.objects.administered_by(request.user))


@admin.register(Reminder)
class ReminderAdmin(OfficeHistoryAdmin):
    list_display = ["office", "period", "stage", "sent_at", "sent_by"]
    list_filter = ["stage"]
    list_select_related = ["office", "period", "sent_by"]
    search_fields = ["office__name", "=office__code"]
    date_hierarchy = "sent_at"
    ordering = ["-sent_at"]


@admin.register(ImportBatch)
class ImportBatchAdmin(OfficeHistoryAdmin):
    """Uploaded files, without their rows, which the confirmation page shows."""

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
