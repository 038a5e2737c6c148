"""Months, represented by their first day: arithmetic, parsing `2026-09`, Indonesian names."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime

from django.utils import timezone

NAMES = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
SHORT_NAMES = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


def parse_month(text: str) -> date:
    """Read `2026-09`. Raises ValueError with an Indonesian sentence."""
    match = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
    if not match or not 1 <= int(match[2]) <= 12 or int(match[1]) < 1:
        raise ValueError(f"“{text}” bukan bulan. Tulis tahun dan bulan, misalnya 2026-09.")
    return date(int(match[1]), int(match[2]), 1)


def month_code(month: date) -> str:
    """`2026-09`, as used in addresses and files."""
    return f"{month.year:04d}-{month.month:02d}"


def add_months(month: date, count: int) -> date:
    """The first of the month `count` months later (earlier when negative)."""
    year, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(year, index + 1, 1)


def months_between(start: date, end: date) -> int:
    """The number of months from `start` to `end`; negative when `end` is earlier."""
    return (end.year - start.year) * 12 + end.month - start.month


def span(first: date, last: date) -> list[date]:
    """Every month from the first to the last, both included."""
    return [add_months(first, step) for step in range(months_between(first, last) + 1)]


def month_end(month: date) -> date:
    """The last day of the month."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def month_name(month: date) -> str:
    """`September 2026`."""
    return f"{NAMES[month.month - 1]} {month.year}"


def name_within(month: date, year: int) -> str:
    """`September` within the given year, `Desember 2025` in another one."""
    return NAMES[month.month - 1] if month.year == year else month_name(month)


def short_month(month: date) -> str:
    """`Sep 26`, for axes."""
    return f"{SHORT_NAMES[month.month - 1]} {month.year % 100:02d}"


def long_date(day: date) -> str:
    """`24 September 2024`."""
    return f"{day.day} {NAMES[day.month - 1]} {day.year}"


def moment(when: datetime) -> str:
    """`24 September 2024 pukul 14.32`, in the time zone of the product."""
    here = timezone.localtime(when)
    return f"{long_date(here.date())} pukul {here:%H.%M}"


def short_moment(when: datetime) -> str:
    """`24 Sep 14.32`, without the year."""
    here = timezone.localtime(when)
    return f"{here.day} {SHORT_NAMES[here.month - 1]} {here:%H.%M}"


def days_away(day: date, today: date | None = None) -> str:
    """`hari ini`, `besok`, `3 hari lagi`, `kemarin`, `2 hari lalu`."""
    count = (day - (today or timezone.localdate())).days
    near = {0: "hari ini", 1: "besok", -1: "kemarin"}
    return near.get(count) or (f"{count} hari lagi" if count > 0 else f"{-count} hari lalu")
