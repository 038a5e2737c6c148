"""Helpers of the admin's tests: URLs, permissions, forms as a browser posts them, a row of every model."""

from __future__ import annotations

from types import SimpleNamespace

from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from coverage.models import (
    Dataset,
    ImportBatch,
    PeriodReopening,
    PublishedFigure,
    Reminder,
    Submission,
    SubmissionEvent,
)
from tests.conftest import estimate, make_period, put, target


def page_of(model, page: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def may(user: User, *codenames: str) -> User:
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    user.is_staff = True
    user.save()
    return User.objects.get(pk=user.pk)


def keeps_books(user: User) -> User:
    """What the role Petugas entri may do in the admin."""
    return may(user, "view_coveragerecord", "add_coveragerecord", "change_coveragerecord", "enter_records")


def form_of(response) -> dict[str, str]:
    """What the browser would send back: every field of the change form as it stands."""
    form = response.context["adminform"].form
    values = {}
    for name in form.fields:
        value = form[name].value()
        if isinstance(value, bool):
            values.update({name: "on"} if value else {})
            continue
        shown = (
            form.fields[name].widget.format_value(value) if hasattr(form.fields[name].widget, "format_value") else value
        )
        if isinstance(shown, list):
            shown = shown[0] if shown else ""
        values[name] = "" if shown is None else shown
    return values


def fill(world: SimpleNamespace) -> SimpleNamespace:
    """A row of every model."""
    world.record = put("1802", "PU", "2026-09", 43202)
    put("1801", "PU", "2026-09", 1000)
    put("18", "RT-RW", "2026-09", 5697)
    world.estimate = estimate("1802", "PU", 1250000)
    world.target = target("18", 2026, percent="38.39", workers=1174328)
    world.submission = Submission.objects.create(office=world.tengah, period=make_period("2026-09"))
    SubmissionEvent.objects.create(submission=world.submission, action="SUBMIT", user=world.entri, at=timezone.now())
    world.published = PublishedFigure.objects.create(
        code="uji-1",
        province=world.lampung,
        label="peserta",
        as_of="2024-09-24",
        measure="PARTICIPANTS",
        value=760468,
        unit="WORKERS",
        source="uji",
    )
    september = world.submission.period
    PeriodReopening.objects.create(
        period=september,
        office=world.tengah,
        reason="uji",
        expires_on="2099-01-01",
        opened_by=world.admin,
        closed_at=timezone.now(),
    )
    Reminder.objects.create(period=september, office=world.tengah, stage="MANUAL", sent_by=world.verifikasi)
    ImportBatch.objects.create(
        office=world.tengah, period=september, file_name="isian.xlsx", sha256="0" * 64, uploaded_by=world.entri
    )
    Dataset.objects.create(code="uji", name="Uji", version="1", loaded_at=timezone.now())
    Group.objects.create(name="Pembaca")
    return world
