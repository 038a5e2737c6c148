"""Admin pages of areas, figures and the monthly routine, limited to the user's scope."""

from . import areas, estimates, periods, records, submissions

__all__ = ["areas", "estimates", "periods", "records", "submissions"]
