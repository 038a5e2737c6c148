"""The progress report: positions and targets combined into one row per area and a total."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.models import Office, User
from coverage.as_of import rows_as_of
from coverage.figures.position import NOWHERE, Cell
from coverage.figures.potentials import Potentials
from coverage.figures.reader import FigureReader
from coverage.models import Province, Regency
from targets.models import Target, TargetQuerySet

from .data import AreaProgress, Level, ProgressData, Question
from .definitions import Progress, TargetFigure, ranks
from .totals import RowTargets, summed_target


@dataclass(frozen=True, slots=True)
class ProgressReport:
    """Rows ranked by coverage, their total, and the data they were computed from."""

    rows: list[AreaProgress]
    total: AreaProgress
    progress_data: ProgressData
    #: Names of the regencies the user may see in the areas asked for, by code.
    regencies: dict[str, str] = field(default_factory=dict)

    @property
    def potentials(self) -> Potentials:
        return self.progress_data.potentials

    @property
    def row_targets(self) -> RowTargets:
        """The sum of the rows' targets compared with the target of the total."""
        question, target = self.progress_data.question, self.total.target
        whole = "target nasional" if question.province is None else "target provinsi"
        if target and not target.source:
            whole = target.source_name
        rows = [row.progress for row in self.rows if not row.is_province_wide]
        return RowTargets.of(rows, self.total.progress, question.level.label.lower(), whole)


def provinces_asked(
    user: User, province: Province | None, office: Office | None, known_on: date | None
) -> tuple[dict[str, str], set[str], FigureReader]:
    """Names of the provinces asked for, those the user sees whole, and a reader of their figures. Up to two queries."""
    known = list(Province.objects.order_by("code").values_list("code", "name", "regional_office", "is_active"))
    names = {
        code: name
        for code, name, regional_office, is_active in known
        if is_active and (not province or code == province.pk) and (not office or regional_office == office.pk)
    }
    visible = set(names)
    if not user.reads_all_areas:
        visible &= set(Province.objects.visible_to(user).order_by().values_list("code", flat=True))
    reader = FigureReader.visible_to(user, known_on)
    # A filter by every province would restrict nothing and cost the database a comparison per row.
    return names, visible, reader if len(names) == len(known) else reader.in_provinces(names)


def named_regencies(reader: FigureReader, with_figures: Iterable[str | None]) -> dict[str, str]:
    """Names of active regencies and of inactive ones with figures, which the total includes."""
    names = dict(reader.names)
    if retired := {code for code in with_figures if code} - names.keys():
        found = Regency.objects.filter(pk__in=retired).order_by("code").values_list("code", "name")
        names |= {code: f"{name} (tidak aktif)" for code, name in found}
    return names


def progress_report(user: User, question: Question, *, look_back: int = 1) -> ProgressReport:
    """The report for the level asked for; rates of the total are sum over sum. A fixed number of queries.

    `look_back`: how many months before the position the page shows as well.
    """
    province_names, visible, reader = provinces_asked(user, question.province, question.office, question.known_on)
    is_by_province = question.level == Level.PROVINCE
    progress_data = ProgressData(reader, question, by_province=is_by_province, look_back=look_back)
    targets = figures(user, question, of_regencies=not is_by_province)

    regencies = named_regencies(reader, (cell[1] for cell, at in progress_data.now.items() if at != NOWHERE))
    if is_by_province:
        names = {code: name for code, name in province_names.items() if code in visible}
        areas: dict[str, list[Cell]] = {code: [] for code in names}
        for cell in progress_data.now:
            if cell[0] in areas:
                areas[cell[0]].append(cell)
    else:
        names = dict(regencies)
        areas = {code: [(code[:2], code)] for code in names}
        for province, name in province_names.items():
            if progress_data.position([(province, None)]) != NOWHERE:
                areas[province] = [(province, None)]
                names[province] = f"{name}, tidak dirinci per kab/kota"
    positions = {code: progress_data.position(cells) for code, cells in areas.items()}
    wide = {code for code, cells in areas.items() if question.level == Level.REGENCY and cells[0][1] is None}
    places = ranks({code: at.coverage_rate for code, at in positions.items() if code not in wide})
    rows = [
        progress_data.area_progress(
            code,
            names[code],
            cells,
            None if code in wide else targets.get(code),
            position=positions[code],
            rank=places.get(code),
            is_province_wide=code in wide,
        )
        for code, cells in areas.items()
    ]
    if question.status:
        rows = [row for row in rows if row.progress.status == question.status]
    rows.sort(key=lambda row: (row.rank is None, row.rank or 0, row.area_code))
    # several whole provinces together are measured against the sum of their own targets
    are_whole = question.province is None and question.status is None and {code[:2] for code in areas} <= visible
    whole_provinces = sorted(visible) if are_whole else None
    total = total_of(progress_data, question, rows, areas, targets, user.reads_all_areas, whole_provinces)
    return ProgressReport(rows, total, progress_data, regencies)


