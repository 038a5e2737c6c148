"""`save_cells`: what is saved, refused, or returned as a conflict."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from accounts.models import Denied
from coverage.models import CoverageRecord, ReportingPeriod, Submission, Via
from coverage.periods import services as periods
from coverage.permissions import OutOfScope
from coverage.records import services as entry
from coverage.records.services import CellChange, CellValue, save_cells
from reporting import months
from tests.conftest import cell_fields, make_period, put


def save(who, office, month, *changes, via=Via.FORM, reason=""):
    return save_cells(user=who, office=office, period=make_period(month), changes=list(changes), via=via, reason=reason)


def change(area, segment, value, note=None, *, seen=None, **more):
    return CellChange(area, segment, value, note, seen=seen, **more)


def cell(area, segment, month):
    return CoverageRecord.objects.get(**cell_fields(area), segment_id=segment, period_id=months.parse_month(month))


@pytest.fixture
def october(world):
    """August of one's own, September opened after it, October the working month."""
    put("1802", "PU", "2026-08", 4_000, verified=4_000)
    for month in ("2026-09", "2026-10"):
        make_period(month)
        periods.open_period(months.parse_month(month))
    return ReportingPeriod.objects.get(month=date(2026, 10, 1))


def test_a_figure_is_saved_as_the_months_own_with_who_and_when(world, october):
    result = save(world.entri, world.tengah, "2026-10", change("1802", "PU", 4_706, "naik", seen=CellValue()))
    record = cell("1802", "PU", "2026-10")
    assert result.saved == (("1802", "PU"),)
    assert (record.participants, record.origin, record.note) == (4_706, "ENTERED", "naik")
    assert (record.changed_by, record.verified_participants) == (world.entri, 4_000)
    assert record.changed_at is not None
    assert Submission.objects.get(office=world.tengah, period=october).status == "DRAFT"


def test_a_figure_equal_to_last_months_is_an_own_value(world, october):
    assert cell("1802", "PU", "2026-10").origin == "CARRIED"
    save(world.entri, world.tengah, "2026-10", change("1802", "PU", 4_000, seen=CellValue()))
    assert cell("1802", "PU", "2026-10").origin == "ENTERED"


def test_zero_is_a_figure_and_not_blank(world, october):
    save(world.entri, world.tengah, "2026-10", change("1802", "PMI", 0, seen=CellValue()))
    assert (cell("1802", "PMI", "2026-10").participants, cell("1802", "PMI", "2026-10").origin) == (0, "ENTERED")


def test_history_has_user_via_and_reason_of_real_changes_only(world, october):
    figure = change("1802", "PU", 4_706, "naik", seen=CellValue())
    save(world.entri, world.tengah, "2026-10", figure, reason="rapat")
    save(world.entri, world.tengah, "2026-10", figure)
    save(world.entri, world.tengah, "2026-10", change("1802", "PU", 4_706, "naik", seen=CellValue(4_706, "naik")))
    rows = cell("1802", "PU", "2026-10").history.all()
    assert [(r.participants, r.via, r.history_user, r.history_change_reason) for r in rows] == [
        (4_706, "FORM", world.entri, "rapat"),
        (rows[1].participants, "OPEN", None, ""),
    ]


def test_a_file_marks_its_figures_as_imported_and_a_later_note_keeps_that(world, october):
    save(world.entri, world.tengah, "2026-10", change("1802", "PU", 4_706), via=Via.FILE)
    save(world.entri, world.tengah, "2026-10", change("1802", "PU", 4_706, "dicek", seen=CellValue(4_706)))
    assert (cell("1802", "PU", "2026-10").origin, cell("1802", "PU", "2026-10").note) == ("IMPORTED", "dicek")


def test_clearing_a_cell_goes_back_to_last_months_value_or_to_blank(world, october):
    for segment in ("PU", "BPU"):
        save(
            world.entri,
            world.tengah,
            "2026-10",
            change("1802", segment, 5_000, seen=CellValue(), change_reason="OTHER"),
        )
        save(world.entri, world.tengah, "2026-10", change("1802", segment, None, seen=CellValue(5_000)))
    pu, bpu = cell("1802", "PU", "2026-10"), cell("1802", "BPU", "2026-10")
    assert (pu.participants, pu.origin, pu.change_reason) == (4_000, "CARRIED", "")
    assert (bpu.participants, bpu.origin) == (None, "BLANK")


