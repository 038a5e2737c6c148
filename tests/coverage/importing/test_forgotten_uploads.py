"""Uploads that nobody confirmed go after a week; what was confirmed stays for ever, for figures and for targets."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from coverage.importing.batches import FORGOTTEN_AFTER
from coverage.importing.figures.batches import confirm, see_again, take_in
from coverage.importing.figures.stored import load
from coverage.models import CoverageRecord, ImportBatch, ReportingPeriod
from coverage.periods import services as periods
from targets.planning.importing import batches as targets
from tests.conftest import make_period
from tests.support.files import text


@pytest.fixture
def october(world) -> ReportingPeriod:
    make_period("2026-10")
    return periods.open_period(date(2026, 10, 1))


def upload(world, october, value: int) -> ImportBatch:
    data = text("kode;segmen;peserta", f"1802;PU;{value}")
    place = {"office": world.tengah, "period": october}
    _, batch = take_in(user=world.entri, name=f"{value}.csv", data=data, system="kemendagri", **place)
    return batch


def write(world, october, batch) -> None:
    list(confirm(user=world.entri, batch=batch, stored=load(october, world.tengah)))


def aged(batch: ImportBatch, age: timedelta) -> ImportBatch:
    ImportBatch.objects.filter(pk=batch.pk).update(uploaded_at=timezone.now() - age)
    return batch


@pytest.mark.parametrize("next_upload", ["figures", "targets"])
def test_the_next_upload_takes_away_what_waited_too_long_and_nothing_else(world, october, next_upload):
    long_ago, shortly = FORGOTTEN_AFTER + timedelta(minutes=1), FORGOTTEN_AFTER - timedelta(minutes=1)
    confirmed = upload(world, october, 1)
    write(world, october, confirmed)
    aged(confirmed, long_ago)
    waiting = aged(upload(world, october, 2), shortly)
    forgotten = aged(upload(world, october, 3), long_ago)
    if next_upload == "figures":
        last = upload(world, october, 4)
    else:
        data = text("kode;tahun;sumber;target", "18;2026;KEMENDAGRI;")
        _, last = targets.take_in(user=world.admin, name="target.csv", data=data)
    assert set(ImportBatch.objects.values_list("pk", flat=True)) == {confirmed.pk, waiting.pk, last.pk}
    assert not ImportBatch.objects.filter(pk=forgotten.pk).exists()


def test_a_confirmed_file_is_not_held_against_todays_figures_any_more(world, october):
    batch = upload(world, october, 1)
    write(world, october, batch)
    before = ImportBatch.objects.values().get()
    see_again(batch, load(october, world.tengah))
    assert ImportBatch.objects.values().get() == before


def test_looking_again_changes_the_one_file_and_keeps_what_it_says(world, october):
    first, second = upload(world, october, 5), upload(world, october, 6)
    write(world, october, first)
    rows = ImportBatch.objects.get(pk=second.pk).rows
    third = ImportBatch.objects.get(pk=upload(world, october, 7).pk)
    see_again(second, load(october, world.tengah))
    seen = ImportBatch.objects.get(pk=second.pk).rows
    assert seen["rows"][0][-2:] == [5, ""]
    assert {key: value for key, value in seen.items() if key != "rows"} == {
        key: value for key, value in rows.items() if key != "rows"
    }
    assert ImportBatch.objects.get(pk=third.pk).rows == third.rows
    write(world, october, ImportBatch.objects.get(pk=second.pk))
    assert CoverageRecord.objects.get(regency="1802", segment="PU").participants == 6
