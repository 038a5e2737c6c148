"""The history of one target: who changed what, when, why, and from where (form, file, admin or command)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from coverage.models import Via
from reporting.amounts import format_amount
from reporting.months import long_date
from reporting.numbers import NOTHING, format_count
from targets.models import Target, TargetQuerySet

from .changes import TargetValues

if TYPE_CHECKING:
    from accounts.models import User

History: Any = Target.history.model

VIA_WORDS = {
    Via.FORM: "halaman Sasaran",
    Via.FILE: "impor berkas",
    Via.ADMIN: "admin",
    Via.COMMAND: "data yang dimuat",
}
LABELS = {
    "percent": "Target cakupan",
    "workers": "Target peserta",
    "is_reference": "Acuan",
    "decree": "Dasar hukum",
    "decree_date": "Tanggal dasar hukum",
    "note": "Catatan",
}


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """One value before and after, formatted for the screen."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class TargetEvent:
    """One change. `by` is empty when a command made it."""

    at: datetime
    by: str
    via: str
    what: str
    parts: tuple[ChangedValue, ...]
    reason: str
    decree: str


def words_of(values: TargetValues) -> dict[str, str]:
    """The values of a target, formatted for the screen, by field."""
    return {
        "percent": NOTHING if values.percent is None else f"{format_amount(values.percent)}%",
        "workers": format_count(values.workers),
        "is_reference": "ya" if values.is_reference else "tidak",
        "decree": values.decree or NOTHING,
        "decree_date": long_date(values.decree_date) if values.decree_date else NOTHING,
        "note": values.note or NOTHING,
    }


def figures_of(values: TargetValues) -> str:
    """The target in one phrase: `46%, 1.200 pekerja`, or the one of both that is stated."""
    words = words_of(values)
    stated = [words["percent"]] if values.percent is not None else []
    stated += [f"{words['workers']} pekerja"] if values.workers is not None else []
    return ", ".join(stated)


def parts_of(before: TargetValues, after: TargetValues) -> tuple[ChangedValue, ...]:
    """The values that differ between two states."""
    old, new = words_of(before), words_of(after)
    return tuple(
        ChangedValue(LABELS[name], old[name], new[name])
        for name in TargetValues._fields
        if getattr(before, name) != getattr(after, name)
    )


def states_of(number: int, reader: User) -> list[Any]:
    """The history rows of a target, newest first; none for a target the user may not see."""
    rows = TargetQuerySet(model=History).visible_to(reader).filter(id=number)
    return list(
        rows.select_related("history_user__office", "province", "regency", "segment", "source").order_by(
            "-history_date", "-history_id"
        )
    )


def events_of(states: Sequence[Any], reader: User) -> list[TargetEvent]:
    """The changes of the target, newest first."""
    found = []
    for index, row in enumerate(states):
        before = states[index + 1] if index + 1 < len(states) else None
        parts = () if row.history_type == "-" else parts_of(TargetValues.of(before), TargetValues.of(row))
        if before is None:
            parts = tuple(replace(part, old=NOTHING) for part in parts)
        found.append(
            TargetEvent(
                at=row.history_date,
                by=row.history_user.name_for(reader) if row.history_user else "",
                via=VIA_WORDS.get(row.via, str(row.get_via_display())),
                what=_what(row, before, parts),
                parts=parts,
                reason=row.history_change_reason or "",
                decree=row.decree,
            )
        )
    return found


def _what(row: Any, before: Any, parts: tuple[ChangedValue, ...]) -> str:
    if row.history_type == "-":
        return "Ditarik"
    if before is None:
        return "Ditetapkan"
    if [part.label for part in parts] == [LABELS["is_reference"]]:
        return "Dijadikan acuan" if row.is_reference else "Tidak lagi acuan"
    return "Diubah"
