"""Filters of the page that compares targets."""

from __future__ import annotations

from targets.planning.filters import TargetFilterSet


class ConsistencyFilterSet(TargetFilterSet):
    """`/sasaran/periksa/`: `bulan` is the month whose potential turns percentages into heads."""

    tingkat = provinsi = data = None  # type: ignore[assignment]
