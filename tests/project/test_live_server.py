"""A browser test's last request ends before its tables are emptied, also when the browser has gone away."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from django.test.testcases import QuietWSGIRequestHandler

from tests.support.live_server import DrainingServer, Unfinished

ASK = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Slow:
    """An application that answers when it may."""

    def __init__(self) -> None:
        self.begun, self.may_end, self.ended = threading.Event(), threading.Event(), threading.Event()

    def __call__(self, environ, start_response):
        self.begun.set()
        self.may_end.wait(20)
        start_response("200 OK", [("Content-Length", "2")])
        self.ended.set()
        return [b"ok"]


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def server(slow) -> Iterator[DrainingServer]:
    server = DrainingServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(slow)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    slow.may_end.set()
    server.shutdown()
    server.server_close()


def ask(server: DrainingServer) -> socket.socket:
    browser = socket.create_connection(server.server_address)
    browser.sendall(ASK)
    return browser


def test_a_request_whose_browser_has_gone_is_waited_for(server, slow):
    ask(server).close()
    slow.begun.wait(20)
    threading.Timer(0.3, slow.may_end.set).start()
    server.drain(20)
    assert slow.ended.is_set()


def test_a_request_that_was_just_sent_is_waited_for(server, slow):
    slow.may_end.set()
    for _ in range(20):
        slow.ended.clear()
        ask(server).close()
        server.drain(20)
        assert slow.ended.is_set()


def test_a_connection_that_is_kept_alive_is_not_waited_for(server, slow):
    slow.may_end.set()
    with ask(server) as browser:
        assert browser.recv(100).startswith(b"HTTP/1.1 200")
        server.drain(20)


def test_a_request_that_never_ends_is_told(server, slow):
    with ask(server):
        slow.begun.wait(20)
        with pytest.raises(Unfinished, match="1 requests"):
            server.drain(0.2)
