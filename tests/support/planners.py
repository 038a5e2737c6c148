"""People who set targets, for tests of the pages of Sasaran."""

from __future__ import annotations

from django.contrib.auth.models import Permission

from accounts.models import Office, User
from tests.conftest import PASSWORD


def planner_at(office: Office) -> User:
    """Somebody of this office with the right to set targets, `target-KP` at the head office."""
    user = User.objects.create_user(username=f"target-{office.pk}", password=PASSWORD, office=office)
    user.user_permissions.add(Permission.objects.get(codename="plan_targets"))
    return User.objects.get(pk=user.pk)
