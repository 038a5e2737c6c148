"""Months, without the product: the cases also run in older commits, where its modules may have other names."""

from __future__ import annotations

from datetime import date, timedelta


def add_months(month: date, count: int) -> date:
    """The first day of the month `count` months later."""
    years, place = divmod(month.month - 1 + count, 12)
    return date(month.year + years, place + 1, 1)


def month_end(month: date) -> date:
    """Its last day."""
    return add_months(month, 1) - timedelta(days=1)


def month_code(month: date) -> str:
    """As in addresses: `2026-09`."""
    return f"{month:%Y-%m}"
