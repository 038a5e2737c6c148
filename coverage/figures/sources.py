"""Sources of a figure: the records behind a sum with who entered, submitted and verified each; and the sums a record
is part of. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from coverage.as_of import end_of
from coverage.models import CoverageRecord, Province, Regency, SubmissionEvent, Via, WorkerSegment
from coverage.models.querysets import CellQuerySet
from reporting.months import month_code

from .position import Basis, Cell
from .reader import FigureReader
from .segments import SegmentGroup

if TYPE_CHECKING:
    from .reader import Potentials

_Action = SubmissionEvent.Action
_ORIGINS = dict(CoverageRecord.Origin.choices)
_REASONS = dict(CoverageRecord.Reason.choices)
_VIAS = dict(Via.choices)
#: Values of `via` with which a user gives a figure.
_ENTERED_VIA = (Via.FORM, Via.FILE, Via.ADMIN, Via.COMMAND)
_FIELDS = (
    "id",
    "province",
    "regency",
    "segment",
    "participants",
    "verified_participants",
    "origin",
    "change_reason",
    "note",
    "changed_by",
    "changed_at",
    "verified_by",
    "verified_at",
)
#: Fields that describe the entry of a value.
_ENTRY = ("origin", "change_reason", "note", "changed_by", "changed_at")
NO_ENTRY: Mapping[str, Any] = {**dict.fromkeys(_ENTRY, ""), "changed_by": None, "changed_at": None, "via": ""}


@dataclass(frozen=True, slots=True)
class Act:
    """User (as the reader may see the name), time and `via` of a step. Empty when unknown."""

    by: str = ""
    at: datetime | None = None
    via: str = ""

    @property
    def day(self) -> date | None:
        return timezone.localdate(self.at) if self.at else None

    @property
    def at_text(self) -> str:
        """Return `2026-10-05 14:32` for files, in the time zone of the product."""
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M}" if self.at else ""


NOBODY = Act()


@dataclass(frozen=True, slots=True, kw_only=True)
class FigurePart:
    """One record behind a figure, or their total, in persons; `participants` is the value on the basis asked for."""

    month: date
    area_code: str = ""
    area_name: str = ""
    segment: str = ""
    segment_name: str = ""
    office: str = ""
    participants: int | None = None
    origin: str = ""
    entered: Act = NOBODY
    submitted: Act = NOBODY
    verified: Act = NOBODY
    reason: str = ""
    note: str = ""
    is_changed: bool = False
    #: If a verified value was changed since: the present value, the user and the reason.
    participants_now: int | None = None
    changed: Act = NOBODY
    changed_why: str = ""
    potential: int | None = None
    potential_source: str = ""
    potential_since: date | None = None
    has_record: bool = False

    @property
    def itself(self) -> FigurePart:
        """Return the part itself, for columns that render several of its fields."""
        return self

    @property
    def month_code(self) -> str:
        return month_code(self.month)

    @property
    def changed_text(self) -> str:
        return "ya" if self.is_changed else ""


def parts_of(
    facts: FigureReader, segments: SegmentGroup, month: date, basis: Basis, reader: User, known_on: date | None = None
) -> list[FigurePart]:
    """Return the cells whose sum is the figure, by area and segment. Eight queries, whatever their number.

    Cells with a potential but no record are included: they count in the potential of the same figure.
    """
    potentials = facts.potentials(segments.with_potential, [month])[month]
    rows = {
        ((row["province"], row["regency"]), row["segment"]): row
        for row in facts.records.filter(period=month, segment__in=segments.codes).order_by().values(*_FIELDS)
    }
    entries_of = _entries(rows.values(), month, segments.codes, known_on)
    people = _people([*rows.values(), *(entry for entries in entries_of.values() for entry in entries)])
    names, offices = _areas()
    submitted = _last_submitted(month, known_on, reader)
    segment_names = {segment.pk: segment.name for segment in segments.stored}

    def act(person: int | None, at: datetime | None, via: str = "") -> Act:
        known = people.get(person) if person else None
        return Act(known.name_for(reader) if known else "", at, via) if at else NOBODY

    parts = []
    places = {code: place for place, code in enumerate(segments.codes)}
    for cell, segment in sorted(
        {*rows, *((cell, segment) for cell, segment, _workers in potentials.items())},
        key=lambda key: (key[0][0], key[0][1] or "", places[key[1]]),
    ):
        row = rows.get((cell, segment))
        area = cell[1] or cell[0]
        shared: dict[str, Any] = {
            "month": month,
            "area_code": area,
            "area_name": names.get(area, area) + ("" if cell[1] else ", tidak dirinci per kab/kota"),
            "segment": segment,
            "segment_name": segment_names[segment],
            "office": offices.get(area, ""),
            **_potential(potentials, cell, segment),
        }
        if row is None:
            parts.append(FigurePart(**shared, origin="Tidak ada angka"))
            continue
        entries = entries_of.get(row["id"], [])
        last = {**row, "via": entries[-1]["via"] if entries else ""}
        entry = _entry_of_value(last, entries, basis)
        is_changed = row["verified_at"] is not None and row["participants"] != row["verified_participants"]
        since: dict[str, Any] = {}
        if is_changed and basis == Basis.VERIFIED:
            since = {
                "participants_now": row["participants"],
                "changed": act(row["changed_by"], row["changed_at"], _VIAS.get(last["via"], "")),
                "changed_why": ": ".join(filter(None, [_REASONS.get(row["change_reason"], ""), row["note"]])),
            }
        parts.append(
            FigurePart(
                **shared,
                **since,
                participants=row["verified_participants"] if basis == Basis.VERIFIED else row["participants"],
                origin=_origin(row, entry, basis),
                entered=act(entry["changed_by"], entry["changed_at"], _VIAS.get(entry["via"], "")),
                submitted=submitted.get(shared["office"], NOBODY),
                verified=act(row["verified_by"], row["verified_at"]),
                reason=_REASONS.get(entry["change_reason"], ""),
                note=entry["note"],
                is_changed=is_changed,
                has_record=True,
            )
        )
    return parts


def _entry_of_value(row: Mapping[str, Any], entries: list[dict[str, Any]], basis: Basis) -> Mapping[str, Any]:
    """Return the entry of the value: the last one, or for a verified value the last one before its verification.

    A verified value carried from an earlier month was entered there, so an entry of this month is not its source.
    """
    if basis == Basis.PROVISIONAL or row["verified_participants"] is None:
        return row
    if row["verified_at"] is None:
        return row if row["participants"] == row["verified_participants"] else NO_ENTRY
    if row["changed_at"] is None or row["changed_at"] <= row["verified_at"]:
        return row
    return next((entry for entry in reversed(entries) if entry["changed_at"] <= row["verified_at"]), NO_ENTRY)


def _origin(row: Mapping[str, Any], entry: Mapping[str, Any], basis: Basis) -> str:
    if basis == Basis.PROVISIONAL:
        return _ORIGINS[row["origin"]]
    if row["verified_participants"] is None:
        return "Belum diverifikasi"
    # a record created with a carried value has no entry of its own
    own = entry["origin"] or CoverageRecord.Origin.CARRIED
    return _ORIGINS[own] if row["verified_at"] else "Verifikasi bulan sebelumnya"


def _potential(potentials: Potentials, cell: Cell, segment: str) -> dict[str, Any]:
    source, since = potentials.sources.get(segment, {}).get(cell, ("", None))
    return {
        "potential": potentials.at(cell, segment),
        "potential_source": source,
        "potential_since": since,
    }


def _people(rows: Iterable[Mapping[str, Any]]) -> dict[int, User]:
    wanted = {row.get(field) for row in rows for field in ("changed_by", "verified_by")} - {None}
    return User.objects.select_related("office").in_bulk(wanted)


def _entries(
    rows: Iterable[Mapping[str, Any]], month: date, segments: list[str], known_on: date | None
) -> dict[int, list[dict[str, Any]]]:
    """Return by record the states in which a user gave its value, oldest first, each with its `via`."""
    ids = {row["id"] for row in rows}
    history = CellQuerySet(model=CoverageRecord.history.model).filter(
        period=month, segment__in=segments, via__in=_ENTERED_VIA, changed_at__isnull=False
    )
    if known_on:
        history = history.filter(history_date__lt=end_of(known_on))
    found: dict[int, list[dict[str, Any]]] = {}
    for entry in history.order_by("history_date", "history_id").values("id", "via", *_ENTRY):
        if entry["id"] in ids:
            found.setdefault(entry["id"], []).append(entry)
    return found


def _areas() -> tuple[dict[str, str], dict[str, str]]:
    """Return names and responsible offices by area code."""
    names: dict[str, str] = {}
    offices: dict[str, str] = {}
    for rows in (
        Province.objects.values_list("code", "name", "regional_office"),
        Regency.objects.values_list("code", "name", "branch_office"),
    ):
        for code, name, office in rows.order_by():
            names[code], offices[code] = name, office or ""
    return names, offices


def _last_submitted(month: date, known_on: date | None, reader: User) -> dict[str, Act]:
    """Return by office who last submitted the month; none when the submission was withdrawn since."""
    steps = SubmissionEvent.objects.filter(
        submission__period=month, action__in=[_Action.SUBMIT, _Action.WITHDRAW]
    ).select_related("submission", "user__office")
    if known_on:
        steps = steps.filter(at__lt=end_of(known_on))
    found: dict[str, Act] = {}
    for step in steps.order_by("at", "pk"):
        is_handed_in = step.action == _Action.SUBMIT
        name = step.user.name_for(reader) if step.user else ""
        found[step.submission.office_id] = Act(name, step.at) if is_handed_in else NOBODY
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """The segments a record is part of and the areas it belongs to, each with a label and a URL."""

    segments: list[tuple[str, str]]
    areas: list[tuple[str, str]]
    is_group: bool


def counted_in(record: CoverageRecord, reader: User) -> Counted:
    """Return the figures a record is counted in, as far as the reader may see them. Three queries at most."""
    basis = Basis.VERIFIED if record.verified_at else Basis.PROVISIONAL
    month = month_code(record.period_id)
    own = record.segment
    sums = WorkerSegment.objects.filter(is_active=True, components=own).order_by("position", "code")
    asked = {"bulan": month, "data": str(basis)}

    def segment_address(code: str) -> str:
        rest = {"bagian": "tanpa-rincian"} if record.regency_id is None else {}
        figure = {**asked, "segmen": code, "wilayah": record.area_code, **rest}
        return f"{reverse('figure')}?{urlencode(figure)}"

    query = urlencode({**asked, "segmen": own.pk})
    areas = [(record.regency.name, reverse("area", args=[record.regency_id]))] if record.regency else []
    if Province.objects.visible_to(reader).filter(pk=record.province_id).exists():
        areas.append((record.province.name, reverse("area", args=[record.province_id])))
    if reader.reads_all_areas:
        areas.append(("Nasional", reverse("home")))
    return Counted(
        [(segment.name, segment_address(segment.pk)) for segment in [own, *sums]],
        [(label, f"{address}?{query}") for label, address in areas],
        own.kind == WorkerSegment.Kind.GROUP,
    )
