"""`/sehat/` for monitoring: no login, no details."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client


@pytest.mark.django_db
def test_a_healthy_worker_answers_without_login():
    response = Client().get("/sehat/")
    assert (response.status_code, response.text) == (200, "sehat\n")
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


def test_a_failed_database_answers_503_without_details(monkeypatch):
    def broken(*_, **__):
        raise OperationalError("password of 10.0.0.7 is wrong")

    monkeypatch.setattr(type(connection._connections[connection._alias]), "cursor", broken)
    response = Client().get("/sehat/")
    assert (response.status_code, response.text) == (503, "tidak sehat\n")


@pytest.mark.django_db
def test_monitoring_needs_no_https_and_allows_only_get(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^sehat/$"]
    assert Client().get("/sehat/").status_code == 200
    assert Client().get("/").status_code == 301
    assert Client().post("/sehat/").status_code == 405
