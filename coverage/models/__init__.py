"""Facts: areas, segments, estimates, months, records, submissions, published figures."""

from .areas import AreaCell, CellKey, Province, Regency, cell_in_province
from .facts import ChangedVia, CoverageRecord, PublishedFigure, Via, WorkforceEstimate
from .routine import ReportingPeriod, Submission, SubmissionEvent
from .segments import WorkerSegment
from .sources import Dataset

__all__ = [
    "AreaCell",
    "CellKey",
    "ChangedVia",
    "CoverageRecord",
    "Dataset",
    "Province",
    "PublishedFigure",
    "Regency",
    "ReportingPeriod",
    "Submission",
    "SubmissionEvent",
    "Via",
    "WorkerSegment",
    "WorkforceEstimate",
    "cell_in_province",
]
