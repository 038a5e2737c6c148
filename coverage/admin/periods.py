"""Admin of months and reopenings. The rules are in `coverage.periods`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.admin_base import HistoryAdmin, ReasonModelForm, UnchangeableKey
from accounts.models import Denied
from coverage import permissions
from coverage.models import PeriodReopening, ReportingPeriod, Submission
from coverage.periods import reopening as reopenings
from coverage.periods import services as periods
from coverage.periods.selectors import due_month
from reporting import months
from reporting.numbers import format_count

from .areas import HeadOfficeWrites
from .confirmation import ConfirmForm, ReasonForm, answer, ask
from .submissions import OfficeHistoryAdmin

if TYPE_CHECKING:
    from accounts.models import User


class PeriodForm(ReasonModelForm):
    def clean_month(self) -> Any:
        month = self.cleaned_data["month"]
        try:
            periods.check_openable(month)
        except Denied as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return month


@admin.register(ReportingPeriod)
class ReportingPeriodAdmin(HeadOfficeWrites, UnchangeableKey, HistoryAdmin):
    """Admin of months. Adding one opens it, which writes every expected cell; its dates can be changed later."""

    form = PeriodForm
    list_display = ["__str__", "cut_off_on", "due_on", "closes_on", "is_open", "locked_at"]
    date_hierarchy = "month"
    ordering = ["-month"]
    readonly_fields = ["locked_at", "locked_by"]
    actions = ["lock", "unlock"]

    @admin.display(description="terbuka", boolean=True)
    def is_open(self, period: ReportingPeriod) -> bool:
        return not period.is_locked

    def get_fields(self, request: HttpRequest, obj: ReportingPeriod | None = None):
        if obj is None:
            return ["month"]
        return ["month", "cut_off_on", "due_on", "closes_on", "locked_at", "locked_by", "history_reason"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        latest = ReportingPeriod.objects.order_by("-month").first()
        return {"month": months.add_months(latest.month, 1) if latest else due_month()}

    def formfield_for_dbfield(self, db_field, request: HttpRequest, **kwargs: Any):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "month":
            field.help_text = (
                "Tanggal 1 bulan itu. Semua sel wajib langsung ditulis: angka bulan lalu, atau belum lapor."
            )
        return field

    def save_model(self, request: HttpRequest, obj: ReportingPeriod, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            periods.open_period(obj.month)
            obj.refresh_from_db()

    @admin.action(description="Kunci bulan terpilih", permissions=["change"])
    def lock(self, request: HttpRequest, queryset) -> HttpResponse | None:
        form = answer(request, ConfirmForm)
        if form.is_valid():
            for period in queryset:
                self._do(
                    request, lambda period=period: periods.lock_period(user=request.user, period=period), "dikunci"
                )
            return None
        waiting = Submission.objects.filter(period__in=queryset, status=Submission.Status.SUBMITTED).count()
        lines = ["Sesudah dikunci tidak ada kantor yang dapat mengisi, mengajukan, atau memverifikasi bulan ini."]
        if waiting:
            lines.append(f"{format_count(waiting)} pengajuan masih menunggu verifikasi; angkanya akan tetap sementara.")
        return ask(self, request, queryset, form, title="Kunci bulan", lines=lines)

    @admin.action(description="Buka kunci bulan terpilih", permissions=["change"])
    def unlock(self, request: HttpRequest, queryset) -> HttpResponse | None:
        form = answer(request, ReasonForm)
        if form.is_valid():
            why = form.cleaned_data["reason"]
            for period in queryset:
                self._do(
                    request,
                    lambda period=period: periods.unlock_period(user=request.user, period=period, reason=why),
                    "dibuka kuncinya",
                )
            return None
        lines = [
            "Bulan terbuka lagi untuk semua kantor, kecuali tanggal tutupnya sudah lewat.",
            "Untuk satu kantor saja, pakai Pembukaan kembali.",
        ]
        return ask(self, request, queryset, form, title="Buka kunci bulan", lines=lines)

    def _do(self, request: HttpRequest, work: Any, done: str) -> None:
        try:
            self.message_user(request, f"{work()} {done}.", messages.SUCCESS)
        except Denied as refusal:
            self.message_user(request, str(refusal), messages.ERROR)


class ReopeningForm(forms.ModelForm):
    """Form that writes through `reopenings.reopen_office`."""

    user: User  # set by the admin page for each request

    class Meta:
        model = PeriodReopening
        fields = ["office", "period", "reason", "expires_on"]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            self.instance = reopenings.reopen_office(user=self.user, **self.cleaned_data)
        except Denied as refusal:
            self.add_error(None, str(refusal))
        except permissions.OutOfScope:
            self.add_error("office", "Kantor ini di luar wewenang kantor Anda.")


@admin.register(PeriodReopening)
class PeriodReopeningAdmin(OfficeHistoryAdmin):
    """Admin of reopenings: added through `reopen_office`, closed early by an action, never changed."""

    form = ReopeningForm
    list_display = ["office", "period", "expires_on", "is_running", "opened_by", "opened_at", "closed_at"]
    list_select_related = ["office", "period", "opened_by"]
    search_fields = ["office__name", "=office__code", "reason"]
    date_hierarchy = "opened_at"
    ordering = ["-opened_at"]
    actions = ["close_now"]

    @admin.display(description="terbuka", boolean=True)
    def is_running(self, reopening: PeriodReopening) -> bool:
        return reopening.is_active

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(permissions.REOPEN)

    has_reopen_permission = has_add_permission

    def get_fields(self, request: HttpRequest, obj: PeriodReopening | None = None):
        asked = ["office", "period", "reason", "expires_on"]
        return asked if obj is None else [*asked, "opened_by", "opened_at", "closed_by", "closed_at"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"expires_on": timezone.localdate() + reopenings.USUAL, **super().get_changeform_initial_data(request)}

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs: Any):
        if db_field.name == "office":
            kwargs["queryset"] = reopenings.offices_to_reopen(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any):
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user  # type: ignore[attr-defined]
        return form

    def save_model(self, request: HttpRequest, obj: PeriodReopening, form: Any, change: bool) -> None:
        """Do nothing: the form has written it."""

    @admin.action(description="Tutup sekarang", permissions=["reopen"])
    def close_now(self, request: HttpRequest, queryset) -> None:
        for reopening in queryset:
            try:
                reopenings.close_reopening(user=request.user, reopening=reopening)
                self.message_user(request, f"{reopening} ditutup.", messages.SUCCESS)
            except Denied as refusal:
                self.message_user(request, f"{reopening}: {refusal}", messages.ERROR)
