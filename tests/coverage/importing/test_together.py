"""A file confirmed while somebody else writes: real transactions side by side, all of it or nothing."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Office
from coverage.importing.figures.batches import confirm, take_in
from coverage.importing.figures.stored import load
from coverage.models import CoverageRecord, ImportBatch, Via
from coverage.periods import services as periods
from coverage.records.services import CellChange, Contested, save_cells
from tests.conftest import make_period
from tests.support.files import text
from tests.support.side_by_side import Worker, behind, is_free, needs_postgresql, refused_behind, unfinished

pytestmark = needs_postgresql


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
    stored = load(october, None)

    def save():
        return list(confirm(user=world.admin, batch=batch, stored=stored))

    assert refused_behind(save, save) == "Berkas ini sudah disimpan sebelumnya. Tidak ada yang ditulis dua kali."
    assert own_values() == {("1801", "PU"): 1, ("1802", "PU"): 2}
    assert CoverageRecord.history.filter(via=Via.FILE).count() == 2


def typed(world, office, october, area: str) -> None:
    changes = [CellChange(area, "PU", 77)]
    save_cells(user=world.admin, office=office, period=october, changes=changes, via=Via.FORM)


def test_a_figure_typed_in_the_same_moment_keeps_the_whole_file_out(world, october):
    """The file has already written Bandar Lampung when it meets the figure of Lampung Tengah."""
    batch = waiting(world, october, "1801;PU;1", "1802;PU;2")
    stored = load(october, None)
    result = behind(
        lambda: typed(world, world.tengah, october, "1802"),
        lambda: list(confirm(user=world.admin, batch=batch, stored=stored)),
    )
    assert isinstance(result, Contested)
    assert own_values() == {("1802", "PU"): 77}
    batch.refresh_from_db()
    assert batch.confirmed_at is None


@pytest.mark.parametrize("what", ["file", "opening"])
def test_who_writes_for_all_offices_takes_them_in_their_order(world, october, what):
    """Bandar Lampung comes first: who waits for it holds nothing another one could wait for."""
    batch = waiting(world, october, "3671;PU;3", "1802;PU;2", "18;RT-RW;4", "1801;PU;1")
    stored = load(october, None)
    works = {
        "file": lambda: list(confirm(user=world.admin, batch=batch, stored=stored)),
        "opening": lambda: periods.open_period(date(2026, 11, 1)),
    }
    with unfinished(lambda: typed(world, world.bandar, october, "1801")):
        worker = Worker(works[what])
        assert worker.waits()
        assert is_free(Office.objects.exclude(pk=world.bandar.pk))
    worker.outcome()
    assert own_values()["1801", "PU"] == 77