def test_a_note_on_an_empty_cell_is_kept(world, october):
    save(world.entri, world.tengah, "2026-10", change("1802", "PU", None, "menunggu data", seen=CellValue()))
    record = cell("1802", "PU", "2026-10")
    assert (record.note, record.participants, record.origin) == ("menunggu data", 4_000, "CARRIED")


def test_optional_cells_are_created_with_their_first_figure(world, october):
    save(world.entri, world.tengah, "2026-10", change("1802", "RENTAN", 1_200, seen=CellValue()))
    assert cell("1802", "RENTAN", "2026-10").participants == 1_200
    assert cell("1802", "RENTAN", "2026-10").history.get().history_type == "+"


def test_a_kanwil_writes_its_province_wide_rows(world, october):
    save(world.verifikasi, world.sumbagsel, "2026-10", change("18", "TOTAL-UNSPLIT", 760_468, seen=CellValue()))
    assert cell("18", "TOTAL-UNSPLIT", "2026-10").participants == 760_468


def test_an_untouched_cell_is_left_alone_whatever_happened_to_it(world, october):
    save(world.entri, world.tengah, "2026-10", change("1802", "PU", 4_706, seen=CellValue()))
    result = save(
        world.entri,
        world.tengah,
        "2026-10",
        change("1802", "PU", None, "", seen=CellValue()),
        change("1802", "BPU", 900, "", seen=CellValue()),
    )
    assert (result.saved, result.conflicts) == ((("1802", "BPU"),), ())
    assert cell("1802", "PU", "2026-10").participants == 4_706


@pytest.mark.parametrize(("office", "month"), [("tengah", "2026-09"), ("bandar", "2026-10")])
def test_a_save_without_a_change_asks_for_its_own_month_of_its_own_office(world, october, office, month):
    """Another month, or another office, has been handed in already."""
    untouched = change("1802", "PU", None, "", seen=CellValue())
    handed_in = Submission.objects.create(office=getattr(world, office), period=make_period(month), status="SUBMITTED")
    assert save(world.entri, world.tengah, "2026-10", untouched).saved == ()
    handed_in.delete()
    Submission.objects.create(office=world.tengah, period=october, status="SUBMITTED")
    with pytest.raises(Denied, match="menunggu verifikasi"):
        save(world.entri, world.tengah, "2026-10", untouched)


def test_a_concurrent_save_is_a_conflict_and_nothing_is_overwritten(world, october):
    save(world.admin, world.tengah, "2026-10", change("1802", "PU", 4_706, seen=CellValue()))
    result = save(
        world.entri,
        world.tengah,
        "2026-10",
        change("1802", "PU", 4_800, "", seen=CellValue()),
        change("1802", "BPU", 900, "", seen=CellValue()),
    )
    (conflict,) = result.conflicts
    assert (conflict.typed, conflict.stored, conflict.changed_by) == (CellValue(4_800), CellValue(4_706), "admin")
    assert result.saved == (("1802", "BPU"),)
    assert cell("1802", "PU", "2026-10").participants == 4_706


def test_the_same_value_typed_twice_is_no_conflict(world, october):
    save(world.admin, world.tengah, "2026-10", change("1802", "PU", 4_706, seen=CellValue()))
    result = save(world.entri, world.tengah, "2026-10", change("1802", "PU", 4_706, seen=CellValue()))
    assert (result.saved, result.conflicts) == ((), ())


def test_a_correction_is_carried_forward_up_to_the_first_own_value(world, october):
    make_period("2026-11")
    periods.open_period(date(2026, 11, 1))
    save(world.entri, world.tengah, "2026-11", change("1802", "BPU", 77, seen=CellValue()))
    result = save(
        world.entri,
        world.tengah,
        "2026-08",
        change("1802", "PU", 4_100, seen=CellValue(4_000)),
        change("1802", "BPU", 50, seen=CellValue()),
    )
    assert [cell("1802", "PU", m).participants for m in ("2026-09", "2026-10", "2026-11")] == [4_100] * 3
    assert [cell("1802", "BPU", m).participants for m in ("2026-09", "2026-10", "2026-11")] == [50, 50, 77]
    assert {cell("1802", "BPU", m).origin for m in ("2026-09", "2026-10")} == {"CARRIED"}
    assert cell("1802", "PU", "2026-10").verified_participants == 4_000
    assert [row.via for row in cell("1802", "PU", "2026-10").history.all()] == ["CARRIED", "OPEN"]
    assert result.carried == 5


