"""Reads the history of figures as changes: who changed what, when, from what to what, why, and how.

A history row is a state; a change is the difference to the previous state of the same record. The first state of a
cell is the opening of its month; it is shown only on the page of that figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils import timezone

from coverage.models import CoverageRecord, ReportingPeriod, Via
from coverage.models.querysets import CellQuerySet
from reporting import months
from reporting.tables.table import DerivedRows

if TYPE_CHECKING:
    from accounts.models import Office, User

#: The historical model: a record as it was from one change to the next.
StateOfRecord: Any = CoverageRecord.history.model
#: Changes on a page or file at most; older ones need a narrower filter.
LONGEST = 10_000
#: Fields compared between two states of a record.
_STATE = (
    "id",
    "history_id",
    "participants",
    "verified_participants",
    "verified_at",
    "origin",
    "note",
    "change_reason",
)


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One change of one figure, in persons; None is blank or unknown.

    `old` and `new` are the working figure, `old_verified` and `new_verified` the verified one; equal if unchanged.
    """

    at: datetime
    by: str
    username: str
    by_office: str
    month: date
    area: str
    area_name: str
    segment: str
    segment_name: str
    what: str
    old: int | None
    new: int | None
    #: The new figure is last month's, because the month has no own one.
    is_stand_in: bool
    old_verified: int | None
    new_verified: int | None
    reason: str
    note: str
    remark: str
    via: str
    #: This is the record's last change, and the figure differs from the verified one.
    is_unverified_now: bool

    @property
    def itself(self) -> FigureChange:
        """Return the change itself, for columns that render several of its fields."""
        return self

    @property
    def at_text(self) -> str:
        """Return `2026-10-05 14:32` for files, in the time zone of the product."""
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M}"

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)

    @property
    def time(self) -> str:
        return f"{timezone.localtime(self.at):%H.%M}"

    @property
    def month_code(self) -> str:
        return months.month_code(self.month)

    @property
    def own_remark(self) -> str:
        """Return the remark, unless it repeats the note."""
        return "" if self.remark in self.note else self.remark

    @property
    def is_new_figure(self) -> bool:
        return self.old != self.new

    @property
    def is_newly_verified(self) -> bool:
        return self.old_verified != self.new_verified or self.what == VERIFIED


OPENED, OPENED_BLANK = "Dibuka dengan angka bulan lalu", "Dibuka, belum ada angka"
FILLED, CHANGED, EMPTIED = "Diisi", "Diubah", "Dikosongkan"
VERIFIED, FOLLOWED, NOTED, DELETED = "Diverifikasi", "Mengikuti bulan sebelumnya", "Keterangan diubah", "Dihapus"
STORED = "Disimpan"


class ChangeRows(DerivedRows):
    """Changes of history rows, newest first, `LONGEST` at most."""

    def __init__(self, history: QuerySet[Any], reader: User) -> None:
        super().__init__(history.order_by("-history_date", "-history_id"))
        self.reader = reader
        # Counted only up to the limit, since COUNT of the whole history is slow.
        found = history.order_by()[: LONGEST + 1].count()
        self.is_cut = found > LONGEST
        self.length = min(found, LONGEST)

    def __len__(self) -> int:
        return self.length

    def derive(self, records: QuerySet[Any]) -> Iterator[FigureChange]:
        """Yield the changes. Two queries: the rows, and all states of their records, to find the previous ones."""
        shown = list(records.select_related("province", "regency", "segment", "history_user__office"))
        states: dict[int, list[Any]] = {}
        known = StateOfRecord.objects.filter(id__in={row.id for row in shown}).order_by("history_id").only(*_STATE)
        for state in known:
            states.setdefault(state.id, []).append(state)
        for row in shown:
            earlier = [state for state in states[row.id] if state.history_id < row.history_id]
            is_last = states[row.id][-1].history_id == row.history_id
            yield _change(row, earlier[-1] if earlier else None, self.reader, is_last=is_last)


def of_record(record: CoverageRecord) -> QuerySet[Any]:
    """Return the history of one figure."""
    return StateOfRecord.objects.filter(id=record.pk)


def of_office(office: Office, period: ReportingPeriod, reader: User) -> QuerySet[Any]:
    """Return the changes of an office's month that the user may see."""
    records = CoverageRecord.objects.of_office(office).visible_to(reader).filter(period=period)
    return _changes_only(StateOfRecord.objects.filter(id__in=records.order_by().values("pk")))


def visible_to(reader: User) -> CellQuerySet:
    """Return the changes of every figure the user may see."""
    return _changes_only(CellQuerySet(model=StateOfRecord).visible_to(reader))


def _changes_only(history: Any) -> Any:
    """Leave out the states written when a month is opened: ten thousand rows that are no user's change."""
    return history.exclude(via=Via.OPEN)


def _change(row: Any, before: Any | None, reader: User, *, is_last: bool) -> FigureChange:
    person = row.history_user
    is_staff = reader.reads_all_areas
    what = _what(row, before)
    # Without a previous state, a cell had last month's verified value; only a verification changes that.
    old_verified = None if what == VERIFIED else row.verified_participants
    return FigureChange(
        at=row.history_date,
        by=person.name_for(reader) if person else "",
        username=person.username if person and is_staff else "",
        by_office=str(person.office) if person and person.office and is_staff else "",
        month=row.period_id,
        area=row.regency_id or row.province_id,
        area_name=str(row.regency or row.province),
        segment=row.segment_id,
        segment_name=str(row.segment),
        what=what,
        old=before.participants if before else row.participants if what == VERIFIED else None,
        new=row.participants,
        is_stand_in=row.origin == CoverageRecord.Origin.CARRIED,
        old_verified=before.verified_participants if before else old_verified,
        new_verified=row.verified_participants,
        reason=row.get_change_reason_display() if row.change_reason else "",
        note=row.note,
        remark=row.history_change_reason or "",
        via=row.get_via_display(),
        is_unverified_now=is_last and row.verified_at is not None and row.participants != row.verified_participants,
    )


def _what(row: Any, before: Any | None) -> str:
    """Return the kind of change. The first row of an optional cell is a user's change, not an opening."""
    is_own = row.origin in CoverageRecord.OWN
    if row.via == Via.OPEN:
        return OPENED_BLANK if row.participants is None else OPENED
    if row.history_type == "-":
        return DELETED
    if before is None:
        return VERIFIED if row.via == Via.VERIFY else FILLED if is_own else FOLLOWED
    if (row.participants, row.origin) != (before.participants, before.origin):
        if is_own:
            return CHANGED if before.origin in CoverageRecord.OWN else FILLED
        return EMPTIED if before.origin in CoverageRecord.OWN else FOLLOWED
    if row.verified_at != before.verified_at:
        return VERIFIED if row.verified_at else FOLLOWED
    if row.verified_participants != before.verified_participants:
        return FOLLOWED
    if (row.note, row.change_reason) != (before.note, before.change_reason):
        return NOTED
    return STORED
