"""Routes the reads of reports to a streaming replica of PostgreSQL, if `DATABASE_REPLICA_URL` names one.

After a write the same browser reads from the primary for a while.
"""

from __future__ import annotations

import logging
import time
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, Error, connections

logger = logging.getLogger(__name__)
REPLICA, COOKIE, FACTS = "replica", "semesta_tulis", ("coverage", "targets")
#: Names of URLs that only read facts and may lag behind a little.
REPORTS = {"home", "progress-list", "segments", "area", "scorecard", "scorecards", "meeting", "completeness", "data"}
REPORTS |= {"data-csv", "data-json"}
#: Seconds: the lag up to which the replica is read; reads from the primary after a write; the pause after a failure.
LONGEST_LAG, PINNED, PAUSE = 30, 60, 10
#: Whether it still follows a primary, and its lag in seconds; a primary without writes is no lag.
_STATE_SQL = """SELECT pg_is_in_recovery() AND EXISTS (SELECT FROM pg_stat_wal_receiver),
    CASE WHEN pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn() THEN 0
         ELSE coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0) END"""
_reads_replica: ContextVar[bool] = ContextVar("reads_replica", default=False)
_has_written: ContextVar[bool] = ContextVar("has_written", default=False)


class ReplicaRouter:
    """Sends reads of facts to the replica while the middleware allows it; every write to the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        if model._meta.app_label not in FACTS:
            return None
        return REPLICA if _reads_replica.get() else DEFAULT_DB_ALIAS

    def db_for_write(self, model: Any, **hints: Any) -> str:
        if model._meta.app_label in FACTS:
            _has_written.set(True)
            _reads_replica.set(False)  # later reads of this request must see the write
        return DEFAULT_DB_ALIAS

    def allow_relation(self, *objects: Any, **hints: Any) -> bool:
        return True  # both databases hold the same rows

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == REPLICA else None


class ReplicaMiddleware:
    """Decides for each request where facts are read. The last middleware, next to the view."""

    def __init__(self, get_response: Any) -> None:
        if REPLICA not in settings.DATABASES:
            raise MiddlewareNotUsed
        self.get_response, self.paused_until = get_response, 0.0

    def __call__(self, request: Any) -> Any:
        _has_written.set(False)
        response = self.get_response(request)
        if _has_written.get():
            secure = settings.SESSION_COOKIE_SECURE
            response.set_cookie(COOKIE, "1", max_age=PINNED, httponly=True, samesite="Lax", secure=secure)
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> Any:
        """Return the response built from the replica; None reads from the primary, also after a failure."""
        may_ask = request.method in ("GET", "HEAD") and COOKIE not in request.COOKIES
        if request.resolver_match.url_name not in REPORTS or not may_ask or not self.may_read():
            return None
        token = _reads_replica.set(True)
        try:
            return view(request, *args, **kwargs)
        except Error as error:
            self.pause(error)
            return None
        finally:
            _reads_replica.reset(token)

    def may_read(self) -> bool:
        """Return whether the replica answers, follows a primary and is not too far behind."""
        if time.monotonic() < self.paused_until:
            return False
        try:
            with connections[REPLICA].cursor() as cursor:
                cursor.execute(_STATE_SQL)
                follows, lag = cursor.fetchone()
        except Error as error:
            self.pause(error)
            return False
        if not follows or lag > LONGEST_LAG:
            self.pause(f"it is {lag:.0f} seconds behind" if follows else "it does not follow a primary")
        return bool(follows) and lag <= LONGEST_LAG

    def pause(self, reason: object) -> None:
        """Stop reading from the replica for `PAUSE` seconds."""
        logger.warning("Replica not used for %s seconds: %s", PAUSE, str(reason).strip())
        self.paused_until = time.monotonic() + PAUSE
        connections[REPLICA].close()
