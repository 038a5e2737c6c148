"""A refusal becomes a page that says why."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .models import Denied
from .views import refused


class RefusalMiddleware:
    """Turns `Denied("sentence")` raised by any view into the 403 page with that sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        """An account without an active office, or whose office closed while it was logged in, gets the reason."""
        match = request.resolver_match
        if not request.user.is_authenticated or (match and match.url_name == "logout"):
            return None
        reason = request.user.shut_out_because
        return refused(request, Denied(reason)) if reason else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refused(request, exception) if isinstance(exception, Denied) else None
