"""The month's grid of one office: every cell it fills, with last month's value and the potential. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from operator import itemgetter

from django.db.models import Count, Q

from accounts.models import Office
from coverage.figures.position import Basis, Cell, Position
from coverage.figures.positions import Figure, positions_of_each
from coverage.figures.reader import FIGURE_FIELDS, IS_VERIFIED, FigureReader
from coverage.figures.segments import SegmentGroup
from coverage.models import (
    CoverageRecord,
    Province,
    Regency,
    ReportingPeriod,
    Submission,
    WorkerSegment,
    WorkforceEstimate,
)
from coverage.plausibility import recent_values
from reporting import months


@dataclass(frozen=True, slots=True)
class GridCell:
    """One figure to fill. `participants` is the working value, which may be carried from last month."""

    area: str
    area_name: str
    segment: WorkerSegment
    is_expected: bool
    in_total: bool
    potential: int | None = None
    previous: int | None = None
    participants: int | None = None
    origin: str = CoverageRecord.Origin.BLANK
    note: str = ""
    change_reason: str = ""
    #: Verified in this month and changed since.
    is_changed: bool = False
    #: Working values of the thirteen months before, oldest first; empty where this month has no row.
    history: tuple[int | None, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return self.area, self.segment.pk

    @property
    def abbreviation(self) -> str:
        """Return the code of an expected segment (PU, BPU, JAKON, PMI), which everybody knows; empty for others."""
        return self.segment.pk if self.segment.is_expected else ""

    @property
    def own_value(self) -> int | None:
        """Return this month's own figure, else None."""
        return self.participants if self.origin in CoverageRecord.OWN else None

    @property
    def carried(self) -> int | None:
        """Return the value carried from last month, else None."""
        return self.participants if self.origin == CoverageRecord.Origin.CARRIED else None

    @property
    def change(self) -> Fraction | None:
        """Return the change from last month as a fraction of it; None without an own or a previous value."""
        if self.own_value is None or not self.previous:
            return None
        return Fraction(self.own_value - self.previous, self.previous)

    @property
    def coverage_rate(self) -> Fraction | None:
        if self.own_value is None or not self.potential:
            return None
        return Fraction(self.own_value, self.potential)


@dataclass(frozen=True, slots=True)
class GridArea:
    """A regency, or the province-wide rows of a province, with its headline sum."""

    code: str
    name: str
    expected: tuple[GridCell, ...]
    optional: tuple[GridCell, ...]
    total: Position

    @property
    def is_province(self) -> bool:
        return len(self.code) == 2


@dataclass(frozen=True, slots=True)
class Grid:
    office: Office
    period: ReportingPeriod
    earlier: ReportingPeriod | None
    submission: Submission | None
    headline: WorkerSegment | None
    areas: tuple[GridArea, ...]
    #: Primary key of the user of the last save.
    saved_by: int | None = None
    saved_at: datetime | None = None

    @property
    def label(self) -> str:
        """Return the title of this month's column."""
        return months.name_within(self.period.month, self.period.month.year)

    @property
    def earlier_label(self) -> str:
        """Return the title of last month's column."""
        if self.earlier is None:
            return "Bulan lalu"
        return months.name_within(self.earlier.month, self.period.month.year)

    @property
    def cells(self) -> Iterable[GridCell]:
        for area in self.areas:
            yield from area.expected
            yield from area.optional

    @property
    def expected(self) -> int:
        return sum(len(area.expected) for area in self.areas)

    @property
    def filled(self) -> int:
        """Return the number of expected cells with an own value."""
        return sum(cell.own_value is not None for area in self.areas for cell in area.expected)

    @property
    def changed(self) -> int:
        """Return the number of figures that differ from the verified ones of this month."""
        return sum(cell.is_changed for cell in self.cells)

    @property
    def optional_filled(self) -> int:
        return sum(cell.own_value is not None for area in self.areas for cell in area.optional)

    @property
    def has_provinces(self) -> bool:
        return any(area.is_province for area in self.areas)

    @property
    def has_regencies(self) -> bool:
        return any(not area.is_province for area in self.areas)


