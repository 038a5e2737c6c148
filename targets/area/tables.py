"""Tables of one area, for its page and its files. Column names are part of the file format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from html import escape
from operator import attrgetter
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from coverage.models import Province, PublishedFigure, Regency, WorkerSegment
from reporting.months import month_code, short_month
from reporting.numbers import format_change, format_count, format_number
from reporting.tables.columns import (
    ChangeColumn,
    CountColumn,
    DateColumn,
    FlagColumn,
    RateColumn,
    RatioColumn,
    ReportColumn,
    StatusColumn,
    TextColumn,
    YearColumn,
    draw_mark,
)
from reporting.tables.exports import as_record
from reporting.tables.table import ReportTable
from targets.progress.data import Question
from targets.progress.figure_links import address
from targets.progress.forecast import Forecast
from targets.progress.tables import ProgressTable, ReadingTable, month_column

from .columns import choice, small_below
from .history import AreaFall, Cause, MonthLine
from .published import PublishedComparison
from .ranking import Ranking, Sibling
from .selectors import AreaReport, SegmentLine
from .submission_tables import OfficeMonthTable, OfficesMonthTable
from .target_tables import AreaTargetTable

#: Rows shown before the user opens the rest.
MOST_FALLS = 5
MOST_PUBLISHED = 8


# --- segments and groups


def _segment_name(line: SegmentLine) -> str:
    """The name of the segment; composite segments are marked as sums."""
    is_sum = line.segment.kind == WorkerSegment.Kind.COMPOSITE
    return f"= {line.segment.name}" if is_sum else line.segment.name


def _changed_mark(line: SegmentLine) -> str:
    """The mark of a figure whose verified records were changed since."""
    if not line.position.changed:
        return ""
    title = f"{format_count(line.position.changed)} angka berubah sejak diverifikasi"
    return draw_mark("≠", "berubah sejak diverifikasi", title=title)


def _derived_potential(line: SegmentLine) -> str:
    if not line.potential_is_derived:
        return ""
    return '<br><small title="Dihitung dari jumlah dan persentase yang diterbitkan">turunan</small>'


class AreaSegmentTable(ReportTable):
    """Segments of the area, in files with the groups; records are `SegmentLine`."""

    screen = ("segment_name", "participants", "change", "potential", "coverage_rate", "uncovered")

    class Meta(ReportTable.Meta):
        attrs = {"class": "wrap"}

    segment = TextColumn("Kode segmen", accessor="segment__code")
    segment_name = TextColumn(
        "Segmen atau kelompok",
        accessor="segment__name",
        short_name="Segmen",
        names_row=True,
        shown_as=_segment_name,
    )
    segment_kind = StatusColumn("Jenis", get=choice(WorkerSegment.Kind, "segment.kind"))
    participants = CountColumn("Peserta aktif", accessor="position__participants", after=_changed_mark)
    potential = CountColumn("Potensi", accessor="position__potential", css="dim", after=_derived_potential)
    potential_is_derived = FlagColumn("Potensi turunan")
    coverage_rate = RateColumn("Cakupan", accessor="position__coverage_rate", css="strong")
    uncovered = CountColumn("Belum terlindungi", accessor="position__uncovered")
    change = ChangeColumn("Perubahan dari bulan lalu", short_name="Δ bulan")
    reported = CountColumn("Lapor", accessor="position__reported")
    expected = CountColumn("Wajib lapor", accessor="position__expected")
    changed_since_verified = CountColumn("Berubah sejak diverifikasi", accessor="position__changed")


class AreaGroupTable(AreaSegmentTable):
    """Groups of the area, a separate table on screen."""

    segment_name = TextColumn(
        accessor="segment__name",
        short_name="Kelompok dan ekosistem",
        names_row=True,
        shown_as=_segment_name,
    )


# --- the months of the charts


def _heads(code: str, line: MonthLine) -> int | None:
    return line.heads.get(code)


class AreaReadingTable(ReadingTable):
    """The figures of the coverage chart; records are `MonthReading`."""

    month = month_column(short_month)
    participants = CountColumn("Peserta")
    potential = CountColumn("Potensi", css="dim")


class AreaTrendTable(ReportTable):
    """Coverage (files only) and participants by basic segment; records are `MonthLine`."""

    class Meta(ReportTable.Meta):
        attrs = {}

    month = month_column(short_month)
    coverage_rate = RateColumn("Cakupan", accessor="rated__rate")
    participants = CountColumn("Peserta dalam cakupan", accessor="rated__participants")
    potential = CountColumn("Potensi", accessor="rated__potential")

    def __init__(self, lines: Sequence[MonthLine], segments: Iterable[WorkerSegment], **options: Any) -> None:
        heads: list[tuple[str, ReportColumn]] = [
            (f"participants_{_stem(one)}", CountColumn(one.name, get=partial(_heads, one.pk))) for one in segments
        ]
        screen = ("month", *(name for name, _ in heads))
        super().__init__(lines, extra_columns=heads, screen=screen, **options)


# --- falls


def _lost(code: str, fall: AreaFall) -> int | None:
    return next((change for segment, change in fall.by_segment if segment.pk == code), None)


def _reasons(fall: AreaFall) -> str:
    said = []
    for cause in fall.causes:
        change = format_number(cause.change, signed=True)
        said.append(f"{cause.area_name}, {cause.segment.pk} {change}: {cause.remark or 'belum dijelaskan'}")
    return "; ".join(said)


def _by_segment(fall: AreaFall) -> SafeString:
    return SafeString(
        "".join(
            f'<span class="pair">{escape(segment.pk)} {format_number(change, signed=True)}</span> '
            for segment, change in fall.by_segment
        )
    )


class ReasonsColumn(TextColumn):
    """The records that fell most with their reasons, each linked to its history."""

    def content(self, record: AreaFall, value: str, table: Any) -> str:
        causes = "".join(f"<li>{self.cause(record, cause, table)}</li>" for cause in record.causes)
        others = f'<li class="dim">dan {record.others} angka lain yang turun</li>' if record.others else ""
        return f'<ul class="causes">{causes}{others}</ul>'

    def cause(self, fall: AreaFall, cause: Cause, table: FallTable) -> str:
        area = f"<b>{escape(cause.area_name)}</b>, " if table.is_province else ""
        code = cause.segment.pk
        address = reverse("cell-history", args=[month_code(fall.month), cause.area_code, code])
        figure = f'<a href="{address}">{escape(code)} {format_number(cause.change, signed=True)}</a>'
        said = escape(cause.remark) or '<span class="dim">belum dijelaskan</span>'
        return f"{area}{figure}: {said}"


class FallTable(ReportTable):
    """Months with fewer participants than the month before; records are `AreaFall`."""

    screen = ("month", "change", "by_segment", "reasons")

    class Meta(ReportTable.Meta):
        attrs = {"class": "wrap falls"}

    month = month_column()
    change = ChangeColumn("Perubahan", after=lambda fall: f"<br><small>{format_change(fall.share)}</small>")
    change_rate = RateColumn("Perubahan (bagian)", accessor="share")
    before = CountColumn("Bulan sebelumnya")
    by_segment = TextColumn("Menurut segmen", shown_as=_by_segment, exclude_from_export=True)

    def __init__(
        self, falls: Sequence[AreaFall], segments: Iterable[WorkerSegment], *, is_province: bool, **options: Any
    ) -> None:
        #: Whether to name the regency of a cause (in a province).
        self.is_province = is_province
        added: list[tuple[str, ReportColumn]] = [
            (f"change_{_stem(one)}", ChangeColumn(f"Perubahan {one.name}", get=partial(_lost, one.pk)))
            for one in segments
        ]
        added.append(("reasons", ReasonsColumn("Alasan", get=_reasons, short_name="Alasan yang dicatat")))
        super().__init__(falls, extra_columns=added, **options)


# --- published figures


def _estimated_date(row: PublishedComparison) -> str:
    return small_below("diperkirakan") if row.figure.is_date_estimated else ""


def _measure(row: PublishedComparison) -> str:
    """The name of the measure; for a target with its year."""
    measure = row.figure.get_measure_display()
    return f"{measure} {row.figure.target_year}" if row.figure.target_year else measure


def _from_published(row: PublishedComparison) -> str:
    return small_below("dari cakupan terbitan × potensi") if row.is_from_published else ""


def _source_and_note(row: PublishedComparison) -> SafeString:
    figure = row.figure
    text = escape(figure.source)
    if figure.is_disputed:
        text += '<br><b class="flag w">Dipertentangkan:</b>'
    elif figure.note:
        text += "<br>"
    return SafeString(f"<small>{text} {escape(figure.note)}</small>")


class PublishedFigureTable(ReportTable):
    """Published figures beside ours, each in its unit; records are `PublishedComparison`."""

    screen = ("as_of", "label", "measure", "published", "computed", "difference", "source")

    class Meta(ReportTable.Meta):
        attrs = {"class": "wrap"}

    code = TextColumn("Kode", accessor="figure__code")
    as_of = DateColumn("Per tanggal", accessor="figure__as_of", css="date", after=_estimated_date)
    label = TextColumn("Sebutan dalam sumber", accessor="figure__label", names_row=True)
    segment = TextColumn("Kode segmen", accessor="figure__segment_id")
    measure = StatusColumn("Ukuran", get=choice(PublishedFigure.Measure, "figure.measure"), shown_as=_measure)
    unit = StatusColumn("Satuan", get=choice(PublishedFigure.Unit, "figure.unit"))
    target_year = YearColumn("Tahun target", accessor="figure__target_year")
    published = RatioColumn("Terbitan", accessor="figure__value", shown_as=attrgetter("published_text"))
    computed = RatioColumn("Angka kita", shown_as=attrgetter("computed_text"), after=_from_published)
    computed_from_published = FlagColumn("Dihitung dari angka terbitan", accessor="is_from_published")
    difference = RatioColumn("Beda", shown_as=attrgetter("difference_text"))
    is_disputed = FlagColumn("Dipertentangkan", accessor="figure__is_disputed")
    source = TextColumn("Sumber", accessor="figure__source", short_name="Sumber dan catatan", shown_as=_source_and_note)
    note = TextColumn("Catatan", accessor="figure__note")


# --- all of them


def screen_tables(
    report: AreaReport, area: Province | Regency, question: Question, kept: Mapping[str, str]
) -> dict[str, ReportTable]:
    """The tables of the page by their name in the template; `kept` is the query string kept in links."""
    history = report.history

    def figure_link(line: SegmentLine) -> str | None:
        return None if line.position.participants is None else address(question, line.segment.pk, area.code)

    segments = partial(_segments_with_data, links={"participants": figure_link}, kept=kept)
    falls = partial(FallTable, segments=history.segments, is_province=isinstance(area, Province))
    if isinstance(area, Province):
        submissions: ReportTable = OfficesMonthTable(report.submissions, caption=f"Pengajuan kantor di {area.name}")
    else:
        submissions = OfficeMonthTable(report.submissions, caption=f"Pengajuan {area.branch_office}")
    return {
        "segments": segments(AreaSegmentTable, report.additive, caption="Segmen"),
        "groups": segments(AreaGroupTable, report.groups, caption="Kelompok dan ekosistem"),
        "targets": AreaTargetTable(report.targets, caption="Target menurut sumber dan tahun"),
        "segment_chart_table": AreaTrendTable(history.lines[::-1], history.segments),
        "falls": falls(history.falls[:MOST_FALLS], caption="Penurunan peserta"),
        "other_falls": falls(history.falls[MOST_FALLS:], caption="Penurunan peserta lainnya"),
        "published": PublishedFigureTable(
            report.published[:MOST_PUBLISHED], caption="Angka terbitan di samping angka kita"
        ),
        "other_published": PublishedFigureTable(report.published[MOST_PUBLISHED:], caption="Angka terbitan lainnya"),
        "submissions": submissions,
    }


def _segments_with_data(table: type[AreaSegmentTable], lines: Iterable[SegmentLine], **options: Any) -> ReportTable:
    return table([line for line in lines if line.has_data], **options)


class RankingTable(ReportTable):
    """Ranks among sibling areas; records are `Ranking`."""

    among = TextColumn("Di antara")
    scope_text = TextColumn("Sebutan", accessor="scope")
    rank = CountColumn("Peringkat")
    ranked = CountColumn("Punya cakupan")
    siblings = CountColumn("Wilayah")


def area_tables(report: AreaReport, *, is_province: bool) -> dict[str, ReportTable]:
    """All tables but the segments, by their key in JSON; captions name the sheets of a workbook."""
    history = report.history
    office_table = OfficesMonthTable if is_province else OfficeMonthTable
    return {
        "targets": AreaTargetTable(report.targets, caption="Target"),
        "trend": AreaTrendTable(history.lines, history.segments, caption="Perkembangan"),
        "falls": FallTable(history.falls, history.segments, is_province=is_province, caption="Penurunan"),
        "published": PublishedFigureTable(report.published, caption="Angka terbitan"),
        "submissions": office_table(report.submissions, caption="Pengajuan"),
    }


def _stem(segment: WorkerSegment) -> str:
    """The prefix of a segment's column names: `total_unsplit`."""
    return segment.pk.lower().replace("-", "_")


def area_facts(report: AreaReport, forecast: Forecast | None) -> Mapping[str, Any]:
    """The headline figures and ranks, for JSON."""
    columns = [column for column in ProgressTable([]).file_columns if column.name != "rank"]
    return {
        "headline": {
            **as_record(columns, report.area_progress),
            "months_left": report.area_progress.progress.months_left,
            "target_reached_text": forecast.target if forecast else None,
            "universal_reached_text": forecast.universal if forecast else None,
            "universal_share": forecast.universal_share if forecast else None,
        },
        "rank": [_ranking(one) for one in report.rankings],
    }


def _ranking(one: Ranking) -> dict[str, Any]:
    return {
        **as_record(RankingTable([]).file_columns, one),
        "above": _sibling(one.above),
        "below": _sibling(one.below),
        "tied": [_sibling(other) for other in one.tied],
    }


def _sibling(one: Sibling | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "area_code": one.code,
        "area_name": one.name,
        "coverage_rate": one.coverage_rate,
        "difference_points": one.difference,
    }
