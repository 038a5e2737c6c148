"""What the addresses of the entry room name: a month and an office. A wrong one is a 404 that says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import Denied, Office
from accounts.views import not_found
from reporting import months

from . import access
from .models import ReportingPeriod

if TYPE_CHECKING:
    from accounts.models import User


def says_what_is_wrong(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A 404 with our own sentence, also while DEBUG is on."""

    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, **kwargs)
        except Http404 as missing:
            return not_found(request, missing)

    return wrapped


def require_entry_right(user: User) -> None:
    if not user.has_perm(access.ENTER):
        raise Denied("Akun Anda tidak diberi hak mengisi angka bulanan.")


def period_at(month: str) -> ReportingPeriod:
    """The opened month of an address such as `2026-09`."""
    try:
        first = months.parse_month(month)
    except ValueError as error:
        raise Http404(str(error)) from error
    period = ReportingPeriod.objects.filter(pk=first).first()
    if period is None:
        raise Http404(f"Bulan {months.month_name(first)} belum dibuka untuk entri.")
    return period


def office_at(user: User, code: str) -> Office:
    """An office this user may enter figures for."""
    office = access.offices_for_entry(user).filter(pk=code).first()
    if office is None:
        raise Http404
    return office
