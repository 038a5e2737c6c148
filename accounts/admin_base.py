"""What every admin page of ours shares: scope by office, 404 for strangers, no deleting, readable numbers, history."""

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


class HouseAdmin(admin.ModelAdmin):
    """Facts and master data are never deleted: master data is switched off (`is_active`), facts are corrected."""

    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # a count per filter value is a scan of all records each
    save_on_top = False

    def in_care_of(self, queryset: models.QuerySet, request: HttpRequest) -> models.QuerySet:
        """The rows this user's office looks after. All, unless the page says otherwise."""
        return queryset

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return self.in_care_of(super().get_queryset(request), request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """What is not there for this user answers 404, like everywhere; Django would redirect with a message."""
        raise Http404

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any):
        """Numbers the Indonesian way. Django's own fields read `250.000` as 250."""
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
            # Master data has its own pages; four icons beside every choice only invite accidents.
            field.widget.can_add_related = field.widget.can_change_related = False
            field.widget.can_view_related = field.widget.can_delete_related = False
        return field


class ReadOnlyAdmin(HouseAdmin):
    """For rows that come from elsewhere: looked at here, never written."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReasonModelForm(forms.ModelForm):
    """Asks why, for the history."""

    history_reason = forms.CharField(
        label="Alasan perubahan",
        max_length=100,
        required=False,
        help_text="Tercatat di riwayat, misalnya nomor surat.",
        widget=forms.TextInput({"size": "60"}),
    )


class ReadableChanges(HistoricalRecordContextHelper):
    """Old and new values of a history row as the screen writes them."""

    #: Columns of the history page say it already.
    SAID = ("changed_by", "changed_at")

    def context_for_delta_changes(self, delta: ModelDelta) -> list[dict[str, Any]]:
        changes = [change for change in delta.changes if change.field not in self.SAID]
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


class HistoryAdmin(HouseAdmin, SimpleHistoryAdmin):
    """For models with history: who changed what, when, through which door and why. Nothing is turned back from here:
    that would pass by the writers."""

    form = ReasonModelForm
    object_history_list_template = "admin/history_list.html"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Pressing save without a change leaves no trace: a row of history is a change."""
        if change and not set(form.changed_data) - {"history_reason"}:
            return
        obj._change_reason = form.cleaned_data.get("history_reason") or None
        super().save_model(request, obj, form, change)

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def history_form_view(self, request: HttpRequest, object_id: str, version_id: str, extra_context=None):
        raise Http404

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        """Only for rows the user may open: the history itself knows no scope."""
        if self.get_object(request, object_id) is None:
            raise Http404
        shows_via = any(field.name == "via" for field in self.model.history.model._meta.get_fields())
        return super().history_view(request, object_id, {"shows_via": shows_via, **(extra_context or {})})

    def history_view_title(self, request: HttpRequest, obj: Any) -> str:
        return f"Riwayat: {obj}"

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Any) -> ReadableChanges:
        return ReadableChanges(self.model, historical_record)


class UnchangeableKey:
    """A code that other rows point to is fixed once the row exists: changing it would make a second row."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None):
        fixed = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        return fixed if obj is None else (*fixed, self.model._meta.pk.name)  # type: ignore[attr-defined]
