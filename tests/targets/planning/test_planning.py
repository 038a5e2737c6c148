"""Writing targets: permissions, history, one reference per place, and conflicts."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Denied, User
from coverage.models import Province, Regency, Via, WorkerSegment
from targets.models import Target, TargetSource
from targets.planning.changes import Mistakes, TargetChange, TargetValues
from targets.planning.services import NoReason, choose_reference, delete_target, save_targets
from tests.conftest import target
from tests.support.planners import planner_at


@pytest.fixture
def planner(world) -> User:
    """A user of Kantor Wilayah Sumbagsel who may set targets."""
    return planner_at(world.sumbagsel)


@pytest.fixture
def head(world) -> User:
    return planner_at(world.head)


def change(area: str = "18", source: str = "KANWIL", year: int = 2026, segment: str = "UCJ", **values) -> TargetChange:
    """`18` is a province, `1801` a regency, empty the country."""
    return TargetChange(
        province=Province.objects.get(pk=area[:2]) if area else None,
        regency=Regency.objects.get(pk=area) if len(area) == 4 else None,
        segment=WorkerSegment.objects.get(pk=segment),
        year=year,
        source=TargetSource.objects.get(pk=source),
        **{"percent": None, "workers": None, **values},
    )


def save(user: User, *changes: TargetChange, reason: str = "Surat Kepala Kantor Wilayah", via: Via = Via.FORM):
    return save_targets(user, changes, reason=reason, via=via)


def percents() -> dict[tuple[str, str], Decimal | None]:
    return {(row.area_code, row.source_id): row.percent for row in Target.objects.all()}


def references() -> list[tuple[str, str]]:
    return [(row.area_code, row.source_id) for row in Target.objects.filter(is_reference=True).order_by("pk")]


def test_a_first_target_becomes_the_reference_and_leaves_one_row_of_history(planner):
    saved = save(planner, change(percent=Decimal("38.39"), decree=" Kepgub 12/2026 ", decree_date=date(2026, 1, 5)))
    row = Target.objects.get()
    assert [created.pk for created in saved.created] == [row.pk]
    assert (row.percent, row.workers, row.is_reference) == (Decimal("38.39"), None, True)
    assert (row.decree, row.decree_date) == ("Kepgub 12/2026", date(2026, 1, 5))
    history = row.history.get()
    assert (history.history_user, history.history_change_reason, history.via, history.history_type) == (
        planner,
        "Surat Kepala Kantor Wilayah",
        Via.FORM,
        "+",
    )


def test_the_second_target_of_a_place_leaves_the_reference_where_it_is(planner):
    target("18", 2026, percent=40)
    save(planner, change(percent=Decimal(45)))
    assert references() == [("18", "KEMENDAGRI")]


def test_choosing_a_reference_takes_the_choice_from_the_other_with_one_row_of_history_each(planner):
    old, new = target("18", 2026, percent=40), target("18", 2026, percent=45, source="KANWIL", reference=False)
    saved = choose_reference(planner, new, reason="Rapat koordinasi", via=Via.FORM)
    assert references() == [("18", "KANWIL")]
    assert [row.pk for row in saved.changed] == [new.pk]
    assert [row.pk for row in saved.released] == [old.pk]
    for row, chosen in ((old, False), (new, True)):
        last = row.history.latest()
        assert (last.is_reference, last.history_user, last.history_change_reason) == (
            chosen,
            planner,
            "Rapat koordinasi",
        )
        assert row.history.count() == 2


@pytest.mark.parametrize("first", ["older", "newer"])
def test_the_choice_moves_in_either_direction_whatever_the_order_of_rows(planner, first):
    """A database that checks row by row must never see two references at once."""
    older = target("18", 2026, percent=40, reference=first == "older")
    newer = target("18", 2026, percent=45, source="KANWIL", reference=first == "newer")
    choose_reference(planner, newer if first == "older" else older, reason="ganti", via=Via.FORM)
    assert references() == [("18", "KANWIL" if first == "older" else "KEMENDAGRI")]


def test_both_targets_of_a_place_can_change_and_swap_in_one_save(planner):
    target("18", 2026, percent=40)
    target("18", 2026, percent=45, source="KANWIL", reference=False)
    save(
        planner,
        change(percent=Decimal(46), is_reference=True),
        change(source="KEMENDAGRI", percent=Decimal(41)),
    )
    assert references() == [("18", "KANWIL")]
    assert percents() == {("18", "KANWIL"): 46, ("18", "KEMENDAGRI"): 41}
    assert [row.history.count() for row in Target.objects.all()] == [2, 2]


def test_a_new_target_can_take_the_reference(planner):
    target("18", 2026, percent=40)
    saved = save(planner, change(workers=1_300_000, is_reference=True))
    assert references() == [("18", "KANWIL")]
    assert len(saved.created) == len(saved.released) == 1


def test_a_reference_can_be_given_up(planner):
    target("18", 2026, percent=40)
    save(planner, change(source="KEMENDAGRI", percent=Decimal(40), is_reference=False))
    assert references() == []


def test_of_two_new_targets_of_a_place_the_first_becomes_the_reference(planner):
    save(planner, change(percent=Decimal(45)), change(source="KEMENDAGRI", percent=Decimal(40)))
    assert references() == [("18", "KANWIL")]


def test_saving_what_stands_there_leaves_no_trace(planner):
    row = target("18", 2026, percent=Decimal("38.390"), source="KANWIL")
    saved = save(planner, change(percent=Decimal("38.39")), reason="")
    assert (saved.unchanged, saved.wrote) == (1, False)
    assert row.history.count() == 1


def test_what_a_wish_does_not_speak_of_stays(planner):
    save(planner, change(percent=Decimal(40), decree="Kepgub 12", decree_date=date(2026, 1, 5), note="rapat"))
    save(planner, change(percent=Decimal(41)))
    row = Target.objects.get()
    assert (row.percent, row.decree, row.decree_date, row.note) == (41, "Kepgub 12", date(2026, 1, 5), "rapat")


def test_a_change_needs_a_reason_a_new_target_does_not(planner):
    save(planner, change(percent=Decimal(40)), reason="  ")
    with pytest.raises(NoReason, match="alasan"):
        save(planner, change(percent=Decimal(41)), reason="  ")
    assert percents() == {("18", "KANWIL"): 40}


def test_somebody_elses_change_comes_back_and_nothing_is_overwritten(planner, head):
    save(planner, change(percent=Decimal(40)))
    seen = TargetValues.of(Target.objects.get())
    save(head, change(percent=Decimal(42)))
    saved = save(
        planner,
        change(percent=Decimal(45), expected=seen),
        change("1801", percent=Decimal(30), expected=TargetValues()),
    )
    (conflict,) = saved.conflicts
    assert (conflict.wanted.percent, conflict.stored.percent, conflict.changed_by) == (45, 42, "target-KP")
    assert conflict.changed_at is not None
    assert not saved.wrote
    assert percents() == {("18", "KANWIL"): 42}


def test_a_target_created_or_withdrawn_meanwhile_is_a_conflict_too(planner, head):
    save(head, change(percent=Decimal(42)))
    assert save(planner, change(percent=Decimal(45), expected=TargetValues())).conflicts
    row = Target.objects.get()
    seen = TargetValues.of(row)
    delete_target(head, row, reason="dicabut", via=Via.FORM)
    (conflict,) = save(planner, change(percent=Decimal(45), expected=seen)).conflicts
    assert (conflict.stored.exists, conflict.changed_by) == (False, "target-KP")
    assert not Target.objects.exists()


def test_two_who_want_the_same_do_not_contradict_each_other(planner, head):
    save(head, change(percent=Decimal(42)))
    saved = save(planner, change(percent=Decimal(42), expected=TargetValues(), is_reference=True))
    assert (saved.conflicts, saved.unchanged) == ((), 1)


def test_all_mistakes_come_at_once_and_nothing_is_written(planner):
    with pytest.raises(Mistakes) as caught:
        save(
            planner,
            change("1801", percent=Decimal(40)),
            change("18"),
            change("36", percent=Decimal(40)),
            change("", percent=Decimal(40)),
            change("1802", percent=Decimal(201), workers=-1),
            change("1804", percent=Decimal("38.1234"), segment="PU"),
            change("18", year=1999, workers=1),
            change("1801", percent=Decimal(41)),
        )
    assert caught.value.by_change == {
        1: {"": ["Isi persentase atau jumlah pekerja, paling sedikit salah satu."]},
        2: {"area": ["Banten di luar wilayah kerja kantor Anda."]},
        3: {"area": ["Target nasional ditetapkan oleh Kantor Pusat."]},
        4: {
            "percent": ["Target cakupan lebih dari 0% dan paling besar 200%."],
            "workers": ["Target harus lebih dari nol."],
        },
        5: {
            "segment": ["Target ditetapkan untuk gabungan segmen atau kelompok, bukan untuk segmen dasar."],
            "percent": ["Tulis paling banyak tiga angka di belakang koma."],
        },
        6: {"year": ["Tahun target antara 2014 dan 2060."]},
        7: {"": ["Target ini tertulis dua kali."]},
    }
    assert isinstance(caught.value, ValidationError)
    assert not Target.objects.exists()


def test_one_save_names_one_reference_per_place(planner):
    changes = [change(source=source, percent=Decimal(40), is_reference=True) for source in ("KANWIL", "KEMENDAGRI")]
    with pytest.raises(Mistakes, match="Hanya satu acuan"):
        save(planner, *changes)


def test_a_regency_brings_its_province_along(planner):
    save(
        planner,
        TargetChange(
            **{name: getattr(change("1801", workers=5), name) for name in TargetChange.__slots__} | {"province": None}
        ),
    )
    assert Target.objects.get().province_id == "18"


def test_the_head_office_sets_national_targets_and_those_of_every_province(head):
    save(head, change("", percent=Decimal(45)), change("36", percent=Decimal(50)), change("3671", percent=Decimal(60)))
    assert set(percents()) == {("", "KANWIL"), ("36", "KANWIL"), ("3671", "KANWIL")}


def test_neither_a_branch_nor_a_government_nor_a_reader_sets_targets(world):
    for office in (world.tengah, world.pemda_office):
        with pytest.raises(Denied, match="Kantor Pusat dan Kantor Wilayah"):
            save(planner_at(office), change("1802", percent=Decimal(40)))
    with pytest.raises(Denied, match="tidak diberi hak menetapkan target"):
        save(world.verifikasi, change(percent=Decimal(40)))
    assert not Target.objects.exists()


def test_who_sets_no_targets_withdraws_none(planner, world):
    row = target("18", 2026, percent=40)
    foreign = target("36", 2026, percent=40)
    with pytest.raises(Denied):
        delete_target(world.verifikasi, row, reason="x", via=Via.FORM)
    with pytest.raises(Denied, match="di luar wilayah kerja"):
        delete_target(planner, foreign, reason="x", via=Via.FORM)
    with pytest.raises(Mistakes):
        choose_reference(planner, foreign, reason="x", via=Via.FORM)
    assert Target.objects.count() == 2


def test_withdrawing_keeps_the_history_with_the_reason(planner):
    row = target("18", 2026, percent=40)
    with pytest.raises(NoReason):
        delete_target(planner, row, reason=" ", via=Via.FORM)
    assert delete_target(planner, row, reason="Salah wilayah", via=Via.FORM) is None
    assert not Target.objects.exists()
    last = Target.history.latest()
    assert (last.history_type, last.percent, last.history_user, last.history_change_reason, last.via) == (
        "-",
        40,
        planner,
        "Salah wilayah",
        Via.FORM,
    )
    with pytest.raises(Target.DoesNotExist):
        delete_target(planner, row, reason="lagi", via=Via.FORM)


def test_withdrawing_leaves_the_doors_of_all_earlier_rows_and_of_other_targets_as_they_were(planner, head):
    save(planner, change(percent=Decimal(40)), change(source="KEMENDAGRI", percent=Decimal(50)), via=Via.FILE)
    save(head, change(percent=Decimal(42)), via=Via.ADMIN)
    save(planner, change("1801", percent=Decimal(30)), via=Via.FILE)
    delete_target(planner, Target.objects.get(province="18", regency=None, source="KANWIL"), reason="x", via=Via.FORM)
    rows = Target.history.order_by("history_id").values_list("regency", "source", "history_type", "via")
    assert list(rows) == [
        (None, "KANWIL", "+", Via.FILE),
        (None, "KEMENDAGRI", "+", Via.FILE),
        (None, "KANWIL", "~", Via.ADMIN),
        ("1801", "KANWIL", "+", Via.FILE),
        (None, "KANWIL", "-", Via.FORM),
    ]
    delete_target(head, Target.objects.get(regency="1801"), reason="x", via=Via.ADMIN)
    assert list(Target.history.filter(history_type="-").order_by("history_id").values_list("regency", "via")) == [
        (None, Via.FORM),
        ("1801", Via.ADMIN),
    ]


def test_a_target_withdrawn_and_set_again_tells_who_withdrew_it(planner, head):
    """Of the same place, segment, year and source, and of no other."""
    save(
        planner,
        change(percent=Decimal(40)),
        change("1801", percent=Decimal(30)),
        change(year=2027, percent=Decimal(50)),
    )
    seen = TargetValues.of(Target.objects.get(province="18", regency=None, year=2026))
    delete_target(head, Target.objects.get(province="18", regency=None, year=2026), reason="x", via=Via.FORM)
    for other in (
        change("1801", percent=Decimal(31)),
        change(year=2027, percent=Decimal(51)),
        change("1802", workers=1),
    ):
        save(planner, other)
    save(planner, change(segment="RENTAN", percent=Decimal(3)), change(source="RPJMN", percent=Decimal(4)))
    (conflict,) = save(planner, change(percent=Decimal(45), expected=seen)).conflicts
    assert (conflict.changed_by, conflict.stored.exists) == ("target-KP", False)


def test_choosing_a_reference_takes_it_from_no_other_place(planner, head):
    """Other years, segments and areas keep theirs."""
    for area, year, segment in (
        ("18", 2026, "UCJ"),
        ("18", 2027, "UCJ"),
        ("18", 2026, "RENTAN"),
        ("1801", 2026, "UCJ"),
    ):
        target(area, year, percent=40, segment=segment)
    target("36", 2026, percent=40)
    target(None, 2026, percent=40)
    saved = save(head, change(percent=Decimal(45), is_reference=True))
    assert [(row.area_code, row.year, row.segment_id) for row in saved.released] == [("18", 2026, "UCJ")]
    kept = Target.objects.filter(source="KEMENDAGRI", is_reference=True).order_by("pk")
    assert [(row.area_code, row.year, row.segment_id) for row in kept] == [
        ("18", 2027, "UCJ"),
        ("18", 2026, "RENTAN"),
        ("1801", 2026, "UCJ"),
        ("36", 2026, "UCJ"),
        ("", 2026, "UCJ"),
    ]


def test_a_target_changed_meanwhile_is_not_withdrawn(planner, head):
    row = target("18", 2026, percent=40, source="KANWIL")
    seen = TargetValues.of(row)
    save(head, change(percent=Decimal(42)))
    conflict = delete_target(planner, row, reason="Salah", via=Via.FORM, expected=seen)
    assert conflict is not None
    assert conflict.stored.percent == 42
    assert Target.objects.count() == 1


def test_as_many_queries_for_many_targets_as_for_few(planner):
    save(planner, change("18", year=2025, percent=Decimal(40)))  # permissions are cached per user
    few = [change("18", percent=Decimal(40))]
    many = [
        change(area, source=source, year=year, percent=Decimal(40))
        for area in ("1801", "1802", "1804")
        for source in ("KANWIL", "KEMENDAGRI")
        for year in (2026, 2027, 2028)
    ]
    counts = []
    for changes in (few, many):
        with CaptureQueriesContext(connection) as queries:
            save(planner, *changes)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_nothing_else_writes_targets():
    """Commands load in bulk without a user; everything else uses the writer."""
    allowed = {
        "targets/planning/services.py",
        "targets/loading/published.py",
        "demonstration/demo/targets.py",
        "demonstration/national/loading.py",
    }
    writing = re.compile(
        r"\bTarget\(|\bTarget\.objects\.(?:bulk_\w+|create|get_or_create|update_or_create)\b"
        r"|_with_history\(|\bwrite_one\(\s*Target|\btarget\.(?:save|delete)\(|\bTarget\.objects\b[^\n]*\.(?:update|delete)\("
    )
    root = Path(__file__).resolve().parents[3]
    found = {
        str(path.relative_to(root))
        for folder in ("demonstration", "operations", "targets")
        for path in (root / folder).rglob("*.py")
        if "migrations" not in path.parts and "Target" in path.read_text() and writing.search(_code(path))
    }
    assert found == allowed


def _code(path: Path) -> str:
    """The source of the module without the class of that name."""
    return path.read_text().replace("class Target(models.Model)", "")
