"""Refuses to load the demonstration into a database with real data."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.db.models import Q

from accounts.models import User
from coverage.models import CoverageRecord, Dataset, Submission, WorkforceEstimate

MARK = "demo"


class Refused(Exception):
    """The demonstration may not be loaded here; the text is shown to the user."""


def refuse_real_data() -> None:
    """Raise Refused when `DEBUG` is off or the database contains other data than the demonstration.

    Works before the first migration and after an incomplete one: a missing table counts as empty.
    """
    if not settings.DEBUG:
        raise Refused("Peragaan hanya dapat dijalankan di komputer percobaan (DEBUG menyala), bukan di server.")
    tables = set(connection.introspection.table_names())
    if Dataset._meta.db_table in tables and Dataset.objects.filter(code=MARK).exists():
        return
    found = [
        what
        for model, where, what in (
            (User, Q(), "pengguna"),
            (Submission, Q(), "pengajuan"),
            (CoverageRecord, Q(changed_by__isnull=False) | Q(regency__isnull=False), "angka bulanan"),
            (WorkforceEstimate, Q(regency__isnull=False), "potensi kab/kota"),
        )
        if model._meta.db_table in tables and model.objects.filter(where).exists()
    ]
    if found:
        raise Refused(
            f"Basis data ini sudah berisi data sungguhan ({', '.join(found)}). "
            "Peragaan tidak dijalankan agar data itu tidak tercampur. Pakailah basis data lain yang masih kosong."
        )
