"""Forecast of when shares are reached, and the largest rises and falls since last month with their reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.conf import settings

from coverage.figures.position import NOWHERE, add
from coverage.figures.potentials import Potentials
from coverage.figures.segments import SegmentGroup
from coverage.models import CoverageRecord
from reporting import months
from reporting.months import month_name

from .data import AreaProgress, ProgressData
from .definitions import monthly_growth

NEVER = "tidak pada laju ini"
REACHED = "sudah tercapai"


@dataclass(frozen=True, slots=True)
class Forecast:
    """The months in which target and universal coverage are reached at the observed pace, in words."""

    target: str
    universal: str
    universal_share: Fraction


def forecast(
    progress_data: ProgressData, area_progress: AreaProgress, growth: Fraction | None = None
) -> Forecast | None:
    """The forecast; None without an observed pace or a potential. At most two queries, none if the growth is given."""
    at = area_progress.progress
    if at.observed_per_month is None or not at.potential or at.participants is None:
        return None
    if growth is None:
        growth = potential_growth(progress_data)
    share = Fraction(settings.UNIVERSAL_SHARE_PERCENT) / 100

    def words(reached: date | None) -> str:
        if reached is None:
            return NEVER
        return REACHED if reached == at.month else month_name(reached)

    target = "" if at.gap_workers is None else words(at.projected_month_of_target())
    return Forecast(target, words(at.projected_month(share, growth)), share)


def potential_growth(progress_data: ProgressData) -> Fraction:
    """Relative monthly growth of the potential between the last two vintages; 0 with one vintage."""
    starts = sorted({since for _source, since in progress_data.potentials.vintages})
    if not starts:
        return Fraction(0)
    newest = starts[-1].replace(day=1)
    segments = SegmentGroup.of(progress_data.question.segment)
    eve = months.add_months(newest, -1)
    known = progress_data.potentials_by_month
    before = known[eve] if eve in known else progress_data.reader.potentials(segments.with_potential, [eve])[eve]
    return growth_between(before, progress_data.potentials)


def growth_between(before: Potentials, now: Potentials) -> Fraction:
    """Relative monthly growth from the potentials before the newest vintage to the current ones."""
    if not before.vintages or not now.vintages:
        return Fraction(0)
    older, newest = (max(since for _source, since in at.vintages).replace(day=1) for at in (before, now))
    return monthly_growth(before.total, now.total, months.months_between(older, newest))


@dataclass(frozen=True, slots=True)
class Mover:
    """A regency whose participants rose or fell since last month, with the reasons given."""

    code: str
    name: str
    change: int
    before: int
    reasons: tuple[str, ...]

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.change, self.before) if self.before else None


@dataclass(frozen=True, slots=True)
class Movement:
    """Changes since last month: the sum, the numbers of rises and falls, and the largest of each."""

    change: int | None
    risen: int
    fallen: int
    #: Areas without a change.
    unchanged: int
    #: Unchanged areas that have not fully reported this month and use an earlier figure.
    carried: int
    #: Areas without a figure this month or last month.
    unknown: int
    rises: list[Mover]
    falls: list[Mover]


def movement(progress_data: ProgressData, names: dict[str, str], *, most: int = 5) -> Movement:
    """Compare the working or verified values of the two months; one query for the reasons."""
    changes: dict[str, tuple[int, int]] = {}
    total: int | None = None
    for code in names:
        now = progress_data.now.get((code[:2], code), NOWHERE).participants
        before = progress_data.before.get((code[:2], code), NOWHERE).participants
        if now is None or before is None:
            continue
        changes[code] = (now - before, before)
        total = add(total, now - before)
    ordered = sorted(changes, key=lambda code: (changes[code][0], code))
    falling = [code for code in ordered if changes[code][0] < 0]
    rising = [code for code in reversed(ordered) if changes[code][0] > 0]
    still = [code for code in ordered if changes[code][0] == 0]
    shown = falling[:most] + rising[:most]
    reasons = _reasons(progress_data, shown, progress_data.question.month)

    def mover(code: str) -> Mover:
        return Mover(code, names[code], *changes[code], tuple(reasons.get(code, ())))

    return Movement(
        total,
        len(rising),
        len(falling),
        len(still),
        sum(progress_data.now[code[:2], code].carried > 0 for code in still),
        len(names) - len(changes),
        [mover(code) for code in rising[:most]],
        [mover(code) for code in falling[:most]],
    )


def _reasons(progress_data: ProgressData, codes: list[str], month: date) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    labels = dict(CoverageRecord.Reason.choices)
    rows = (
        progress_data.reader.records.filter(
            period=month, regency__in=codes, segment__in=SegmentGroup.of(progress_data.question.segment).codes
        )
        .exclude(change_reason="", note="")
        .order_by("segment__position")
        .values_list("regency", "segment", "change_reason", "note")
    )
    for code, segment, reason, note in rows:
        said = ": ".join(part for part in (labels.get(reason, ""), note) if part)
        found.setdefault(code, []).append(f"{segment} – {said}")
    return found
