"""The day a report is looked at from, as `coverage.asof` reads it."""

from coverage.asof import KNOWN_ON, asked_day, check_day, first_day, period_of, periods_of, words_of

__all__ = ["KNOWN_ON", "asked_day", "check_day", "first_day", "period_of", "periods_of", "words_of"]
