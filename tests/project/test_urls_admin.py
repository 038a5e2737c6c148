"""Every model of the admin x every action x every role, in three places (tests/support/scope.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axes.models import AccessLog
from django.contrib import admin
from django.urls import reverse

from accounts.models import User
from tests.support.scope import ROLES, STAFF, enter, fingerprint, make_stage, model_routes, page_of, table

#: Per model and role: `+` may add, then one letter per place (own branch, neighbour, far): w changes, r reads,
#: l is listed without a page of its own, - is 404.
#: `x`: no right on the model at all.
ADMIN = """
model                        entri   tetangga  verifikasi  kanwil  admin
accounts.Office              r--     -r-       rr-         rr-     +www
accounts.User                x       x         x           +ww-    +www
auth.Group                   x       x         x           rrr     +www
axes.AccessAttempt           x       x         x           ll-     lll
axes.AccessLog               x       x         x           x       lll
coverage.CoverageRecord      +w--    +-w-      +rr-        +rr-    +www
coverage.Dataset             x       x         x           rrr     rrr
coverage.ImportBatch         x       x         x           rr-     rrr
coverage.PeriodReopening     x       x         x           +rr-    +rrr
coverage.Province            rr-     rr-       rr-         rr-     +www
coverage.PublishedFigure     r--     -r-       rr-         +ww-    +www
coverage.Regency             r--     -r-       rr-         ww-     +www
coverage.Reminder            x       x         x           rr-     rrr
coverage.ReportingPeriod     rrr     rrr       rrr         rrr     +www
coverage.Submission          r--     -r-       rr-         rr-     rrr
coverage.SubmissionEvent     r--     -r-       rr-         rr-     rrr
coverage.WorkerSegment       rrr     rrr       rrr         rrr     +www
coverage.WorkforceEstimate   r--     -r-       +ww-        +ww-    +www
targets.Target               r--     -r-       +ww-        +ww-    +www
targets.TargetSource         rrr     rrr       rrr         rrr     +www
"""


@pytest.fixture
def stage(world):
    return make_stage(world)


def test_every_model_of_the_admin_has_a_row():
    assert set(table(ADMIN)) == {model._meta.label for model in admin.site._registry}


def test_every_route_of_a_model_is_asked_for():
    actions = ("", "add/", "<path:object_id>/", "<path:object_id>/change/", "<path:object_id>/delete/")
    asked = (*actions, "<path:object_id>/history/", "([^/]+)/history/([^/]+)/$", "<id>/password/")
    endings = {re.sub(r"^admin/\w+/\w+/", "", route) for route in model_routes()}
    assert endings == set(asked)


def asked_of_the_admin(stage, model, role: str, expected: str) -> Iterator[tuple[str, object, object]]:
    """(what was asked, what came, what was expected), for one model and role."""
    client, shown = enter(stage, role), expected.removeprefix("+")
    listing = client.get(page_of(model, "changelist"))
    yield "list", listing.status_code, 403 if expected == "x" else 200
    yield "add", client.get(page_of(model, "add")).status_code, 200 if expected.startswith("+") else 403
    if not expected.startswith("+"):
        yield "POST add", client.post(page_of(model, "add"), {"_save": "1"}).status_code, 403
    if expected != "x":
        listed = {row.pk for row in listing.context["cl"].result_list}
        visible = {row.pk for row, right in zip(stage.rows[model], shown, strict=True) if right != "-"}
        yield "listed", listed & {row.pk for row in stage.rows[model]}, visible
    for place, row in enumerate(stage.rows[model]):
        right = "x" if expected == "x" else shown[place]
        status = {"x": 403, "-": 404, "l": 404}.get(right, 200)
        change = client.get(page_of(model, "change", row.pk))
        yield f"change {row}", change.status_code, status
        if change.status_code == status == 200:
            yield f"writable {row}", change.context["has_change_permission"], right == "w"
        if right != "w":
            refusal = client.post(page_of(model, "change", row.pk), {"_save": "1"}).status_code
            yield f"POST change {row}", refusal in (403, 404), True
        yield f"history {row}", client.get(page_of(model, "history", row.pk)).status_code in (403, 404), status != 200
        yield f"bare {row}", client.get(page_of(model, "changelist") + f"{row.pk}/").status_code, 302
        for method in (client.get, client.post):
            found = method(page_of(model, "delete", row.pk), {"post": "yes"} if method == client.post else {})
            yield f"delete {row}", found.status_code in (403, 404), True
        if hasattr(model, "history"):
            version = row.history.first()
            address = page_of(model, "simple_history", row.pk, version.pk if version else 1)
            yield f"old version {row}", client.get(address).status_code, 404


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=lambda model: model._meta.label), ids=str)
def test_admin_pages_open_for_whom_they_are(stage, model):
    before = fingerprint(model)
    wrong = []
    for role, expected in table(ADMIN)[model._meta.label].items():
        for what, found, wanted in asked_of_the_admin(stage, model, role, expected):
            if found != wanted:
                wrong.append(f"{role}, {what}: {found}, not {wanted}")
    assert wrong == []
    if model is not AccessLog:  # every login of this test stands there
        assert fingerprint(model) == before


@pytest.mark.parametrize("role", [role for role in ROLES if role not in STAFF])
def test_who_does_not_belong_in_the_admin_sees_no_page_of_it(stage, role):
    client = enter(stage, role)
    before = fingerprint(*stage.rows)
    for model, rows in stage.rows.items():
        addresses = [page_of(model, "changelist"), page_of(model, "add")]
        addresses += [page_of(model, action, rows[0].pk) for action in ("change", "history", "delete")]
        for address in addresses:
            for method in (client.get, client.post):
                response = method(address)
                assert response.status_code == 302, address
                assert response.url.startswith("/masuk/" if role == "stranger" else "/admin/login/")
    assert fingerprint(*stage.rows) == before


def test_nobody_sets_a_password_outside_their_care(stage):
    before = fingerprint(User)
    for role in (*STAFF, "pimpinan", "pemda"):
        client = enter(stage, role)
        rights = table(ADMIN)["accounts.User"].get(role, "x")
        for place, person in enumerate(stage.rows[User]):
            address = reverse("admin:auth_user_password_change", args=[person.pk])
            if rights != "x" and rights.removeprefix("+")[place] == "w":
                assert client.get(address).status_code == 200
            else:
                assert client.get(address).status_code in (302, 403, 404)
                assert client.post(address, {"password1": "a", "password2": "a"}).status_code in (302, 403, 404)
    assert fingerprint(User) == before
