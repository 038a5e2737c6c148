"""Two months side by side: where every area of a progress table stood in an earlier month, and what has changed since.

The earlier month is asked from the same `FigureReader` (same user, areas and basis), so its sums are those its own page
shows. Areas are those of today in both months.
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
    """An area, or the total, in the earlier month."""

    position: Position
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The earlier month of one answer."""

    month: date
    basis: Basis
    known_on: date | None
    potentials: Potentials
    rows: Mapping[tuple[str, bool], PastPosition]
    total: PastPosition
    #: The total of the answer itself: a province among its regencies has the code of its own remainder.
    total_now: AreaProgress

    def of(self, row: AreaProgress) -> PastPosition:
        if row is self.total_now:
            return self.total
        return self.rows.get((row.area_code, row.is_province_wide), PastPosition(Position()))


def compare(found: ProgressReport, month: date) -> Comparison:
    """Three queries. Ranks are among all areas of the table, also where a status hides some of its rows."""
    question = found.progress_data.question
    segments = SegmentGroup.of(question.segment)
    cells, potentials, _heads = found.progress_data.reader.positions(segments, [month], question.basis)[month]
    positions: dict[tuple[str, bool], Position] = {}
    for cell, position in cells.items():
        if question.level == Level.REGENCY and cell[1] is not None and cell[1] not in found.regencies:
            continue  # no longer an area of its own
        key = _row_of(cell, question.level)
        positions[key] = positions.get(key, Position()) + position
    places = ranks({code: at.coverage_rate for (code, is_rest), at in positions.items() if not is_rest})
    rows = {key: PastPosition(at, None if key[1] else places.get(key[0])) for key, at in positions.items()}
    if question.status:  # the same areas as in the rows shown
        kept = [
            rows.get((row.area_code, row.is_province_wide), PastPosition(Position())).position for row in found.rows
        ]
        total = sum(kept, Position())
    else:
        total = sum(positions.values(), Position())
    return Comparison(month, question.basis, question.known_on, potentials, rows, PastPosition(total), found.total)


def _row_of(cell: Cell, level: Level) -> tuple[str, bool]:
    """The row a cell belongs to: area code, and whether it is what a province has not broken down."""
    province, regency = cell
    if level == Level.PROVINCE:
        return province, False
    return regency or province, regency is None


def _participants_change(comparison: Comparison, row: AreaProgress) -> int | None:
    now, then = row.position.participants, comparison.of(row).position.participants
    return None if now is None or then is None else now - then


def _points_change(comparison: Comparison, row: AreaProgress) -> Fraction | None:
    """Percentage points."""
    now, then = row.position.coverage_rate, comparison.of(row).position.coverage_rate
    return None if now is None or then is None else (now - then) * 100


def _rank_change(comparison: Comparison, row: AreaProgress) -> int | None:
    """Places risen; negative when the area fell behind."""
    now, then = row.rank, comparison.of(row).rank
    return None if now is None or then is None else then - now


#: Those on screen, behind the coverage of the month itself; what is left out stands in the files and can be chosen.
_ON_SCREEN = ("then_coverage_rate", "coverage_points_change", "participants_change", "then_rank", "rank_change")


def compared_columns(comparison: Comparison) -> list[tuple[str, ReportColumn]]:
    """The columns the earlier month adds; their names do not tell it, the definition of the file does."""
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


#: Usual columns that leave the screen for them, so that a desk still shows the whole table.
_MAKE_ROOM = ("potential", "gap_workers", "change_points", "spark")


def compared_screen(screen: Sequence[str]) -> list[str]:
    """The usual columns with those of the earlier month among them."""
    screen = [name for name in screen if name not in _MAKE_ROOM]
    place = screen.index("coverage_rate") + 1
    return [*screen[:place], *_ON_SCREEN, *screen[place:]]


def explain_comparison(comparison: Comparison, potentials: Potentials) -> list[str]:
    """Sentences for the reader; `potentials` are those of the month itself."""
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
    """The same for programs."""
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
