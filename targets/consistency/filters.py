"""Filters of the page that compares targets, as they stand in the address."""

from __future__ import annotations

from coverage.figures.position import Basis
from targets.planning.filters import TargetFilters
from targets.progress.standing import Question


class AgreementFilters(TargetFilters):
    """`/sasaran/periksa/`: `bulan` is the month whose potential turns percentages into heads."""

    left_out = ("tingkat", "status", "provinsi", "data")

    def question(self) -> Question:
        self.cleaned_data.setdefault("data", Basis.VERIFIED)  # no figure of participants is asked for
        return super().question()
