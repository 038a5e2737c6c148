"""Checks whether the targets of a year add up: country and provinces, each province and its regencies. In heads.

A target stated as percent only is converted to heads with the potential in force and marked as derived. Rates are never
added: sums of heads are compared, and a difference in points is the difference in heads over the potential.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from accounts.models import User
from coverage.figures.position import add
from coverage.figures.potentials import Potentials
from coverage.figures.reader import FigureReader
from coverage.figures.segments import SegmentGroup
from coverage.models import Province
from targets.progress.data import Question
from targets.progress.definitions import Progress, TargetFigure
from targets.progress.report import figures

#: Rounding error of a percentage with two decimals, as a share of the potential: half a hundredth of a point.
ROUNDING = Fraction(5, 100_000)


class Fit(StrEnum):
    """Whether the parts add up to the whole."""

    FITS = "fits"
    ROUNDED = "rounded"
    ABOVE = "above"
    BELOW = "below"
    INCOMPLETE = "incomplete"
    NOT_BROKEN_DOWN = "not_broken_down"
    NO_TARGET = "no_target"
    NOT_KNOWN = "not_known"

    @property
    def label(self) -> str:
        return FIT_WORDS[self][0]

    @property
    def sign(self) -> str:
        return FIT_WORDS[self][1]

    @property
    def css(self) -> str:
        return FIT_WORDS[self][2]

    @property
    def is_fine(self) -> bool:
        return self in (Fit.FITS, Fit.ROUNDED)


FIT_WORDS = {
    Fit.FITS: ("Pas", "✓", "ok"),
    Fit.ROUNDED: ("Pas, selain pembulatan", "≈", "ok"),
    Fit.ABOVE: ("Jumlahnya lebih", "▲", "warn"),
    Fit.BELOW: ("Jumlahnya kurang", "▼", "down"),
    Fit.INCOMPLETE: ("Belum lengkap", "◐", "low"),
    Fit.NOT_BROKEN_DOWN: ("Belum dipecah", "○", "low"),
    Fit.NO_TARGET: ("Tanpa target", "–", "na"),
    Fit.NOT_KNOWN: ("Potensi belum ada", "–", "na"),
}


@dataclass(frozen=True, slots=True)
class Stated:
    """The target of an area, or the sum of several. `open_heads` is the rounding error of percentages, in heads."""

    workers: int | None
    rate: Fraction | None = None
    source_name: str = ""
    is_derived: bool = False
    open_heads: Fraction = Fraction(0)

    @classmethod
    def of(cls, target: TargetFigure, question: Question, potential: int | None) -> Stated:
        progress = Progress(question.month, None, potential, None, target)
        is_derived = target.workers is None
        left_open = (potential or 0) * ROUNDING if is_derived else Fraction(0)
        return cls(progress.target_workers, progress.target_rate, target.source_name, is_derived, left_open)


@dataclass(frozen=True, slots=True)
class Parts:
    """The sum of the targets of the areas below. `missing` names areas without a target in heads."""

    workers: int | None
    counted: int
    expected: int
    derived: int
    missing: tuple[str, ...]
    open_heads: Fraction

    @classmethod
    def together(cls, names: Mapping[str, str], stated: Mapping[str, Stated]) -> Parts:
        """The sum over the areas in `names` (by code). Without any target the sum is None, not 0."""
        workers: int | None = None
        found = [stated[code] for code in names if code in stated and stated[code].workers is not None]
        for one in found:
            workers = add(workers, one.workers)
        return cls(
            workers=workers,
            counted=len(found),
            expected=len(names),
            derived=sum(one.is_derived for one in found),
            missing=tuple(name for code, name in names.items() if code not in stated or stated[code].workers is None),
            open_heads=sum((one.open_heads for one in found), Fraction(0)),
        )


@dataclass(frozen=True)
class Consistency:
    """The target of an area and the sum of the targets below it."""

    area_code: str
    area_name: str
    potential: int | None
    stated: Stated | None
    parts: Parts
    #: Address of the page that breaks the target down; empty where the user may not.
    way_out: str = ""

    @property
    def stated_workers(self) -> int | None:
        return self.stated.workers if self.stated else None

    @property
    def stated_rate(self) -> Fraction | None:
        return self.stated.rate if self.stated else None

    @property
    def stated_source(self) -> str:
        return self.stated.source_name if self.stated else ""

    @property
    def stated_basis(self) -> str:
        """`workers` as stated, `percent` when the heads are derived."""
        return "" if self.stated is None else "percent" if self.stated.is_derived else "workers"

    @cached_property
    def difference_workers(self) -> int | None:
        """Sum of the parts less the target; negative when the parts are lower."""
        if self.stated_workers is None or self.parts.workers is None:
            return None
        return self.parts.workers - self.stated_workers

    @cached_property
    def difference_points(self) -> Fraction | None:
        """The same in percentage points of the area's potential."""
        if self.difference_workers is None or not self.potential:
            return None
        return Fraction(self.difference_workers, self.potential) * 100

    @cached_property
    def status(self) -> Fit:
        if self.stated is None:
            return Fit.NO_TARGET
        if self.stated.workers is None:
            return Fit.NOT_KNOWN
        if self.difference_workers is None:
            return Fit.NOT_BROKEN_DOWN
        if self.difference_workers == 0:
            return Fit.FITS
        if abs(self.difference_workers) <= self.stated.open_heads + self.parts.open_heads:
            return Fit.ROUNDED
        if self.difference_workers > 0:
            return Fit.ABOVE
        return Fit.INCOMPLETE if self.parts.missing else Fit.BELOW

    @property
    def way_to_fit(self) -> str:
        """The address of the breakdown page where the parts do not add up, else ""."""
        return self.way_out if self.stated is not None and not self.status.is_fine else ""

    @property
    def missing_names(self) -> str:
        return ", ".join(self.parts.missing)


