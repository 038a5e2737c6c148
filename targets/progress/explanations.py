"""The definition line of a report: formula, target, date and completeness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coverage.as_of import words_of
from coverage.figures.position import Basis, Position
from coverage.figures.potentials import Potentials
from coverage.figures.segments import SegmentGroup
from coverage.models import ReportingPeriod
from reporting.months import long_date, month_code, month_end, month_name
from reporting.numbers import format_count

from .data import Question
from .definitions import TargetFigure
from .report import ProgressReport
from .segments import SegmentQuestion


def position_date(question: Question, period: ReportingPeriod | None) -> str:
    """The cut-off date of the month, which need not be its end."""
    return long_date(period.cut_off_on if period else month_end(question.month))


def explain_potential(potentials: Potentials) -> str:
    if not potentials.vintages:
        return "potensi belum ada"
    sources = sorted({source for source, _since in potentials.vintages})
    newest = max(since for _source, since in potentials.vintages)
    named = sources[0] if len(sources) == 1 else f"{len(sources)} sumber"
    since = "berlaku mulai" if len(potentials.vintages) == 1 else "terbaru berlaku mulai"
    return f"potensi: {named}, {since} {long_date(newest)}"


def explain_reports(position: Position, basis: Basis) -> str:
    """The completeness: `12 dari 15 kab/kota terverifikasi, 3 memakai angka bulan lalu`."""
    word = "terverifikasi" if basis == Basis.VERIFIED else "lapor"
    text = f"{format_count(position.reported)} dari {format_count(position.expected)} wilayah {word}"
    if position.carried:
        earlier = "angka verifikasi sebelumnya" if basis == Basis.VERIFIED else "angka bulan lalu"
        text += f", {format_count(position.carried)} memakai {earlier}"
    if position.province_wide:
        text += f", ditambah {format_count(position.province_wide)} angka tingkat provinsi yang tidak dirinci"
    return text


def explain_segments(
    question: SegmentQuestion, period: ReportingPeriod | None, sums: Sequence[SegmentGroup]
) -> list[str]:
    """The sentences under the table of segments and groups."""
    cut_off = period.cut_off_on if period else month_end(question.month)
    without = [one.segment.name for one in sums if not one.with_potential]
    return [
        "segmen dasar dapat dijumlahkan, gabungan adalah jumlahnya",
        "kelompok saling tumpang tindih dan tidak masuk ke jumlah mana pun",
        f"posisi data per {long_date(cut_off)}",
        f"data {question.basis.label.lower()}",
        "– berarti belum ada data",
        *([f"tanpa potensi, jadi tanpa cakupan: {', '.join(without)}"] if without else []),
        *([words_of(question.known_on)] if question.known_on else []),
    ]


def explain_target(question: Question, target: TargetFigure | None) -> str:
    """The target used: `target 2026 acuan: RPJMD, Perda 3/2025`."""
    start = f"target {question.target_year}"
    if target is None:
        return f"{start}: {question.source.name if question.source else 'acuan'}, belum ditetapkan untuk keseluruhan"
    if not target.source or question.source:
        return f"{start}: {target.words}"
    return f"{start} acuan: {target.words}"


def explain(question: Question, found: ProgressReport, period: ReportingPeriod | None) -> list[str]:
    """The definition of the report, as sentences for the page."""
    segment = question.segment
    lines = [
        f"cakupan {segment.name} = peserta aktif dibagi potensi",
        explain_potential(found.potentials),
        explain_target(question, found.total.progress.target),
        f"posisi data per {position_date(question, period)}",
        explain_reports(found.total.position, question.basis),
        f"data {question.basis.label.lower()}",
    ]
    silent = sum(row.position.participants is None for row in found.rows)
    if silent and len(found.rows) > 1:
        lines.append(f"{format_count(silent)} dari {format_count(len(found.rows))} baris belum punya angka")
    if changed := found.total.position.changed:
        lines.append(f"{format_count(changed)} angka berubah sejak diverifikasi (≠)")
    start = found.total.progress.baseline
    if found.total.progress.path_workers is not None and start is not None and not start.is_december:
        lines.append(f"lintasan berpangkal pada {month_name(start.month)}: Desember belum diverifikasi")
    if question.known_on:
        lines.append(words_of(question.known_on))
    if found.total.position.is_partial:
        lines.append("cakupan dihitung hanya atas wilayah yang sudah lapor")
    return lines


def define(
    question: Question, found: ProgressReport, period: ReportingPeriod | None, explanation: Sequence[str]
) -> dict[str, Any]:
    """The definition of the report, for JSON, with stable English keys."""
    target = found.total.progress.target
    segments = SegmentGroup.of(question.segment)
    return {
        "segment": question.segment.code,
        "segment_name": question.segment.name,
        "segment_components": segments.codes,
        "segment_kind": question.segment.kind.lower(),
        "month": month_code(question.month),
        "position_date": (period.cut_off_on if period else month_end(question.month)).isoformat(),
        "data": "verified" if question.basis == Basis.VERIFIED else "provisional",
        "target_year": question.target_year,
        "target_source": question.source.code if question.source else "reference",
        "target_source_name": target.source_name if target else None,
        "target_decree": (target.decree or None) if target else None,
        "potential_vintages": [
            {"source": source, "effective_from": since.isoformat()}
            for source, since in sorted(found.potentials.vintages)
        ],
        "reported": found.total.position.reported,
        "expected": found.total.position.expected,
        "coverage_rate": "sum of participants / sum of potential over the same reported areas, a fraction",
        "known_on": question.known_on.isoformat() if question.known_on else None,
        "explanation": explanation,
    }
