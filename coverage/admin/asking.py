"""The page between choosing an action in a list and doing it: what it means, and what it needs to know."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse

from reporting.days import DayField

#: Posted by the page itself, not yet by the list.
ANSWERED = "answered"


class SureForm(forms.Form):
    """Nothing to know, only to confirm."""


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
    """The form as answered; unbound while the question has not been put yet."""
    return form_class(request.POST) if ANSWERED in request.POST else form_class()


def ask(
    page: ModelAdmin, request: HttpRequest, queryset: QuerySet, form: forms.Form, *, title: str, lines: list[str]
) -> TemplateResponse:
    """Put the question about the chosen rows. The answer is posted to the list again, with the same action."""
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
