"""`/tautan/`: the user's saved reports. Those of other users answer 404."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from .services import delete_link, rename_link, save_link
from .tables import LinkTable


@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest) -> HttpResponse:
    """Show the list; a POST saves an address. Refused input is shown again with a sentence."""
    if request.method != "POST":
        return _page(request)
    name, address = request.POST.get("name", ""), request.POST.get("address", "")
    try:
        link = save_link(request.user, name, address)
    except ValidationError as error:
        return _page(request, mistakes=error.messages, name=name, address=address)
    messages.success(request, f"Tautan “{link.name}” disimpan.")
    return redirect(link.address)


@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename or delete one of the user's links."""
    found = get_object_or_404(request.user.saved_links, pk=pk)
    if request.POST.get("action") == "delete":
        delete_link(found)
        messages.success(request, f"Tautan “{found.name}” dihapus.")
        return redirect("links")
    try:
        rename_link(found, request.POST.get("name", ""))
    except ValidationError as error:
        return _page(request, mistakes=error.messages, renamed=pk, name=request.POST.get("name", ""))
    messages.success(request, f"Tautan sekarang bernama “{found.name}”.")
    return redirect("links")


def _page(request: HttpRequest, *, renamed: int | None = None, name: str = "", **typed: object) -> HttpResponse:
    table = LinkTable(request.user.saved_links.all(), request=request, renamed=renamed, typed=name)
    context = {"table": table, "name": name, **typed}
    return render(request, "accounts/links/links.html", context, status=400 if typed else 200)
