"""Months, without imports of the product, whose modules may have other names in older commits."""

from __future__ import annotations

from datetime import date, timedelta


def add_months(month: date, count: int) -> date:
    """The first day of the month `count` months later."""
    years, place = divmod(month.month - 1 + count, 12)
    return date(month.year + years, place + 1, 1)


def month_end(month: date) -> date:
    """The last day of the month."""
    return add_months(month, 1) - timedelta(days=1)


def month_code(month: date) -> str:
    """`2026-09`, as in addresses."""
    return f"{month:%Y-%m}"
