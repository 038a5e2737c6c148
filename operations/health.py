"""`/sehat/` for monitoring: whether the worker and its database answer. No login, no details."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)
PLAIN = "text/plain; charset=utf-8"


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 `sehat`, or 503 when the database does not answer; the log has the reason."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except Error as error:
        logger.error("The database does not answer: %s", error)
        return HttpResponse("tidak sehat\n", status=503, content_type=PLAIN)
    return HttpResponse("sehat\n", content_type=PLAIN)
