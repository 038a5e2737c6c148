"""The admin of areas, facts and the monthly routine, scoped to the office."""

from . import areas, facts, records, routine

__all__ = ["areas", "facts", "records", "routine"]
