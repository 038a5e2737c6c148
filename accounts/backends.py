"""Who logs in: Django's own accounts, read together with their office, which every page asks for."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission

from .models import User


class OfficeBackend(ModelBackend):
    """Django's own, with fewer questions to the database: two a page instead of four."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("office").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Those of the roles and those given to the person, asked for together; who has which is Django's to say."""
        is_asked = obj is None and user_obj.is_active and not user_obj.is_anonymous and not user_obj.is_superuser
        if is_asked and not hasattr(user_obj, "_perm_cache"):
            of_roles = Permission.objects.filter(group__user=user_obj)
            named = [
                granted.order_by().values_list("content_type__app_label", "codename")
                for granted in (user_obj.user_permissions.all(), of_roles)
            ]
            user_obj._perm_cache = {f"{app}.{code}" for app, code in named[0].union(named[1])}
        return super().get_all_permissions(user_obj, obj)
