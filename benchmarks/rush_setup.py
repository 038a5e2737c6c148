"""The environment of the month-end rush: a separate database, 325 branches, logged-in users, and a real server."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
#: The gunicorn options of the README.
SERVER = "config.wsgi --worker-class gthread --workers 2 --threads 4 --no-control-socket"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: One in so many branches has two users who enter the same figures.
SHARED = 10
UNUSABLE = "!"  # sessions are created directly, no password is needed


@dataclass
class EntryDesk:
    """A logged-in user of a branch."""

    number: int
    branch: str
    regencies: list[str]
    username: str
    session: str
    #: Whether two users of the branch change the same cells.
    is_shared: bool


def own_database(server: str, name: str, months: int, *, keep: bool) -> str:
    """The URL of a local database with national data, recreated unless it may be kept."""
    import psycopg

    if urlsplit(server).hostname not in LOOPBACK:
        sys.exit(f"The rush runs on this machine only, not on {server}.")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if found and not keep:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        if not found or not keep:
            connection.execute(f'CREATE DATABASE "{name}"')
    address = f"{server}/{name}"
    trial = {key: value for key, value in os.environ.items() if key not in ("SECRET_KEY", "DEBUG")}
    command = [sys.executable, "manage.py", "generate_national", "--months", str(months)]
    subprocess.run(command, check=True, cwd=ROOT, env=trial | {"DATABASE_URL": address}, stderr=subprocess.DEVNULL)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return address


def set_up(count: int) -> tuple[list[EntryDesk], str]:
    """Assign all regencies to `count` branches, one or two each, and log users in.

    Branches missing in the reference data are made up. Returns desks and month.
    """
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth.models import Permission
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import transaction
    from django.utils import timezone

    from accounts.models import Office, User
    from coverage.models import Regency, ReportingPeriod, Submission, SubmissionEvent

    with transaction.atomic():
        period = ReportingPeriod.objects.order_by("-month").first()
        assert period is not None
        today = timezone.localdate()
        closes_on = max(period.closes_on, today.replace(year=today.year + 1))
        ReportingPeriod.objects.filter(pk=period.pk).update(closes_on=closes_on, locked_at=None)
        SubmissionEvent.objects.filter(submission__period=period).delete()
        Submission.objects.filter(period=period).delete()
        regencies = list(Regency.objects.filter(is_active=True).select_related("province").order_by("code"))
        count = min(count, len(regencies))
        known = list(Office.objects.filter(kind=Office.Kind.BRANCH, is_active=True).order_by("code"))[:count]
        shares: dict[str, list[Regency]] = {}
        for place in range(count):
            mine = regencies[place * len(regencies) // count : (place + 1) * len(regencies) // count]
            kanwil = mine[0].province.regional_office_id
            if place < len(known):
                office = known[place]
            else:
                office = Office(code=f"KC-BEBAN-{place:03d}", name=f"Kantor Cabang beban {place}", kind="BRANCH")
            office.parent_id = kanwil
            office.save()
            shares[office.pk] = mine
            Regency.objects.filter(pk__in=[regency.pk for regency in mine]).update(branch_office=office)
        right = Permission.objects.get(codename="enter_records")
        desks = []
        for number, (office, mine) in enumerate(shares.items()):
            people = 2 if number % SHARED == 0 else 1
            for person in range(people):
                user, _ = User.objects.update_or_create(
                    username=f"beban-{number}-{person}", defaults={"office_id": office, "password": UNUSABLE}
                )
                user.user_permissions.add(right)
                session = SessionStore()
                session["_auth_user_id"] = str(user.pk)
                session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[-1]
                session["_auth_user_hash"] = user.get_session_auth_hash()
                session.create()
                codes = [regency.pk for regency in mine]
                desks.append(EntryDesk(len(desks), office, codes, user.username, str(session.session_key), people > 1))
    return desks, period.month.strftime("%Y-%m")


def settings_of(address: str) -> dict[str, str]:
    """The settings of a production server behind an HTTPS proxy."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": address,
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "127.0.0.1",
        "PROXY_SSL_HEADER": "on",
    }


@dataclass
class Server:
    port: int
    process: subprocess.Popen[bytes]

    def workers(self) -> list[int]:
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(one) for one in found.read_text().split()] if found.exists() else []

    def peak_memory(self) -> list[int]:
        """The peak memory of every worker, in MiB."""
        lines = [Path(f"/proc/{one}/status").read_text() for one in self.workers()]
        return [int(text.split("VmHWM:")[1].split()[0]) // 1024 for text in lines]

    def cpu_seconds(self) -> float:
        """Processor time of all workers, in seconds."""
        stats = [Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split() for one in self.workers()]
        return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def running_server() -> Iterator[Server]:
    """Run gunicorn on a free local port, with the settings of this process."""
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], check=True, cwd=ROOT)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        *SERVER.split(),
        "--bind",
        f"127.0.0.1:{port}",
        "--log-level",
        "warning",
    ]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        end = time.monotonic() + 30
        while socket.socket().connect_ex(("127.0.0.1", port)) and time.monotonic() < end:
            time.sleep(0.1)
        yield Server(port, process)
    finally:
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
