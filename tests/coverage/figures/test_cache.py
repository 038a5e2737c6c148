"""Cached potentials are never older than the last change, however it was made."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import Office
from coverage.figures.reader import FigureReader
from coverage.models import Revision, WorkforceEstimate
from tests.conftest import cell_fields, estimate, put

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
OF_1801 = ("18", "1801")


@pytest.fixture
def read(world):
    """Returns the potential of 1801 as the head office reads it."""
    cache.clear()

    def ask(facts: FigureReader | None = None) -> int | None:
        found = (facts or FigureReader.visible_to(world.pimpinan)).potentials(["PU"], [MARCH])
        return found[MARCH].at(OF_1801, "PU")

    return ask


def create(workers: int) -> WorkforceEstimate:
    return WorkforceEstimate(
        **cell_fields("1801"), segment_id="PU", effective_from=date(2026, 1, 1), workers=workers, source="uji"
    )


def test_cached_potentials_are_not_read_again(read, django_assert_num_queries):
    estimate("1801", "PU", 100)
    assert read() == 100
    with django_assert_num_queries(1):  # the token
        assert read() == 100


CHANGES = {
    "save": lambda row: (setattr(row, "workers", 70), row.save()),
    "update": lambda row: WorkforceEstimate.objects.filter(pk=row.pk).update(workers=70),
    "update or create": lambda row: WorkforceEstimate.objects.update_or_create(pk=row.pk, defaults={"workers": 70}),
    "bulk update": lambda row: (
        setattr(row, "workers", 70),
        WorkforceEstimate.objects.bulk_update([row], ["workers"]),
    ),
    "bulk update with history": lambda row: (
        setattr(row, "workers", 70),
        bulk_update_with_history([row], WorkforceEstimate, ["workers"]),
    ),
    "base manager": lambda row: WorkforceEstimate._base_manager.filter(pk=row.pk).update(workers=70),
    "a newer vintage": lambda row: create(70).save(),
    "newer vintages in bulk": lambda row: WorkforceEstimate.objects.bulk_create([create(70)]),
    "newer vintages with history": lambda row: bulk_create_with_history([create(70)], WorkforceEstimate),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_kind_of_change_is_read_at_once(read, change):
    row = estimate("1801", "PU", 100)
    assert read() == 100
    CHANGES[change](row)
    assert read() == 70


@pytest.mark.parametrize("remove", [lambda row: row.delete(), lambda row: WorkforceEstimate.objects.all().delete()])
def test_deleted_potentials_are_gone_at_once(read, remove):
    row = estimate("1801", "PU", 100)
    assert read() == 100
    remove(row)
    assert read() is None


def test_a_rolled_back_change_is_not_cached(read):
    row = estimate("1801", "PU", 100)
    assert read() == 100
    with transaction.atomic():
        row.workers = 70
        row.save()
        assert read() == 70
        transaction.set_rollback(True)
    assert read() == 100
    WorkforceEstimate.objects.filter(pk=row.pk).update(workers=60)
    assert read() == 60


def test_the_token_is_renewed_in_the_transaction_of_the_change(world):
    row = estimate("1801", "PU", 100)
    before = Revision.token_of(Revision.POTENTIALS)
    with transaction.atomic():
        row.workers = 70
        row.save()
        assert Revision.token_of(Revision.POTENTIALS) != before
        transaction.set_rollback(True)
    assert Revision.token_of(Revision.POTENTIALS) == before


def test_potentials_of_a_local_government_are_not_cached(world):
    """Which areas a local government sees follows from their offices, and those may change without a new potential."""
    estimate("1801", "PU", 100)
    assert not FigureReader.visible_to(world.pemda).may_cache
    assert not FigureReader.visible_to(world.pimpinan, date(2026, 4, 1)).may_cache
    everywhere = FigureReader.visible_to(world.pimpinan)
    assert everywhere.may_cache
    assert everywhere.in_provinces(["18"]).may_cache
    assert not everywhere.in_regency("1801").may_cache


def test_provinces_segments_and_months_are_cached_separately(world):
    cache.clear()
    estimate("1801", "PU", 100)
    estimate("3671", "PU", 50)
    estimate("1801", "BPU", 30)
    estimate("1801", "PU", 110, since="2026-04")
    facts = FigureReader.visible_to(world.pimpinan)
    for _ in range(2):
        everywhere = facts.potentials(["PU"], [MARCH, APRIL])
        assert everywhere[MARCH].total == 150
        assert everywhere[APRIL].total == 160
        assert facts.in_provinces(["36"]).potentials(["PU"], [MARCH])[MARCH].total == 50
        assert facts.potentials(["PU", "BPU"], [MARCH])[MARCH].total == 180


@pytest.mark.parametrize("turned", [False, True])
def test_an_empty_scope_is_not_cached_as_the_country(world, client, turned):
    """A Kanwil without provinces has no potential, the country has, in either order of reading."""
    cache.clear()
    estimate("1801", "PU", 100)
    put("1801", "PU", "2026-03", 10, verified=10)
    Office.objects.create(code="KW-BARU", name="Kantor Wilayah Baru", kind="REGIONAL")
    client.force_login(world.pimpinan)
    told = {}
    for where in ("&kanwil=KW-BARU", "")[:: -1 if turned else 1]:
        for page in ("/capaian/?tingkat=kabkota&", "/capaian/?", "/segmen/?"):
            total = client.get(f"{page}bulan=2026-03&format=json{where}").json()["total"]
            told[page, where] = total["potential" if "potential" in total else "pu_potential"]
    assert {potential for (_page, where), potential in told.items() if not where} == {100}
    assert {potential for (_page, where), potential in told.items() if where} == {None}


@pytest.mark.parametrize("turned", [False, True])
def test_a_province_wide_cell_is_not_cached_as_the_province(world, client, turned):
    """The province-wide cell (behind a figure), and the province as a whole."""
    cache.clear()
    estimate("1801", "PU", 100)
    estimate("18", "PU", 7)
    put("1801", "PU", "2026-03", 10, verified=10)
    put("18", "PU", "2026-03", 5, verified=5)
    client.force_login(world.pimpinan)
    told = {}
    for part in ("&bagian=tanpa-rincian", "")[:: -1 if turned else 1]:
        found = client.get(f"/angka/?bulan=2026-03&segmen=UCJ&wilayah=18&format=json{part}").json()
        told[part] = found["total"]["potential"]
    assert told == {"&bagian=tanpa-rincian": 7, "": 107}


def test_without_a_token_nothing_is_cached(read):
    estimate("1801", "PU", 100)
    Revision.objects.all().delete()
    assert read() == 100
    with connection.cursor() as cursor:  # without the ORM, like a restored table
        cursor.execute("UPDATE coverage_workforceestimate SET workers = 70")
    assert read() == 70
