"""An open October for the tests of submissions."""

from __future__ import annotations

import pytest

from coverage.models import ReportingPeriod
from coverage.periods import services as periods
from tests.conftest import make_period, put
from tests.support.submitting import EXPECTED, OCTOBER, colleague


@pytest.fixture
def october(world) -> ReportingPeriod:
    """October open, with September before it. `world.kawan` works beside `entri`, `atasan` beside `verifikasi`."""
    for area, segment in EXPECTED:
        put(area, segment, "2026-09", 1_000, verified=1_000)
    make_period("2026-10")
    world.kawan = colleague(world.entri, "kawan")
    world.atasan = colleague(world.verifikasi, "atasan")
    return periods.open_period(OCTOBER)