def total_of(
    progress_data: ProgressData,
    question: Question,
    rows: list[AreaProgress],
    areas: dict[str, list[Cell]],
    targets: dict[str, TargetFigure],
    reads_all: bool,
    provinces: list[str] | None,
) -> AreaProgress:
    """The total of the rows, against the target set for exactly this area, else the sum of the targets of `provinces`.

    With `provinces` None the sum of the rows' targets.
    """
    if question.province:
        code, name = question.province.code, question.province.name
    elif question.office:
        code, name = "", question.office.name
    elif reads_all:
        code, name = "", "Nasional"
    else:  # the government of a regency sees that regency only
        code, name = (rows[0].area_code, rows[0].area_name) if len(rows) == 1 else ("", "Wilayah Anda")
    # only users who see the whole country are shown the country's target
    has_own_target = question.status is None and (bool(code) or (question.office is None and reads_all))
    target = targets.get(code) if has_own_target else None
    if target is None:
        target = (
            summed_rows(rows, question) if provinces is None else summed_provinces(progress_data, provinces, targets)
        )
    cells = [cell for row in rows for cell in areas[row.area_code]]
    return progress_data.area_progress(code, name, cells, target, is_whole=question.status is None and bool(rows))


def summed_rows(rows: Iterable[AreaProgress], question: Question) -> TargetFigure | None:
    parts = (row.progress for row in rows if not row.is_province_wide)
    return summed_target(parts, question.target_year, question.level.label.lower())


def summed_provinces(
    progress_data: ProgressData, provinces: Iterable[str], targets: dict[str, TargetFigure]
) -> TargetFigure | None:
    """The sum of the provinces' own targets, not of their regencies', so that every page has the same total."""
    inside: dict[str, list[Cell]] = {code: [] for code in provinces}
    for cell in progress_data.now:
        if cell[0] in inside:
            inside[cell[0]].append(cell)
    month = progress_data.question.month
    parts = (
        Progress(month, None, progress_data.position(cells).potential, None, targets.get(code))
        for code, cells in inside.items()
    )
    return summed_target(parts, progress_data.question.target_year, Level.PROVINCE.label.lower())


def figures(user: User, question: Question, *, of_regencies: bool = True) -> dict[str, TargetFigure]:
    """The target by area code (empty for the country): of the source asked for, or the reference."""
    rows = targets_of(user, question.known_on).filter(segment=question.segment, year=question.target_year)
    if not of_regencies:
        rows = rows.filter(regency__isnull=True)
    rows = rows.filter(source=question.source) if question.source else rows.filter(is_reference=True)
    return {
        regency or province or "": TargetFigure(year, percent, workers, source, name, decree)
        for regency, province, year, percent, workers, source, name, decree in rows.order_by().values_list(
            "regency", "province", "year", "percent", "workers", "source", "source__name", "decree"
        )
    }


def targets_of(user: User, known_on: date | None = None) -> TargetQuerySet:
    """The targets the user may see, now or as known at the end of a past day.

    For a past day these are history rows with the same fields, without the properties of a Target.
    """
    rows: Any = rows_as_of(Target, known_on)
    return rows.visible_to(user)


def figure_of(target: Target) -> TargetFigure:
    return TargetFigure(
        year=target.year,
        percent=target.percent,
        workers=target.workers,
        source=target.source_id,
        source_name=target.source.name,
        decree=target.decree,
    )