def load_grid(office: Office, period: ReportingPeriod) -> Grid:
    """Return the grid. The number of queries does not depend on its size."""
    earlier = ReportingPeriod.objects.filter(month__lt=period.month).order_by("-month").first()
    known = list(WorkerSegment.objects.prefetch_related("components"))
    segments = [one for one in known if one.is_active and one.kind != WorkerSegment.Kind.COMPOSITE]
    headline = next((one for one in known if one.is_headline), None)
    summed = SegmentGroup.of(headline) if headline else None
    regencies = list(Regency.objects.filter(branch_office=office).order_by("code"))
    here = Q(regency__in=[regency.pk for regency in regencies])
    places: list[tuple[Cell, str]] = [((one.province_id, one.pk), one.name) for one in regencies if one.is_active]
    if office.kind == Office.Kind.REGIONAL:
        provinces = list(Province.objects.filter(regional_office=office).order_by("code"))
        here |= Q(regency=None, province__in=[province.pk for province in provinces])
        places += [((one.pk, None), one.name) for one in provinces if one.is_active]

    # By area codes instead of by office, so that PostgreSQL uses an index.
    records = CoverageRecord.objects.filter(here)
    _, histories = recent_values(records, period.month)
    stored: dict[tuple[date, Cell, str], tuple[int | None, str, str, str, bool]] = {}
    figures: list[Figure] = []
    saved: list[tuple[datetime, int]] = []
    for *figure, note, reason, changed_at, changed_by in (
        records.filter(period__in=[period, earlier] if earlier else [period])
        .order_by()
        .values_list(*FIGURE_FIELDS, IS_VERIFIED, "note", "change_reason", "changed_at", "changed_by")
    ):
        month, province, regency, segment, origin, now, verified, is_verified = figure
        stored[month, (province, regency), segment] = now, origin, note, reason, is_verified and now != verified
        if month == period.month:
            figures.append(tuple(figure))
            if changed_at:
                saved.append((changed_at, changed_by))
    reader = FigureReader(records, WorkforceEstimate.objects.filter(here), Regency.objects.filter(branch_office=office))
    codes = {segment.pk for segment in segments}.union(summed.with_potential if summed else ())
    potentials = reader.potentials(codes, [period.month])
    served = [one.pk for one in regencies if one.is_active]
    totals: dict[Cell, Position] = {}
    if summed:
        positions = positions_of_each([summed], figures, potentials, served, Basis.PROVISIONAL)
        totals = positions[summed.segment.pk][period.month].by_cell
    in_total = set(summed.codes) if summed else set()

    def cell(place: Cell, name: str, segment: WorkerSegment, *, is_expected: bool) -> GridCell:
        area = place[1] or place[0]
        now = stored.get((period.month, place, segment.pk))
        before = stored.get((earlier.month, place, segment.pk)) if earlier else None
        return GridCell(
            area,
            name,
            segment,
            is_expected,
            segment.pk in in_total,
            potentials[period.month].at(place, segment.pk),
            before[0] if before else None,
            *(now or (None, CoverageRecord.Origin.BLANK, "", "", False)),
            history=tuple(histories[area, segment.pk]) if now else (),
        )

    areas = []
    for place, name in places:
        expected = [segment for segment in segments if place[1] and segment.is_expected]
        # A total that is not broken down can be entered for a province; for a regency only if it exists.
        optional = [
            segment
            for segment in segments
            if segment not in expected
            and (
                not place[1]
                or segment.kind == WorkerSegment.Kind.GROUP
                or any((month, place, segment.pk) in stored for month in (period.month, earlier and earlier.month))
            )
        ]
        areas.append(
            GridArea(
                place[1] or place[0],
                name,
                tuple(cell(place, name, segment, is_expected=True) for segment in expected),
                tuple(cell(place, name, segment, is_expected=False) for segment in optional),
                totals.get(place, Position()),
            )
        )
    saved_at, saved_by = max(saved, key=itemgetter(0), default=(None, None))
    return Grid(
        office=office,
        period=period,
        earlier=earlier,
        submission=Submission.objects.filter(office=office, period=period).first(),
        headline=headline,
        areas=tuple(areas),
        saved_by=saved_by,
        saved_at=saved_at,
    )


@dataclass(frozen=True, slots=True)
class OfficeState:
    """Filled and expected cells of an office's month, and its status."""

    office: Office
    filled: int
    expected: int
    status: str


def office_states(offices: Iterable[Office], period: ReportingPeriod) -> list[OfficeState]:
    """Return every office with its expected and filled cells and its status; branches follow their Kanwil."""
    per_regency = WorkerSegment.objects.filter(is_active=True, is_expected=True).count()
    regencies = Regency.objects.filter(is_active=True).order_by().values("branch_office").annotate(n=Count("pk"))
    served = {row["branch_office"]: row["n"] for row in regencies}
    filled = dict(
        CoverageRecord.objects.filter(
            Q(regency__is_active=True, segment__is_active=True, segment__is_expected=True),
            period=period,
            origin__in=CoverageRecord.OWN,
        )
        .order_by()
        .values_list("regency__branch_office")
        .annotate(Count("pk"))
    )
    submissions = Submission.objects.filter(period=period)
    status = {submission.office_id: submission.get_status_display() for submission in submissions}
    return [
        OfficeState(
            office,
            filled.get(office.pk, 0),
            served.get(office.pk, 0) * per_regency,
            status.get(office.pk, "Belum mulai"),
        )
        for office in sorted(offices, key=_by_kanwil)
    ]


def _by_kanwil(office: Office) -> tuple[str, bool, str]:
    is_branch = office.kind == Office.Kind.BRANCH
    return (office.parent.name if is_branch and office.parent else office.name, is_branch, office.name)
