"""Number of queries of a page: the same for three areas as for five hundred, for every role.

Counts are upper bounds as they stand today; who lowers one lowers the number here. No test looks at a clock.
"""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coverage.models import CoverageRecord, Province, Regency, ReportingPeriod, Submission
from coverage.periods.services import open_period
from tests.conftest import estimate, make_period, put, target

MONTHS = [f"2025-{month:02d}" for month in range(1, 13)] + [f"2026-{month:02d}" for month in range(1, 4)]

#: Address, and the most queries of head office, of a verifier in a regional office, of a branch, of a local government.
PAGES = {
    "/?bulan=2026-03": (21, 32, 28, 24),
    "/capaian/?bulan=2026-03": (18, 18, 18, 19),
    "/capaian/?bulan=2026-03&tingkat=kabkota": (18, 18, 18, 19),
    "/capaian/?bulan=2026-03&tingkat=kabkota&per_halaman=600": (18, 18, 18, 19),
    "/capaian/?bulan=2026-03&banding=2025-12": (21, 21, 21, 23),
    "/wilayah/18/?bulan=2026-03": (23, 23, 23, 21),
    "/wilayah/1802/?bulan=2026-03": (22, 23, 22, 24),
    "/segmen/?bulan=2026-03": (18, 18, 18, 19),
    "/kelengkapan/": (13, 16, 14, None),
    "/verifikasi/": (None, 16, None, None),
    "/entri/2026-03/": (None, 21, 20, None),
}
ROLES = ("pimpinan", "verifikasi", "entri", "pemda")


@pytest.fixture
def months_of_figures(world):
    for month in MONTHS:
        fill(("1801", "1802", "1804", "3671"), month)
    for area in (None, "18", "36", "1801", "1802"):
        target(area, 2026, percent=40)
    for office in (world.tengah, world.bandar):
        Submission.objects.create(office=office, period=make_period("2026-03"), status="SUBMITTED")
    return world


def fill(areas: tuple[str, ...], month: str) -> None:
    for area in areas:
        for number, code in enumerate(("PU", "BPU", "JAKON", "PMI")):
            put(area, code, month, 100 + number, verified=100 + number)
        for code in ("PU", "BPU"):
            if month == MONTHS[0]:
                estimate(area, code, 1_000)


def more_areas(world, count: int) -> None:
    """Regencies of another province and of the branch itself, with figures in every month."""
    for number in range(count):
        for province, office in (("36", world.banten), ("18", world.tengah)):
            code = f"{province}{20 + number}"
            Regency.objects.create(
                code=code,
                bps_code=code,
                name=f"Kabupaten {code}",
                kind="KABUPATEN",
                province=Province.objects.get(pk=province),
                branch_office=office,
            )
            for month in MONTHS:
                fill((code,), month)


def save_figures(client, world, areas: tuple[str, ...], value: int) -> int:
    """Queries of typing this value into every expected cell of these areas and saving them."""
    cells = [f"{area}-{segment}" for area in areas for segment in ("PU", "BPU", "JAKON", "PMI")]
    seen = {"-".join(key): [own, ""] for *key, own in own_values(areas)}
    sent = {"user": world.entri.pk, "action": "save", "seen": json.dumps(seen)}
    sent |= {f"p-{cell}": value for cell in cells} | {f"n-{cell}": "" for cell in cells}
    client.force_login(world.entri)
    with CaptureQueriesContext(connection) as asked:
        response = client.post("/entri/2026-03/", sent)
    assert response.status_code == 302, response.content.decode()
    assert {own for *_, own in own_values(areas)} == {value}
    return len(asked)


def own_values(areas: tuple[str, ...]) -> list[tuple[str, str, int]]:
    of_month = CoverageRecord.objects.filter(period="2026-03-01", regency__in=areas)
    return list(of_month.values_list("regency", "segment", "participants"))


def test_saving_more_cells_does_not_mean_more_queries(client, months_of_figures):
    world = months_of_figures
    ReportingPeriod.objects.filter(month="2026-03-01").update(closes_on=timezone.localdate())
    Submission.objects.update(status="DRAFT")
    areas = ("1802", "1804", "1820", "1821", "1822", "1823")
    one = save_figures(client, world, ("1802",), 201)
    assert one <= 27
    more_areas(world, 4)
    assert save_figures(client, world, areas, 202) == one
    open_period(date(2026, 4, 1))  # what is corrected now runs through it
    assert save_figures(client, world, areas, 203) <= 30


def verify_ticked(client, world, *offices: str) -> int:
    """Queries of verifying the months of these offices together, by the button of the queue."""
    waiting = Submission.objects.filter(office__in=offices)
    waiting.update(status="SUBMITTED", submitted_at=timezone.now(), decided_by=None)
    CoverageRecord.objects.update(verified_at=None, verified_by=None, verified_participants=None)
    sent = {"ticked": [one.pk for one in waiting], "seen_at": timezone.now().isoformat()}
    client.force_login(world.verifikasi)
    with CaptureQueriesContext(connection) as asked:
        client.post("/verifikasi/", sent)
    assert set(waiting.values_list("status", flat=True)) == {"VERIFIED"}
    return len(asked)


def test_verifying_more_submissions_and_cells_does_not_mean_more_queries(client, months_of_figures):
    world = months_of_figures
    assert verify_ticked(client, world, world.tengah.pk) <= 18
    one = verify_ticked(client, world, world.tengah.pk)
    more_areas(world, 2)
    assert verify_ticked(client, world, world.tengah.pk, world.bandar.pk) == one


def count(client, user, address: str, django_assert_max_num_queries, most: int) -> int:
    client.force_login(user)
    client.get(address)  # what is read once and kept, such as the session's first use
    with django_assert_max_num_queries(most, info=f"{address} as {user}") as asked:
        assert client.get(address).status_code == 200, (address, user)
    return len(asked)


@pytest.mark.parametrize("address", PAGES)
def test_no_page_asks_more_for_any_role(client, months_of_figures, django_assert_max_num_queries, address):
    for role, most in zip(ROLES, PAGES[address], strict=True):
        if most is not None:
            count(client, getattr(months_of_figures, role), address, django_assert_max_num_queries, most)


def test_more_areas_do_not_mean_more_queries(client, months_of_figures, django_assert_max_num_queries):
    asked = {
        address: [
            count(client, getattr(months_of_figures, role), address, django_assert_max_num_queries, 99)
            for role, most in zip(ROLES, PAGES[address], strict=True)
            if most is not None
        ]
        for address in PAGES
    }
    more_areas(months_of_figures, 4)
    for address, before in asked.items():
        roles = [role for role, most in zip(ROLES, PAGES[address], strict=True) if most is not None]
        for role, fewer in zip(roles, before, strict=True):
            user = getattr(months_of_figures, role)
            assert count(client, user, address, django_assert_max_num_queries, 99) <= fewer, (address, role)
