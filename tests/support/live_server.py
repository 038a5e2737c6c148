"""The server of the browser tests, which can wait until its last request has ended."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer
from pytest_django.live_server_helper import LiveServer

#: Seconds after which a request that has not ended is an error.
PATIENCE = 60


class Unfinished(Exception):
    """Requests are still running although nobody waits for them."""


class DrainingServer(ThreadedWSGIServer):
    """Knows its open connections. Each has a thread, and that thread has its own connection to the database."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        super().__init__(*args, **options)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def close_request(self, request: Any) -> None:
        """Close the thread's database connections; called last by the thread of a connection."""
        try:
            super().close_request(request)
        finally:
            with self._changed:
                self._open.discard(request)
                self._changed.notify_all()

    def drain(self, seconds: float = PATIENCE) -> None:
        """Return when every request that was sent until now has ended. Raises Unfinished after `seconds`.

        A browser that goes away does not stop its last request: it may not even have been accepted yet. Connections are
        accepted in the order they come in, so one more that is answered shows that all before it are known.
        """
        with socket.create_connection(self.server_address[:2], timeout=seconds) as last:
            last.shutdown(socket.SHUT_WR)
            last.recv(1)
        with self._changed:
            for connection in self._open:
                # What was sent is still read and answered; a connection that is only kept alive ends here.
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RD)
            if not self._changed.wait_for(lambda: not self._open, seconds):
                raise Unfinished(f"{len(self._open)} requests of the browser are still running after {seconds} s.")


def start_live_server(address: str = "localhost") -> LiveServer:
    """A running server that drains."""
    server = LiveServer(address, start=False)
    server.thread.server_class = DrainingServer
    server.start()
    return server
