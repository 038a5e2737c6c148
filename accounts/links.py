"""The only writer of kept links: one's own reports under a name, never an address outside this product."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import Resolver404, resolve

from .models import SavedLink, User

MOST_LINKS = 50
#: What is of the moment, not of the report.
_PASSING = ("format", "halaman")
_OUTSIDE = "Hanya alamat laporan di Semesta yang dapat disimpan."


def clean_address(text: str) -> str:
    """Path and query of a report of ours, without page and file format. Raises ValidationError with a sentence."""
    if not text.startswith("/") or text.startswith("//") or "\\" in text or any(char < " " for char in text):
        raise ValidationError(_OUTSIDE)
    parts = urlsplit(text)
    if parts.scheme or parts.netloc:
        raise ValidationError(_OUTSIDE)
    try:
        view = resolve(parts.path).func
    except Resolver404:
        raise ValidationError(_OUTSIDE) from None
    if not getattr(getattr(view, "view_class", None), "can_be_saved", False):
        raise ValidationError(_OUTSIDE)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in _PASSING]
    address = f"{parts.path}?{urlencode(kept)}" if kept else parts.path
    if len(address) > 1000:
        raise ValidationError("Alamat ini terlalu panjang untuk disimpan. Kurangi saringannya.")
    return address


def save_link(user: User, name: str, address: str) -> SavedLink:
    """Keep the address under the name. Raises ValidationError with the sentence of what is wrong."""
    link = SavedLink(user=user, name=name.strip(), address=clean_address(address))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two windows at once must not pass the limit together
        if user.saved_links.count() >= MOST_LINKS:
            raise ValidationError(f"Sudah ada {MOST_LINKS} tautan. Hapus yang tidak dipakai lagi.")
        link.full_clean()
        link.save()
    return link


def rename_link(link: SavedLink, name: str) -> None:
    """Raises ValidationError when the name is empty, too long or taken."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=link.user_id)
        link.name = name.strip()
        link.full_clean()
        link.save(update_fields=["name"])


def delete_link(link: SavedLink) -> None:
    with transaction.atomic():
        link.delete()
