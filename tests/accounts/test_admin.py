"""Accounts in the admin: limited to the user's offices and to permissions the user has."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.models import User
from tests.support.admin_pages import fill, may, page_of


@pytest.fixture
def filled(world):
    return fill(world)


def office_admin(world) -> User:
    codenames = ("view_user", "add_user", "change_user", "view_office", "enter_records")
    return may(world.verifikasi, *codenames)


def test_a_kanwil_administers_its_own_users_and_those_of_its_branches(client, filled):
    client.force_login(office_admin(filled))
    rows = client.get(page_of(User, "changelist")).context["cl"].result_list
    assert {user.username for user in rows} == {"entri", "tetangga", "verifikasi"}


def test_only_a_superuser_sees_the_superuser_checkbox(client, filled):
    client.force_login(office_admin(filled))
    fields = client.get(page_of(User, "change", filled.entri.pk)).context["adminform"].form.fields
    assert {"office", "groups", "is_staff"} <= set(fields)
    assert not {"is_superuser", "user_permissions"} & set(fields)


def test_a_superuser_is_not_edited_by_others(client, filled):
    User.objects.filter(pk=filled.tetangga.pk).update(is_superuser=True)
    client.force_login(office_admin(filled))
    response = client.get(page_of(User, "change", filled.tetangga.pk))
    assert not response.context["has_change_permission"]
    assert client.get(f"/admin/accounts/user/{filled.tetangga.pk}/password/").status_code == 403


def test_the_password_of_a_user_with_more_permissions_cannot_be_set(client, filled):
    filled.tetangga.user_permissions.add(Permission.objects.get(codename="plan_targets"))
    client.force_login(office_admin(filled))
    assert client.get(f"/admin/accounts/user/{filled.tetangga.pk}/password/").status_code == 403
    assert client.get(f"/admin/accounts/user/{filled.entri.pk}/password/").status_code == 200


def test_only_roles_with_permissions_the_user_has_can_be_granted(client, filled):
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


def test_a_user_cannot_be_moved_to_an_office_out_of_scope(client, filled):
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
