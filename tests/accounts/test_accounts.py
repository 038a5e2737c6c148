"""Login, lock-out, passwords, refusals, error pages, menu, content security policy, production settings."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings as project
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from accounts.models import Denied, User
from config.settings import PASSWORD_HASHERS
from coverage.models import Dataset
from tests.conftest import PASSWORD, put

POLICY = {
    "default-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


def log_in(client: Client, username: str, password: str = PASSWORD, **extra):
    return client.post("/masuk/", {"username": username, "password": password}, **extra)


def addresses_without_arguments() -> list[str]:
    """Return every URL without arguments, those of the admin too."""
    found = []

    def walk(patterns, prefix=""):
        for pattern in patterns:
            text = prefix + str(pattern.pattern).lstrip("^").removesuffix("$").removesuffix("\\Z")
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, text)
            elif not any(mark in text for mark in "<(["):
                found.append("/" + text)

    walk(get_resolver().url_patterns)
    return found


OPEN = {"/masuk/", "/sehat/"}  # monitoring has no login and gets no details


def test_every_page_except_the_login_requires_a_login(client, db):
    closed = [address for address in addresses_without_arguments() if address not in OPEN]
    assert {"/", "/capaian/", "/sandi/", "/admin/", "/admin/coverage/coveragerecord/"} <= set(closed)
    for address in closed:
        response = client.get(address)
        if response.status_code == 405:  # logout takes POST only
            continue
        assert response.status_code == 302, address
        assert response["Location"].startswith(("/masuk/?next=", "/admin/login/?next=")), address


def test_the_login_page_is_in_indonesian(client, db):
    page = client.get("/masuk/").content.decode()
    assert '<html lang="id">' in page
    assert "<h1>Masuk ke Semesta</h1>" in page
    assert "Nama pengguna" in page
    assert "Kata sandi" in page


def test_login_redirects_to_the_requested_page(client, world):
    response = client.post("/masuk/?next=/sandi/", {"username": "entri", "password": PASSWORD, "next": "/sandi/"})
    assert response["Location"] == "/sandi/"


def test_a_wrong_password_is_explained_and_the_username_stays_in_the_form(client, world):
    page = log_in(client, "entri", "salah").content.decode()
    assert "Nama pengguna atau kata sandi salah." in page
    assert 'value="entri"' in page


def test_five_wrong_passwords_lock_the_account_and_the_page_says_for_how_long(client, world):
    for _ in range(4):
        assert log_in(client, "entri", "salah").status_code == 200
    fifth = log_in(client, "entri", "salah")
    assert fifth.status_code == 429
    assert "15 menit" in fifth.content.decode()
    assert log_in(client, "entri").status_code == 429, "the right password does not open a locked door"
    assert log_in(client, "tetangga").status_code == 302, "the colleague at the same address is not locked out"
    elsewhere = log_in(Client(), "entri", REMOTE_ADDR="10.1.2.3")
    assert elsewhere.status_code == 302, "a stranger cannot lock the owner out from another address"


def test_an_administrator_unlocks_an_account(client, world):
    for _ in range(5):
        log_in(client, "entri", "salah")
    boss = Client()
    boss.force_login(world.admin)
    boss.post("/admin/accounts/user/", {"action": "unlock", "_selected_action": [world.entri.pk]})
    assert log_in(client, "entri").status_code == 302


def test_passwords_are_hashed_with_argon2():
    assert PASSWORD_HASHERS[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"
    hasher = Argon2PasswordHasher()
    assert hasher.verify("rahasia", hasher.encode("rahasia", hasher.salt()))


@pytest.mark.parametrize("address", ["/masuk/", "/", "/sandi/", "/admin/", "/tidak-ada/"])
def test_the_browser_loads_only_from_this_server(client, world, address):
    client.force_login(world.admin)
    policy = client.get(address)["Content-Security-Policy"]
    assert {part.strip() for part in policy.split(";")} == POLICY


def test_a_switched_off_account_is_explained_only_after_the_right_password(client, world):
    User.objects.filter(pk=world.entri.pk).update(is_active=False)
    assert "Akun ini dinonaktifkan" in log_in(client, "entri").content.decode()
    assert "Akun ini dinonaktifkan" not in log_in(client, "entri", "salah").content.decode()


def test_an_account_without_office_is_refused_with_the_reason(client, world):
    User.objects.filter(pk=world.entri.pk).update(office=None)
    assert "belum ditempatkan di kantor" in log_in(client, "entri").content.decode()


def test_a_superuser_needs_no_office(client, world):
    User.objects.filter(pk=world.admin.pk).update(office=None)
    assert log_in(client, "admin").status_code == 302
    assert client.get("/admin/").status_code == 200


def test_a_logged_in_user_whose_office_is_switched_off_gets_the_reason(client, world):
    client.force_login(world.entri)
    world.tengah.is_active = False
    world.tengah.save()
    response = client.get("/sandi/")
    assert response.status_code == 403
    assert "Kantor Cabang Lampung Tengah sudah tidak aktif" in response.content.decode()
    assert client.post("/keluar/").status_code == 302


def test_a_refusal_is_a_403_page_with_its_sentence(client, world, monkeypatch):
    def refuse(*args, **kwargs):
        raise Denied("Periode September 2026 sudah ditutup.")

    monkeypatch.setattr("django.contrib.auth.views.PasswordChangeView.get_context_data", refuse)
    client.force_login(world.entri)
    response = client.get("/sandi/")
    assert response.status_code == 403
    assert "Periode September 2026 sudah ditutup." in response.content.decode()


def test_a_missing_page_has_the_menu_and_is_in_indonesian(client, world):
    client.force_login(world.entri)
    response = client.get("/tidak-ada/")
    assert response.status_code == 404
    page = response.content.decode()
    assert "Halaman tidak ada" in page
    assert "Keluar" in page


def test_an_outdated_csrf_token_says_that_nothing_was_saved(world):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/masuk/", {"username": "entri", "password": PASSWORD})
    assert response.status_code == 403
    assert "Belum ada yang disimpan" in response.content.decode()


def test_a_server_error_has_its_own_page(client, world, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("django.contrib.auth.views.PasswordChangeView.get_context_data", fail)
    client.force_login(world.entri)
    client.raise_request_exception = False
    response = client.get("/sandi/")
    assert response.status_code == 500
    assert "Terjadi kesalahan" in response.content.decode()


def test_the_admin_refuses_users_without_access_instead_of_asking_for_a_login(client, world):
    client.force_login(world.pimpinan)
    response = client.get("/admin/", follow=True)
    assert response.status_code == 403
    assert "tidak punya akses ke halaman admin" in response.content.decode()


def test_the_admin_login_never_redirects_to_another_site(client, world):
    client.force_login(world.admin)
    assert client.get("/admin/login/?next=https://example.org/")["Location"] == "/admin/"


#: Menu entries that not every logged-in user has.
RESTRICTED_PAGES = {"Kelengkapan", "Entri data", "Verifikasi", "Riwayat", "Admin"}


@pytest.mark.parametrize(
    ("username", "open_pages"),
    [
        ("entri", {"Kelengkapan", "Entri data"}),
        ("pimpinan", {"Kelengkapan"}),
        ("pemda", set()),
        ("admin", RESTRICTED_PAGES),
    ],
)
def test_the_menu_shows_only_pages_the_user_may_open(client, world, username, open_pages):
    client.force_login(getattr(world, username))
    menu = {item.label: item.url for item in client.get("/sandi/").context["menu"]}
    assert {"Ringkasan", "Capaian"} <= set(menu)
    assert RESTRICTED_PAGES & set(menu) == open_pages
    put("1802", "PU", "2026-09", 1000)  # a month to look at
    for label, url in menu.items():
        assert client.get(url, follow=True).status_code == 200, label


def test_the_menu_marks_the_current_page(client, world):
    client.force_login(world.admin)
    menu = client.get("/admin/coverage/province/").context["menu"]
    assert [item.label for item in menu if item.is_current] == ["Admin"]


@pytest.mark.parametrize("address", ["/sandi/", "/admin/"])
def test_every_page_of_a_demonstration_says_that_the_data_are_invented(client, world, address):
    client.force_login(world.admin)
    assert "DATA PERAGAAN" not in client.get(address).content.decode()
    Dataset.objects.create(code="demo", name="Peragaan", version="1", is_demonstration=True, loaded_at=timezone.now())
    assert "DATA PERAGAAN" in client.get(address).content.decode()


def test_a_password_is_changed_by_its_owner(client, world):
    client.force_login(world.entri)
    new = "sandi-baru-yang-panjang"
    response = client.post(
        "/sandi/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new}, follow=True
    )
    assert "Kata sandi diganti" in response.content.decode()
    assert log_in(Client(), "entri", new).status_code == 302


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    clean = {key: value for key, value in os.environ.items() if key not in ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS")}
    clean.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=project.BASE_DIR,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_production_settings_raise_no_warning():
    result = manage(
        "check", "--deploy", "--fail-level", "WARNING", SECRET_KEY="k7" * 8 + "Zq3x" * 12, ALLOWED_HOSTS="example.org"
    )
    assert result.returncode == 0, result.stderr
    assert "no issues (0 silenced)" in result.stdout


def test_the_production_settings_refuse_to_start_without_a_secret_key():
    result = manage("check", DEBUG="off")
    assert result.returncode != 0
    assert "Set SECRET_KEY" in result.stderr


@pytest.mark.parametrize(
    "address",
    [
        "/wilayah/%00/",
        "/wilayah/1801%00/",
        "/capaian/?bulan=%00",
        "/admin/coverage/regency/%00/change/",
        "/masuk/?next=%00",
    ],
)
def test_a_nul_in_the_address_answers_400_on_both_databases(client, world, address):
    client.force_login(world.admin)
    page = client.get(address)
    assert page.status_code == 400
    assert '<html lang="id">' in page.content.decode()


@pytest.mark.parametrize("debug", [True, False])
def test_404_is_in_indonesian_also_while_debug_is_on(client, world, settings, debug):
    settings.DEBUG = debug
    client.force_login(world.pemda)
    for address in ("/tidakada/", "/wilayah/36/", "/wilayah/abc/"):
        page = client.get(address)
        assert page.status_code == 404
        assert "URLconf" not in page.content.decode()
        assert "Halaman tidak ada" in page.content.decode()
