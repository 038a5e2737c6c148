"""Comparison of a progress table with an earlier month.

The earlier month is read by the same `FigureReader` (same user, areas and basis), so its sums are those of its own
page. Both months use the areas of today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

from coverage.as_of import period_of
from coverage.figures.position import Basis, Cell, Position
from coverage.figures.potentials import Potentials
from coverage.figures.segments import SegmentGroup
from reporting.months import long_date, month_code, month_end, month_name, short_month
from reporting.tables.columns import ChangeColumn, CountColumn, PointsColumn, RateColumn, ReportColumn

from .data import AreaProgress, Level
from .definitions import ranks
from .explanations import explain_potential, explain_reports
from .report import ProgressReport


@dataclass(frozen=True, slots=True)
class PastPosition:
    """The position of an area, or of the total, in the earlier month."""

    position: Position
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The earlier month of a report."""

    month: date
    basis: Basis
    known_on: date | None
    potentials: Potentials
    rows: Mapping[tuple[str, bool], PastPosition]
    total: PastPosition
    #: The total, recognized by identity: a province and its part not broken down have the same code.
    total_now: AreaProgress

    def of(self, row: AreaProgress) -> PastPosition:
        if row is self.total_now:
            return self.total
        return self.rows.get((row.area_code, row.is_province_wide), PastPosition(Position()))


def compare(found: ProgressReport, month: date) -> Comparison:
    """Read the earlier month. Three queries. Ranks are among all areas, including rows hidden by the status filter."""
    question = found.progress_data.question
    segments = SegmentGroup.of(question.segment)
    cells, potentials, _heads = found.progress_data.reader.positions(segments, [month], question.basis)[month]
    positions: dict[tuple[str, bool], Position] = {}
    for cell, position in cells.items():
        if question.level == Level.REGENCY and cell[1] is not None and cell[1] not in found.regencies:
            continue  # a regency out of use
        key = _row_of(cell, question.level)
        positions[key] = positions.get(key, Position()) + position
    places = ranks({code: at.coverage_rate for (code, is_rest), at in positions.items() if not is_rest})
    rows = {key: PastPosition(at, None if key[1] else places.get(key[0])) for key, at in positions.items()}
    if question.status:  # the areas in the rows shown
        kept = [
            rows.get((row.area_code, row.is_province_wide), PastPosition(Position())).position for row in found.rows
        ]
        total = sum(kept, Position())
    else:
        total = sum(positions.values(), Position())
    return Comparison(month, question.basis, question.known_on, potentials, rows, PastPosition(total), found.total)


def _row_of(cell: Cell, level: Level) -> tuple[str, bool]:
    """The key of the cell's row: area code, and whether it is the part of a province not broken down."""
    province, regency = cell
    if level == Level.PROVINCE:
        return province, False
    return regency or province, regency is None


def _participants_change(comparison: Comparison, row: AreaProgress) -> int | None:
    now, then = row.position.participants, comparison.of(row).position.participants
    return None if now is None or then is None else now - then


def _points_change(comparison: Comparison, row: AreaProgress) -> Fraction | None:
    """The change of coverage in percentage points."""
    now, then = row.position.coverage_rate, comparison.of(row).position.coverage_rate
    return None if now is None or then is None else (now - then) * 100


def _rank_change(comparison: Comparison, row: AreaProgress) -> int | None:
    """The ranks gained; negative when lost."""
    now, then = row.rank, comparison.of(row).rank
    return None if now is None or then is None else then - now


#: Columns on screen, after the coverage of the month; the others are in the files and can be chosen.
_ON_SCREEN = ("then_coverage_rate", "coverage_points_change", "participants_change", "then_rank", "rank_change")


def compared_columns(comparison: Comparison) -> list[tuple[str, ReportColumn]]:
    """The columns of the earlier month. Their names do not contain the month; the file's definition does."""
    when = short_month(comparison.month)
    title = f"Dibandingkan dengan {month_name(comparison.month)}"

    def column(name: str, kind: type[ReportColumn], title_in_files: str, read: Any, short_name: str) -> Any:
        group: Any = {"group": title, "group_css": "compared"} if name in _ON_SCREEN else {}
        return name, kind(title_in_files, get=partial(read, comparison), short_name=short_name, **group)

    return [
        column(
            "then_participants",
            CountColumn,
            f"Peserta aktif {when}",
            lambda at, row: at.of(row).position.participants,
            "Peserta aktif",
        ),
        column("participants_change", ChangeColumn, f"Δ peserta sejak {when}", _participants_change, "Δ\u00a0peserta"),
        column(
            "then_coverage_rate",
            RateColumn,
            f"Cakupan {when}",
            lambda at, row: at.of(row).position.coverage_rate,
            "Cakupan",
        ),
        column("coverage_points_change", PointsColumn, f"Δ cakupan sejak {when} (pp)", _points_change, "Δ (pp)"),
        column("then_rank", CountColumn, f"Peringkat {when}", lambda at, row: at.of(row).rank, "#"),
        column("rank_change", ChangeColumn, f"Naik peringkat sejak {when}", _rank_change, "Naik #"),
    ]


#: Columns hidden in favour of these, so that the table fits a desktop screen.
_MAKE_ROOM = ("potential", "gap_workers", "change_points", "spark")


def compared_screen(screen: Sequence[str]) -> list[str]:
    """The default columns on screen with those of the earlier month."""
    screen = [name for name in screen if name not in _MAKE_ROOM]
    place = screen.index("coverage_rate") + 1
    return [*screen[:place], *_ON_SCREEN, *screen[place:]]


def explain_comparison(comparison: Comparison, potentials: Potentials) -> list[str]:
    """The definition of the comparison, as sentences; `potentials` are those of the later month."""
    period = period_of(comparison.month, comparison.known_on)
    cut_off = period.cut_off_on if period else month_end(comparison.month)
    lines = [
        f"pembanding {month_name(comparison.month)}: posisi data per {long_date(cut_off)}, "
        f"{explain_reports(comparison.total.position, comparison.basis)}"
    ]
    if comparison.potentials.vintages != potentials.vintages:
        lines.append(
            f"waktu itu {explain_potential(comparison.potentials)}: sebagian perubahan cakupan berasal dari potensi"
        )
    return lines


def define_comparison(comparison: Comparison) -> dict[str, Any]:
    """The definition of the comparison, for JSON."""
    position = comparison.total.position
    return {
        "month": month_code(comparison.month),
        "reported": position.reported,
        "expected": position.expected,
        "potential_vintages": [
            {"source": source, "effective_from": since.isoformat()}
            for source, since in sorted(comparison.potentials.vintages)
        ],
        "rank_change": "rank then - rank now: positive when the area has risen",
    }