@pytest.mark.parametrize(
    ("lock", "expected"), [({"closes_on": date(2026, 10, 20)}, 4_100), ({"locked_at": timezone.now()}, 4_000)]
)
def test_a_correction_passes_a_month_closed_by_its_date_and_stops_at_one_locked_by_hand(world, october, lock, expected):
    ReportingPeriod.objects.filter(month=date(2026, 9, 1)).update(**lock)
    save(world.entri, world.tengah, "2026-08", change("1802", "PU", 4_100, seen=CellValue(4_000)))
    assert [cell("1802", "PU", m).participants for m in ("2026-09", "2026-10")] == [expected, expected]


def test_clearing_a_cell_is_carried_forward(world, october):
    save(world.entri, world.tengah, "2026-09", change("1802", "JAKON", 10, seen=CellValue()))
    assert cell("1802", "JAKON", "2026-10").origin == "CARRIED"
    save(world.entri, world.tengah, "2026-09", change("1802", "JAKON", None, seen=CellValue(10)))
    assert (cell("1802", "JAKON", "2026-10").participants, cell("1802", "JAKON", "2026-10").origin) == (None, "BLANK")


def test_an_optional_cell_of_an_earlier_month_reaches_the_months_already_open(world, october):
    save(world.entri, world.tengah, "2026-09", change("1802", "RENTAN", 10, seen=CellValue()))
    save(world.verifikasi, world.sumbagsel, "2026-09", change("18", "TOTAL-UNSPLIT", 99, seen=CellValue()))
    assert cell("1802", "RENTAN", "2026-10").origin == "CARRIED"
    assert not CoverageRecord.objects.filter(segment="TOTAL-UNSPLIT", period=october).exists()


@pytest.mark.parametrize(
    ("who", "office", "area", "segment"),
    [
        ("entri", "tengah", "1801", "PU"),
        ("entri", "tengah", "18", "PU"),
        ("entri", "bandar", "1801", "PU"),
        ("verifikasi", "sumbagsel", "1802", "PU"),
        ("verifikasi", "sumbagsel", "36", "PU"),
        ("entri", "tengah", "1802", "UCJ"),
        ("entri", "tengah", "9999", "PU"),
    ],
)
def test_cells_outside_the_office_do_not_exist(world, october, who, office, area, segment):
    with pytest.raises(OutOfScope):
        save(getattr(world, who), getattr(world, office), "2026-10", change(area, segment, 1))
    assert not CoverageRecord.objects.filter(origin="ENTERED", period=october).exists()
    assert not Submission.objects.exists()


def test_one_foreign_cell_refuses_the_whole_save(world, october):
    with pytest.raises(OutOfScope):
        save(world.entri, world.tengah, "2026-10", change("1802", "PU", 1), change("1801", "PU", 1))
    assert cell("1802", "PU", "2026-10").participants == 4_000


def test_a_submitted_month_is_refused_and_nothing_is_written(world, october):
    Submission.objects.create(office=world.tengah, period=october, status="SUBMITTED")
    with pytest.raises(Denied, match="Data Oktober 2026 sudah diajukan dan menunggu verifikasi"):
        save(world.entri, world.tengah, "2026-10", change("1802", "PU", 1))
    assert cell("1802", "PU", "2026-10").participants == 4_000


def test_a_correction_after_verification_leaves_the_verified_figure(world, october):
    Submission.objects.create(office=world.tengah, period=october, status="VERIFIED")
    world.entri.user_permissions.add(Permission.objects.get(codename="correct_records"))
    corrector = type(world.entri).objects.get(pk=world.entri.pk)
    save(corrector, world.tengah, "2026-10", change("1802", "PU", 4_200, seen=CellValue()))
    record = cell("1802", "PU", "2026-10")
    assert (record.participants, record.verified_participants) == (4_200, 4_000)
    assert record.changed_since_verified
    assert Submission.objects.get().status == "VERIFIED"


@pytest.mark.parametrize("bad", [-1, 10**9])
def test_a_figure_no_form_accepts_is_an_error(world, october, bad):
    with pytest.raises(ValueError, match="di luar batas"):
        save(world.entri, world.tengah, "2026-10", change("1802", "PU", bad))


def test_a_cell_written_twice_in_one_save_is_an_error(world, october):
    with pytest.raises(ValueError, match="dua kali"):
        save(world.entri, world.tengah, "2026-10", change("1802", "PU", 1), change("1802", "PU", 2))


def test_a_long_note_is_an_error_and_not_cut(world, october):
    with pytest.raises(ValueError, match="300"):
        save(world.entri, world.tengah, "2026-10", change("1802", "PU", 1, "x" * (entry.NOTE_LENGTH + 1)))
