"""Potentials kept in memory between requests: every report reads them, and they change about once a year.

They are kept under the token of `Revision`, which changes with them. Whoever asks reads the token first, and so never
gets potentials that are older than the moment of asking, in no process and on no replica.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from coverage.models import Revision

Answer = TypeVar("Answer")
#: Answers kept; one for all segments of the country takes about three megabytes.
MOST = 12


class Kept(Generic[Answer]):
    """The answers asked for last. Not to be changed by who gets them."""

    def __init__(self, subject: str, most: int = MOST) -> None:
        self._subject, self._most = subject, most
        self._answers: OrderedDict[tuple[str, Hashable], Answer] = OrderedDict()
        self._lock = Lock()

    def get(self, question: Hashable, read: Callable[[], Answer]) -> Answer:
        """What `read` answers to this question as the facts stand. One query, and those of `read` where it is new."""
        token = Revision.token_of(self._subject)
        if not token:
            return read()
        key = (token, question)
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        found = read()
        with self._lock:
            self._answers[key] = found
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return found

    def clear(self) -> None:
        """For measurements."""
        with self._lock:
            self._answers.clear()
