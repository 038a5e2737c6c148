"""Cells of a declared table as HTML. Written here and not in a template: the longest table has six thousand of them."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from reporting.tables import Cell, Kind

register = template.Library()


@register.simple_tag(takes_context=True)
def cells(context: Context, row: Iterable[Cell]) -> SafeString:
    """The cells of one row, each a `th` or `td`."""
    return mark_safe("".join([_html(cell, context) for cell in row]))  # noqa: S308 - every part is escaped below


def _html(cell: Cell, context: Context) -> str:
    column = cell.column
    if column.names_row:
        return f'<th scope="row">{_drawn(cell, context) if column.is_drawn else _name(cell)}</th>'
    if column.is_drawn:
        return f'<td class="{column.key} {column.css}">{_drawn(cell, context)}</td>'
    if column.kind == Kind.STATUS:
        status = cell.value
        return (
            f'<td><span class="st {status.css}"><i aria-hidden="true">{status.sign}</i> {escape(cell.text)}</span></td>'
        )
    words = f"{'n ' if column.is_number else ''}{column.css}{' neg' if cell.is_negative else ''}"
    remark = _remark(escape(cell.remark)) if cell.remark else ""
    return f'<td class="{words}">{_name(cell)}{remark}</td>'


def _name(cell: Cell) -> str:
    text = escape(cell.text)
    return f'<a href="{escape(cell.link)}">{text}</a>' if cell.link else text


def _remark(words: str) -> str:
    return (
        f'<span class="remark" title="{words}"><span aria-hidden="true">≠</span>'
        f'<span class="hidden-text"> ({words})</span></span>'
    )


def _drawn(cell: Cell, context: Context) -> str:
    """By the column's function where it has one, else by its template, which is found once per page."""
    if cell.column.draw:
        return cell.column.draw(cell)
    page: Any = context.render_context
    known = page.setdefault("cells", {})
    name = cell.column.template
    if name not in known:
        known[name] = context.template.engine.get_template(name)  # type: ignore[union-attr]
    with context.push(cell=cell):
        return known[name].render(context)
