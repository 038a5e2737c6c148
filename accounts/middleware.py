"""Middleware that answers a refusal with a page that gives the reason, also while DEBUG is on."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from .models import Denied
from .views import bad_request, not_found, refused


class RefusalMiddleware:
    """Turns `Denied("sentence")` raised by any view into the 403 page with that sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # PostgreSQL cannot store NUL in a text, so a query with one would fail.
        if "\0" in request.path_info or any("\0" in text for values in request.GET.lists() for text in values[1]):
            return bad_request(request)
        response = self.get_response(request)
        if (
            settings.DEBUG
            and response.status_code == 404
            and response.get("Content-Type", "").startswith("text/html")
            and b"URLconf" in response.content
        ):
            return not_found(request)  # raising Http404 would show Django's list of URLs while DEBUG is on
        return response

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        """Refuse a logged-in account that has no active office any more, with the reason."""
        match = request.resolver_match
        if not request.user.is_authenticated or (match and match.url_name == "logout"):
            return None
        reason = request.user.login_refusal
        return refused(request, Denied(reason)) if reason else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Http404):
            return not_found(request, exception)
        return refused(request, exception) if isinstance(exception, Denied) else None
