"""Authentication backend that loads users together with their office, which every page needs."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission

from .models import User


class OfficeBackend(ModelBackend):
    """Django's `ModelBackend` with two queries per page instead of four."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("office").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return the user's and the groups' permissions, read in one query with Django's own conditions."""
        is_asked = obj is None and user_obj.is_active and not user_obj.is_anonymous and not user_obj.is_superuser
        if is_asked and not hasattr(user_obj, "_perm_cache"):
            of_roles = Permission.objects.filter(group__user=user_obj)
            named = [
                granted.order_by().values_list("content_type__app_label", "codename")
                for granted in (user_obj.user_permissions.all(), of_roles)
            ]
            user_obj._perm_cache = {f"{app}.{code}" for app, code in named[0].union(named[1])}
        return super().get_all_permissions(user_obj, obj)
