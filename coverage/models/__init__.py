"""Models of areas, segments, estimates, months, records, submissions and published figures."""

from .areas import AreaCell, CellKey, Province, Regency, cell_in_province
from .facts import CoverageRecord, PublishedFigure, WorkforceEstimate
from .history import ChangedVia, Via, write_history
from .reminders import Reminder
from .revisions import Revision
from .routine import PeriodReopening, ReportingPeriod, Submission, SubmissionEvent
from .segments import WorkerSegment
from .sources import Dataset
from .uploads import ImportBatch

__all__ = [
    "AreaCell",
    "CellKey",
    "ChangedVia",
    "CoverageRecord",
    "Dataset",
    "ImportBatch",
    "PeriodReopening",
    "Province",
    "PublishedFigure",
    "Regency",
    "Reminder",
    "ReportingPeriod",
    "Revision",
    "Submission",
    "SubmissionEvent",
    "Via",
    "WorkerSegment",
    "WorkforceEstimate",
    "cell_in_province",
    "write_history",
]
