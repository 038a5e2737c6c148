"""Refuses to load the national data set into a database with other data."""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from accounts.models import User
from coverage.models import CoverageRecord, Dataset, ReportingPeriod, Submission, WorkforceEstimate
from demonstration.demo.guard import Refused
from targets.models import Target

from .loading import MARK

#: Models that must be empty. Reference data may be loaded.
_FACTS = (User, ReportingPeriod, Submission, CoverageRecord, WorkforceEstimate, Target)


def refuse_other_data(version: str) -> bool:
    """Return whether this data set is loaded already. Raises Refused on a server, and for a database with other data.

    Works before the first migration: a missing table counts as empty.
    """
    if not settings.DEBUG:
        raise Refused("Data rekaan hanya dapat dibuat di komputer percobaan (DEBUG menyala), bukan di server.")
    tables = set(connection.introspection.table_names())
    if Dataset._meta.db_table in tables:
        found = Dataset.objects.filter(code=MARK).values_list("version", flat=True).first()
        if found == version:
            return True
        if found:
            raise Refused(f"Basis data ini sudah berisi data nasional rekaan ({found}). Pakailah yang kosong.")
    names = [
        str(model._meta.verbose_name_plural)
        for model in _FACTS
        if model._meta.db_table in tables and model._default_manager.exists()
    ]
    if names:
        raise Refused(f"Basis data ini tidak kosong ({', '.join(names)}). Pakailah basis data lain yang masih kosong.")
    return False
