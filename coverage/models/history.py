"""The history of figures: how each change was made (`via`), and indexes to find a past state."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connections, models
from simple_history.models import HistoricalRecords

if TYPE_CHECKING:
    from accounts.models import User


class Via(models.TextChoices):
    """How a change was made: by form, file, admin, command, or a step of the routine."""

    FORM = "FORM", "Formulir entri"
    FILE = "FILE", "Unggahan berkas"
    ADMIN = "ADMIN", "Admin"
    COMMAND = "COMMAND", "Perintah"
    VERIFY = "VERIFY", "Verifikasi"
    CARRIED = "CARRIED", "Mengikuti bulan sebelumnya"
    OPEN = "OPEN", "Pembukaan bulan"


class ChangedVia(models.Model):
    """Base of history models that adds `via`."""

    via = models.CharField("melalui", max_length=8, choices=Via, default=Via.ADMIN)

    class Meta:
        abstract = True


class RecordHistory(HistoricalRecords):
    """History of the monthly figures, the largest table: a row per opened cell, entry and verification.

    One index finds the last state of a record, one the states of a month. Most of Django's indexes of foreign keys are
    left out: no query uses them, and each makes every write slower.
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


def write_history(records: models.QuerySet[Any], *, via: Via, user: User, at: datetime) -> None:
    """Add the present state of these records to their history, in one statement.

    For updates of thousands of rows, where the two objects and twenty parameters per row of `bulk_update_with_history`
    take longer than everything else.
    """
    history = records.model.history.model  # type: ignore[attr-defined]  # added by django-simple-history
    added = {
        "via": via.value,
        "history_user": user.pk,
        "history_date": at,
        "history_type": "~",
        "history_change_reason": "",
    }
    copied = [field.attname for field in history.tracked_fields]
    rows = records.order_by("pk").values_list(*copied, *map(models.Value, added.values()))
    connection = connections[records.db]
    select, parameters = rows.query.get_compiler(connection=connection).as_sql()
    columns = [history._meta.get_field(name).column for name in (*copied, *added)]
    table, *names = map(connection.ops.quote_name, (history._meta.db_table, *columns))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(names)}) {select}", parameters)
