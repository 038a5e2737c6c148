"""The page that asks for confirmation, and a reason or date, before an admin action is carried out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse

from reporting.days import DayField

#: Posted by the confirmation page, but not by the list.
ANSWERED = "answered"


class ConfirmForm(forms.Form):
    """Form without fields."""


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Alasan",
        max_length=500,
        widget=forms.Textarea({"rows": 3, "cols": 60}),
        help_text="Dibaca kantor dan tercatat di riwayat.",
    )


class ReopenForm(ReasonForm):
    expires_on = DayField(
        label="Terbuka sampai",
        help_text="Sesudah hari itu tertutup dengan sendirinya.",
    )


def answer(request: HttpRequest, form_class: type[forms.Form]) -> forms.Form:
    """Return the form, bound when the confirmation page was posted."""
    return form_class(request.POST) if ANSWERED in request.POST else form_class()


def ask(
    page: ModelAdmin, request: HttpRequest, queryset: QuerySet, form: forms.Form, *, title: str, lines: list[str]
) -> TemplateResponse:
    """Render the confirmation page. It posts to the list again, with the same action and rows."""
    context: dict[str, Any] = {
        **page.admin_site.each_context(request),
        "title": title,
        "opts": page.model._meta,
        "lines": lines,
        "form": form,
        "rows": queryset,
        "action": request.POST["action"],
        "answered": ANSWERED,
        "checkbox": ACTION_CHECKBOX_NAME,
        "button": title,
    }
    return TemplateResponse(request, "admin/ask.html", context)
