"""The history of figures, read: who changed what, when, from what to what, why, and by which door.

A row of history is a state; a change is that state beside the one before it of the same record. The first state of a
cell is the one its month was opened with; it is told on the page of that figure only. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, overload

from django.db.models import QuerySet
from django.utils import timezone

from coverage.models import CoverageRecord, ReportingPeriod, Via
from coverage.models.querysets import CellQuerySet
from reporting import months

if TYPE_CHECKING:
    from accounts.models import Office, User

History: Any = CoverageRecord.history.model
#: No page and no file goes further back than this many changes; a narrower filter does.
LONGEST = 10_000
#: Rows decorated at a time: below what SQLite takes as parameters of one query.
_CHUNK = 1000
#: What is compared between two states of a record.
_STATE = ("id", "participants", "verified_participants", "verified_at", "origin", "note", "change_reason")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one figure. Heads; None is blank, or not known.

    `old` and `new` are the working figure, `old_verified` and `new_verified` the verified one. Where they did not
    change the old and the new are the same.
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
    #: The new figure is last month's, standing in for one of its own.
    is_stand_in: bool
    old_verified: int | None
    new_verified: int | None
    reason: str
    note: str
    remark: str
    via: str
    #: The figure's last change, after which it is no longer the one that was verified.
    is_unverified_now: bool

    @property
    def itself(self) -> Change:
        """For columns that are drawn from several of these."""
        return self

    @property
    def at_text(self) -> str:
        """For files: `2026-10-05 14:32`, in the time zone of the product."""
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
        """The remark, unless the note says it already."""
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


class Trail(Sequence[Change]):
    """Changes, newest first, fetched only as far as they are looked at, never beyond LONGEST."""

    def __init__(self, history: QuerySet[Any], reader: User) -> None:
        self.history = history.order_by("-history_date", "-history_id")
        self.reader = reader
        # Counted only as far as it will be shown.
        found = history.order_by()[: LONGEST + 1].count()
        self.is_cut = found > LONGEST
        self.length = min(found, LONGEST)

    def __len__(self) -> int:
        return self.length

    @overload
    def __getitem__(self, index: int) -> Change: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Change]: ...
    def __getitem__(self, index: int | slice) -> Change | Sequence[Change]:
        if isinstance(index, int):
            return self[index : index + 1][0]
        start, stop, _ = index.indices(self.length)
        return list(self._changes(start, stop))

    def __iter__(self) -> Iterator[Change]:
        for start in range(0, self.length, _CHUNK):
            yield from self._changes(start, min(start + _CHUNK, self.length))

    def _changes(self, start: int, stop: int) -> Iterator[Change]:
        """Two queries: the rows, and everything known of their records, to find the state before each."""
        shown = list(self.history.select_related("province", "regency", "segment", "history_user__office")[start:stop])
        states: dict[int, list[Any]] = {}
        for state in (
            History.objects.filter(id__in={row.id for row in shown})
            .order_by("history_id")
            .only(
                "id",
                "history_id",
                "participants",
                "verified_participants",
                "origin",
                "note",
                "change_reason",
                "verified_at",
            )
        ):
            states.setdefault(state.id, []).append(state)
        for row in shown:
            earlier = [state for state in states[row.id] if state.history_id < row.history_id]
            is_last = states[row.id][-1].history_id == row.history_id
            yield _change(row, earlier[-1] if earlier else None, self.reader, is_last=is_last)


def of_record(record: CoverageRecord, reader: User) -> Trail:
    """What happened to one figure."""
    return Trail(History.objects.filter(id=record.pk), reader)


def of_office(office: Office, period: ReportingPeriod, reader: User) -> Trail:
    """What happened to the figures of an office's month that the reader may see."""
    records = CoverageRecord.objects.of_office(office).visible_to(reader).filter(period=period)
    return Trail(_changes_only(History.objects.filter(id__in=records.order_by().values("pk"))), reader)


def feed(
    reader: User,
    *,
    period: ReportingPeriod | None = None,
    office: Office | None = None,
    person: User | None = None,
    via: str = "",
) -> Trail:
    """What happened to every figure the reader may see, narrowed down."""
    history = _changes_only(CellQuerySet(model=History).visible_to(reader))
    if office is not None:
        history = history.of_office(office)
    if period is not None:
        history = history.filter(period=period.pk)
    if person is not None:
        history = history.filter(history_user=person)
    if via:
        history = history.filter(via=via)
    return Trail(history, reader)


def _changes_only(history: Any) -> Any:
    """Without the first states, which a month gets when it is opened: ten thousand at once, and nobody's doing."""
    return history.exclude(via=Via.OPEN)


def _change(row: Any, before: Any | None, reader: User, *, is_last: bool) -> Change:
    person = row.history_user
    is_staff = reader.reads_all_areas
    what = _what(row, before)
    # Without a state before it, a cell held last month's verified value; only a verification changes that.
    old_verified = None if what == VERIFIED else row.verified_participants
    return Change(
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
    """An optional cell has no opening: its first row is what somebody did to it."""
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
