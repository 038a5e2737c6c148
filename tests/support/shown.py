"""What a report's table shows, read from the table of a response."""

from __future__ import annotations

from typing import Any


def columns_shown(page: Any) -> list[str]:
    """The names of the columns on screen, in their order."""
    return [bound.name for bound in page.context["table"].columns]


def rows_shown(page: Any) -> list[dict[str, str]]:
    """The texts of the rows on screen by column; drawings are empty."""
    return [_texts(page, record) for record in page.context["table"].records]


def total_shown(page: Any) -> dict[str, str]:
    """The texts of the last line."""
    return _texts(page, page.context["table"].total)


def _texts(page: Any, record: Any) -> dict[str, str]:
    columns = [bound.column for bound in page.context["table"].columns]
    return {column.name: column.text(column.read(record)) for column in columns}
