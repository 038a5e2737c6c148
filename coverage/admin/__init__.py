"""The admin of areas, facts and the monthly routine, scoped to the office."""

from . import areas, calendar, facts, records, routine

__all__ = ["areas", "calendar", "facts", "records", "routine"]
