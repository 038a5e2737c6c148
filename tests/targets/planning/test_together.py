"""Concurrent changes in real transactions: never two references, never a lost target."""

from __future__ import annotations

from decimal import Decimal

from coverage.models import ImportBatch
from targets.models import Target
from targets.planning.changes import TargetValues
from targets.planning.importing.batches import confirm
from targets.planning.services import choose_reference, delete_target
from tests.conftest import target
from tests.support.planners import planner_at
from tests.support.side_by_side import behind, needs_postgresql, refused_behind
from tests.targets.planning.importing.test_files import HEAD, lampung, send
from tests.targets.planning.test_planning import Via, change, save

pytestmark = needs_postgresql
__all__ = ["lampung"]


def test_two_who_enter_the_same_target_get_one_target_and_one_conflict(world):
    planners = [planner_at(world.sumbagsel), planner_at(world.head)]
    first, second = (change(percent=Decimal(percent), expected=TargetValues()) for percent in (40, 45))
    result = behind(lambda: save(planners[0], first), lambda: save(planners[1], second))
    (conflict,) = result.conflicts
    assert (conflict.stored.percent, conflict.wanted.percent) == (40, 45)
    assert Target.objects.get().percent == 40


def test_two_who_choose_different_references_leave_one(world):
    planners = [planner_at(world.sumbagsel), planner_at(world.head)]
    target("18", 2026, percent=40, source="RPJMN")
    rows = [target("18", 2026, percent=41, source=source, reference=False) for source in ("KANWIL", "KEMENDAGRI")]
    choices = [
        lambda one=one, row=row: choose_reference(one, row, reason="rapat", via=Via.FORM)
        for one, row in zip(planners, rows, strict=True)
    ]
    assert behind(*choices).wrote
    (reference,) = Target.objects.filter(is_reference=True)
    assert (reference.source_id, reference.history.count()) == ("KEMENDAGRI", 2)


def test_a_target_withdrawn_in_the_same_moment_is_not_changed(world):
    planner = planner_at(world.head)
    row = target("18", 2026, percent=40, source="KANWIL")
    result = behind(
        lambda: delete_target(planner, row, reason="dicabut", via=Via.FORM),
        lambda: save(planner, change(percent=Decimal(45), expected=TargetValues.of(row))),
    )
    assert not result.conflicts[0].stored.exists
    assert not Target.objects.exists()


def test_a_target_changed_in_the_same_moment_is_not_withdrawn(world):
    planner = planner_at(world.head)
    row = target("18", 2026, percent=40, source="KANWIL")
    conflict = behind(
        lambda: save(planner, change(percent=Decimal(45), expected=TargetValues.of(row))),
        lambda: delete_target(planner, row, reason="dicabut", via=Via.FORM, expected=TargetValues.of(row)),
    )
    assert conflict.stored.percent == 45
    assert Target.objects.get().percent == 45


def test_a_target_withdrawn_twice_in_the_same_moment_is_withdrawn_once(world):
    planner = planner_at(world.head)
    row = target("18", 2026, percent=40)

    def withdraw():
        return delete_target(planner, row, reason="dicabut", via=Via.FORM)

    assert isinstance(behind(withdraw, withdraw), Target.DoesNotExist)
    assert Target.history.filter(history_type="-").count() == 1


def test_a_target_a_command_writes_in_the_same_moment_is_a_conflict_too(world):
    """Commands load targets in bulk without locking the segment, so the rows themselves are locked."""
    planner = planner_at(world.head)
    row = target("18", 2026, percent=40, source="KANWIL")
    result = behind(
        lambda: Target.objects.filter(pk=row.pk).update(percent=42),
        lambda: save(planner, change(percent=Decimal(45), expected=TargetValues.of(row))),
    )
    assert result.conflicts[0].stored.percent == 42
    assert Target.objects.get().percent == 42


def test_a_file_of_targets_confirmed_twice_in_the_same_moment_is_written_once(lampung):
    send(lampung, HEAD + "18;Lampung;2026;KEMENDAGRI;41,5;;;;;\n")
    batch = ImportBatch.objects.get()

    def press():
        return confirm(lampung.planner, batch)

    assert "sudah disimpan sebelumnya" in refused_behind(press, press)
    assert Target.objects.count() == 1
