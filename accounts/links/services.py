"""The only writer of saved links: a user's own reports, never an address outside this product."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, ResolverMatch, resolve

from accounts.models import Denied, SavedLink, User

MOST_LINKS = 50
#: Parameters that are not saved: they do not describe the report.
_NOT_SAVED = ("format", "halaman")
_OUTSIDE = "Hanya alamat laporan di Semesta yang dapat disimpan."


_SHUT = "Alamat ini tidak dapat dibuka dengan akun Anda, jadi tidak disimpan."
_TAKEN = "Anda sudah punya tautan dengan nama ini. Pakai nama lain."


def clean_address(user: User, text: str) -> str:
    """Return path and query of a report that opens for this user, without page and file format.

    Raises ValidationError with a sentence.
    """
    if not text.startswith("/") or text.startswith("//") or "\\" in text or any(char < " " for char in text):
        raise ValidationError(_OUTSIDE)
    parts = urlsplit(text)
    if parts.scheme or parts.netloc:
        raise ValidationError(_OUTSIDE)
    try:
        match = resolve(parts.path)
    except Resolver404:
        raise ValidationError(_OUTSIDE) from None
    if not getattr(getattr(match.func, "view_class", None), "can_be_saved", False):
        raise ValidationError(_OUTSIDE)
    parameters = [(name, value) for name, value in parse_qsl(parts.query) if name not in _NOT_SAVED]
    address = f"{parts.path}?{urlencode(parameters)}" if parameters else parts.path
    if len(address) > 1000:
        raise ValidationError("Alamat ini terlalu panjang untuk disimpan. Kurangi saringannya.")
    _check_opens(user, match, parts.path, urlencode(parameters))
    return address


def _check_opens(user: User, match: ResolverMatch, path: str, query: str) -> None:
    """Request the report as JSON; an address it refuses is not saved."""
    request = HttpRequest()
    request.method, request.user = "GET", user
    request.path = request.path_info = path
    asked = QueryDict(query, mutable=True)
    asked["format"] = "json"
    request.GET = asked  # type: ignore[assignment]  # read only from here on
    try:
        status = match.func(request, *match.args, **match.kwargs).status_code
    except (Http404, Denied):
        raise ValidationError(_SHUT) from None
    if status != 200:
        raise ValidationError(_SHUT)


def _clean_name(link: SavedLink, name: str) -> str:
    """Return the stripped name. Raises ValidationError when the user has it already, ignoring case."""
    name = " ".join(name.split())
    if not name:
        raise ValidationError("Beri tautan ini nama.")
    if SavedLink.objects.filter(user_id=link.user_id, name__iexact=name).exclude(pk=link.pk).exists():
        raise ValidationError(_TAKEN)
    return name


def save_link(user: User, name: str, address: str) -> SavedLink:
    """Save the address under the name. Raises ValidationError with a sentence."""
    link = SavedLink(user=user, address=clean_address(user, address))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two requests at once must not exceed the limit together
        if user.saved_links.count() >= MOST_LINKS:
            raise ValidationError(f"Sudah ada {MOST_LINKS} tautan. Hapus yang tidak dipakai lagi.")
        link.name = _clean_name(link, name)
        link.full_clean()
        link.save()
    return link


def rename_link(link: SavedLink, name: str) -> None:
    """Change the name. Raises ValidationError when it is empty, too long or taken."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=link.user_id)
        link.name = _clean_name(link, name)
        link.full_clean()
        link.save(update_fields=["name"])


def delete_link(link: SavedLink) -> None:
    with transaction.atomic():
        link.delete()
