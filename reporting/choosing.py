"""Columns on screen chosen by the reader: `kolom=` in the address, once per column or separated by commas.

Files do not follow: they keep every column, so that a program reading them never meets a missing one.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from .filters import COLUMNS, ReportFilters
from .tables import Table

#: What a new choice of columns does not carry on: the choice before, and where in the old table one was.
_NOT_KEPT = (COLUMNS, "halaman", "format")


@dataclass(frozen=True, slots=True)
class Option:
    """A column that can be shown; `is_fixed`: it names the row and always stays."""

    key: str
    title: str
    is_shown: bool
    is_fixed: bool


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """What the form of columns offers. `kept` is the rest of the address."""

    options: list[Option]
    kept: list[tuple[str, str]]
    #: The choice as the address writes it; empty for the usual columns.
    chosen: str


def asked_columns(request: HttpRequest) -> list[str]:
    """Column keys in the address, in both spellings; empty when it names none."""
    return [key.strip() for text in request.GET.getlist(COLUMNS) for key in text.split(",") if key.strip()]


def choose_columns(request: HttpRequest, form: ReportFilters, table: Table) -> None:
    """Show what the address asks for, where the report lets readers choose. Raises UnknownColumn."""
    if COLUMNS in form.controls and (keys := asked_columns(request)):
        table.show(keys)


def column_choice(request: HttpRequest, form: ReportFilters, table: Table) -> ColumnChoice | None:
    """The form of columns; None where the report has no choice."""
    if COLUMNS not in form.controls:
        return None
    options = [
        Option(column.key, column.title, column.key in table.screen, column.names_row) for column in table.offered
    ]
    kept = [(name, str(value)) for name, value in request.GET.items() if name not in _NOT_KEPT]
    return ColumnChoice(options, kept, ",".join(asked_columns(request)))
