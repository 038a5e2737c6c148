"""The admin: every page opens, scope by office, numbers as people write them, one writer, nobody grants beyond own."""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone

from accounts.models import Office, User
from coverage.models import (
    CoverageRecord,
    Dataset,
    PublishedFigure,
    Regency,
    ReportingPeriod,
    Submission,
    SubmissionEvent,
    Via,
    WorkforceEstimate,
)
from targets.models import Target
from tests.conftest import PASSWORD, estimate, make_period, put, target

OURS = ("accounts", "coverage", "targets")


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


@pytest.fixture
def filled(world):
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
    Dataset.objects.create(code="uji", name="Uji", version="1", loaded_at=timezone.now())
    Group.objects.create(name="Pembaca")
    return world


MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


def test_every_model_of_ours_is_in_the_admin():
    from django.apps import apps

    ours = {
        model
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        if not model.__name__.startswith("Historical")
    }
    assert ours <= set(MODELS)


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


# Scope


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


@pytest.mark.parametrize("model", [WorkforceEstimate, Target, PublishedFigure, Submission, Regency, Office, User])
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
    client.force_login(may(filled.verifikasi, "view_target", "change_target", "add_target"))
    values = {"province": "", "segment": "UCJ", "year": "2026", "source": "KANWIL", "percent": "40"}
    response = client.post(page_of(Target, "add"), values)
    assert "province" in response.context["adminform"].form.errors
    assert client.post(page_of(Target, "add"), {**values, "province": "18"}).status_code == 302
    national = target(None, 2026, percent="32.15", source="RPJMN")
    assert not client.get(page_of(Target, "change", national.pk)).context["has_change_permission"]


# Accounts


def office_admin(world) -> User:
    codenames = ("view_user", "add_user", "change_user", "view_office", "enter_records")
    return may(world.verifikasi, *codenames)


def test_a_kanwil_looks_after_its_own_people_and_those_of_its_branches(client, filled):
    client.force_login(office_admin(filled))
    rows = client.get(page_of(User, "changelist")).context["cl"].result_list
    assert {user.username for user in rows} == {"entri", "tetangga", "verifikasi"}


def test_who_is_no_superuser_sees_no_switch_for_it(client, filled):
    client.force_login(office_admin(filled))
    fields = client.get(page_of(User, "change", filled.entri.pk)).context["adminform"].form.fields
    assert {"office", "groups", "is_staff"} <= set(fields)
    assert not {"is_superuser", "user_permissions"} & set(fields)


def test_a_superuser_is_out_of_reach(client, filled):
    User.objects.filter(pk=filled.tetangga.pk).update(is_superuser=True)
    client.force_login(office_admin(filled))
    response = client.get(page_of(User, "change", filled.tetangga.pk))
    assert not response.context["has_change_permission"]
    assert client.get(f"/admin/accounts/user/{filled.tetangga.pk}/password/").status_code == 403


def test_nobody_sets_the_password_of_somebody_with_more_rights(client, filled):
    filled.tetangga.user_permissions.add(Permission.objects.get(codename="plan_targets"))
    client.force_login(office_admin(filled))
    assert client.get(f"/admin/accounts/user/{filled.tetangga.pk}/password/").status_code == 403
    assert client.get(f"/admin/accounts/user/{filled.entri.pk}/password/").status_code == 200


def test_only_roles_one_could_fill_oneself_can_be_given(client, filled):
    small, large = Group.objects.create(name="Kecil"), Group.objects.create(name="Besar")
    small.permissions.add(Permission.objects.get(codename="enter_records"))
    large.permissions.add(*Permission.objects.filter(codename__in=["enter_records", "plan_targets"]))
    client.force_login(office_admin(filled))
    response = client.get(page_of(User, "change", filled.entri.pk))
    assert set(response.context["adminform"].form.fields["groups"].queryset) == {
        small,
        Group.objects.get(name="Pembaca"),
    }
    values = {"username": "entri", "office": filled.tengah.pk, "is_active": "on", "groups": [large.pk]}
    assert "groups" in client.post(response.request["PATH_INFO"], values).context["adminform"].form.errors
    values["groups"] = [small.pk]
    assert client.post(response.request["PATH_INFO"], values).status_code == 302
    assert list(filled.entri.groups.all()) == [small]


def test_nobody_is_moved_to_an_office_outside_ones_care(client, filled):
    client.force_login(office_admin(filled))
    values = {"username": "entri", "office": filled.head.pk, "is_active": "on"}
    response = client.post(page_of(User, "change", filled.entri.pk), values)
    assert "office" in response.context["adminform"].form.errors


