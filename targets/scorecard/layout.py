"""Converts a scorecard to the data of its typst template: formatted figures, and lines as points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from coverage.models import ReportingPeriod
from reporting.axes import Tick
from reporting.charts import bullet
from reporting.lines import LineChart, line_chart
from reporting.months import month_end, month_name
from reporting.numbers import NOTHING, format_count, format_number, format_rate
from reporting.pdf import compile_pdf, page_count
from targets.models import Target
from targets.progress.charts import path_of
from targets.progress.data import AreaProgress
from targets.progress.definitions import Status
from targets.progress.explanations import position_date

from .selectors import Scorecard, ScorecardLine
from .wording import about, ahead_of, basis_of, fall_in_words, footer, full_name, missing, shortened, what_it_takes

#: Sizes in points (1/72 inch), as in the template.
BAR_WIDTH = 318
CHART_WIDTH = 516
#: Heights of the line chart, by density.
CHART_HEIGHTS = (162, 138, 112, 84)
#: The most rows of each kind on the sheet.
MOST_TARGETS = 6
LONGEST_DECREE = 84
#: With more rows of segments and targets than this, the first attempt uses a higher density.
ROOMY_ROWS = 17


def written(
    card: Scorecard, period: ReportingPeriod | None, *, is_demonstration: bool, density: int = 0
) -> dict[str, Any]:
    """The data for the template. `density` is 0 (widest spacing) to 3 (tightest)."""
    at = card.area_progress.progress
    filled = [line for line in card.groups if not line.is_empty]
    silent = [line.segment.name for line in card.groups if line.is_empty]
    return {
        "density": density,
        "title": f"Rapor cakupan {full_name(card)}, {month_name(card.question.month)}",
        "name": full_name(card),
        "about": about(card),
        "demonstration": is_demonstration,
        "position": f"Posisi data per {position_date(card.question, period)}",
        "basis": basis_of(card),
        "segment": card.question.segment.name,
        "rate": format_rate(at.coverage_rate).removesuffix("%"),
        "has_rate": at.coverage_rate is not None,
        "heads": format_count(at.participants),
        "potential": format_count(at.potential) if at.potential else "",
        "missing": missing(card),
        "bar": _bar(card),
        "figures": _figures(card),
        "status": _status(at.status),
        "ratio": f"rasio laju {format_number(at.pace_ratio, 2)}" if at.pace_ratio is not None else "",
        "sentence": what_it_takes(card),
        "chart": _chart(card, CHART_HEIGHTS[density]),
        "additive": [_line(line) for line in card.additive if line.segment.is_expected or not line.is_empty],
        "groups": [_line(line) for line in filled],
        "silent_groups": f"Belum ada data: {', '.join(silent)}." if silent else "",
        **_targets(card),
        "falls": [fall_in_words(fall) for fall in card.falls],
        "footer": footer(card, period),
    }


def paper(card: Scorecard, period: ReportingPeriod | None, *, is_demonstration: bool) -> bytes:
    """The sheet as a PDF of one page; the density is raised until it fits."""
    day = period.cut_off_on if period else month_end(card.question.month)
    found = b""
    for density in range(_first_density(card), len(CHART_HEIGHTS)):
        data = written(card, period, is_demonstration=is_demonstration, density=density)
        found = compile_pdf("targets/scorecard/scorecard.typ", data, day)
        if page_count(found) == 1:
            break
    return found


def _first_density(card: Scorecard) -> int:
    """The density to try first, by the number of rows, so that most sheets are compiled once."""
    groups = sum(not line.is_empty for line in card.groups)
    rows = max(len(card.additive) + 2 * bool(card.falls) + len(card.falls), groups) + min(
        len(card.targets), MOST_TARGETS
    )
    return 0 if rows <= ROOMY_ROWS else 1


def _status(status: Status) -> dict[str, str]:
    return {"label": status.label, "css": status.css}


def _bar(card: Scorecard) -> dict[str, Any] | None:
    """The bar of coverage, path and target on one scale."""
    at = card.area_progress.progress
    path = Fraction(at.path_workers, at.potential) if at.path_workers is not None and at.potential else None
    bar = bullet(at.coverage_rate, at.target_rate, path, width=BAR_WIDTH)
    if bar is None:
        return None
    said = [f"Cakupan {format_rate(at.coverage_rate)}"]
    if path is not None:
        said.append(f"lintasan bulan ini {format_rate(path)}")
    if at.target_rate is not None:
        said.append(f"target {format_rate(at.target_rate)}")
    return {
        "width": bar.width,
        "css": at.status.css,
        "value": bar.value,
        "path": bar.path,
        "target": bar.target,
        "beyond": bar.is_beyond,
        "value_label": f"kini {format_rate(at.coverage_rate)}",
        "target_label": f"target {format_rate(at.target_rate)}",
        "path_label": format_rate(path) if path is not None else "",
        "alt": ", ".join(said) + ".",
    }


def _figures(card: Scorecard) -> list[dict[str, str]]:
    """Rows of a label, a figure and a note below it."""
    at, year = card.area_progress.progress, card.question.target_year
    if at.gap_workers is None:
        gap = (NOTHING, "target belum ditetapkan" if at.target is None else "belum dapat dihitung")
    elif at.gap_workers > 0:
        points = f"{format_number(at.gap_points, 2)} poin persen" if at.gap_points is not None else ""
        gap = (f"{format_count(at.gap_workers)} pekerja", points)
    else:
        over = at.surplus_workers
        gap = ("Tercapai", f"lebih {format_count(over)} pekerja" if over else "tepat pada target")
    if at.gap_workers is None:
        left = ""
    elif at.surplus_workers is not None:
        left = "target sudah tercapai"
    else:
        left = f"{at.months_left} bulan tersisa" if at.months_left else "bulan terakhir"
    forecast = card.forecast
    rows = [
        (f"Selisih ke target {year}", *gap),
        ("Kebutuhan per bulan", format_number(at.required_per_month, signed=True), left),
        (
            "Laju teramati",
            format_number(at.observed_per_month, signed=True),
            "rata-rata bersih per bulan" if at.observed_per_month is not None else "belum dapat dihitung",
        ),
        (f"Proyeksi Des {year}", format_count(at.year_end_projection), ahead_of(card)),
        (
            "Belum terlindungi",
            format_count(card.area_progress.position.uncovered),
            f"semesta ({format_rate(forecast.universal_share, 1)}): {forecast.universal}" if forecast else "",
        ),
    ]
    return [{"label": label, "figure": figure, "below": below} for label, figure, below in rows]


def _chart(card: Scorecard, height: int) -> dict[str, Any] | None:
    chart = line_chart(card.rates, path_of(card.area_progress), width=CHART_WIDTH, height=height)
    if chart is None:
        return None
    first, last = chart.points[0], chart.points[-1]
    said = [f"Cakupan 24 bulan. {first.label}; {last.label}"]
    if chart.target:
        said.append(f"lintasan ke target {chart.target.label} pada Desember")
    return {
        "width": chart.width,
        "height": chart.height,
        "left": chart.left,
        "right": chart.right,
        "bottom": chart.bottom,
        "strokes": strokes(chart),
        "goal": _points(chart.goal),
        "last": [last.x, last.y],
        "last_label": last.label.rpartition(": ")[2],
        "target": [chart.target.x, chart.target.y, f"target {chart.target.label}"] if chart.target else None,
        "grid": _ticks(chart.grid),
        "axis": _ticks(chart.axis),
        "alt": "; ".join(said) + ".",
    }


def strokes(chart: LineChart) -> list[list[list[int]]]:
    """The line as lists of points, split at months without a figure."""
    return [_points(f"M{run}") for run in chart.line.split("M") if run]


def _points(path: str) -> list[list[int]]:
    """`M1 2 L3 4` as [[1, 2], [3, 4]]."""
    return [[int(x), int(y)] for x, y in re.findall(r"(-?\d+) (-?\d+)", path)]


def _ticks(ticks: Sequence[Tick]) -> list[list[Any]]:
    return [[tick.at, tick.label] for tick in ticks]


def _line(line: ScorecardLine) -> dict[str, Any]:
    at = line.position
    return {
        "name": line.segment.name,
        "is_sum": line.segment.kind == line.segment.Kind.COMPOSITE,
        "heads": format_count(at.participants),
        "potential": format_count(at.potential),
        "rate": format_rate(at.coverage_rate),
        "is_empty": line.is_empty,
    }


def _targets(card: Scorecard) -> dict[str, Any]:
    """The targets with the highest priority (this year, next years, past years), ordered by year."""
    year = card.question.target_year

    def nearness(row: tuple[Target, AreaProgress]) -> tuple[bool, bool, int]:
        target = row[0]
        return target.year != year, target.year < year, abs(target.year - year)

    kept = sorted(card.targets, key=nearness)[:MOST_TARGETS]
    kept_ids = {target.pk for target, _standing in kept}
    shown = [row for row in card.targets if row[0].pk in kept_ids]
    return {
        "targets": [
            _target(target, area_progress, area_progress is card.area_progress) for target, area_progress in shown
        ],
        "more_targets": len(card.targets) - len(shown),
    }


def _target(target: Target, area_progress: AreaProgress, is_chosen: bool) -> dict[str, Any]:
    at = area_progress.progress
    is_past = target.year < at.month.year
    is_missed = is_past and at.status != Status.REACHED
    return {
        "year": str(target.year),
        "source": f"{target.source.name} (acuan)" if target.is_reference else target.source.name,
        "decree": shortened(target.decree, LONGEST_DECREE),
        "rate": format_rate(at.target_rate),
        "heads": format_count(at.target_workers),
        "gap": f"lebih {format_count(at.surplus_workers)}" if at.surplus_workers else format_count(at.gap_workers),
        "required": format_count(at.required_per_month),
        # the pace does not matter for a past year
        "status": {"label": "Belum tercapai", "css": "na"} if is_missed else _status(at.status),
        "is_chosen": is_chosen,
        "is_past": is_past,
    }
