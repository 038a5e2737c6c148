"""The preview of a file of figures: what confirming would change. Reads only."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Office
from coverage.importing.preview import FilePreview, LineKind
from coverage.models import CellKey, CoverageRecord
from coverage.plausibility import Flag, FlagKind, flags_of
from coverage.records.carrying import in_cells

from .batches import FigureFileProposal, Proposed
from .lines import Clash, FigureFileLine
from .stored import Place, StoredMonth

#: The most rows on the page; a national file has ten thousand.
SHOWN = 300


def preview_of(proposal: FigureFileProposal, stored: StoredMonth) -> FilePreview[FigureFileLine]:
    """The preview of the file. For one office the number of queries does not depend on the rows."""
    flags = _flags(proposal, stored)
    places = {place.code: place for place in stored.places}
    lines = [
        _line(proposed, places[proposed.row.area], stored, flags)
        for proposed in proposal.rows
        if proposed.row.area in places and proposed.row.segment in stored.segments
    ]
    return FilePreview(lines, tuple(_clashes(proposal.stale(stored), places, stored))[:SHOWN], SHOWN)


def _line(
    proposed: Proposed, place: Place, stored: StoredMonth, flags: dict[CellKey, tuple[Flag, ...]]
) -> FigureFileLine:
    row, seen, wanted = proposed.row, proposed.seen, proposed.wanted
    if not proposed.is_change:
        kind = LineKind.SAME
    elif wanted.participants == seen.participants:
        kind = LineKind.NOTE
    else:
        kind = LineKind.NEW if seen.participants is None else LineKind.CHANGED
    asked = flags.get(row.key, ())
    reason = row.reason or stored.at(row.key).reason
    return FigureFileLine(
        place,
        stored.segments[row.segment],
        kind,
        seen.participants,
        wanted.participants,
        stored.at(row.key).previous,
        wanted.note,
        str(CoverageRecord.Reason(reason).label) if reason else "",
        () if kind == LineKind.SAME else tuple(flag for flag in asked if not (reason and flag.needs_reason)),
    )


def _flags(proposal: FigureFileProposal, stored: StoredMonth) -> dict[CellKey, tuple[Flag, ...]]:
    """The plausibility flags of the file's figures. Blank cells get none, because a file need not be complete."""
    office_of = {place.code: place.office for place in stored.places}
    typed: dict[str, dict[CellKey, int | None]] = {}
    for proposed in proposal.changes:
        if proposed.wanted.participants is not None and proposed.row.area in office_of:
            typed.setdefault(office_of[proposed.row.area], {})[proposed.row.key] = proposed.wanted.participants
    found: dict[CellKey, tuple[Flag, ...]] = {}
    for office in Office.objects.filter(pk__in=typed):
        checks = flags_of(office, stored.period, typed[office.pk])
        for key in typed[office.pk]:
            flags = tuple(flag for flag in checks[key].flags if flag.kind != FlagKind.BLANK)
            if flags:
                found[key] = flags
    return found


def _clashes(stale: list[Proposed], places: dict[str, Place], stored: StoredMonth) -> Iterable[Clash]:
    keys = {proposed.row.key for proposed in stale}
    records = {}
    if keys:
        rows = CoverageRecord.objects.filter(in_cells(keys), period=stored.period).select_related("changed_by")
        records = {(record.area_code, record.segment_id): record for record in rows}
    for proposed in stale:
        record = records.get(proposed.row.key)
        person = record.changed_by if record else None
        cell = stored.at(proposed.row.key)
        yield Clash(
            places[proposed.row.area],
            stored.segments[proposed.row.segment],
            proposed.wanted.participants,
            proposed.wanted.note,
            cell.participants,
            cell.note,
            (person.get_full_name() or person.username) if person else "",
            record.changed_at if record else None,
        )
