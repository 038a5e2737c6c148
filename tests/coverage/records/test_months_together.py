"""Concurrent writes to two months of one office: values are carried forward correctly."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from coverage.models import CoverageRecord, Submission, Via
from coverage.periods import services as periods
from coverage.records.services import CellChange, CellValue, SaveResult, save_cells
from coverage.submissions.services import submit, verify
from tests.conftest import cell_fields, make_period
from tests.support.side_by_side import Worker, behind, hold, is_free, needs_postgresql, unfinished

pytestmark = needs_postgresql

MONTHS = OCTOBER, NOVEMBER, DECEMBER = [date(2026, month, 1) for month in (10, 11, 12)]
CELLS = [(area, segment) for area in ("1802", "1804") for segment in ("PU", "BPU", "JAKON", "PMI")]


@pytest.fixture
def desk(world) -> SimpleNamespace:
    """October is filled and verified; November and December carry it. The administrator may correct."""

    def save(month, *changes, user=world.admin, office=world.tengah):
        period = make_period(f"{month:%Y-%m}")
        return save_cells(user=user, office=office, period=period, changes=changes, via=Via.FORM)

    def hand_in(month):
        return submit(user=world.entri, office=world.tengah, period=make_period(f"{month:%Y-%m}"))

    def accept(month):
        return verify(user=world.verifikasi, submission=Submission.objects.get(office=world.tengah, period=month))

    for month in MONTHS:
        make_period(f"{month:%Y-%m}")
        periods.open_period(month)
        if month == OCTOBER:
            save(month, *(CellChange(*key, 1_000) for key in CELLS), user=world.entri)
            hand_in(month)
            accept(month)
    return SimpleNamespace(world=world, save=save, hand_in=hand_in, accept=accept)


def figure(value, segment="PU", **more) -> CellChange:
    return CellChange("1802", segment, value, **{"change_reason": "DATA_CLEANED", **more})


def cells(segment="PU", area="1802"):
    return CoverageRecord.objects.filter(**cell_fields(area), segment=segment).order_by("period_id")


def stands(segment="PU") -> list[tuple[int | None, str]]:
    return list(cells(segment).values_list("participants", "origin"))


def verified(segment="PU") -> list[int | None]:
    return list(cells(segment).values_list("verified_participants", flat=True))


def test_a_concurrently_reported_figure_stops_a_correction_of_the_month_before(desk):
    result = behind(lambda: desk.save(NOVEMBER, figure(77)), lambda: desk.save(OCTOBER, figure(1_100)))
    assert (result.saved, result.carried) == ((("1802", "PU"),), 0)
    assert stands() == [(1_100, "ENTERED"), (77, "ENTERED"), (77, "CARRIED")]


def test_a_concurrently_removed_figure_lets_a_correction_through(desk):
    desk.save(NOVEMBER, figure(77))
    behind(lambda: desk.save(NOVEMBER, figure(None)), lambda: desk.save(OCTOBER, figure(1_100)))
    assert stands() == [(1_100, "ENTERED"), (1_100, "CARRIED"), (1_100, "CARRIED")]


def test_a_note_of_november_does_not_bring_back_the_figure_before_octobers_correction(desk):
    behind(lambda: desk.save(OCTOBER, figure(1_100)), lambda: desk.save(NOVEMBER, figure(None, note="menunggu data")))
    assert stands() == [(1_100, "ENTERED"), (1_100, "CARRIED"), (1_100, "CARRIED")]
    assert cells()[1].note == "menunggu data"


def test_a_figure_taken_back_goes_back_to_the_month_before_as_it_is_corrected_in_the_same_moment(desk):
    """December already has an own figure, so November's value is not carried further."""
    desk.save(NOVEMBER, figure(77))
    desk.save(DECEMBER, figure(88))
    behind(lambda: desk.save(OCTOBER, figure(1_100)), lambda: desk.save(NOVEMBER, figure(None)))
    assert stands() == [(1_100, "ENTERED"), (1_100, "CARRIED"), (88, "ENTERED")]


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        (OCTOBER, NOVEMBER, [(5, "ENTERED"), (6, "ENTERED"), (6, "CARRIED")]),
        (NOVEMBER, OCTOBER, [(6, "ENTERED"), (5, "ENTERED"), (5, "CARRIED")]),
    ],
)
def test_an_optional_cell_first_filled_in_two_months_at_once_is_filled_in_both(desk, first, then, expected):
    result = behind(
        lambda: desk.save(first, figure(5, "RENTAN")), lambda: desk.save(then, figure(6, "RENTAN", seen=CellValue()))
    )
    assert isinstance(result, SaveResult), repr(result)
    assert stands("RENTAN") == expected


