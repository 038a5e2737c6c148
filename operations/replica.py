"""Report reads from a streaming replica of PostgreSQL, where `DATABASE_REPLICA_URL` names one.

The views listed here may read facts from the replica; accounts, sessions and everything that writes stay on the
primary. Who has just written gets a cookie with the place of that write in the primary's log, and reads from the
primary until the replica has come as far. A replica that does not answer, or is too far behind, is left alone for a
while.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.core.signing import BadSignature
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase

logger = logging.getLogger(__name__)

REPLICA = "replica"
#: Addresses (by name) that only read facts and may show the state of a moment ago.
REPORTS = frozenset(
    {"home", "progress-list", "segments", "area", "scorecard", "scorecards", "meeting", "completeness"}
    | {"data", "data-csv", "data-json"}
)
#: Apps whose rows are facts. Accounts, sessions and lock-outs are always asked at the primary.
FACTS = frozenset({"coverage", "targets"})
SAFE = ("GET", "HEAD")

COOKIE = "semesta_tulis"
#: Seconds a write is remembered: far longer than a replica that is used at all may lag.
REMEMBERED = 3600
#: What is remembered when the primary could not say where the write stands: no replica ever comes so far.
NEVER = "FFFFFFFF/FFFFFFFF"
#: Seconds a replica may be behind while changes wait to be replayed.
LONGEST_LAG = 60
#: Seconds until a replica that failed is asked again.
PAUSE = 10

#: Is it a replica, has it come to the write, and how many seconds is it behind. Nothing waits when all that was
#: received is replayed; the age of the last change alone would call a quiet night a lag.
_ASK = """
    SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() >= %s::pg_lsn,
           CASE WHEN pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn() THEN 0
                ELSE coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0) END
"""
#: The place where the next change will be written: everything committed so far lies before it.
_WRITTEN = "SELECT pg_current_wal_insert_lsn()"


@dataclass
class _Request:
    """What is known of the request at hand."""

    reads_replica: bool = False
    has_written: bool = False


_request: ContextVar[_Request | None] = ContextVar("semesta_request", default=None)


class ReplicaRouter:
    """Sends reads of facts to the replica while the middleware allows it; every write to the primary."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        at_hand = _request.get()
        if model._meta.app_label not in FACTS:
            return None
        return REPLICA if at_hand and at_hand.reads_replica else DEFAULT_DB_ALIAS

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        at_hand = _request.get()
        if at_hand and model._meta.app_label in FACTS:
            at_hand.has_written = True
            at_hand.reads_replica = False  # what this request asks from here on must know of it
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True  # both are the same rows

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == REPLICA else None


class ReplicaMiddleware:
    """Decides for each request where facts are read. Stands last, next to the view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if REPLICA not in settings.DATABASES:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.asks_again_at = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        at_hand = _Request()
        token = _request.set(at_hand)
        try:
            response = self.get_response(request)
        finally:
            _request.reset(token)
        if at_hand.has_written or request.method not in SAFE:
            response.set_signed_cookie(
                COOKIE,
                written_up_to(),
                max_age=REMEMBERED,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """The answer with the replica's facts; None leaves the view to the primary.

        Whatever goes wrong here goes wrong again there, or does not: reports only read, so asking twice is harmless.
        """
        at_hand, match = _request.get(), request.resolver_match
        if at_hand is None or match is None or match.url_name not in REPORTS or request.method not in SAFE:
            return None
        if not self.may_read(request):
            return None
        at_hand.reads_replica = True
        try:
            return view(request, *args, **kwargs)
        except Exception as error:
            if isinstance(error, Error):
                self.leave_alone(error)
            return None
        finally:
            at_hand.reads_replica = False

    def may_read(self, request: HttpRequest) -> bool:
        """True when the replica answers and knows of everything this browser has written."""
        if time.monotonic() < self.asks_again_at:
            return False
        written = "0/0"
        if COOKIE in request.COOKIES:
            try:
                written = str(request.get_signed_cookie(COOKIE, max_age=REMEMBERED))
            except BadSignature:  # nobody knows what was written
                return False
        try:
            with connections[REPLICA].cursor() as cursor:
                cursor.execute(_ASK, [written])
                is_replica, knows, lag = cursor.fetchone()
        except Error as error:
            self.leave_alone(error)
            return False
        if not is_replica or lag > LONGEST_LAG:
            self.leave_alone("it is no replica" if not is_replica else f"it is {lag:.0f} seconds behind")
            return False
        return bool(knows)

    def leave_alone(self, reason: object) -> None:
        """Read from the primary for a while."""
        logger.warning("Replica not used for %s seconds: %s", PAUSE, str(reason).strip())
        self.asks_again_at = time.monotonic() + PAUSE
        connections[REPLICA].close()


def written_up_to() -> str:
    """The place in the primary's log before which everything lies that was committed until now."""
    try:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(_WRITTEN)
            return str(cursor.fetchone()[0])
    except Error as error:
        logger.warning("The primary does not say how far it has written: %s", error)
        return NEVER
