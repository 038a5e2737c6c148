"""Two planners at the same moment: real transactions side by side, never two references, never a lost target."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection

from targets.models import Target
from targets.planning import Seen, choose_reference
from targets.wishes import Saved
from tests.conftest import target
from tests.planners import planner_at
from tests.test_planning import Via, save, wish
from tests.test_together import together

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite has one writer at a time; real concurrency needs PostgreSQL"
    ),
]


def test_two_who_enter_the_same_target_get_one_target_and_one_conflict(world):
    planners = [planner_at(world.sumbagsel), planner_at(world.head)]
    wishes = [wish(percent=Decimal(percent), seen=Seen()) for percent in (40, 45)]
    results = together(
        *(lambda one=one, what=what: save(one, what) for one, what in zip(planners, wishes, strict=True))
    )
    assert all(isinstance(result, Saved) for result in results), results
    assert sorted(len(result.conflicts) for result in results) == [0, 1]
    assert Target.objects.count() == 1


def test_two_who_choose_different_references_leave_one(world):
    planners = [planner_at(world.sumbagsel), planner_at(world.head)]
    target("18", 2026, percent=40, source="RPJMN")
    rows = [target("18", 2026, percent=41, source=source, reference=False) for source in ("KANWIL", "KEMENDAGRI")]
    results = together(
        *(
            lambda one=one, row=row: choose_reference(one, row, reason="rapat", via=Via.FORM)
            for one, row in zip(planners, rows, strict=True)
        )
    )
    assert all(isinstance(result, Saved) and result.wrote for result in results), results
    assert Target.objects.filter(is_reference=True).count() == 1
    assert [row.history.count() for row in Target.objects.filter(is_reference=True)] == [2]
