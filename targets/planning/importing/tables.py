"""The table of the preview of a file of targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from coverage.importing.preview import LineKind
from reporting.numbers import format_count, format_rate
from reporting.tables.columns import CountColumn, RateColumn, TextColumn
from reporting.tables.table import ReportTable

from .lines import TargetFileLine


def against(name: str) -> Callable[[TargetFileLine], Any]:
    """A getter for an attribute of the line's progress; None where the progress is not known."""
    return lambda line: getattr(line.progress, name) if line.progress else None


def show_rate(line: TargetFileLine) -> str:
    """The rate of the target, marked when derived."""
    if not line.progress:
        return line.words["percent"]
    rate = line.progress.target_rate
    return format_rate(rate) + (" ≈" if rate and line.change.percent is None else "")


def show_workers(line: TargetFileLine) -> str:
    """The head-count of the target, marked when derived."""
    if not line.progress:
        return line.words["workers"]
    workers = line.progress.target_workers
    return format_count(workers) + (" ≈" if workers and line.change.workers is None else "")


def show_kind(line: TargetFileLine) -> SafeString:
    """Whether the target is new, changed or unchanged, and what happens to the reference."""
    reference = mark_safe('<span class="acuan">acuan</span>')
    if line.kind == LineKind.NEW:
        text = mark_safe("<b>baru</b>")
        if line.change.is_reference:
            text = format_html("{}, {}", text, reference)
        elif line.is_first:
            text = format_html("{} <small>menjadi {} karena yang pertama</small>", text, reference)
    elif line.parts:
        text = format_html_join(
            mark_safe("<br>"),
            '{}: <s class="dim">{}</s> <span aria-hidden="true">→</span><span class="hidden-text">menjadi</span>'
            " <b>{}</b>",
            ((part.label, part.old, part.new) for part in line.parts),
        )
    else:
        text = mark_safe('<span class="dim">tetap</span>')
    if line.replaces:
        text = format_html("{} <small>menggantikan acuan {}</small>", text, line.replaces)
    return text


def show_doubts(line: TargetFileLine) -> SafeString:
    """The doubts about the line."""
    flags = [("e", "Diubah orang lain sejak pratinjau dibuat.")] if line.clash else []
    flags += [("w", sentence) for sentence in line.doubts]
    return format_html_join("", '<span class="flag {}">{}</span> ', flags)


class TargetFileTable(ReportTable):
    """Targets of a file before and after; records are `TargetFileLine`."""

    class Meta(ReportTable.Meta):
        attrs = {"class": "lines plan-lines"}
        orderable = False

    area = TextColumn(
        "Wilayah",
        accessor="change__area_name",
        names_row=True,
        after=lambda line: format_html(" <small>{}</small>", line.change.area_code),
    )
    year = TextColumn(
        "Tahun, sumber",
        get=lambda line: f"{line.change.year}, {line.change.source.pk}",
        label="Tahun",
        after=lambda line: format_html(" <small>{}</small>", line.change.segment),
    )
    kind = TextColumn("Perubahan", label="Perubahan", shown_as=show_kind)
    target_rate = RateColumn("Target", get=against("target_rate"), label="Target", shown_as=show_rate)
    target_workers = CountColumn(
        "Target peserta", get=against("target_workers"), label="Target peserta", shown_as=show_workers
    )
    coverage_rate = RateColumn("Cakupan kini", get=against("coverage_rate"), css="dim", label="Cakupan kini")
    required_per_month = CountColumn("Kebutuhan/bulan", get=against("required_per_month"), label="Kebutuhan/bulan")
    doubts = TextColumn("Perlu diperiksa", label="Pemeriksaan", shown_as=show_doubts)

    def row_css(self, record: TargetFileLine) -> str:
        return record.kind.value
