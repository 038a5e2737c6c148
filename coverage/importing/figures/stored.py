"""The stored data a file of figures is matched with: areas, segments and cells."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q

from accounts.models import Office
from coverage.figures.reader import FigureReader
from coverage.models import (
    CellKey,
    CoverageRecord,
    Province,
    Regency,
    ReportingPeriod,
    WorkerSegment,
    WorkforceEstimate,
)
from coverage.models.querysets import CodeSystem


@dataclass(frozen=True, slots=True)
class Place:
    """A regency, or a province for figures not broken down by regency. `office` enters its figures."""

    code: str
    bps_code: str
    name: str
    office: str

    @property
    def is_province(self) -> bool:
        return len(self.code) == 2

    def code_in(self, system: str) -> str:
        return self.bps_code if system == CodeSystem.BPS else self.code


@dataclass(frozen=True, slots=True)
class StoredCell:
    """The stored values of a cell.

    `participants` is this month's own value, `previous` the working value of last month.
    """

    participants: int | None = None
    note: str = ""
    reason: str = ""
    previous: int | None = None
    potential: int | None = None
    has_record: bool = False


NOTHING = StoredCell()


@dataclass(frozen=True)
class StoredMonth:
    """The cells of an office in a month; with `office` None those of the whole country."""

    period: ReportingPeriod
    earlier: ReportingPeriod | None
    office: Office | None
    #: All active areas, regencies first.
    places: tuple[Place, ...]
    segments: dict[str, WorkerSegment]
    composites: dict[str, str]
    cells: dict[CellKey, StoredCell] = field(default_factory=dict)

    def is_in_scope(self, place: Place) -> bool:
        return self.office is None or place.office == self.office.pk

    @property
    def own_places(self) -> list[Place]:
        return [place for place in self.places if self.is_in_scope(place)]

    def at(self, key: CellKey) -> StoredCell:
        return self.cells.get(key, NOTHING)

    def offers(self, place: Place, segment: WorkerSegment) -> bool:
        """Whether the cell is on the grid. An unsplit total is for provinces, and for regencies that have one."""
        return (
            place.is_province
            or segment.is_expected
            or segment.kind == WorkerSegment.Kind.GROUP
            or self.at((place.code, segment.pk)).has_record
        )


def load(period: ReportingPeriod, office: Office | None) -> StoredMonth:
    """Read the cells. Seven queries."""
    earlier = ReportingPeriod.objects.filter(month__lt=period.month).order_by("-month").first()
    regencies = Regency.objects.filter(is_active=True, branch_office__is_active=True).order_by("code")
    provinces = Province.objects.filter(is_active=True, regional_office__is_active=True).order_by("code")
    places = [
        *(Place(*row) for row in regencies.values_list("code", "bps_code", "name", "branch_office")),
        *(Place(*row) for row in provinces.values_list("code", "bps_code", "name", "regional_office")),
    ]
    segments = {segment.pk: segment for segment in WorkerSegment.objects.filter(is_active=True)}
    composite = WorkerSegment.Kind.COMPOSITE
    enterable = {pk: segment for pk, segment in segments.items() if segment.kind != composite}
    cells = _cells(period, earlier, office, [pk for pk, segment in enterable.items() if segment.has_potential])
    return StoredMonth(
        period,
        earlier,
        office,
        tuple(places),
        enterable,
        {pk: segment.name for pk, segment in segments.items() if segment.kind == composite},
        cells,
    )


def _cells(
    period: ReportingPeriod, earlier: ReportingPeriod | None, office: Office | None, with_potential: list[str]
) -> dict[CellKey, StoredCell]:
    reader = FigureReader(CoverageRecord.objects.all(), WorkforceEstimate.objects.all(), Regency.objects.all())
    if office is not None:
        reader = FigureReader(reader.records.of_office(office), reader.estimates.of_office(office), reader.areas)
    now: dict[CellKey, tuple[int | None, str, str]] = {}
    before: dict[CellKey, int | None] = {}
    for month, province, regency, segment, origin, participants, note, reason in (
        reader.records.filter(Q(period=period) | Q(period=earlier))
        .order_by()
        .values_list("period", "province", "regency", "segment", "origin", "participants", "note", "change_reason")
    ):
        key = (regency or province, segment)
        if month == period.pk:
            now[key] = (participants if origin in CoverageRecord.OWN else None, note, reason)
        else:
            before[key] = participants
    potentials = {
        (cell[1] or cell[0], segment): workers
        for cell, segment, workers in reader.potentials(with_potential, [period.month])[period.month].items()
    }
    return {
        key: StoredCell(
            *now.get(key, (None, "", "")), before.get(key), potentials.get(key), has_record=key in now or key in before
        )
        for key in now.keys() | before.keys() | potentials.keys()
    }
