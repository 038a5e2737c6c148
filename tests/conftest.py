"""A small world for the tests: two provinces, four regencies, the offices that serve them, a user of each role.

The areas are real, the figures made up for the test that states them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from types import SimpleNamespace

import hypothesis
import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from accounts.models import Office, User
from coverage.models import CoverageRecord, Province, Regency, ReportingPeriod, WorkerSegment, WorkforceEstimate
from reporting import months
from targets.models import Target, TargetSource
from tests.support.live_server import start_live_server

PASSWORD = "sandi-uji-coba"

# No deadline, because a busy machine is slow. Fixtures shared by all examples of a test are read only.
hypothesis.settings.register_profile(
    "semesta",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture],
)
hypothesis.settings.load_profile("semesta")


@pytest.fixture(scope="session")
def live_server() -> Iterator[LiveServer]:
    """The server of the browser tests, in place of pytest-django's."""
    server = start_live_server()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _last_request_ends(request):
    """Wait for a browser test's last request before its tables are truncated, which can deadlock on PostgreSQL.

    Set up after the database and before the pages of the test, so that it is torn down after the pages are closed.
    """
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    server = request.getfixturevalue("live_server")
    browser = request.getfixturevalue("browser") if "browser" in request.fixturenames else None
    yield
    for context in browser.contexts if browser else ():
        context.close()  # of a test that failed half-way
    server.thread.httpd.drain()


@pytest.fixture(autouse=True)
def _fast_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def calendar(monkeypatch):
    """Sets the clock: after `calendar(date(2026, 11, 5))` it is noon of that day, and the time runs on."""
    real = timezone.now

    def set_day(day: date, at: time = time(12)) -> None:
        start, since = datetime.combine(day, at, tzinfo=timezone.get_default_timezone()), real()
        monkeypatch.setattr(timezone, "now", lambda: start + (real() - since))

    return set_day


def make_period(month: str, **dates) -> ReportingPeriod:
    first = months.parse_month(month)
    following = months.add_months(first, 1)
    values = {
        "cut_off_on": months.month_end(first),
        "due_on": following.replace(day=10),
        "closes_on": date(2099, 12, 31),
        **dates,
    }
    return ReportingPeriod.objects.get_or_create(month=first, defaults=values)[0]


def cell_fields(area: str) -> dict[str, str | None]:
    """`1801` is a regency's cell, `18` the province-wide one."""
    return {"province_id": area[:2], "regency_id": area if len(area) == 4 else None}


def put(area: str, segment: str, month: str, value: int | None, *, verified: int | None = None, own: bool = True):
    """A record; `verified` marks it verified in this month itself."""
    period = make_period(month)
    origin = CoverageRecord.Origin.BLANK if value is None else CoverageRecord.Origin.ENTERED
    if value is not None and not own:
        origin = CoverageRecord.Origin.CARRIED
    return CoverageRecord.objects.update_or_create(
        **cell_fields(area),
        segment_id=segment,
        period=period,
        defaults={
            "participants": value,
            "origin": origin,
            "verified_participants": verified,
            "verified_at": timezone.now() if verified is not None and own else None,
        },
    )[0]


def estimate(area: str, segment: str, workers: int, since: str = "2024-01"):
    return WorkforceEstimate.objects.create(
        **cell_fields(area),
        segment_id=segment,
        workers=workers,
        effective_from=months.parse_month(since),
        source="uji",
    )


def target(
    area: str | None, year: int, *, percent=None, workers=None, source="KEMENDAGRI", reference=True, segment="UCJ"
):
    fields = cell_fields(area) if area else {"province_id": None, "regency_id": None}
    return Target.objects.create(
        **fields,
        year=year,
        percent=percent,
        workers=workers,
        source_id=source,
        is_reference=reference,
        segment_id=segment,
    )