def test_novembers_verified_figure_stops_octobers_verified_in_the_same_moment(desk):
    desk.save(NOVEMBER, *(CellChange(*key, 1_010) for key in CELLS), user=desk.world.entri)
    desk.hand_in(NOVEMBER)
    desk.save(OCTOBER, figure(1_020))
    desk.hand_in(OCTOBER)
    behind(lambda: desk.accept(NOVEMBER), lambda: desk.accept(OCTOBER))
    assert verified() == [1_020, 1_010, 1_010]
    assert verified("BPU") == [1_000, 1_010, 1_010]


@pytest.mark.parametrize("first", [OCTOBER, NOVEMBER])
def test_a_verified_figure_taken_back_goes_back_to_the_one_verified_in_the_same_moment(desk, first):
    """November was verified, then cleared and explained; October was corrected. Both wait for the verifier."""
    desk.save(NOVEMBER, *(CellChange(*key, 1_010) for key in CELLS), user=desk.world.entri)
    desk.hand_in(NOVEMBER)
    desk.accept(NOVEMBER)
    desk.save(NOVEMBER, figure(None, note="salah kirim"))
    desk.save(OCTOBER, figure(1_020))
    for month in (OCTOBER, NOVEMBER):
        desk.hand_in(month)
    then = NOVEMBER if first == OCTOBER else OCTOBER
    behind(lambda: desk.accept(first), lambda: desk.accept(then))
    assert verified() == [1_020, 1_020, 1_020]


def test_a_concurrent_write_of_a_command_is_seen(desk):
    """Commands write rows without locking the office, so the rows themselves are locked in every month."""
    behind(
        lambda: cells().filter(period=NOVEMBER).update(participants=77, origin="IMPORTED"),
        lambda: desk.save(OCTOBER, figure(1_100)),
    )
    assert stands() == [(1_100, "ENTERED"), (77, "IMPORTED"), (1_000, "CARRIED")]
    behind(
        lambda: cells().filter(period=NOVEMBER).update(participants=78),
        lambda: desk.save(NOVEMBER, figure(79, seen=CellValue(77)), figure(5, "BPU")),
    )
    assert stands()[1] == (78, "IMPORTED")
    assert stands("BPU")[1] == (5, "ENTERED")


def test_a_concurrent_write_of_a_command_is_what_is_verified(desk):
    desk.save(OCTOBER, figure(1_020))
    desk.hand_in(OCTOBER)
    behind(
        lambda: cells().filter(period=OCTOBER).update(participants=1_030),
        lambda: desk.accept(OCTOBER),
    )
    assert verified() == [1_030, 1_030, 1_030]


def test_a_correction_takes_the_months_in_their_order_however_old_their_rows_are(desk):
    """The row of December is older here than that of November: locking by primary key alone could deadlock."""
    desk.save(DECEMBER, figure(1, "RENTAN"))
    desk.save(NOVEMBER, figure(2, "RENTAN"))
    november, december = (cells("RENTAN").filter(period=month) for month in (NOVEMBER, DECEMBER))
    assert december.get().pk < november.get().pk
    with unfinished(lambda: hold(november)):
        correcting = Worker(lambda: desk.save(OCTOBER, figure(3, "RENTAN")))
        assert correcting.waits()
        assert is_free(december)
    assert correcting.outcome().saved == (("1802", "RENTAN"),)


@pytest.mark.parametrize("step", ["save", "verify"])
def test_the_cells_of_a_month_are_taken_in_the_order_of_their_keys(desk, step):
    """Otherwise two writers of the same cells could deadlock."""
    period = CoverageRecord.objects.filter(period=OCTOBER, regency="1802")
    keys = sorted(period.values_list("pk", flat=True))
    # in the table itself the first one now lies behind the others
    period.filter(pk=keys[0]).update(change_reason="DATA_CLEANED")
    works = {
        "save": lambda: desk.save(OCTOBER, *(CellChange("1802", segment, 1_005) for _, segment in CELLS[:4])),
        "verify": lambda: desk.accept(OCTOBER),
    }
    if step == "verify":
        desk.save(OCTOBER, figure(1_020))
        desk.hand_in(OCTOBER)
    with unfinished(lambda: hold(period.filter(pk=keys[0]))):
        second = Worker(works[step])
        assert second.waits()
        assert is_free(period.exclude(pk=keys[0]))
    assert not isinstance(second.outcome(), Exception), second.result
