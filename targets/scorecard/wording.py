"""Texts of a scorecard: file name, definition, requirement, falls."""

from __future__ import annotations

from fractions import Fraction

from coverage.as_of import words_of
from coverage.figures.position import Basis, Position
from coverage.models import Regency, ReportingPeriod
from reporting.months import month_code, month_name
from reporting.numbers import MINUS, format_count, format_number, format_rate
from targets.progress.definitions import Status
from targets.progress.explanations import explain_potential, explain_reports, explain_target, position_date

from .selectors import Scorecard, ScorecardFall

LONGEST_REASON = 90


def full_name(card: Scorecard) -> str:
    return card.area.name if isinstance(card.area, Regency) else f"Provinsi {card.area.name}"


def file_name(card: Scorecard) -> str:
    """The file name from area and month: `rapor-1801-lampung-selatan-2026-09`."""
    name = card.area.name.removeprefix("Kabupaten ").lower()
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in name).split()
    return "-".join(["rapor", card.area.code, *words, month_code(card.question.month)])


def about(card: Scorecard) -> str:
    area = card.area
    parts = [f"Kode Kemendagri {area.code}", f"kode BPS {area.bps_code}"]
    if isinstance(area, Regency):
        return " · ".join([f"Provinsi {area.province.name}", *parts, f"dilaporkan oleh {area.branch_office}"])
    return " · ".join([*parts, str(area.regional_office)])


def basis_of(card: Scorecard) -> str:
    position, basis, known_on = card.area_progress.position, card.question.basis, card.question.known_on
    is_one = isinstance(card.area, Regency) and position.expected <= 1
    parts = [
        f"Data {basis.label.lower()}",
        _one_report(position, basis) if is_one else explain_reports(position, basis),
        *([words_of(known_on)] if known_on else []),
    ]
    return " · ".join(parts)


def _one_report(position: Position, basis: Basis) -> str:
    """The completeness of one regency, where counting offices makes no sense."""
    if position.reported:
        return "sudah diverifikasi" if basis == Basis.VERIFIED else "sudah dilaporkan"
    if position.carried:
        return "memakai angka verifikasi sebelumnya" if basis == Basis.VERIFIED else "memakai angka bulan lalu"
    return "belum diverifikasi" if basis == Basis.VERIFIED else "belum dilaporkan"


def missing(card: Scorecard) -> str:
    """Why there is no coverage; empty if there is."""
    if card.area_progress.progress.participants is not None:
        return ""
    return f"Belum ada angka {card.question.basis.label.lower()} untuk {month_name(card.question.month)}."


def what_it_takes(card: Scorecard) -> str:
    """The required growth in one sentence."""
    at, question = card.area_progress.progress, card.question
    name, year = full_name(card), question.target_year
    if at.participants is None:
        return (
            f"{name} belum punya angka {question.basis.label.lower()} untuk {month_name(question.month)}; "
            "langkah pertama adalah melaporkannya."
        )
    uncovered = card.area_progress.position.uncovered
    remaining = f" Masih ada {format_count(uncovered)} pekerja yang belum terlindungi." if uncovered else ""
    if at.target is None:
        return f"Target {year} untuk {name} belum ditetapkan, jadi kebutuhan per bulan belum dapat dihitung.{remaining}"
    if at.gap_workers is None or at.required_per_month is None:
        return f"Potensi pekerja {name} belum diketahui, jadi target {year} belum dapat dibandingkan."
    wanted = format_rate(at.target_rate) if at.target_rate is not None else f"{format_count(at.target_workers)} peserta"
    if at.status == Status.REACHED:
        over = f" dengan lebih {format_count(at.surplus_workers)} pekerja" if at.surplus_workers else ""
        return f"Target {wanted} untuk Desember {year} sudah tercapai{over}.{remaining}"
    goal = f"Untuk mencapai {wanted} pada Desember {year}"
    if not at.months_left:
        return f"{goal} masih kurang {format_count(at.gap_workers)} pekerja, dan ini bulan terakhirnya."
    span = f"setiap bulan selama {at.months_left} bulan" if at.months_left > 1 else "dalam satu bulan yang tersisa"
    return (
        f"{goal}, peserta aktif harus bertambah bersih {format_count(at.required_per_month)} orang {span}; "
        f"{_pace_in_words(at.observed_per_month, at.required_per_month)}."
    )


def _pace_in_words(observed: Fraction | None, required: Fraction) -> str:
    if observed is None:
        return "laju selama ini belum dapat dihitung"
    if observed < 0:
        return f"selama ini justru berkurang rata-rata {format_count(-observed)} orang per bulan"
    if observed == 0:
        return "selama ini jumlahnya tidak bertambah"
    pace = f"selama ini rata-rata bertambah {format_count(observed)} orang per bulan"
    times = required / observed
    return (
        f"{pace}, jadi perlu {format_number(times, 1)} kali laju itu" if times > 1 else f"{pace}, jadi laju itu cukup"
    )


def ahead_of(card: Scorecard) -> str:
    """The month in which the target is reached at the observed pace."""
    return f"target: {card.forecast.target}" if card.forecast and card.forecast.target else ""


def fall_in_words(fall: ScorecardFall) -> str:
    """`Januari 2026: −1.234 peserta (−3,2%). Subsidi berakhir`."""
    share = f" ({MINUS}{format_rate(-fall.share, 1)})"
    said = "; ".join(fall.reasons[:2]) or "Alasannya belum dicatat"
    said = shortened(said, LONGEST_REASON).removesuffix(".")
    return f"{month_name(fall.month)}: {format_count(fall.change)} peserta{share}. {said}."


def footer(card: Scorecard, period: ReportingPeriod | None) -> str:
    question = card.question
    parts = [
        f"Cakupan {question.segment.name} = peserta aktif dibagi potensi pekerja",
        explain_potential(card.potentials),
        explain_target(question, card.area_progress.progress.target),
        f"posisi data per {position_date(question, period)}",
        "laju teramati: perubahan bersih rata-rata dua belas bulan, atau median perubahan bulanan bila belum setahun",
        "bulan tercapai ikut memperhitungkan pertumbuhan potensi",
    ]
    if card.area_progress.position.is_partial:
        parts.append("cakupan dihitung hanya atas wilayah yang sudah lapor")
    if card.area_progress.position.changed:
        parts.append(f"{format_count(card.area_progress.position.changed)} angka berubah sejak diverifikasi")
    return "; ".join(parts) + "."


def shortened(text: str, most: int) -> str:
    """The text cut to `most` characters; the area's page shows all of it."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
