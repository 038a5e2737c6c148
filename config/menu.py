"""The context of the base template: menu, demonstration banner, saved links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.models import SavedLink
from coverage.models import Dataset


@dataclass(frozen=True)
class Item:
    """An entry of the menu."""

    label: str
    url: str
    is_current: bool


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Return `menu`, `has_demo_data` and `saved_links` for every template, each evaluated only when it is used."""
    return {
        "menu": SimpleLazyObject(lambda: menu_for(request)),
        "has_demo_data": SimpleLazyObject(lambda: Dataset.objects.filter(is_demonstration=True).exists()),
        "saved_links": SimpleLazyObject(lambda: links_of(request)),
    }


def links_of(request: HttpRequest) -> list[SavedLink]:
    """Return the user's saved links by name. One query."""
    user = getattr(request, "user", None)
    return list(user.saved_links.all()) if user is not None and user.is_authenticated else []


def menu_for(request: HttpRequest) -> list[Item]:
    """Return the menu entries of the pages this user may open."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    entries = [("Ringkasan", "home", True, ()), ("Capaian", "progress-list", True, ("/wilayah/",))]
    entries.append(("Segmen", "segments", True, ()))
    entries.append(("Sasaran", "planning", True, ()))
    entries.append(("Kelengkapan", "completeness", user.reads_all_areas, ()))
    entries.append(("Entri data", "entry-home", user.has_perm("coverage.enter_records"), ()))
    entries.append(("Verifikasi", "verification-queue", user.has_perm("coverage.verify_submissions"), ()))
    entries.append(("Riwayat", "history", user.has_perm("coverage.view_historicalcoveragerecord"), ()))
    entries.append(("Admin", "admin:index", user.is_staff, ()))
    items = []
    for label, name, is_open, also in entries:
        if not is_open:
            continue
        url = reverse(name)
        is_current = request.path == url if url == "/" else request.path.startswith((url, *also))
        items.append(Item(label, url, is_current))
    return items
