"""Template filters for all numbers on screen."""

from __future__ import annotations

from django import template

from reporting import months
from reporting.numbers import format_change, format_count, format_money, format_number, format_rate

register = template.Library()
register.filter("count", format_count)
register.filter("rate", format_rate)
register.filter("money", format_money)
register.filter("change", format_change)
register.filter("month_name", months.month_name)
register.filter("month_code", months.month_code)
register.filter("short_month", months.short_month)
register.filter("long_date", months.long_date)
register.filter("moment", months.moment)
register.filter("short_moment", months.short_moment)
register.filter("days_away", months.days_away)


@register.filter
def signed(value):
    """`+1.865.315`, `−1.234`."""
    return format_number(value, signed=True)


@register.filter
def decimals(value, digits=2):
    """`79.119,67`."""
    return format_number(value, digits)


@register.filter
def points(value):
    """A difference in percentage points: `+0,47`."""
    return format_number(value, 2, signed=True)


@register.filter
def percent_number(fraction):
    """A rate without the percent sign: `24,86`."""
    return format_rate(fraction).removesuffix("%")
