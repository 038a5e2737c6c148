"""Measures hit and false-alarm rates of the plausibility checks on the figures in the database.

    python benchmarks/checks.py

Checks every entered value with thirteen months before it by `coverage.plausibility`, as stored (a flag is a false alarm
unless the record has a reason) and with inserted mistakes (each should be flagged: a hit).
"""

from __future__ import annotations

import os
import sys
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from coverage.models import CoverageRecord
from coverage.plausibility import MEMORY, check_value

MISTAKES = {
    "ten times (one digit too many)": lambda value: value * 10,
    "a tenth (one digit missing)": lambda value: value // 10,
    "three times": lambda value: value * 3,
    "twice": lambda value: value * 2,
    "half": lambda value: value // 2,
    "two neighbouring digits swapped": lambda value: _swapped(value),
}


def _swapped(value: int) -> int:
    digits = str(value)
    return int(digits[1] + digits[0] + digits[2:]) if len(digits) > 1 else value


def main() -> None:
    series: dict = defaultdict(dict)
    reasons = set()
    rows = CoverageRecord.objects.filter(segment__is_expected=True, regency__isnull=False).order_by()
    for area, segment, month, value, origin, reason in rows.values_list(
        "regency", "segment", "period", "participants", "origin", "change_reason"
    ):
        series[area, segment][month] = (value, origin in CoverageRecord.OWN)
        if reason:
            reasons.add((area, segment, month))
    asked: Counter = Counter()
    alarms: Counter = Counter()
    explained: Counter = Counter()
    hits: Counter = Counter()
    planted: Counter = Counter()
    for cell, by_month in series.items():
        months = sorted(by_month)
        for place in range(MEMORY, len(months)):
            value, is_own = by_month[months[place]]
            if not is_own:
                continue
            history = [by_month[month][0] for month in months[place - MEMORY : place]]
            group = "January" if months[place].month == 1 else "other months"
            check = check_value(value, history, None)
            asked[group] += 1
            if check.needs_reason:
                (explained if (*cell, months[place]) in reasons else alarms)[group] += 1
            for name, mistake in MISTAKES.items():
                wrong = mistake(value)
                if value and wrong != value:
                    planted[name] += 1
                    hits[name] += check_value(wrong, history, None).needs_reason
    for group in asked:
        print(
            f"{group}: {asked[group]:,} values, {alarms[group]:,} questioned without a reason on record "
            f"({alarms[group] / asked[group]:.2%}), {explained[group]:,} with one"
        )
    for name in MISTAKES:
        print(f"planted {name}: {hits[name]:,} of {planted[name]:,} questioned ({hits[name] / planted[name]:.2%})")


if __name__ == "__main__":
    main()
