"""The tables of one area for its files. Keys are part of the file format; captions name the sheets of a workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from operator import attrgetter
from typing import Any

from coverage.models import PublishedFigure, Submission, WorkerSegment
from reporting.exports import record
from reporting.months import month_code
from reporting.numbers import format_number
from reporting.tables import Column, Kind, Table
from targets.progress.forecast import Outlook
from targets.progress.tables import PROGRESS_COLUMNS

from .history import Fall, MonthLine
from .ranking import Ranking, Sibling
from .selectors import AreaReport


def _month(path: str = "month") -> Callable[[Any], str]:
    """A month as `2024-09`."""
    read = attrgetter(path)
    return lambda row: month_code(read(row))


class Word(str):
    """A key for programs that people read by its label: JSON has the one, a spreadsheet the other."""

    label: str

    def __new__(cls, key: str, label: str) -> Word:
        word = super().__new__(cls, key)
        word.label = label
        return word


def _choice(choices: Any, path: str) -> Callable[[Any], Word]:
    """A stored choice as `coverage_rate`, read as “Cakupan”; empty stays empty."""
    read = attrgetter(path)

    def word(row: Any) -> Word:
        value = read(row)
        return Word(value.lower(), str(choices(value).label)) if value else Word("", "")

    return word


SEGMENT_COLUMNS = (
    Column("segment", "Kode segmen", Kind.TEXT, path="segment.code"),
    Column("segment_name", "Segmen atau kelompok", Kind.TEXT, path="segment.name", names_row=True),
    Column("segment_kind", "Jenis", Kind.STATUS, get=_choice(WorkerSegment.Kind, "segment.kind")),
    Column("participants", "Peserta aktif", path="position.participants"),
    Column("potential", "Potensi", path="position.potential"),
    Column("potential_is_derived", "Potensi turunan", Kind.FLAG, path="potential_is_derived"),
    Column("coverage_rate", "Cakupan", Kind.RATE, path="position.coverage_rate"),
    Column("uncovered", "Belum terlindungi", path="position.uncovered"),
    Column("change", "Perubahan dari bulan lalu", Kind.SIGNED),
    Column("reported", "Lapor", path="position.reported"),
    Column("expected", "Wajib lapor", path="position.expected"),
    Column("changed_since_verified", "Berubah sejak diverifikasi", path="position.changed"),
)
SEGMENT_SCREEN = ("segment_name", "participants", "potential", "coverage_rate", "uncovered", "change")

NATIONAL, HERE = Word("national", "nasional"), Word("area", "wilayah ini")

TARGET_COLUMNS = (
    Column("target_year", "Tahun target", Kind.YEAR, path="target.year"),
    Column("level", "Ditetapkan untuk", Kind.STATUS, get=lambda line: NATIONAL if line.is_national else HERE),
    Column("target_source", "Kode sumber", Kind.TEXT, path="target.source_id"),
    Column("target_source_name", "Sumber", Kind.TEXT, path="target.source.name"),
    Column("is_reference", "Acuan", Kind.FLAG, path="target.is_reference"),
    Column("decree", "Dasar hukum", Kind.TEXT, path="target.decree"),
    Column("decree_date", "Tanggal dasar hukum", Kind.DATE, path="target.decree_date"),
    Column("target_rate", "Target cakupan", Kind.RATE, path="standing.progress.target_rate"),
    Column("target_rate_is_derived", "Target cakupan turunan", Kind.FLAG, path="rate_is_derived"),
    Column("target_workers", "Target peserta", path="standing.progress.target_workers"),
    Column("target_workers_are_derived", "Target peserta turunan", Kind.FLAG, path="workers_are_derived"),
    Column("gap_workers", "Selisih ke target", path="standing.progress.gap_workers"),
    Column("gap_points", "Selisih (poin persen)", Kind.RATIO, path="standing.progress.gap_points"),
    Column("achievement_rate", "Capaian terhadap target", Kind.RATE, path="standing.progress.achievement_rate"),
    Column("months_left", "Bulan tersisa", path="standing.progress.months_left"),
    Column("required_per_month", "Kebutuhan/bulan", Kind.RATIO),
    Column("required_per_year", "Kebutuhan/tahun", Kind.RATIO),
    Column("pace_ratio", "Rasio laju", Kind.RATIO, path="standing.progress.pace_ratio"),
    Column("status", "Status", Kind.STATUS, path="standing.progress.status"),
    Column("note", "Catatan", Kind.TEXT, path="target.note"),
)

TREND_COLUMNS = (
    Column("month", "Bulan", Kind.TEXT, get=_month()),
    Column("coverage_rate", "Cakupan", Kind.RATE, path="rated.rate"),
    Column("participants", "Peserta dalam cakupan", path="rated.participants"),
    Column("potential", "Potensi", path="rated.potential"),
)


def _heads(code: str, line: MonthLine) -> int | None:
    return line.heads.get(code)


FALL_COLUMNS = (
    Column("month", "Bulan", Kind.TEXT, get=_month()),
    Column("change", "Perubahan", Kind.SIGNED),
    Column("change_rate", "Perubahan (bagian)", Kind.RATE, path="share"),
    Column("before", "Bulan sebelumnya"),
)


def _lost(code: str, fall: Fall) -> int | None:
    return next((change for segment, change in fall.by_segment if segment.pk == code), None)


def _reasons(fall: Fall) -> str:
    said = []
    for cause in fall.causes:
        change = format_number(cause.change, signed=True)
        said.append(f"{cause.area_name}, {cause.segment.pk} {change}: {cause.said or 'belum dijelaskan'}")
    return "; ".join(said)


PUBLISHED_COLUMNS = (
    Column("code", "Kode", Kind.TEXT, path="figure.code"),
    Column("as_of", "Per tanggal", Kind.DATE, path="figure.as_of"),
    Column("label", "Sebutan dalam sumber", Kind.TEXT, path="figure.label"),
    Column("segment", "Kode segmen", Kind.TEXT, path="figure.segment_id"),
    Column("measure", "Ukuran", Kind.STATUS, get=_choice(PublishedFigure.Measure, "figure.measure")),
    Column("unit", "Satuan", Kind.STATUS, get=_choice(PublishedFigure.Unit, "figure.unit")),
    Column("target_year", "Tahun target", Kind.YEAR, path="figure.target_year"),
    Column("published", "Terbitan", Kind.RATIO, path="figure.value"),
    Column("computed", "Angka kita", Kind.RATIO),
    Column("computed_from_published", "Dihitung dari angka terbitan", Kind.FLAG, path="is_from_published"),
    Column("difference", "Beda", Kind.RATIO),
    Column("is_disputed", "Dipertentangkan", Kind.FLAG, path="figure.is_disputed"),
    Column("source", "Sumber", Kind.TEXT, path="figure.source"),
    Column("note", "Catatan", Kind.TEXT, path="figure.note"),
)

OFFICE_COLUMNS = (
    Column("month", "Bulan", Kind.TEXT, get=_month()),
    Column("office", "Kode kantor", Kind.TEXT, path="office_code"),
    Column("office_name", "Kantor", Kind.TEXT),
    Column("status", "Status", Kind.STATUS, get=_choice(Submission.Status, "status")),
    Column("due_on", "Tenggat", Kind.DATE),
    Column("first_submitted_on", "Pertama diajukan", Kind.DATE),
    Column("days_late", "Hari terlambat"),
    Column("verified_on", "Diverifikasi", Kind.DATE),
    Column("verified_by", "Diverifikasi oleh", Kind.TEXT),
)
OFFICES_COLUMNS = (
    Column("month", "Bulan", Kind.TEXT, get=_month()),
    Column("due_on", "Tenggat", Kind.DATE),
    Column("offices", "Kantor"),
    Column("verified", "Diverifikasi"),
    Column("waiting", "Menunggu verifikasi"),
    Column("with_office", "Masih di kantor"),
    Column("on_time", "Tepat waktu"),
    Column("late", "Terlambat"),
    Column("never", "Belum diajukan"),
)

RANK_COLUMNS = (
    Column("among", "Di antara", Kind.TEXT),
    Column("scope_text", "Sebutan", Kind.TEXT, path="scope"),
    Column("rank", "Peringkat"),
    Column("ranked", "Punya cakupan"),
    Column("siblings", "Wilayah"),
)


def area_tables(report: AreaReport, *, is_province: bool) -> dict[str, Table]:
    """Everything beside the segments, by the key it has in JSON."""
    segments = report.history.segments
    heads = tuple(Column(f"participants_{_stem(one)}", one.name, get=partial(_heads, one.pk)) for one in segments)
    lost = tuple(
        Column(f"change_{_stem(one)}", f"Perubahan {one.name}", Kind.SIGNED, get=partial(_lost, one.pk))
        for one in segments
    )
    reasons = Column("reasons", "Alasan", Kind.TEXT, get=_reasons)
    return {
        "targets": _sheet("Target", TARGET_COLUMNS, report.targets),
        "trend": _sheet("Perkembangan", (*TREND_COLUMNS, *heads), report.history.lines),
        "falls": _sheet("Penurunan", (*FALL_COLUMNS, *lost, reasons), report.history.falls),
        "published": _sheet("Angka terbitan", PUBLISHED_COLUMNS, report.published),
        "submissions": _sheet("Pengajuan", OFFICES_COLUMNS if is_province else OFFICE_COLUMNS, report.submissions),
    }


def _stem(segment: WorkerSegment) -> str:
    """How columns of a segment are named: `total_unsplit`."""
    return segment.pk.lower().replace("-", "_")


def _sheet(caption: str, columns: tuple[Column, ...], rows: Any) -> Table:
    return Table(columns, tuple(column.key for column in columns), rows, caption=caption)


def area_facts(report: AreaReport, outlook: Outlook | None) -> Mapping[str, Any]:
    """The headline and the ranks, for JSON."""
    columns = [column for column in PROGRESS_COLUMNS if column.kind != Kind.DRAWING and column.key != "rank"]
    return {
        "headline": {
            **record(columns, report.standing),
            "months_left": report.standing.progress.months_left,
            "target_reached_text": outlook.target if outlook else None,
            "universal_reached_text": outlook.universal if outlook else None,
            "universal_share": outlook.universal_share if outlook else None,
        },
        "rank": [_ranking(one) for one in report.rankings],
    }


def _ranking(one: Ranking) -> dict[str, Any]:
    return {
        **record(RANK_COLUMNS, one),
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
