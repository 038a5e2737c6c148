"""Admin of targets and their sources."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest

from accounts.admin_base import ReasonModelForm, ScopedModelAdmin, UnchangeableKey
from accounts.models import Denied, User
from coverage.admin.areas import HeadOfficeWrites
from coverage.admin.base import CellAdmin, ProvinceInScopeFilter
from coverage.models import Via, WorkerSegment
from reporting.amounts import format_amount
from reporting.numbers import format_count
from targets.planning.changes import Mistakes, TargetChange, TargetConflict, TargetValues
from targets.planning.history import parts_of
from targets.planning.services import NO_REASON, NoReason, save_targets

from .models import Target, TargetSource
from .permissions import plans_area, plans_targets


def conflict_sentence(conflict: TargetConflict) -> str:
    """A sentence about who changed the target meanwhile, with the stored and the typed values."""
    who = conflict.changed_by or "Orang lain"
    parts = "; ".join(
        f"{part.label} kini {part.old}, isian Anda {part.new}" for part in parts_of(conflict.stored, conflict.wanted)
    )
    return (
        f"{who} mengubah target ini. Isian Anda belum disimpan. {parts}. Bila disimpan lagi, isian Anda yang berlaku."
    )


@admin.register(TargetSource)
class TargetSourceAdmin(HeadOfficeWrites, UnchangeableKey, ScopedModelAdmin):
    list_display = ["name", "code", "position", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "code"]


#: Field of the writer's mistakes -> field of the form, where they differ.
FIELDS = {"area": "regency", "": None}


class TargetAdminForm(ReasonModelForm):
    """Validates with the writer, and keeps the values the user saw for the optimistic lock."""

    #: Set by `TargetAdmin`.
    user: User
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = TargetValues.of(self.instance if self.instance.pk else None).text

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if self.instance.pk and set(self.changed_data) - {"history_reason"} and not found.get("history_reason"):
            self.add_error("history_reason", NO_REASON)
        regency, province = found.get("regency"), found.get("province")
        if regency and not province:
            self.add_error("province", "Pilih provinsi dari kab/kota itu.")
        return found

    def _get_validation_exclusions(self) -> set[str]:
        """Exclude the figures, whose validation by the writer has Indonesian messages."""
        return {*super()._get_validation_exclusions(), "percent", "workers"}  # type: ignore[misc]

    def _post_clean(self) -> None:
        self.instance.validate_constraints = self._check_constraints  # Django calls the method of the instance
        try:
            super()._post_clean()  # type: ignore[misc]
        finally:
            del self.instance.validate_constraints
        if not self.errors:
            self._rehearse()

    def change(self) -> TargetChange:
        """The change requested by the form."""
        at = self.instance
        return TargetChange(
            province=at.province,
            regency=at.regency,
            segment=at.segment,
            year=at.year,
            source=at.source,
            percent=at.percent,
            workers=at.workers,
            is_reference=at.is_reference if at.pk else at.is_reference or None,
            decree=at.decree,
            decree_date=at.decree_date,
            note=at.note,
            expected=TargetValues.read(self.cleaned_data.get("seen") or ""),
        )

    def _rehearse(self) -> None:
        """Save and roll back, so that errors of the writer become errors of the form.

        The lock on the segment is taken outside the savepoint and kept, so that saving finds the same state.
        """
        reason = self.cleaned_data.get("history_reason") or ""
        with transaction.atomic():
            for _ in WorkerSegment.objects.select_for_update(no_key=True).filter(pk=self.instance.segment_id):
                pass
            try:
                with transaction.atomic():
                    saved = save_targets(self.user, [self.change()], reason=reason, via=Via.ADMIN)
                    transaction.set_rollback(True)
            except Mistakes as wrong:
                for field, sentences in wrong.by_change[0].items():
                    name = FIELDS.get(field, field)
                    for sentence in sentences:
                        self.add_error(name if name in self.fields else None, sentence)
            except NoReason as sentence:
                self.add_error("history_reason", str(sentence))
            except Denied as sentence:
                self.add_error(None, str(sentence))
            else:
                for conflict in saved.conflicts:
                    self._contest(conflict)

    def _contest(self, conflict: TargetConflict) -> None:
        """Show the conflict; saving again overwrites it, because the user has seen both values."""
        self.add_error(None, conflict_sentence(conflict))
        data = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("seen")] = conflict.stored.text
        self.data = data

    def _check_constraints(self, exclude: Any = None) -> None:
        """Check all constraints but that of one reference per place, which the writer handles."""
        chosen, self.instance.is_reference = self.instance.is_reference, False
        try:
            Target.validate_constraints(self.instance, exclude)
        finally:
            self.instance.is_reference = chosen


@admin.register(Target)
class TargetAdmin(CellAdmin):
    """Area, segment, year and source cannot be changed. Targets are deleted on the pages of Sasaran only."""

    form = TargetAdminForm
    list_display = ["area_name", "segment", "year", "source", "percent_count", "workers_count", "is_reference"]
    list_filter = [ProvinceInScopeFilter, "year", "source", "segment", "is_reference"]
    list_select_related = ["province", "regency", "segment", "source"]
    search_fields = ["regency__name", "=regency__code", "province__name", "decree", "source__name"]
    ordering = ["province_id", "regency_id", "segment_id", "year", "source_id"]

    def in_scope(self, queryset, request: HttpRequest):
        """Targets in the user's scope, and the national ones, readable for every office of BPJS Ketenagakerjaan."""
        if request.user.writes_all_areas or not request.user.reads_all_areas:
            return super().in_scope(queryset, request)
        own = super().in_scope(Target.objects.order_by(), request).values("pk")
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

    def get_form(self, request: HttpRequest, obj: Target | None = None, change: bool = False, **kwargs: Any):
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"user": request.user})

    def save_model(self, request: HttpRequest, obj: Target, form: Any, change: bool) -> None:
        """Save by `save_targets`, the only writer."""
        reason = form.cleaned_data.get("history_reason") or ""
        saved = save_targets(request.user, [form.change()], reason=reason, via=Via.ADMIN)
        if saved.conflicts:
            raise Denied(conflict_sentence(saved.conflicts[0]))
        if saved.created:
            obj.pk = saved.created[0].pk

    @admin.display(description="target cakupan", ordering="percent")
    def percent_count(self, target: Target) -> str:
        return "–" if target.percent is None else f"{format_amount(target.percent)}%"

    @admin.display(description="target peserta", ordering="workers")
    def workers_count(self, target: Target) -> str:
        return format_count(target.workers)
