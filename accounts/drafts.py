"""Form input posted after the session ended, stored in the new session until the same user has logged in again."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict

#: Characters. Longer input is not stored.
LONGEST = 400_000


def ask_to_log_in(request: HttpRequest, key: str) -> HttpResponse:
    """Redirect to the login page; posted input is stored under `key` in the session, which survives the login."""
    text = request.POST.urlencode() if request.method == "POST" else ""
    if text and len(text) <= LONGEST:
        request.session[key] = {"path": request.path, "typed": text}
    return redirect_to_login(request.get_full_path())


def typed_before(request: HttpRequest, key: str) -> QueryDict | None:
    """Return the input stored for this address and user (the form's `user` field), else None."""
    draft = request.session.get(key)
    if not draft or draft["path"] != request.path:
        return None
    typed = QueryDict(draft["typed"])
    return typed if typed.get("user") == str(request.user.pk) else None


def forget(request: HttpRequest, key: str) -> None:
    request.session.pop(key, None)
