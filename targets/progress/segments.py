"""The report of segments and groups by area. Groups do not add up and are shown apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from typing import Any

from django.db import models

from accounts.models import Office, User
from coverage.figures.position import NOWHERE, Basis, Position, sum_positions
from coverage.figures.segments import SegmentGroup
from coverage.models import Province, WorkerSegment
from reporting import months
from reporting.numbers import format_count
from reporting.tables.columns import ChangeColumn, CountColumn, RateColumn, ReportColumn, TextColumn
from reporting.tables.table import ReportTable

from .data import Level
from .links import area_link
from .report import named_regencies, provinces_asked


class Measure(models.TextChoices):
    """The measures of a segment. The screen shows one of them, files all."""

    COVERAGE = "cakupan", "Cakupan"
    PARTICIPANTS = "peserta", "Peserta aktif"
    CHANGE = "perubahan", "Perubahan dari bulan lalu"
    POTENTIAL = "potensi", "Potensi"


#: Suffix of the column in files, its class, and a getter for a segment of a row.
_MEASURES: dict[str, tuple[str, type[ReportColumn], Callable[[str, SegmentRow], Any]]] = {
    Measure.PARTICIPANTS: ("participants", CountColumn, lambda code, row: row.at(code).participants),
    Measure.POTENTIAL: ("potential", CountColumn, lambda code, row: row.at(code).potential),
    Measure.COVERAGE: ("coverage_rate", RateColumn, lambda code, row: row.at(code).coverage_rate),
    Measure.CHANGE: ("change", ChangeColumn, lambda code, row: row.change(code)),
}


SEGMENTS_TITLE = "Segmen: dapat dijumlahkan"
GROUPS_TITLE = "Kelompok: saling tumpang tindih, tidak dijumlahkan"


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """An area or the total: the position of every segment, and its participants a month before, by segment code."""

    area_code: str
    area_name: str
    now: dict[str, Position]
    earlier: Callable[[str], int | None] = field(compare=False, repr=False)

    def at(self, code: str) -> Position:
        return self.now.get(code, NOWHERE)

    def change(self, code: str) -> int | None:
        """The change since last month in heads; None when one of the two is not known."""
        now, before = self.at(code).participants, self.earlier(code)
        return None if now is None or before is None else now - before

    @property
    def has_figures(self) -> bool:
        return any(position != NOWHERE for position in self.now.values())


def silent_groups(sums: Sequence[SegmentGroup], total: SegmentRow) -> list[WorkerSegment]:
    """Groups without any figure: nobody reports them, which does not mean that nobody is covered."""
    groups = [one.segment for one in sums if one.segment.kind == WorkerSegment.Kind.GROUP]
    return [segment for segment in groups if total.at(segment.pk).participants is None]


def _added(rows: Sequence[dict[str, Position]]) -> dict[str, Position]:
    """The total of the rows."""
    codes = dict.fromkeys(code for row in rows for code in row)
    return {code: sum_positions(row[code] for row in rows if code in row) for code in codes}


class SegmentTable(ReportTable):
    """Areas with every measure of every segment; records and the total are `SegmentRow`."""

    area_code = TextColumn("Kode")
    area_name = TextColumn("Wilayah", linkify=area_link, names_row=True)


def _changed(code: str, row: SegmentRow) -> str:
    """The remark on a figure whose verified records were changed since."""
    changed = row.at(code).changed
    return f"{format_count(changed)} angka berubah sejak diverifikasi" if changed else ""


def segments_apart(sums: Sequence[SegmentGroup]) -> list[SegmentGroup]:
    """Sorted with segments and their sums first, then groups."""
    return sorted(sums, key=lambda one: one.segment.kind == WorkerSegment.Kind.GROUP)


def column_name(code: str, key: str) -> str:
    """The name of the column of a segment's measure: `rt_rw_coverage_rate`."""
    return f"{code.lower().replace('-', '_')}_{key}"


def columns(
    sums: Sequence[SegmentGroup], participants_link: Callable[[str, SegmentRow], str | None]
) -> list[tuple[str, ReportColumn]]:
    """The columns of every measure of every segment. Participants are linked to their records."""
    made: list[tuple[str, ReportColumn]] = []
    for one in sums:
        code = one.segment.pk
        is_group = one.segment.kind == WorkerSegment.Kind.GROUP
        is_sum = one.segment.kind == WorkerSegment.Kind.COMPOSITE
        for measure, (key, kind, read) in _MEASURES.items():
            column = kind(
                f"{one.segment.name} – {Measure(measure).label.lower()}",
                css="group" if is_group else "strong" if is_sum else "",
                short_name=f"= {one.segment.name}" if is_sum else one.segment.name,
                group=GROUPS_TITLE if is_group else SEGMENTS_TITLE,
                group_css="group" if is_group else "",
                get=partial(read, code),
                remark=None if measure == Measure.POTENTIAL else partial(_changed, code),
                linkify=partial(participants_link, code) if measure == Measure.PARTICIPANTS else None,
            )
            made.append((column_name(code, key), column))
    return made


def measure_key(measure: str) -> str:
    """The suffix of a measure's columns, which is also its key in the glossary."""
    return _MEASURES[measure][0]


def screen(sums: Sequence[SegmentGroup], measure: str) -> tuple[str, ...]:
    """The names of the columns of one measure: segments first, then groups."""
    key = measure_key(measure)
    return ("area_name", *(column_name(one.segment.pk, key) for one in sums))


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentQuestion:
    """The question of the page."""

    month: date
    basis: Basis
    level: Level
    province: Province | None = None
    office: Office | None = None
    known_on: date | None = None


def segment_rows(
    user: User, question: SegmentQuestion, sums: Sequence[SegmentGroup]
) -> tuple[list[SegmentRow], SegmentRow]:
    """One row per area and their total. The number of queries does not depend on areas or segments."""
    names, visible, reader = provinces_asked(user, question.province, question.office, question.known_on)
    by_province = question.level == Level.PROVINCE
    found = reader.positions_by_area(
        sums,
        question.month,
        question.basis,
        (lambda cell: cell[0]) if by_province else (lambda cell: cell[1] or cell[0]),
    )
    if by_province:
        areas = {code: name for code, name in names.items() if code in visible}
    else:
        known = {code for by_area in found.values() for code in by_area if len(code) == 4}
        areas = named_regencies(reader, known)
        # rows for the parts of provinces not broken down by regency, so that the total is complete
        areas |= {code: f"{name}, tidak dirinci per kab/kota" for code, name in names.items() if code in visible}

    @cache
    def before() -> dict[str, dict[str, int]]:
        """Participants of the month before; read only for the measure “change”."""
        earlier = months.add_months(question.month, -1)
        return reader.participants_by_area(sums, earlier, question.basis, by_province=by_province)

    rows = [
        SegmentRow(
            code,
            name,
            {segment: by_area[code] for segment, by_area in found.items() if code in by_area},
            lambda segment, area=code: before()[segment].get(area),  # type: ignore[misc]
        )
        for code, name in areas.items()
    ]
    shown = [row for row in rows if by_province or len(row.area_code) == 4 or row.has_figures]
    if question.province:
        label = question.province.name
    else:
        label = question.office.name if question.office else "Semua wilayah"

    def together_before(segment: str) -> int | None:
        # of every area, including those without a row because they have no figures this month
        known = before()[segment].values()
        return sum(known) if known else None

    return shown, SegmentRow("", label, _added([row.now for row in shown]), together_before)
