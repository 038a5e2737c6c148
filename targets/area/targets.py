"""All targets of one area by source and year, and what each of them requires."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from targets.models import Target
from targets.progress.data import AreaProgress, Question
from targets.progress.report import figure_of


class TargetLine(NamedTuple):
    """One target and the area measured against it. Of a national target only the rate is applied to the area."""

    target: Target
    area_progress: AreaProgress

    @property
    def is_national(self) -> bool:
        return self.target.province_id is None

    @property
    def rate_is_derived(self) -> bool:
        return self.target.percent is None

    @property
    def workers_are_derived(self) -> bool:
        return self.target.workers is None or self.is_national

    @property
    def is_past(self) -> bool:
        """Whether the target's year ended before the month asked for."""
        return self.target.year < self.area_progress.progress.month.year

    @property
    def required_per_month(self) -> Fraction | None:
        return None if self.is_past else self.area_progress.progress.required_per_month

    @property
    def required_per_year(self) -> Fraction | None:
        """The required growth in twelve months; None when no more than a year is left."""
        per_month = self.required_per_month
        return None if per_month is None or self.area_progress.progress.months_left <= 12 else per_month * 12


def target_lines(targets: Iterable[Target], area_progress: AreaProgress, question: Question) -> list[TargetLine]:
    """Each target with the area's progress against it, by year, the area's own targets before national ones.

    `area_progress` is the area without a target; `targets` are ordered by year.

    National targets are included from the year of the month on, if they state a rate. The rate was not set for this
    area: it shows what would be required if it applied everywhere.
    """
    lines = []
    for target in targets:
        if target.segment_id != question.segment.pk:
            continue
        figure = figure_of(target)
        if target.province_id is None:
            if target.percent is None or target.year < question.month.year:
                continue
            figure = replace(figure, workers=None)
        lines.append(TargetLine(target, area_progress.against(figure)))
    return sorted(lines, key=lambda line: (line.target.year, line.is_national))


def chosen_line(lines: Iterable[TargetLine], question: Question) -> TargetLine | None:
    """The area's own target for the year asked for, of the chosen source or else the reference."""
    for line in lines:
        target = line.target
        if line.is_national or target.year != question.target_year:
            continue
        if target.source_id == question.source.pk if question.source else target.is_reference:
            return line
    return None