def test_an_account_is_created_with_its_office(client, filled):
    client.force_login(office_admin(filled))
    values = {
        "username": "baru",
        "usable_password": "true",
        "password1": "sandi-baru-yang-panjang",
        "password2": "sandi-baru-yang-panjang",
        "office": filled.tengah.pk,
    }
    assert client.post(page_of(User, "add"), values).status_code == 302
    assert User.objects.get(username="baru").office == filled.tengah


def test_only_a_superuser_changes_what_a_role_may_do(client, filled):
    client.force_login(may(filled.pimpinan, "view_group", "change_group", "add_group"))
    group = Group.objects.get(name="Pembaca")
    assert not client.get(page_of(Group, "change", group.pk)).context["has_change_permission"]
    assert client.get(page_of(Group, "add")).status_code == 403


# Numbers


@pytest.mark.parametrize("typed", ["250.000", "250,000", "250 000", "250000"])
def test_a_potential_is_the_same_number_in_every_spelling(client, filled, typed):
    client.force_login(filled.admin)
    address = page_of(WorkforceEstimate, "change", filled.estimate.pk)
    values = {**form_of(client.get(address)), "workers": typed, "history_reason": "surat 12"}
    assert client.post(address, values).status_code == 302
    filled.estimate.refresh_from_db()
    assert filled.estimate.workers == 250000
    latest = filled.estimate.history.first()
    assert (latest.via, latest.history_change_reason, latest.history_user) == (Via.ADMIN, "surat 12", filled.admin)


@pytest.mark.parametrize("typed", ["25,5", "2.50", "-3", "banyak"])
def test_what_is_no_head_count_is_refused_and_stays_as_typed(client, filled, typed):
    client.force_login(filled.admin)
    for row, name in ((filled.estimate, "workers"), (filled.target, "workers"), (filled.record, "participants")):
        address = page_of(type(row), "change", row.pk)
        before = getattr(row, name)
        response = client.post(address, {**form_of(client.get(address)), name: typed})
        assert typed in response.context["adminform"].form.errors[name][0]
        assert f'value="{typed}"' in response.content.decode()
        row.refresh_from_db()
        assert getattr(row, name) == before


def test_seven_digits_are_shown_with_points_and_read_back_unchanged(client, filled):
    client.force_login(filled.admin)
    address = page_of(Target, "change", filled.target.pk)
    response = client.get(address)
    assert 'value="1.174.328"' in response.content.decode()
    assert 'value="38,39"' in response.content.decode()
    assert client.post(address, form_of(response)).status_code == 302
    filled.target.refresh_from_db()
    assert (filled.target.workers, str(filled.target.percent)) == (1174328, "38.390")
    assert filled.target.history.count() == 1, "saving without a change is no change"


@pytest.mark.parametrize(
    ("typed", "stored"), [("40,5", "40.500"), ("38,125", "38.125"), ("40.5", None), ("38.390", None), ("300", None)]
)
def test_a_percentage_has_its_decimals_behind_a_comma(client, filled, typed, stored):
    client.force_login(filled.admin)
    address = page_of(Target, "change", filled.target.pk)
    response = client.post(address, {**form_of(client.get(address)), "percent": typed})
    filled.target.refresh_from_db()
    assert str(filled.target.percent) == (stored or "38.390")
    assert (response.status_code == 302) is bool(stored)


@pytest.mark.parametrize(("typed", "stored"), [("250.000", 250000), ("250,000", None), ("25,5", None), ("2.50", None)])
def test_a_published_head_count_is_never_divided_by_a_thousand(client, filled, typed, stored):
    client.force_login(filled.admin)
    address = page_of(PublishedFigure, "change", filled.published.pk)
    client.post(address, {**form_of(client.get(address)), "value": typed})
    filled.published.refresh_from_db()
    assert filled.published.value == (stored or 760468)


def test_a_date_is_day_month_year(client, filled):
    client.force_login(filled.admin)
    address = page_of(WorkforceEstimate, "change", filled.estimate.pk)
    assert client.post(address, {**form_of(client.get(address)), "effective_from": "01/10/2026"}).status_code == 302
    filled.estimate.refresh_from_db()
    assert filled.estimate.effective_from.isoformat() == "2026-10-01"


# Figures go through the one writer


def correct(client, record, **changed):
    address = page_of(CoverageRecord, "change", record.pk)
    return client.post(address, {**form_of(client.get(address)), **changed})


