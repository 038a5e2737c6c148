"""The admin's login, and the error pages: 400, 403, 404, 500, failed CSRF check, too many logins."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import View

from .models import Denied


@method_decorator(login_not_required, name="dispatch")
class AdminLogin(View):
    """Redirects the admin's login to the one login page; refuses logged-in users without access to the admin."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        wanted = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
            wanted = resolve_url("admin:index")
        if not request.user.is_authenticated:
            return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': wanted})}")
        if request.user.is_staff:
            return redirect(wanted)
        raise Denied("Akun Anda tidak punya akses ke halaman admin. Mintalah kepada administrator kantor Anda.")


def sentence_of(exception: BaseException | None) -> str:
    """Return the exception's sentence if it is one of ours; empty for Django's own, which are English."""
    if isinstance(exception, Denied):
        return str(exception)
    if isinstance(exception, Http404) and exception.args and isinstance(exception.args[0], str):
        return exception.args[0]
    return ""


def locked(request: HttpRequest, original_response: HttpResponse | None = None, credentials: dict | None = None):
    """Answer too many failed logins for this name and address with the minutes left (called by axes)."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    context = {"failure_limit": settings.AXES_FAILURE_LIMIT, "minutes": minutes}
    return render(request, "registration/locked.html", context, status=settings.AXES_HTTP_RESPONSE_CODE)


def bad_request(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def refused(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    return render(request, "403.html", {"sentence": sentence_of(exception)}, status=403)


def not_found(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """Answer 404 alike for a missing page and one outside the user's scope; a view may add a sentence."""
    return render(request, "404.html", {"sentence": sentence_of(exception)}, status=404)


def explains_404(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer the view's `Http404` with its sentence, also while DEBUG is on."""

    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, **kwargs)
        except Http404 as missing:
            return not_found(request, missing)

    return wrapped


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500. Rendered without the request, since the context processors may be what failed."""
    return render(None, "500.html", status=500)


def form_check_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a missing or outdated CSRF token."""
    return render(request, "403_csrf.html", status=403)