@dataclass(frozen=True, slots=True)
class Consistencies:
    """The result: provinces, their total, and the country against both sums (none if not asked for or not visible)."""

    provinces: list[Consistency]
    total: Consistency
    country: list[Consistency]
    potentials: Potentials


def check_consistency(user: User, question: Question, breakable: Mapping[str, str]) -> Consistencies:
    """Check every province the user may see. A fixed number of queries. `breakable`: breakdown address by province."""
    asked = Province.objects.visible_to(user).filter(is_active=True)
    if question.office:
        asked = asked.filter(regional_office=question.office)
    names = dict(asked.order_by("code").values_list("code", "name"))
    reader = FigureReader.visible_to(user, question.known_on).in_provinces(names)
    segments = SegmentGroup.of(question.segment)
    potentials = reader.potentials(segments.with_potential, [question.month])[question.month]
    known = _potential_by_area(potentials)
    stated = {code: Stated.of(target, question, known.get(code)) for code, target in figures(user, question).items()}
    regencies: dict[str, dict[str, str]] = {code: {} for code in names}
    for province, code, name in reader.regencies.order_by("code").values_list("province", "code", "name"):
        regencies[province][code] = name
    provinces = [
        Consistency(
            code,
            name,
            known.get(code),
            stated.get(code),
            Parts.together(regencies[code], stated),
            breakable.get(code, ""),
        )
        for code, name in names.items()
    ]
    in_provinces = Parts.together(names, stated)
    everywhere = {code: name for inside in regencies.values() for code, name in inside.items()}
    in_regencies = Parts.together(everywhere, stated)
    whole = Stated(
        in_provinces.workers,
        Fraction(in_provinces.workers, known[""]) if in_provinces.workers is not None and known.get("") else None,
        is_derived=in_provinces.derived > 0,
        open_heads=in_provinces.open_heads,
    )
    is_country = question.office is None and user.reads_all_areas
    place = "Jumlah" if question.office is None else question.office.name
    total = Consistency("", place, known.get(""), whole if in_provinces.counted else None, in_regencies)
    country = [
        Consistency("", f"Nasional terhadap jumlah {below}", known.get(""), stated.get(""), parts)
        for below, parts in (("provinsi", in_provinces), ("kab/kota", in_regencies))
    ]
    return Consistencies(provinces, total, country if is_country else [], potentials)


def _potential_by_area(potentials: Potentials) -> dict[str, int]:
    """The potential by code of regencies and provinces; the total under the empty code."""
    found: dict[str, int] = {}
    for (province, regency), _segment, workers in potentials.items():
        for code in _areas_of(province, regency):
            found[code] = found.get(code, 0) + workers
    return found


def _areas_of(province: str, regency: str | None) -> Iterable[str]:
    return ("", province, regency) if regency else ("", province)
