"""Loading of reference data: reads CSV files, writes new and changed rows, counts what was done.

Rows are identified by their official code. Nothing is deleted, and unchanged rows are not written: a second run changes
neither the tables nor the history.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import models
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from .numbers import format_count


@dataclass
class LoadTally:
    """What a loader did with the rows of one kind; `remarks` are sentences for the terminal."""

    what: str
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    left: int = 0
    remarks: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.what:<24}{format_count(self.created):>7} baru"
            f"{format_count(self.changed):>7} diubah{format_count(self.unchanged):>7} tetap"
            + (f"{format_count(self.left):>7} dilewati" if self.left else "")
        )

    def leave(self, row: object, why: str) -> None:
        """Record that a row was not written, and why."""
        self.left += 1
        self.remarks.append(f"{row}: dilewati, {why}.")

    @property
    def wrote(self) -> bool:
        return bool(self.created or self.changed)


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows of a UTF-8 CSV file with a heading row; every value is text."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def upsert(
    model: type[models.Model],
    rows: Iterable[Mapping[str, Any]],
    *,
    what: str,
    on_creation: Iterable[str] = (),
    unless_edited: bool = False,
    reason: str = "",
) -> LoadTally:
    """Insert or update the rows, identified by primary key.

    Each row maps attribute names (`province_id`, not `province`) to values of the attribute's own type, the same names
    in every row. Those named in `on_creation` are set on new rows only; users may change them later. With
    `unless_edited` a row last changed by a user is not updated, and a remark says so. `reason` is the change reason in
    the history, for models that have one.
    """
    tally = LoadTally(what)
    wanted = list(rows)
    if not wanted:
        return tally
    key = model._meta.pk.attname
    kept = {key, *on_creation}
    names = [name for name in wanted[0] if name not in kept]
    existing = model._default_manager.in_bulk([row[key] for row in wanted])
    new, different = [], []
    for row in wanted:
        found = existing.get(row[key])
        if found is None:
            new.append(model(**row))
        elif all(getattr(found, name) == row[name] for name in names):
            tally.unchanged += 1
        elif unless_edited and edited_by_person(found):
            tally.leave(found, "sudah diubah pengguna")
        else:
            for name in names:
                setattr(found, name, row[name])
            different.append(found)
    write_new(new, model, reason=reason)
    write_changed(different, model, names, reason=reason)
    tally.created, tally.changed = len(new), len(different)
    return tally


def write_new(rows: list[Any], model: type[models.Model], *, reason: str, **in_history: Any) -> None:
    """Insert rows, with their history where the model keeps one; `in_history` are extra columns of the history row."""
    if not rows:
        return
    if hasattr(model, "history"):
        bulk_create_with_history(
            rows, model, batch_size=500, default_change_reason=reason, custom_historical_attrs=in_history
        )
    else:
        model._default_manager.bulk_create(rows, batch_size=500)


def write_changed(
    rows: list[Any], model: type[models.Model], names: Iterable[str], *, reason: str, **in_history: Any
) -> None:
    """Update the attributes `names` of rows, with their history where the model keeps one."""
    if not rows:
        return
    columns = [model._meta.get_field(name.removesuffix("_id")).name for name in names]
    if hasattr(model, "history"):
        bulk_update_with_history(
            rows, model, columns, batch_size=500, default_change_reason=reason, custom_historical_attrs=in_history
        )
    else:
        model._default_manager.bulk_update(rows, columns, batch_size=500)


def write_one(
    model: type[models.Model],
    found: Any | None,
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    tally: LoadTally,
    stamps: Mapping[str, Any] | None = None,
    reason: str,
    **in_history: Any,
) -> None:
    """Write one row found by `key`, unless it is unchanged or a user changed it last.

    `stamps` are attributes (such as times) that are written with a change but are not a change themselves.
    """
    stamps = stamps or {}
    if found is None:
        write_new([model(**key, **values, **stamps)], model, reason=reason, **in_history)
        tally.created += 1
    elif all(getattr(found, name) == value for name, value in values.items()):
        tally.unchanged += 1
    elif edited_by_person(found):
        tally.leave(found, "sudah diubah pengguna")
    else:
        for name, value in {**values, **stamps}.items():
            setattr(found, name, value)
        write_changed([found], model, [*values, *stamps], reason=reason, **in_history)
        tally.changed += 1


def edited_by_person(row: Any) -> bool:
    """Whether the last change of the row was made by a user and not by a command."""
    last = row.history.order_by("-history_date", "-history_id").first()
    return last is not None and last.history_user_id is not None
