"""A verified figure that was changed since is credited to the user who entered the verified value."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coverage.models import Via
from coverage.models.figures import CoverageRecord
from coverage.periods import services as periods
from coverage.records.services import CellChange, save_cells
from coverage.submissions import services as submissions
from tests.conftest import make_period, put
from tests.targets.figure.test_figure import logged_in, text_of

FIGURE = "/angka/?bulan=2026-10&segmen=UCJ&wilayah=1802"


@pytest.fixture
def corrected(world):
    """Verified at 100, changed to 80 by the administrator, with a reason."""
    period = make_period("2026-10")
    period = periods.open_period(date(2026, 10, 1))
    world.entri.first_name = "Petugas Entri"
    world.entri.save()
    for area in ("1802", "1804"):
        for segment in ("PU", "BPU", "JAKON", "PMI"):
            change = CellChange(area, segment, 100, note="Rekap")
            save_cells(user=world.entri, office=world.tengah, period=period, changes=[change], via=Via.FILE)
    submission = submissions.submit(user=world.entri, office=world.tengah, period=period)
    submissions.verify(user=world.verifikasi, submission=submission)
    reason = CoverageRecord.Reason.DATA_CLEANED
    change = CellChange("1802", "PU", 80, change_reason=reason, note="Data ganda")
    save_cells(user=world.admin, office=world.tengah, period=period, changes=[change], via=Via.ADMIN)
    return period


def pu(client, address):
    rows = client.get(address + "&format=json").json()["rows"]
    return next(row for row in rows if row["segment"] == "PU")


def test_a_verified_value_names_who_entered_it_and_apart_who_changed_it_since(world, corrected):
    reader = logged_in(world.pimpinan)
    row = pu(reader, FIGURE + "&data=terverifikasi")
    assert (row["participants"], row["entered_by"], row["entered_via"]) == (100, "Petugas Entri", "Unggahan berkas")
    assert (row["origin"], row["change_reason"], row["note"]) == ("Dari berkas", "", "Rekap")
    assert (row["participants_now"], row["changed_by"]) == (80, "admin")
    assert row["changed_why"] == "Pembersihan data: Data ganda"
    assert "≠ kini 80 , diubah admin" in text_of(reader.get(FIGURE + "&data=terverifikasi"))


def test_the_provisional_value_names_who_changed_it(world, corrected):
    row = pu(logged_in(world.pimpinan), FIGURE + "&data=sementara")
    assert (row["participants"], row["entered_by"], row["note"]) == (80, "admin", "Data ganda")
    assert (row["participants_now"], row["changed_by"]) == (None, "")


def test_a_verified_value_of_an_earlier_month_is_not_credited_to_who_typed_this_month(world):
    put("1801", "PU", "2026-09", 9, verified=9)
    make_period("2026-10")
    period = periods.open_period(date(2026, 10, 1))
    change = CellChange("1801", "PU", 31, note="Baru")
    save_cells(user=world.admin, office=world.bandar, period=period, changes=[change], via=Via.FORM)
    row = pu(logged_in(world.pimpinan), FIGURE.replace("1802", "1801"))
    assert (row["participants"], row["entered_by"], row["note"]) == (9, "", "")
    assert row["origin"] == "Verifikasi bulan sebelumnya"


def test_the_number_of_queries_does_not_depend_on_the_number_of_changed_figures(world, corrected):
    reader = logged_in(world.pimpinan)

    def count() -> int:
        reader.get(FIGURE)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            reader.get(FIGURE)
        return len(queries)

    one = count()
    for segment in ("BPU", "JAKON"):
        change = CellChange("1802", segment, 70, change_reason=CoverageRecord.Reason.OTHER, note="Koreksi")
        save_cells(user=world.admin, office=world.tengah, period=corrected, changes=[change], via=Via.ADMIN)
    assert count() == one
