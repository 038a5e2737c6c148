"""What somebody typed while their session had already ended: it waits in the new session until they are back."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict

#: Longer ones are not kept.
LONGEST = 400_000


def ask_to_log_in(request: HttpRequest, key: str) -> HttpResponse:
    """To the login page. What was typed waits under `key` in the session, which logging in keeps."""
    text = request.POST.urlencode() if request.method == "POST" else ""
    if text and len(text) <= LONGEST:
        request.session[key] = {"path": request.path, "typed": text}
    return redirect_to_login(request.get_full_path())


def typed_before(request: HttpRequest, key: str) -> QueryDict | None:
    """What this same person typed at this address before; shown to nobody else. The form names them in `user`."""
    draft = request.session.get(key)
    if not draft or draft["path"] != request.path:
        return None
    typed = QueryDict(draft["typed"])
    return typed if typed.get("user") == str(request.user.pk) else None


def forget(request: HttpRequest, key: str) -> None:
    request.session.pop(key, None)
