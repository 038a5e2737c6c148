"""What was known at the end of a past day: rows as their history shows them, asked like the rows of today. Reads only.

The historical models carry the same field names as the models they follow. So a queryset on the last state of every row
takes the place of a queryset on the rows themselves, and whoever adds up, narrows or scopes needs not know which it is.
Names of areas, segments and sources are not among that: they are read as they are today.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.utils import timezone

DELETED = "-"


def end_of(day: date) -> datetime:
    """The moment the day is over in the time zone of the product."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def rows_of(model: type[Model], known_on: date | None = None) -> QuerySet[Any]:
    """The rows of a model with history: as they stand, or as they stood at the end of a day.

    The second is a queryset of the same class on the historical model: of every row its last state by date, and by the
    order of writing where two states have the same date; nothing of what was deleted by then.
    """
    manager: Any = model._default_manager
    if known_on is None:
        return manager.all()
    history: Any = model.history.model  # type: ignore[attr-defined]  # set by django-simple-history
    key, end = model._meta.pk.attname, end_of(known_on)  # type: ignore[union-attr]
    # The alternative, "no later state exists", is read as a join of the whole history on PostgreSQL; this looks up one
    # entry of the index on key and date per row.
    states = history.objects.filter(**{key: OuterRef(key)}, history_date__lt=end)
    last = states.order_by("-history_date", "-history_id").values("history_id")[:1]
    return (
        type(manager.all())(model=history)
        .filter(history_date__lt=end, history_id=Subquery(last))
        .exclude(history_type=DELETED)
    )
