"""Tells mypy that `request.user` is a `User`: every page needs a login (LoginRequiredMiddleware), which types cannot see."""

from __future__ import annotations

from collections.abc import Callable

from mypy.plugin import AttributeContext, Plugin
from mypy.types import Instance, Type, UnionType, get_proper_type

ANONYMOUS = "django.contrib.auth.models.AnonymousUser"


def without_anonymous(context: AttributeContext) -> Type:
    found = get_proper_type(context.default_attr_type)
    if not isinstance(found, UnionType):
        return found
    people = [kind for kind in map(get_proper_type, found.items) if getattr(kind, "type", None)]
    return UnionType.make_union(
        [kind for kind in people if isinstance(kind, Instance) and kind.type.fullname != ANONYMOUS]
    )


class RequestUser(Plugin):
    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        return without_anonymous if fullname == "django.http.request.HttpRequest.user" else None


def plugin(version: str) -> type[Plugin]:
    return RequestUser
