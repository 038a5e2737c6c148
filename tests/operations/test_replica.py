"""Reports from a streaming replica: own writes are seen at once, and without the replica pages still work.

On a real primary and a real replica. The tests follow each other: the last one kills the replica.
"""

from __future__ import annotations

import time
from types import SimpleNamespace

import psycopg
import pytest
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.core.exceptions import MiddlewareNotUsed
from django.db.utils import OperationalError
from django.http import HttpResponse
from django.urls import get_resolver

from accounts.models import User
from coverage.models import CoverageRecord
from operations import replica
from targets.models import Target
from tests.support.replica_pair import binaries, running_pair, until


@pytest.fixture(scope="module")
def pair():
    programs = binaries()
    if programs is None:
        pytest.skip("no server programs of PostgreSQL on this machine (apt-get install postgresql)")
    with running_pair(programs) as found:
        yield found


@pytest.fixture(scope="module")
def entri(pair):
    return pair.browser("entri")


@pytest.fixture(scope="module")
def pimpinan(pair):
    return pair.browser("pimpinan")


def save(browser, figure: str) -> None:
    browser.post("/entri/2026-09/", **{"action": "save", "p-1802-PU": figure, "n-1802-PU": "", "r-1802-PU": "OTHER"})


def test_own_writes_are_seen_at_once_while_the_replica_lags(pair, entri, pimpinan):
    save(entri, "1.100")
    until(pair.is_level, "the replica to follow")
    assert entri.figure() == pimpinan.figure() == "1100"
    pair.ask("replica", "SELECT pg_wal_replay_pause()")
    save(entri, "1.200")
    assert entri.figure() == "1200"
    assert "1.200" in entri.get("/capaian/?data=sementara&tingkat=kabkota&segmen=PU")
    assert "1.200" in entri.get("/entri/2026-09/")
    # Another user still reads the old value: proof that the replica is read at all
    assert pimpinan.figure() == "1100"
    assert "1.100" in pimpinan.get("/capaian/?data=sementara&tingkat=kabkota&segmen=PU")
    pair.ask("replica", "SELECT pg_wal_replay_resume()")
    until(pair.is_level, "the replica to follow")
    assert pimpinan.figure() == "1200"


def test_after_a_write_the_primary_is_read_for_a_while_and_then_the_replica_again(pair, entri):
    save(entri, "1.300")
    until(pair.is_level, "the replica to follow")
    pair.ask("replica", "SELECT pg_wal_replay_pause()")
    pair.ask("primary", "UPDATE coverage_coveragerecord SET participants = 9")
    assert entri.figure() == "9"  # at the primary
    (pin,) = (cookie for cookie in entri.jar if cookie.name == replica.COOKIE)
    assert 0 < pin.expires - time.time() <= replica.PINNED
    assert replica.LONGEST_LAG < replica.PINNED, "a replica in use has caught up before the pin ends"
    entri.jar.clear(pin.domain, pin.path, pin.name)  # a minute later
    assert entri.figure() == "1300"
    pair.ask("replica", "SELECT pg_wal_replay_resume()")
    until(lambda: entri.figure() == "9", "the replica to follow")


def test_nobody_is_logged_out_by_a_lagging_replica(pair):
    pair.ask("replica", "SELECT pg_wal_replay_pause()")
    newcomer = pair.browser("pimpinan")
    assert "Capaian" in newcomer.get("/capaian/")
    pair.ask("replica", "SELECT pg_wal_replay_resume()")


def test_a_replica_takes_no_writes(pair):
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        pair.ask("replica", "UPDATE coverage_coveragerecord SET participants = 1")


def test_pages_and_saves_go_on_when_the_replica_is_killed(pair, entri, pimpinan):
    pair.stop("replica")
    save(entri, "1.400")
    for somebody in (entri, pimpinan):
        assert somebody.figure() == "1400"
        for page in ("/", "/capaian/", "/wilayah/18/", "/segmen/"):
            assert "Semesta" in somebody.get(page)
    assert "Replica not used" in pair.log.read_text()
    assert pair.browser("pimpinan").figure() == "1400"


# The rules by themselves, without servers


@pytest.fixture
def reading_replica():
    token = replica._reads_replica.set(True)
    replica._has_written.set(False)
    yield
    replica._reads_replica.reset(token)


def test_only_facts_are_read_from_the_replica(reading_replica):
    router = replica.ReplicaRouter()
    assert {router.db_for_read(model) for model in (CoverageRecord, Target)} == {"replica"}
    assert {router.db_for_read(model) for model in (User, Session, Permission)} == {None}
    assert router.allow_migrate("replica", "coverage") is False


def test_after_a_write_the_rest_of_the_request_reads_the_primary(reading_replica):
    router = replica.ReplicaRouter()
    assert router.db_for_write(Session) == "default"
    assert router.db_for_read(CoverageRecord) == "replica"
    assert router.db_for_write(CoverageRecord) == "default"
    assert replica._has_written.get()
    assert router.db_for_read(CoverageRecord) == "default"


def test_outside_a_request_everything_is_read_from_the_primary():
    assert replica.ReplicaRouter().db_for_read(CoverageRecord) == "default"
    assert replica.ReplicaRouter().db_for_write(CoverageRecord) == "default"


def test_every_listed_report_has_a_url():
    assert {name for name in get_resolver().reverse_dict if isinstance(name, str)} >= replica.REPORTS


def test_without_a_replica_the_middleware_is_not_used(settings):
    if "replica" not in settings.DATABASES:
        with pytest.raises(MiddlewareNotUsed):
            replica.ReplicaMiddleware(lambda request: HttpResponse())


class Cursor:
    """Answers like a replica in the given state."""

    def __init__(self, answer):
        self.answer = answer

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def execute(self, sql):
        if isinstance(self.answer, Exception):
            raise self.answer

    def fetchone(self):
        return self.answer


@pytest.mark.parametrize(
    ("answer", "is_read"),
    [
        ((True, 0), True),
        ((True, 30), True),
        ((True, 31), False),
        ((False, 0), False),
        (OperationalError("no route"), False),
    ],
)
def test_when_the_replica_is_read(monkeypatch, answer, is_read):
    fake = SimpleNamespace(cursor=lambda: Cursor(answer), close=lambda: None)
    monkeypatch.setattr(replica, "connections", {"replica": fake})
    monkeypatch.setattr(replica, "settings", SimpleNamespace(DATABASES={"replica": {}}))
    middleware = replica.ReplicaMiddleware(lambda request: HttpResponse())
    assert middleware.may_read() is is_read
    if not is_read:
        fake.cursor = lambda: pytest.fail("it was to be left alone for a while")
        assert middleware.may_read() is False