@pytest.fixture
def world(db) -> SimpleNamespace:
    """Offices, areas, segments, sources, and the users `entri`, `tetangga`, `verifikasi`, `pimpinan`, `pemda`, `admin`."""
    kind = Office.Kind
    head = Office.objects.create(code="KP", name="Kantor Pusat", kind=kind.HEAD)
    sumbagsel = Office.objects.create(
        code="KW-SUMBAGSEL", name="Kantor Wilayah Sumbagsel", kind=kind.REGIONAL, parent=head
    )
    banten = Office.objects.create(code="KW-BANTEN", name="Kantor Wilayah Banten", kind=kind.REGIONAL, parent=head)
    tengah = Office.objects.create(
        code="KC-LAMPUNG-TENGAH", name="Kantor Cabang Lampung Tengah", kind=kind.BRANCH, parent=sumbagsel
    )
    bandar = Office.objects.create(
        code="KC-BANDAR-LAMPUNG", name="Kantor Cabang Bandar Lampung", kind=kind.BRANCH, parent=sumbagsel
    )
    pemda = Office.objects.create(code="PEMDA-18", name="Pemerintah Provinsi Lampung", kind=kind.GOVERNMENT)
    pemkab = Office.objects.create(code="PEMDA-1802", name="Pemerintah Kabupaten Lampung Tengah", kind=kind.GOVERNMENT)
    lampung = Province.objects.create(
        code="18",
        bps_code="18",
        name="Lampung",
        island_group="Sumatera",
        regional_office=sumbagsel,
        government_office=pemda,
    )
    prov_banten = Province.objects.create(
        code="36", bps_code="36", name="Banten", island_group="Jawa", regional_office=banten
    )
    for code, bps, name, regency_kind, province, office, government in (
        ("1801", "1803", "Kabupaten Lampung Selatan", "KABUPATEN", lampung, bandar, None),
        ("1802", "1805", "Kabupaten Lampung Tengah", "KABUPATEN", lampung, tengah, pemkab),
        ("1804", "1801", "Kabupaten Lampung Barat", "KABUPATEN", lampung, tengah, None),
        ("3671", "3671", "Kota Tangerang", "KOTA", prov_banten, banten, None),
    ):
        Regency.objects.create(
            code=code,
            bps_code=bps,
            name=name,
            kind=regency_kind,
            province=province,
            branch_office=office,
            government_office=government,
        )
    for position, (code, name, segment_kind, potential, expected) in enumerate(
        (
            ("PU", "Penerima Upah", "BASIC", True, True),
            ("BPU", "Bukan Penerima Upah", "BASIC", True, True),
            ("JAKON", "Jasa Konstruksi", "BASIC", False, True),
            ("PMI", "Pekerja Migran Indonesia", "BASIC", False, True),
            ("TOTAL-UNSPLIT", "PU + BPU, belum dirinci", "BASIC", True, False),
            ("UCJ", "PU + BPU", "COMPOSITE", True, False),
            ("UCJ-JAKON", "PU + BPU + JAKON", "COMPOSITE", True, False),
            ("RENTAN", "Pekerja rentan", "GROUP", True, False),
            ("RT-RW", "RT/RW", "GROUP", True, False),
        )
    ):
        WorkerSegment.objects.create(
            code=code,
            name=name,
            kind=segment_kind,
            has_potential=potential,
            is_expected=expected,
            is_headline=code == "UCJ",
            position=position,
        )
    WorkerSegment.objects.get(code="UCJ").components.set(["PU", "BPU", "TOTAL-UNSPLIT"])
    WorkerSegment.objects.get(code="UCJ-JAKON").components.set(["PU", "BPU", "TOTAL-UNSPLIT", "JAKON"])
    for code, name in (
        ("RPJMN", "RPJMN 2025-2029"),
        ("KEMENDAGRI", "Kementerian Dalam Negeri"),
        ("KANWIL", "Kantor Wilayah"),
    ):
        TargetSource.objects.create(code=code, name=name)

    enter, verify = (Permission.objects.get(codename=codename) for codename in ("enter_records", "verify_submissions"))

    def person(username: str, office: Office, *permissions: Permission, **extra) -> User:
        user = User.objects.create_user(username=username, password=PASSWORD, office=office, **extra)
        user.user_permissions.set(permissions)
        return user

    return SimpleNamespace(
        head=head,
        sumbagsel=sumbagsel,
        banten=banten,
        tengah=tengah,
        bandar=bandar,
        pemda_office=pemda,
        lampung=lampung,
        entri=person("entri", tengah, enter),
        tetangga=person("tetangga", bandar, enter),
        verifikasi=person("verifikasi", sumbagsel, enter, verify),
        pimpinan=person("pimpinan", head),
        pemda=person("pemda", pemda),
        pemkab=person("pemkab", pemkab),
        admin=person("admin", head, is_superuser=True, is_staff=True),
    )
