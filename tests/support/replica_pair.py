"""A temporary PostgreSQL primary with a streaming replica, and the product running on both."""

from __future__ import annotations

import contextlib
import http.cookiejar
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[2]
#: Without waiting for the disk: the data are temporary.
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
synchronous_commit = on
wal_level = replica
max_wal_senders = 4
autovacuum = off
shared_buffers = 16MB
max_connections = 30
"""
#: Two regencies, a month, and people; run by the product itself on the primary.
DATA = """
import django; django.setup()
from django.contrib.auth.models import Permission
from django.core.management import call_command
call_command("migrate", verbosity=0)
from accounts.models import Office, User
from coverage.models import CoverageRecord, Province, Regency, ReportingPeriod, WorkerSegment
head = Office.objects.create(code="KP", name="Kantor Pusat", kind="HEAD")
kanwil = Office.objects.create(code="KW", name="Kantor Wilayah", kind="REGIONAL", parent=head)
branch = Office.objects.create(code="KC", name="Kantor Cabang", kind="BRANCH", parent=kanwil)
lampung = Province.objects.create(code="18", bps_code="18", name="Lampung", island_group="Sumatera", regional_office=kanwil)
Regency.objects.create(code="1802", bps_code="1805", name="Lampung Tengah", kind="KABUPATEN", province=lampung, branch_office=branch)
WorkerSegment.objects.create(code="PU", name="Penerima Upah", kind="BASIC", is_expected=True, position=1)
WorkerSegment.objects.create(code="UCJ", name="PU + BPU", kind="COMPOSITE", is_headline=True, position=2).components.set(["PU"])
month = ReportingPeriod.objects.create(month="2026-09-01", cut_off_on="2026-09-30", due_on="2099-10-10", closes_on="2099-10-20")
CoverageRecord.objects.create(period=month, segment_id="PU", province=lampung, regency_id="1802", participants=1000, origin="ENTERED")
for name, office in (("entri", branch), ("pimpinan", head)):
    User.objects.create_user(username=name, password="sandi-uji-coba", office=office)
User.objects.get(username="entri").user_permissions.set(Permission.objects.filter(codename="enter_records"))
"""


def binaries() -> Path | None:
    """Where the programs of a PostgreSQL server lie: Debian keeps them out of the PATH."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(holds: Callable[[], object], what: str, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited {seconds} seconds for: {what}"
        time.sleep(0.05)


@dataclass
class Browser:
    """Somebody at the product: keeps cookies, follows redirects."""

    address: str
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def __post_init__(self) -> None:
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> str:
        with self.opener.open(self.address + path, timeout=20) as response:
            return response.read().decode()

    def post(self, path: str, **fields: str) -> str:
        hidden = re.findall(r'name="(csrfmiddlewaretoken|user|seen)" value="([^"]*)"', self.get(path))
        sent = {name: value.replace("&quot;", '"') for name, value in hidden} | fields
        with self.opener.open(self.address + path, urllib.parse.urlencode(sent).encode(), timeout=20) as response:
            return response.read().decode()

    def figure(self) -> str:
        """The one figure of the month, as a report shows it."""
        return re.findall(r"(\d*);Diisi", self.get("/data/angka.csv"))[0]


@dataclass
class Pair:
    """Two servers and the product. `log` is what the product said on its error output."""

    folder: Path
    programs: Path
    ports: dict[str, int]
    address: str = ""
    log: Path = Path()

    def run(self, program: str, *arguments: str) -> None:
        # initdb and postgres refuse to run as root
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run(
            [*as_user, str(self.programs / program), *arguments],
            check=True,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / f"{program}.err").open("a"),
        )

    def start(self, name: str) -> None:
        options = f"-p {self.ports[name]}"
        log = str(self.folder / f"{name}.log")
        self.run("pg_ctl", "-w", "-D", str(self.folder / name), "-l", log, "-o", options, "start")

    def stop(self, name: str) -> None:
        self.run("pg_ctl", "-D", str(self.folder / name), "-m", "immediate", "stop")

    def url(self, name: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.ports[name]}/postgres"

    def ask(self, name: str, sql: str) -> list[tuple]:
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def is_level(self) -> bool:
        """The replica has replayed all that the primary has written."""
        written = self.ask("primary", "SELECT pg_current_wal_insert_lsn()")[0][0]
        return self.ask("replica", f"SELECT pg_last_wal_replay_lsn() >= '{written}'")[0][0]

    def browser(self, name: str) -> Browser:
        somebody = Browser(self.address)
        somebody.post("/masuk/", username=name, password="sandi-uji-coba")
        return somebody


@contextlib.contextmanager
def running_pair(programs: Path) -> Iterator[Pair]:
    folder = Path(tempfile.mkdtemp(prefix="semesta-replica-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    pair = Pair(folder, programs, {"primary": free_port(), "replica": free_port()})
    product = None
    try:
        primary = str(folder / "primary")
        pair.run("initdb", "-D", primary, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        with (folder / "primary" / "postgresql.conf").open("a") as file:
            file.write(SETTINGS)
        pair.start("primary")
        pair.run(
            "pg_basebackup", "-R", "-X", "stream", "-c", "fast", "--no-sync", "-D", str(folder / "replica"),
            "-d", f"host=127.0.0.1 port={pair.ports['primary']} user=postgres",
        )  # fmt: skip
        pair.start("replica")
        outside = {name: value for name, value in os.environ.items() if name not in ("SECRET_KEY", "DEBUG")}
        settings = {
            **outside,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": pair.url("primary"),
            "DATABASE_REPLICA_URL": pair.url("replica"),
        }
        subprocess.run([sys.executable, "-c", DATA], check=True, cwd=ROOT, env=settings)
        port, pair.log = free_port(), folder / "product.log"
        product = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "config.wsgi", "--worker-class", "gthread", "--threads", "4",
             "--no-control-socket", "--bind", f"127.0.0.1:{port}"],
            cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, stderr=pair.log.open("w"),
        )  # fmt: skip
        pair.address = f"http://127.0.0.1:{port}"
        until(lambda: _answers(port), "the product to start")
        yield pair
    finally:
        if product:
            product.terminate()
            product.wait(10)
        for name in ("replica", "primary"):
            with contextlib.suppress(subprocess.CalledProcessError):
                pair.stop(name)
        shutil.rmtree(folder, ignore_errors=True)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
