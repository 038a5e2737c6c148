"""A file confirmed while somebody else writes: real transactions side by side, all of it or nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from accounts.models import Denied
from coverage import periods
from coverage.entry import CellChange, Contested, save_cells
from coverage.importing.intake import take_in
from coverage.importing.proposals import confirm
from coverage.importing.standing import load
from coverage.models import CoverageRecord, ImportBatch, Via
from tests.conftest import make_period
from tests.files import text
from tests.test_together import Worker, together, unfinished

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite has one writer at a time; real concurrency needs PostgreSQL"
    ),
]


@pytest.fixture
def october(world):
    make_period("2026-10")
    return periods.open_period(date(2026, 10, 1))


def waiting(world, october, *rows: str) -> ImportBatch:
    data = text("kode;segmen;peserta", *rows)
    _, batch = take_in(
        user=world.admin, office=None, period=october, name="nasional.csv", data=data, system="kemendagri"
    )
    return batch


def own_values() -> dict[tuple[str, str], int]:
    rows = CoverageRecord.objects.filter(origin__in=CoverageRecord.OWN)
    return {(record.area_code, record.segment_id): record.participants for record in rows}


def test_a_file_confirmed_twice_in_the_same_moment_is_written_once(world, october):
    batch = waiting(world, october, "1801;PU;1", "1802;PU;2")
    standing = load(october, None)
    results = together(*[lambda: list(confirm(user=world.admin, batch=batch, standing=standing))] * 2)
    refused = [result for result in results if isinstance(result, Denied)]
    assert [str(refusal) for refusal in refused] == [
        "Berkas ini sudah disimpan sebelumnya. Tidak ada yang ditulis dua kali."
    ]
    assert own_values() == {("1801", "PU"): 1, ("1802", "PU"): 2}
    assert CoverageRecord.history.filter(via=Via.FILE).count() == 2


def test_a_figure_typed_in_the_same_moment_keeps_the_whole_file_out(world, october):
    """The file has already written Bandar Lampung when it meets the figure of Lampung Tengah."""
    batch = waiting(world, october, "1801;PU;1", "1802;PU;2")
    standing = load(october, None)
    change = [CellChange("1802", "PU", 77)]

    def typed() -> None:
        save_cells(user=world.entri, office=world.tengah, period=october, changes=change, via=Via.FORM)

    with unfinished(typed):
        confirming = Worker(lambda: list(confirm(user=world.admin, batch=batch, standing=standing)))
        confirming.join(timeout=0.5)
        assert confirming.is_alive()
    assert isinstance(confirming.outcome(), Contested)
    assert own_values() == {("1802", "PU"): 77}
    batch.refresh_from_db()
    assert batch.confirmed_at is None


def test_two_files_at_once_never_wait_for_each_other_in_a_circle(world, october):
    rows = ("1801;PU;{0}", "1802;PU;{0}", "3671;PU;{0}", "18;RT-RW;{0}")
    for value in range(10, 20, 2):
        batches = [waiting(world, october, *(row.format(value + extra) for row in rows)) for extra in (0, 1)]
        standing = load(october, None)
        results = together(
            *[
                lambda batch=batch, standing=standing: list(confirm(user=world.admin, batch=batch, standing=standing))
                for batch in batches
            ]
        )
        assert sorted(type(result).__name__ for result in results) == ["Contested", "list"]
        assert len(set(own_values().values())) == 1
