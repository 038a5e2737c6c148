"""The admin: every page opens in Indonesian, nothing is deleted, pages are limited to the user's scope."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.contrib import admin

from accounts.models import Office, SavedLink, User
from coverage.models import (
    CoverageRecord,
    ImportBatch,
    PeriodReopening,
    PublishedFigure,
    Regency,
    Reminder,
    Revision,
    Submission,
    WorkforceEstimate,
)
from targets.models import Target
from tests.conftest import PASSWORD, target
from tests.support.admin_pages import fill, keeps_books, may, page_of

OURS = ("accounts", "coverage", "targets")
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def filled(world):
    return fill(world)


def test_every_model_of_ours_is_in_the_admin():
    ours = {
        model
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        if not model.__name__.startswith("Historical")
    }
    # saved links belong to one user only; a revision is no fact, only a version token
    assert ours - {SavedLink, Revision} <= set(MODELS)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_page_opens_for_the_administrator(client, filled, model):
    client.force_login(filled.admin)
    changelist = client.get(
        page_of(model, "changelist"), {"q": "lam"} if admin.site._registry[model].search_fields else {}
    )
    assert changelist.status_code == 200
    add = client.get(page_of(model, "add"))
    assert add.status_code == (200 if admin.site._registry[model].has_add_permission(add.wsgi_request) else 403)
    row = model._default_manager.first()
    if model._meta.app_label == "axes":
        return  # the list says everything, a row has no page
    for page in ("change", "history"):
        response = client.get(page_of(model, page, row.pk))
        assert response.status_code == 200
        assert "style=" not in re.sub(r"<svg.*?</svg>", "", response.content.decode(), flags=re.S)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_nothing_is_deleted_in_the_admin(client, filled, model):
    client.force_login(filled.admin)
    row = model._default_manager.first()
    if row is not None:
        assert client.post(page_of(model, "delete", row.pk), {"post": "yes"}).status_code == 403
        assert model._default_manager.filter(pk=row.pk).exists()
    response = client.post(page_of(model, "changelist"), {"action": "delete_selected", "_selected_action": ["1"]})
    assert "delete_selected" not in response.content.decode()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_no_page_is_left_in_english(client, filled, model):
    client.force_login(filled.admin)
    addresses = [page_of(model, "changelist")]
    row = model._default_manager.first()
    if model._meta.app_label != "axes":
        addresses += [page_of(model, "change", row.pk), page_of(model, "history", row.pk)]
    for address in addresses:
        page = re.sub(r"<script.*?</script>|<[^>]+>", " ", client.get(address).content.decode(), flags=re.S)
        found = re.findall(
            r"\b(?:Select|Change|Changed|Add|Search|Save|History|Home|View|Failed|Expires?|Reason|Users?|Path|Time|Access|Created|Delete)\b",
            page,
        )
        assert not found, address


@pytest.mark.parametrize("page", ["change", "history"])
def test_another_branchs_record_answers_404(client, filled, page):
    client.force_login(keeps_books(filled.entri))
    foreign = CoverageRecord.objects.get(regency="1801")
    assert client.get(page_of(CoverageRecord, page, foreign.pk)).status_code == 404
    assert client.get(page_of(CoverageRecord, page, 999999)).status_code == 404


def test_a_branch_sees_its_own_records_only(client, filled):
    client.force_login(keeps_books(filled.entri))
    rows = client.get(page_of(CoverageRecord, "changelist")).context["cl"].result_list
    assert {row.regency_id for row in rows} == {"1802"}


def test_an_old_version_of_a_record_has_no_page_of_its_own(client, filled):
    client.force_login(filled.admin)
    version = filled.record.history.first()
    address = page_of(CoverageRecord, "change", filled.record.pk).replace("change/", f"history/{version.pk}/")
    assert client.get(address).status_code == 404


def test_a_kanwil_reads_the_records_of_its_branches_and_writes_its_own(client, filled):
    client.force_login(keeps_books(filled.verifikasi))
    branch = client.get(page_of(CoverageRecord, "change", filled.record.pk))
    assert branch.status_code == 200
    assert not branch.context["has_change_permission"]
    own = client.get(page_of(CoverageRecord, "change", CoverageRecord.objects.get(regency=None).pk))
    assert own.context["has_change_permission"]
    answer = client.post(page_of(CoverageRecord, "change", filled.record.pk), {"participants": "1"})
    assert answer.status_code == 403
    filled.record.refresh_from_db()
    assert filled.record.participants == 43202


def test_a_record_cannot_be_added_for_another_branch(client, filled):
    client.force_login(keeps_books(filled.entri))
    values = {"regency": "1801", "segment": "BPU", "period": "2026-09-01", "participants": "5"}
    response = client.post(page_of(CoverageRecord, "add"), values)
    assert "regency" in response.context["adminform"].form.errors
    assert not CoverageRecord.objects.filter(regency="1801", segment="BPU").exists()


def test_the_choice_of_regencies_offers_only_ones_own(client, filled):
    client.force_login(may(keeps_books(filled.entri), "view_regency"))
    query = {"app_label": "coverage", "model_name": "coveragerecord", "field_name": "regency", "term": "Lampung"}
    found = client.get("/admin/autocomplete/", query).json()["results"]
    assert {row["id"] for row in found} == {"1802", "1804"}


@pytest.mark.parametrize(
    "model",
    [
        WorkforceEstimate,
        Target,
        PublishedFigure,
        Submission,
        Reminder,
        ImportBatch,
        PeriodReopening,
        Regency,
        Office,
        User,
    ],
)
def test_rows_of_another_kanwil_answer_404(client, filled, model):
    banten = may(
        User.objects.create_user("banten", password=PASSWORD, office=filled.banten),
        f"view_{model._meta.model_name}",
        f"change_{model._meta.model_name}",
    )
    client.force_login(banten)
    row = {Office: filled.tengah, User: filled.entri, Regency: Regency.objects.get(code="1802")}.get(
        model, model._default_manager.first()
    )
    assert client.get(page_of(model, "change", row.pk)).status_code == 404
    assert client.get(page_of(model, "changelist")).status_code == 200


def test_a_branch_reads_potentials_and_does_not_change_them(client, filled):
    client.force_login(may(filled.entri, "view_workforceestimate", "change_workforceestimate", "add_workforceestimate"))
    assert client.get(page_of(WorkforceEstimate, "change", filled.estimate.pk)).status_code == 200
    assert client.get(page_of(WorkforceEstimate, "add")).status_code == 403
    response = client.post(page_of(WorkforceEstimate, "change", filled.estimate.pk), {"workers": "1"})
    assert response.status_code == 403


def test_only_the_head_office_sets_national_targets(client, filled):
    client.force_login(may(filled.verifikasi, "view_target", "change_target", "add_target", "plan_targets"))
    values = {"province": "", "segment": "UCJ", "year": "2026", "source": "KANWIL", "percent": "40"}
    response = client.post(page_of(Target, "add"), values)
    assert "province" in response.context["adminform"].form.errors
    assert client.post(page_of(Target, "add"), {**values, "province": "18"}).status_code == 302
    national = target(None, 2026, percent="32.15", source="RPJMN")
    assert not client.get(page_of(Target, "change", national.pk)).context["has_change_permission"]
