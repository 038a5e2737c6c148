"""Models of areas, segments, estimates, months, records, submissions and published figures."""

from .areas import AreaCell, CellKey, Province, Regency, cell_in_province
from .datasets import Dataset
from .figures import CoverageRecord, PublishedFigure, WorkforceEstimate
from .history import ChangedVia, Via, write_history
from .periods import ReportingPeriod
from .reminders import Reminder
from .reopenings import PeriodReopening
from .revisions import Revision
from .segments import WorkerSegment
from .submissions import Submission, SubmissionEvent
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
