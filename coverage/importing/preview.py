"""What confirming a file would do, cell by cell, for a person to look at. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from accounts.models import Office
from coverage.models import CellKey, CoverageRecord, WorkerSegment
from coverage.plausibility import Flag, FlagKind, flags_of
from coverage.records.carrying import in_cells
from coverage.records.services import CellValue

from .context import Place, Standing
from .uploads import Proposal, Proposed

#: Rows on the page; a national file has ten thousand.
SHOWN = 300


class Kind(StrEnum):
    NEW = "baru"
    CHANGED = "berubah"
    NOTE = "keterangan"
    SAME = "tetap"


@dataclass(frozen=True, slots=True)
class Line:
    """A cell before and after. `before` and `after` are this month's own values, `previous` is last month's.

    A flag that asks for a reason is answered, and left out, where there is one.
    """

    place: Place
    segment: WorkerSegment
    kind: Kind
    before: int | None
    after: int | None
    previous: int | None
    note: str
    reason: str
    flags: tuple[Flag, ...]

    @property
    def base(self) -> int | None:
        """What the difference is counted from: the value it replaces, else last month's."""
        return self.previous if self.before is None else self.before

    @property
    def difference(self) -> int | None:
        return None if self.after is None or self.base is None else self.after - self.base


@dataclass(frozen=True, slots=True)
class Clash:
    """A cell that somebody changed after the preview was made."""

    place: Place
    segment: WorkerSegment
    in_file: CellValue
    stored: CellValue
    changed_by: str
    changed_at: datetime | None


@dataclass(frozen=True)
class Preview:
    counts: dict[str, int]
    #: What would change, flagged cells first; at most SHOWN of each kind of list.
    changes: tuple[Line, ...]
    same: tuple[Line, ...]
    flagged: int
    clashes: tuple[Clash, ...]

    @property
    def total(self) -> int:
        """Cells that would be written."""
        return sum(count for kind, count in self.counts.items() if kind != Kind.SAME)

    @property
    def hidden(self) -> int:
        return self.total - len(self.changes)

    @property
    def hidden_same(self) -> int:
        return self.counts[Kind.SAME] - len(self.same)


def preview_of(proposal: Proposal, standing: Standing) -> Preview:
    """The page's content. A file of one office takes a number of queries that does not depend on its rows."""
    flags = _flags(proposal, standing)
    places = {place.code: place for place in standing.places}
    known = [row for row in proposal.rows if row.row.area in places and row.row.segment in standing.segments]
    counts = Counter({kind.value: 0 for kind in Kind})
    changes: list[Line] = []
    same: list[Line] = []
    for proposed in known:
        line = _line(proposed, places[proposed.row.area], standing, flags)
        counts[line.kind.value] += 1
        (same if line.kind == Kind.SAME else changes).append(line)
    changes.sort(key=lambda line: (-any(flag.needs_reason for flag in line.flags), not line.flags))
    return Preview(
        dict(counts),
        tuple(changes[:SHOWN]),
        tuple(same[:SHOWN]),
        sum(bool(line.flags) for line in changes),
        tuple(_clashes(proposal.stale(standing), places, standing))[:SHOWN],
    )


def _line(proposed: Proposed, place: Place, standing: Standing, flags: dict[CellKey, tuple[Flag, ...]]) -> Line:
    row, seen, wanted = proposed.row, proposed.seen, proposed.wanted
    if not proposed.is_change:
        kind = Kind.SAME
    elif wanted.participants == seen.participants:
        kind = Kind.NOTE
    else:
        kind = Kind.NEW if seen.participants is None else Kind.CHANGED
    asked = flags.get(row.key, ())
    reason = row.reason or standing.at(row.key).reason
    return Line(
        place,
        standing.segments[row.segment],
        kind,
        seen.participants,
        wanted.participants,
        standing.at(row.key).previous,
        wanted.note,
        str(CoverageRecord.Reason(reason).label) if reason else "",
        () if kind == Kind.SAME else tuple(flag for flag in asked if not (reason and flag.needs_reason)),
    )


def _flags(proposal: Proposal, standing: Standing) -> dict[CellKey, tuple[Flag, ...]]:
    """What the figures of the file would be asked. A blank cell is no question here: a file need not be complete."""
    office_of = {place.code: place.office for place in standing.places}
    typed: dict[str, dict[CellKey, int | None]] = {}
    for proposed in proposal.changes:
        if proposed.wanted.participants is not None and proposed.row.area in office_of:
            typed.setdefault(office_of[proposed.row.area], {})[proposed.row.key] = proposed.wanted.participants
    found: dict[CellKey, tuple[Flag, ...]] = {}
    for office in Office.objects.filter(pk__in=typed):
        checks = flags_of(office, standing.period, typed[office.pk])
        for key in typed[office.pk]:
            flags = tuple(flag for flag in checks[key].flags if flag.kind != FlagKind.BLANK)
            if flags:
                found[key] = flags
    return found


def _clashes(stale: list[Proposed], places: dict[str, Place], standing: Standing) -> Iterable[Clash]:
    keys = {proposed.row.key for proposed in stale}
    records = {}
    if keys:
        rows = CoverageRecord.objects.filter(in_cells(keys), period=standing.period).select_related("changed_by")
        records = {(record.area_code, record.segment_id): record for record in rows}
    for proposed in stale:
        record = records.get(proposed.row.key)
        person = record.changed_by if record else None
        stands = standing.at(proposed.row.key)
        yield Clash(
            places[proposed.row.area],
            standing.segments[proposed.row.segment],
            proposed.wanted,
            CellValue(stands.participants, stands.note),
            (person.get_full_name() or person.username) if person else "",
            record.changed_at if record else None,
        )
