"""The history of figures: by which door a change came in, and what makes a past state quick to find."""

from __future__ import annotations

from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords


class Via(models.TextChoices):
    """By which door a change came in."""

    FORM = "FORM", "Formulir entri"
    FILE = "FILE", "Unggahan berkas"
    ADMIN = "ADMIN", "Admin"
    COMMAND = "COMMAND", "Perintah"
    VERIFY = "VERIFY", "Verifikasi"
    CARRIED = "CARRIED", "Mengikuti bulan sebelumnya"
    OPEN = "OPEN", "Pembukaan bulan"


class ChangedVia(models.Model):
    """Adds to a history row by which door the change came in."""

    via = models.CharField("melalui", max_length=8, choices=Via, default=Via.ADMIN)

    class Meta:
        abstract = True


class RecordHistory(HistoricalRecords):
    """History of the monthly figures, the largest table there is: a row per opened cell, entry and verification.

    One index finds the last state of a record, one the states of a month; most of those that Django makes for foreign
    keys are left out, because nobody asks for them and every row written pays for each.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        unasked = ["id", "province", "segment", "period", "changed_by", "verified_by"]
        super().__init__(*args, **{"no_db_index": unasked, **options})

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        return {
            **super().get_meta_options(model),
            "indexes": [
                models.Index(fields=["id", "history_date", "history_id"], name="record_history_state"),
                models.Index(fields=["period", "segment"], name="record_history_month"),
            ],
        }