def test_a_figure_is_corrected_through_the_writer_with_history(client, filled):
    client.force_login(keeps_books(filled.entri))
    assert correct(client, filled.record, participants="43.300", note="pembetulan").status_code == 302
    filled.record.refresh_from_db()
    assert (filled.record.participants, filled.record.note, filled.record.changed_by) == (
        43300,
        "pembetulan",
        filled.entri,
    )
    latest = filled.record.history.first()
    assert (latest.via, latest.history_user, latest.participants) == (Via.ADMIN, filled.entri, 43300)
    page = client.get(page_of(CoverageRecord, "history", filled.record.pk)).content.decode()
    assert re.search(r"43\.202\s*→\s*43\.300", page)
    assert "Admin" in page
    assert "entri" in page


def test_saving_without_a_change_leaves_no_trace(client, filled):
    client.force_login(keeps_books(filled.entri))
    before = filled.record.history.count()
    assert correct(client, filled.record).status_code == 302
    assert filled.record.history.count() == before


def test_a_carried_figure_stays_carried_when_only_the_note_is_written(client, filled):
    carried = put("1804", "PU", "2026-09", 500, own=False)
    client.force_login(keeps_books(filled.entri))
    assert 'name="participants" value' not in client.get(page_of(CoverageRecord, "change", carried.pk)).content.decode()
    assert correct(client, carried, note="belum ada kabar").status_code == 302
    carried.refresh_from_db()
    assert (carried.note, carried.has_own_value) == ("belum ada kabar", False)


def test_a_change_made_meanwhile_is_shown_and_not_overwritten(client, filled):
    client.force_login(keeps_books(filled.entri))
    address = page_of(CoverageRecord, "change", filled.record.pk)
    mine = {**form_of(client.get(address)), "participants": "43.300"}
    CoverageRecord.objects.filter(pk=filled.record.pk).update(
        participants=50000, changed_by=filled.admin, changed_at=timezone.now()
    )
    response = client.post(address, mine)
    assert response.status_code == 200
    (sentence,) = response.context["adminform"].form.errors["participants"]
    assert "admin mengubah sel ini menjadi 50.000" in sentence
    assert "43.300" in sentence
    assert 'value="43.300"' in response.content.decode()
    filled.record.refresh_from_db()
    assert filled.record.participants == 50000
    again = re.findall(r'name="(seen_\w+)"(?: value="([^"]*)")?', response.content.decode())
    assert client.post(address, {**mine, **dict(again)}).status_code == 302
    filled.record.refresh_from_db()
    assert filled.record.participants == 43300


def test_a_closed_month_refuses_with_its_sentence(client, filled):
    ReportingPeriod.objects.filter(month="2026-09-01").update(closes_on="2026-10-20", due_on="2026-10-10")
    client.force_login(keeps_books(filled.entri))
    response = correct(client, filled.record, participants="1")
    assert "sudah ditutup pada 20 Oktober 2026" in response.content.decode()
    filled.record.refresh_from_db()
    assert filled.record.participants == 43202


def test_a_figure_that_was_handed_in_is_corrected_only_with_a_reason(client, filled):
    Submission.objects.filter(pk=filled.submission.pk).update(status="SUBMITTED")
    client.force_login(filled.admin)
    refused = correct(client, filled.record, participants="1")
    assert "history_reason" in refused.context["adminform"].form.errors
    assert correct(client, filled.record, participants="43.000", history_reason="salah ketik").status_code == 302
    assert filled.record.history.first().history_change_reason == "salah ketik"


def test_a_figure_is_entered_for_a_new_cell(client, filled):
    client.force_login(keeps_books(filled.entri))
    values = {"regency": "1804", "segment": "BPU", "period": "2026-09-01", "participants": "12.400"}
    assert client.post(page_of(CoverageRecord, "add"), values).status_code == 302
    record = CoverageRecord.objects.get(regency="1804", segment="BPU")
    assert (record.participants, record.province_id, record.origin) == (12400, "18", "ENTERED")


def test_a_cell_that_exists_is_not_entered_twice(client, filled):
    client.force_login(keeps_books(filled.entri))
    values = {"regency": "1802", "segment": "PU", "period": "2026-09-01", "participants": "1"}
    assert "sudah ada" in client.post(page_of(CoverageRecord, "add"), values).content.decode()


def test_opening_a_month_in_the_admin_writes_its_cells(client, filled):
    client.force_login(filled.admin)
    assert client.post(page_of(ReportingPeriod, "add"), {"month": "01/10/2026"}).status_code == 302
    record = CoverageRecord.objects.get(period="2026-10-01", regency="1802", segment="PU")
    assert (record.participants, record.origin) == (43202, "CARRIED")


def test_the_code_of_an_area_stays(client, filled):
    client.force_login(filled.admin)
    assert "code" not in client.get(page_of(Regency, "change", "1802")).context["adminform"].form.fields
