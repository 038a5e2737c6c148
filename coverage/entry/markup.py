"""Writes the body of the grid as HTML: a Kanwil has two thousand rows, which take a second in a template."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from coverage.figures.position import Position
from coverage.models import CoverageRecord
from reporting import months
from reporting.numbers import format_change, format_count, format_rate

from .grid import Grid, GridArea, GridCell
from .rows import EntryRow


@dataclass(frozen=True)
class GridWriter:
    """Writes areas of one grid with their rows. `has_typed`: show the input although it cannot be saved now.

    Conflicts and reasons, which few rows have, are rendered by templates.
    """

    grid: Grid
    is_editable: bool
    has_typed: bool

    def write(self, areas: Iterable[tuple[GridArea, Iterable[EntryRow]]], *, is_total: bool = False) -> SafeString:
        """Return one `tbody` per area; with `is_total` its sum is in the header row."""
        parts = []
        for area, rows in areas:
            parts.append(self._head(area, area.total if is_total and self.grid.headline else Position()))
            parts += [self._row(row) for row in rows]
            parts.append("</tbody>")
        return mark_safe("".join(parts))  # noqa: S308 - every text is escaped below

    def _head(self, area: GridArea, total: Position) -> str:
        name, code = escape(area.name), escape(area.code)
        address = self._area_address.replace("AREA", code)
        note, title = (" · tidak dirinci per kab/kota", f"Provinsi {name}") if area.is_province else ("", name)
        shown = ""
        if total.participants is not None:
            shown = f"{escape(str(self.grid.headline))} <b data-total>{format_count(total.participants)}</b>"
            if total.coverage_rate is not None:
                shown += f" · cakupan <b data-total-rate>{format_rate(total.coverage_rate)}</b>"
            shown = f' <span class="sum">{shown}</span>'
        return (
            f'<tbody data-area="{code}" data-name="{name}"><tr class="grp"><th scope="rowgroup" colspan="8">'
            f'<a href="{address}" tabindex="-1">{title}</a> <small>{code}{note}</small>{shown}</th></tr>\n'
        )

    def _row(self, row: EntryRow) -> str:
        cell, name, label = row.cell, escape(row.name), escape(f"{row.cell.segment.name}, {row.cell.area_name}")
        usual = row.check.usual
        numbers = {
            "potential": cell.potential,
            "previous": cell.previous,
            "carried": cell.carried,
            "last": row.last,
            "low": usual.low if usual else None,
            "high": usual.high if usual else None,
            "same": row.repeated,
        }
        data = "".join([f' data-{key}="{value}"' for key, value in numbers.items() if value is not None])
        change = cell.change
        is_settled = not row.errors and not row.conflict
        return (
            f'<tr class="{row.state}" data-row="{name}"{data}{_if(cell.in_total, "data-in-total")}'
            f"{_if(cell.is_expected, 'data-required')}>"
            f'<th scope="row" class="seg">{self._segment(cell)}</th>'
            f'<td class="n dim pot" data-label="Potensi">{format_count(cell.potential)}</td>'
            f'<td class="n dim prev" data-label="{self._labels[0]}">{format_count(cell.previous)}</td>'
            f'<td class="in n" data-label="{self._labels[1]}">{self._count(row, name, label)}'
            f"{self._changed_mark if cell.is_changed else ''}</td>"
            f'<td class="n chg{" neg" if change and change < 0 else ""}" data-label="Perubahan" data-change>'
            f"{format_change(change) if change is not None and is_settled else ''}</td>"
            f'<td class="n cov" data-label="Cakupan" data-rate>'
            f"{format_rate(cell.coverage_rate) if is_settled else ''}</td>"
            f'<td class="nt" data-label="Keterangan">{self._note(row, name, label)}</td>'
            f'<td class="chk" id="c-{name}">{self._findings(row)}</td></tr>\n'
        )

    def _segment(self, cell: GridCell) -> str:
        name = escape(cell.segment.name)
        if not cell.is_expected and cell.participants is None:
            return name
        address = self._history_address.replace("AREA", cell.area).replace("SEGMENT", cell.segment.pk)
        short = f"<b>{escape(cell.abbreviation)}</b> " if cell.abbreviation else ""
        return f'<a href="{address}" tabindex="-1" title="Riwayat angka ini">{short}{name}</a>'

    def _count(self, row: EntryRow, name: str, label: str) -> str:
        cell = row.cell
        own = "" if cell.own_value is None else format_count(cell.own_value)
        if not self._has_inputs:
            return f"<b>{own}</b>" if own else f'<span class="dim">{format_count(cell.carried)}</span>'
        stored = f' data-stored="{own}"' if row.is_unsaved else ""
        carried = f' placeholder="{format_count(cell.carried)}"' if cell.carried is not None else ""
        return (
            f'<input class="count" name="p-{name}" id="p-{name}" value="{escape(row.text)}"{stored} inputmode="numeric"'
            f' size="12" maxlength="60" autocomplete="off"{carried} aria-label="{label}"'
            f'{_invalid(row.count_is_wrong)} aria-describedby="c-{name}"{self._readonly}>'
        )

    def _note(self, row: EntryRow, name: str, label: str) -> str:
        if not self._has_inputs:
            reason = f"<b>{escape(row.reason_label)}</b>" if row.reason else ""
            return f"{reason}{': ' if reason and row.note else ''}{escape(row.note)}"
        asked = self._drawn("coverage/entry/_reason.html", row=row) if row.needs_reason or row.reason else ""
        stored = f' data-stored="{escape(row.cell.note)}"' if row.is_unsaved else ""
        return (
            f'{asked}<input class="note" name="n-{name}" value="{escape(row.note)}"{stored} maxlength="300"'
            f' autocomplete="off" aria-label="Keterangan {label}"{_invalid(row.note_is_wrong)}'
            f"{self._readonly}>"
        )

    def _findings(self, row: EntryRow) -> str:
        remark = f'<span class="flag r"><b>Perbaiki:</b> {escape(row.remark)}</span>' if row.remark else ""
        missing = row.missing_beside_flags
        live = [f'<span class="flag e">{escape(error)}</span> ' for error in row.errors]
        live += [f'<span class="flag w">{escape(flag)}</span> ' for flag in row.flags]
        live += [f'<span class="flag w" data-missing>{escape(missing)}</span>'] if missing else []
        mark = ""
        if row.conflict:
            mark = self._drawn("coverage/entry/_conflict.html", row=row, conflict=row.conflict)
        elif not row.errors and not row.missing and row.cell.own_value is None:
            if row.cell.carried is not None:
                mark = f'<span class="mark">memakai angka {self._labels[0]}</span>'
            elif row.cell.is_expected:
                mark = '<span class="mark">belum lapor</span>'
        return f"{remark} <span data-live>{''.join(live)}</span> {mark}"

    def _drawn(self, template: str, **context: Any) -> str:
        context |= {"reasons": CoverageRecord.Reason.choices, "is_editable": self.is_editable}
        return render_to_string(template, context)

    @property
    def _has_inputs(self) -> bool:
        return self.is_editable or self.has_typed

    @property
    def _readonly(self) -> str:
        return _if(not self.is_editable, "readonly")

    @cached_property
    def _labels(self) -> tuple[str, str]:
        """Return the titles of last month's and this month's column."""
        return escape(self.grid.earlier_label), escape(self.grid.label)

    # Reversing a URL takes longer than the rest of its row, so it is done once.

    @cached_property
    def _history_address(self) -> str:
        return reverse("cell-history", args=[months.month_code(self.grid.period.month), "AREA", "SEGMENT"])

    @cached_property
    def _area_address(self) -> str:
        month = months.month_code(self.grid.period.month)
        return f"{reverse('area', args=['AREA'])}?bulan={month}&amp;data=sementara"

    @cached_property
    def _changed_mark(self) -> str:
        return render_to_string("coverage/_changed_mark.html", {"words": "berubah sejak diverifikasi"})


def _if(applies: object, attribute: str) -> str:
    return f" {attribute}" if applies else ""


def _invalid(is_wrong: bool) -> str:
    return _if(is_wrong, 'aria-invalid="true"')
