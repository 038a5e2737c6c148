"""Admin pages of areas, figures and the monthly routine, limited to the user's scope."""

from . import areas, calendar, facts, records, routine

__all__ = ["areas", "calendar", "facts", "records", "routine"]
