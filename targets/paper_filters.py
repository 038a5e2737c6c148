"""Filters of what is handed out or projected about one area: the scorecard, the meeting page."""

from __future__ import annotations

from .filters import ProgressFilters


class PaperFilters(ProgressFilters):
    """The area stands in the path; month, segment, target and data in the address, as on the page of the area."""

    left_out = ("tingkat", "status", "provinsi", "kanwil")
