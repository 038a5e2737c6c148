"""Roles of the reference data, a row of every model in three places, and every URL, for tests of scope.

The three places: the branch Lampung Tengah, its neighbour Bandar Lampung under the same Kanwil, and far away Banten.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

from axes.models import AccessAttempt, AccessLog
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from accounts.models import Office, User
from accounts.reference import load_roles
from config.settings import FIXTURE_DIR
from coverage.models import (
    Dataset,
    ImportBatch,
    PeriodReopening,
    Province,
    PublishedFigure,
    Regency,
    Reminder,
    ReportingPeriod,
    Submission,
    SubmissionEvent,
    WorkerSegment,
)
from targets.models import TargetSource
from tests.conftest import PASSWORD, estimate, make_period, put, target

ROLES = ("stranger", "entri", "tetangga", "verifikasi", "pimpinan", "pemda", "pemkab", "kanwil", "admin")
#: Roles that enter the admin; `kanwil` is the administrator of Kantor Wilayah Sumbagsel, no superuser.
STAFF = ("entri", "tetangga", "verifikasi", "kanwil", "admin")


def table(text: str) -> dict[str, dict[str, str]]:
    """First cell -> column -> cell."""
    head, *lines = [line.split() for line in text.strip().splitlines()]
    return {line[0]: dict(zip(head[1:], line[1:], strict=True)) for line in lines}


def routes(patterns=None, prefix: str = "") -> Iterator[str]:
    """The route of every address of the product."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern.url_patterns, route)


def model_routes() -> set[str]:
    """Return the admin's routes of models, which follow from the model and the action."""
    prefixes = tuple(f"admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry)
    return {route for route in routes() if route.startswith(prefixes)}


def page_of(model, action: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{action}", args=args)


def make_stage(world: SimpleNamespace) -> SimpleNamespace:
    """The roles as the product ships them, and a row of every model in each of the three places."""
    load_roles(FIXTURE_DIR)
    world.kanwil = User.objects.create_user(username="kanwil", password=PASSWORD, office=world.sumbagsel)
    for name, roles in {
        "entri": ["Petugas entri"],
        "tetangga": ["Petugas entri"],
        "verifikasi": ["Petugas entri", "Verifikator", "Pengelola target"],
        "pimpinan": ["Pembaca"],
        "pemda": ["Pembaca"],
        "pemkab": ["Pembaca"],
        "kanwil": ["Administrator"],
    }.items():
        user = getattr(world, name)
        user.is_staff = name in STAFF
        user.save()
        user.user_permissions.clear()
        user.groups.set(Group.objects.filter(name__in=roles))
    offices = (world.tengah, world.bandar, world.banten)
    # People who never log in here: logging in would change their rows.
    people = [User.objects.create(username=f"petugas-{office.pk}", office=office) for office in offices]
    period = make_period("2026-09")
    world.rows = {
        Office: [world.tengah, world.bandar, world.banten],
        User: people,
        Province: [world.lampung, world.lampung, Province.objects.get(pk="36")],
        Group: [Group.objects.get(name="Pembaca")] * 3,
        Dataset: [Dataset.objects.create(code="uji", name="Uji", version="1", loaded_at=timezone.now())] * 3,
        ReportingPeriod: [period] * 3,
        WorkerSegment: [WorkerSegment.objects.get(pk="PU")] * 3,
        TargetSource: [TargetSource.objects.get(pk="KEMENDAGRI")] * 3,
    }
    for area, office, person in zip(("1802", "1801", "3671"), offices, people, strict=True):
        submission = Submission.objects.create(office=office, period=period)
        event = SubmissionEvent.objects.create(
            submission=submission, action="SUBMIT", user=world.entri, at=timezone.now()
        )
        figure = PublishedFigure.objects.create(
            code=f"uji-{area}",
            province_id=area[:2],
            regency_id=area,
            label="peserta",
            as_of="2024-09-24",
            measure="PARTICIPANTS",
            value=1000,
            unit="WORKERS",
            source="uji",
        )
        login = {"username": person.username, "ip_address": "127.0.0.1", "user_agent": "uji", "path_info": "/masuk/"}
        for row in (
            Regency.objects.get(pk=area),
            put(area, "PU", "2026-09", 1000),
            estimate(area, "PU", 20000),
            target(area, 2026, percent="40"),
            submission,
            event,
            figure,
            Reminder.objects.create(period=period, office=office, stage="MANUAL"),
            PeriodReopening.objects.create(
                period=period, office=office, reason="uji", expires_on="2099-01-01", opened_by=world.pimpinan
            ),
            ImportBatch.objects.create(
                office=office, period=period, file_name="isian.xlsx", sha256="0" * 64, uploaded_by=person
            ),
            AccessAttempt.objects.create(**login, get_data="", post_data="", failures_since_start=1),
            AccessLog.objects.create(**login),
        ):
            world.rows.setdefault(type(row), []).append(row)
    return world


def enter(stage: SimpleNamespace, role: str) -> Client:
    client = Client()
    if role != "stranger":
        client.force_login(getattr(stage, role))
    return client


def fingerprint(*models) -> list[list[tuple]]:
    """Return all stored rows, to compare before and after; a login is not a change."""
    columns = {model: [at.name for at in model._meta.concrete_fields if at.name != "last_login"] for model in models}
    return [sorted(model._default_manager.values_list(*columns[model]), key=str) for model in models]
