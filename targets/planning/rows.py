"""Targets with their derived figures, gap, required monthly growth and doubts. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from coverage.models import Province
from reporting.numbers import format_count, format_number, format_rate
from targets.models import Target, TargetSource
from targets.permissions import plans_area
from targets.progress.data import AreaProgress, Level, Question
from targets.progress.definitions import Progress
from targets.progress.report import ProgressReport, figure_of, progress_report

#: The value of the parameter `wilayah` for a national target.
NATION = "nasional"
#: The difference in percentage points from which a percentage and a head-count disagree.
TOLERANCE = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One target of an area, or an area without a target. `progress` is measured against the target."""

    area_code: str
    area_name: str
    progress: Progress
    target: Target | None
    #: Whether the user may set targets of this area.
    may_plan: bool
    year: int
    segment: str
    #: The source asked for, when it has no target here yet.
    asked_source: TargetSource | None = None

    @property
    def source(self) -> TargetSource | None:
        return self.target.source if self.target else self.asked_source

    @property
    def source_name(self) -> str | None:
        return self.source.name if self.source else None

    @property
    def is_reference(self) -> bool:
        return bool(self.target and self.target.is_reference)

    @property
    def reference_word(self) -> str | None:
        """`acuan` or "", for files and sorting."""
        return None if self.target is None else "acuan" if self.is_reference else ""

    @property
    def is_percent_derived(self) -> bool:
        return self.target is not None and self.target.percent is None

    @property
    def are_workers_derived(self) -> bool:
        return self.target is not None and self.target.workers is None

    @property
    def enter(self) -> str:
        """The address of the form for a missing target, with the known values filled in."""
        known = {"wilayah": self.area_code or NATION, "segmen": self.segment, "tahun": self.year}
        if self.asked_source:
            known["sumber"] = self.asked_source.pk
        return f"{reverse('target-new')}?{urlencode(known)}"

    @property
    def stated_percent(self) -> Decimal | None:
        return self.target.percent if self.target else None

    @property
    def stated_workers(self) -> int | None:
        return self.target.workers if self.target else None

    @property
    def decree(self) -> str | None:
        return self.target.decree or None if self.target else None

    @property
    def decree_date(self) -> date | None:
        return self.target.decree_date if self.target else None

    @property
    def note(self) -> str | None:
        return self.target.note or None if self.target else None

    @property
    def doubts_text(self) -> str | None:
        return " ".join(doubts(self.progress)) or None

    @property
    def disagreement(self) -> str:
        return disagreement(self.progress)


def doubts(progress: Progress) -> list[str]:
    """Warnings about doubtful values. No errors, because a potential is an estimate."""
    found = [disagreement(progress)]
    rate = progress.target_rate
    if rate is not None and rate > 1:
        found.append(f"Target {format_rate(rate)} lebih besar dari potensi.")
    return [sentence for sentence in found if sentence]


def already_reached(progress: Progress) -> str:
    """A sentence when the target is already reached (possibly a typing mistake in a new one), else ""."""
    if progress.surplus_workers is None or progress.participants is None:
        return ""
    now = format_rate(progress.coverage_rate)
    return f"Target ini sudah tercapai: kini {format_count(progress.participants)} peserta, cakupan {now}."


def disagreement(progress: Progress) -> str:
    """A sentence when the stated percentage and head-count disagree by the potential in force, else ""."""
    target = progress.target
    if target is None or target.percent is None or target.workers is None or not progress.potential:
        return ""
    by_workers = Fraction(target.workers, progress.potential)
    apart = abs(by_workers * 100 - Fraction(target.percent))
    if apart <= TOLERANCE:
        return ""
    return (
        f"Persentase dan jumlah pekerja berbeda {format_number(apart, 2)} poin persen: terhadap potensi sekarang "
        f"jumlah itu {format_rate(by_workers)}."
    )


def plan_rows(
    user: User, question: Question, targets: QuerySet[Any], *, nation: bool, source: TargetSource | None
) -> tuple[list[PlanRow], ProgressReport]:
    """A row per target, by area and source, and one per area without a target. A fixed number of queries.

    `targets` may be history rows for a past day.
    """
    found = progress_report(user, replace(question, source=None, status=None))
    by_area: dict[str, list[Target]] = {}
    target: Any
    for target in targets.order_by("-is_reference", "source__position", "source_id").select_related("source"):
        stored = target
        if question.known_on:  # from a history row
            stored = target.instance
            stored.source = target.source
        by_area.setdefault(target.regency_id or target.province_id or "", []).append(stored)
    provinces = Province.objects.in_bulk()
    # a past day is read only
    planned = {code: not question.known_on and plans_area(user, province) for code, province in provinces.items()}
    planned[""] = not question.known_on and plans_area(user, None)
    listed = []
    for area in sorted(_areas(found, nation=nation), key=lambda row: row.area_code):
        code = "" if nation else area.area_code
        asked: list[Target | None] = [*by_area.get(code, [])] or [None]
        for target in asked:
            figure = figure_of(target) if target else None
            listed.append(
                PlanRow(
                    area_code=code,
                    area_name=area.area_name,
                    progress=replace(area.progress, target=figure),
                    target=target,
                    may_plan=planned.get(code[:2], False),
                    year=question.target_year,
                    segment=question.segment.pk,
                    asked_source=source,
                )
            )
    return listed, found


def progress_of(user: User, target: Target, question: Question) -> Progress | None:
    """The progress of the target's area; None when the user may not see the area."""
    area = target.area_code
    level = Level.REGENCY if len(area) == 4 else Level.PROVINCE
    asked = replace(question, province=target.province if area else None, office=None, level=level)
    rows = _areas(progress_report(user, asked), nation=not area)
    area_progress = next((row.progress for row in rows if not area or row.area_code == area), None)
    return replace(area_progress, target=figure_of(target)) if area_progress else None


def _areas(found: ProgressReport, *, nation: bool) -> list[AreaProgress]:
    """The areas that can have a target: the country, or the areas asked for."""
    return [found.total] if nation else [row for row in found.rows if not row.is_province_wide]
