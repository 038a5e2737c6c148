"""Base classes of the admin pages: scope by office, 404 outside it, no deletion, Indonesian numbers, history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from simple_history.admin import SimpleHistoryAdmin
from simple_history.models import DeletedObject, ModelDelta
from simple_history.template_utils import HistoricalRecordContextHelper

from reporting import months
from reporting.amounts import format_amount
from reporting.fields import AmountField, CountField
from reporting.numbers import format_count

COUNTS = (models.PositiveBigIntegerField, models.PositiveIntegerField)
SMALL_NUMBERS = (models.PositiveSmallIntegerField,)


class ScopedModelAdmin(admin.ModelAdmin):
    """Base class without deletion: master data is switched off (`is_active`), facts are corrected."""

    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # a count per filter value is a scan of all records each
    save_on_top = False

    def in_scope(self, queryset: models.QuerySet, request: HttpRequest) -> models.QuerySet:
        """Return the rows the user's office administers; all of them unless a subclass narrows it."""
        return queryset

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return self.in_scope(super().get_queryset(request), request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """Answer 404 for a missing or foreign object; Django would redirect with a message."""
        raise Http404

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any):
        """Return a form field that reads Indonesian numbers; Django's own fields read `250.000` as 250."""
        if db_field.choices:
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        common: dict[str, Any] = {
            "label": capfirst(db_field.verbose_name),
            "required": not db_field.blank,
            "help_text": db_field.help_text,
        }
        if db_field.has_default():
            common["initial"] = db_field.get_default()
        if isinstance(db_field, COUNTS):
            return CountField(**common)
        if isinstance(db_field, SMALL_NUMBERS):
            return CountField(widget=forms.TextInput({"inputmode": "numeric", "size": "8"}), **common)
        if isinstance(db_field, models.DecimalField):
            return AmountField(below_thousand=db_field.max_digits - db_field.decimal_places <= 3, **common)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # Master data has its own pages; related-object icons beside every choice invite mistakes.
            field.widget.can_add_related = field.widget.can_change_related = False
            field.widget.can_view_related = field.widget.can_delete_related = False
        return field


class ReadOnlyAdmin(ScopedModelAdmin):
    """Admin of rows that are written elsewhere and only read here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReasonModelForm(forms.ModelForm):
    """Model form with a field for the reason, stored in the history."""

    history_reason = forms.CharField(
        label="Alasan perubahan",
        max_length=100,
        required=False,
        help_text="Tercatat di riwayat, misalnya nomor surat.",
        widget=forms.TextInput({"size": "60"}),
    )


class ReadableChanges(HistoricalRecordContextHelper):
    """Formats the old and new values of a history row as the pages do."""

    #: Fields with a column of their own on the history page.
    OWN_COLUMNS = ("changed_by", "changed_at")

    def context_for_delta_changes(self, delta: ModelDelta) -> list[dict[str, Any]]:
        changes = [change for change in delta.changes if change.field not in self.OWN_COLUMNS]
        return super().context_for_delta_changes(replace(delta, changes=changes))

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        field = self.model._meta.get_field(change.field)
        if value is None or value == "" or (isinstance(value, DeletedObject) and value.pk is None):
            return "kosong"
        if isinstance(value, DeletedObject):
            return str(value.pk)
        if isinstance(value, datetime):
            at = timezone.localtime(value)
            return f"{months.long_date(at.date())} {at:%H.%M}"
        if isinstance(value, date):
            return months.long_date(value)
        if field.choices:
            return dict(field.flatchoices).get(value, value)
        if isinstance(field, models.BooleanField):
            return "ya" if value else "tidak"
        if isinstance(field, COUNTS):
            return format_count(value)
        if isinstance(value, Decimal):
            return format_amount(value)
        return super().prepare_delta_change_value(change, value)


class HistoryAdmin(ScopedModelAdmin, SimpleHistoryAdmin):
    """Admin of models with history: user, time, `via` and reason of every change.

    Versions cannot be restored here: that would bypass the services.
    """

    form = ReasonModelForm
    object_history_list_template = "admin/history_list.html"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save only when a field changed, so that every history row is a change."""
        if change and not set(form.changed_data) - {"history_reason"}:
            return
        obj._change_reason = form.cleaned_data.get("history_reason") or None
        super().save_model(request, obj, form, change)

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def history_form_view(self, request: HttpRequest, object_id: str, version_id: str, extra_context=None):
        raise Http404

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        """Show the history of a row the user may open; simple_history itself does not check the scope."""
        if self.get_object(request, object_id) is None:
            raise Http404
        shows_via = any(field.name == "via" for field in self.model.history.model._meta.get_fields())
        return super().history_view(request, object_id, {"shows_via": shows_via, **(extra_context or {})})

    def history_view_title(self, request: HttpRequest, obj: Any) -> str:
        return f"Riwayat: {obj}"

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Any) -> ReadableChanges:
        return ReadableChanges(self.model, historical_record)


class UnchangeableKey:
    """Mixin that makes the primary key read-only once the row exists: changing it would create a second row."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None):
        fixed = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        return fixed if obj is None else (*fixed, self.model._meta.pk.name)  # type: ignore[attr-defined]
