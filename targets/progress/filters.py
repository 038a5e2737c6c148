"""Filters of the progress pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone

from accounts.models import Office
from coverage.as_of import KNOWN_ON, check_day
from coverage.figures.position import Basis
from coverage.models import Province, ReportingPeriod, WorkerSegment
from coverage.periods.filters import MonthFilterSet
from reporting import months
from reporting.filters import COLUMNS, CONTROLS, AskedChoice, AskedDay
from targets.models import Target, TargetSource

from .data import Level, Question
from .definitions import Status
from .segments import Measure

REFERENCE = "acuan"
#: Folded filters: what the fold says when one of them is set.
FOLDED = {"kanwil": "Kanwil {}", "tahun": "target {}", KNOWN_ON: "per {}"}


def latest_month(periods: list[ReportingPeriod], known_on: date | None = None) -> ReportingPeriod | None:
    """The newest month whose reports are due on that day (or today); the newest of all if none is due."""
    today = known_on or timezone.localdate()
    return next((period for period in periods if period.due_on <= today), periods[0] if periods else None)


class ProgressFilterSet(MonthFilterSet):
    """The filters of a progress page: month, target, segment, areas and basis."""

    bulan = AskedChoice(label="Posisi", coerce=months.parse_month, required=True)
    tingkat = AskedChoice(label="Tingkat", choices=Level.choices, coerce=Level, required=True)
    provinsi = AskedChoice(label="Provinsi")
    kanwil = AskedChoice(label="Kantor Wilayah")
    segmen = AskedChoice(label="Segmen", required=True)
    tahun = AskedChoice(label="Tahun target", coerce=int, required=True)
    sumber = AskedChoice(label="Target", required=True)
    status = AskedChoice(
        label="Status",
        choices=[("", "Semua status"), *((status.value, status.label) for status in Status)],
        coerce=Status,
    )
    data = AskedChoice(label="Data", choices=Basis.choices, coerce=Basis, required=True)
    per_tanggal = AskedDay(label="Dilihat per tanggal", validators=[check_day])

    folded_words = FOLDED

    class Meta(MonthFilterSet.Meta):
        model: type[Model] = Province
        fields: list[str] = []

    def prepare(self) -> None:
        super().prepare()
        user, filters = self.request.user, self.filters
        self.segments = {
            segment.code: segment
            for segment in WorkerSegment.objects.filter(is_active=True)
            .order_by("position", "code")
            .prefetch_related("components")
        }
        self.sources = {source.code: source for source in TargetSource.objects.filter(is_active=True)}
        #: Whether the user sees their own areas only (a local government) and cannot choose an office.
        self.is_bounded = not user.reads_all_areas
        if self.is_bounded:
            filters.pop("kanwil", None)
        self.provinces: dict[str, Province] = {}
        self.offices: dict[str, Office] = {}
        if "provinsi" in filters:
            self.offer_provinces(Province.objects.visible_to(user).filter(is_active=True).order_by("code"))
        if "kanwil" in filters:
            self.offer_offices(Office.objects.filter(kind=Office.Kind.REGIONAL, is_active=True).order_by("name"))
        if "segmen" in filters:
            self.offer_segments()
        if "sumber" in filters:
            filters["sumber"].offer([(REFERENCE, "Acuan"), *((code, at.name) for code, at in self.sources.items())])
            filters["sumber"].extra["coerce"] = self.sources.get

    def offer_provinces(self, provinces: Any) -> None:
        self.provinces = {province.code: province for province in provinces}
        everywhere = [] if self.is_bounded else [("", "Semua provinsi")]
        self.filters["provinsi"].offer([*everywhere, *((code, at.name) for code, at in self.provinces.items())])
        self.filters["provinsi"].extra["coerce"] = self.provinces.get

    def offer_offices(self, offices: Any) -> None:
        self.offices = {office.code: office for office in offices}
        short_names = [(code, at.name.removeprefix("Kantor Wilayah ")) for code, at in self.offices.items()]
        self.filters["kanwil"].offer([("", "Semua Kanwil"), *short_names])
        self.filters["kanwil"].extra["coerce"] = self.offices.get

    #: Kinds of segments to choose from, with the titles of their groups.
    kinds: tuple[tuple[WorkerSegment.Kind, str], ...] = (
        (WorkerSegment.Kind.COMPOSITE, "Gabungan"),
        (WorkerSegment.Kind.BASIC, "Segmen"),
        (WorkerSegment.Kind.GROUP, "Kelompok (tidak dijumlahkan)"),
    )

    def offer_segments(self) -> None:
        self.filters["segmen"].offer(
            (label, [(at.code, at.name) for at in self.segments.values() if at.kind == kind])
            for kind, label in self.kinds
        )
        self.filters["segmen"].extra["coerce"] = self.segments.get

    def years(self) -> list[int]:
        """Years that have a target, and the year of the month asked for."""
        return sorted({*Target.objects.years(), self._year_asked() or timezone.localdate().year})

    def _year_asked(self) -> int | None:
        try:
            return months.parse_month(self.address.get("bulan", "")).year
        except ValueError:
            return None

    def defaults(self) -> dict[str, str]:
        newest = latest_month(self.periods, self.known_on)
        headline = next((code for code, segment in self.segments.items() if segment.is_headline), "")
        month = months.month_code(newest.month) if newest else ""
        found = {
            "bulan": month,
            "tingkat": str(Level.PROVINCE),
            "segmen": headline,
            "sumber": REFERENCE,
            "data": str(Basis.VERIFIED),
        }
        if self.is_bounded:  # the default for a local government is its own area
            found["tingkat"] = str(Level.PROVINCE if self.provinces else Level.REGENCY)
            found["provinsi"] = next(iter(self.provinces), "")
        return found

    def complete(self) -> None:
        """The target's year follows the month unless the address says otherwise."""
        super().complete()
        if "tahun" in self.filters:
            self.filters["tahun"].offer((str(year), str(year)) for year in self.years())
        self.usual["tahun"] = str(self._year_asked() or timezone.localdate().year)
        if not self.address.get("tahun"):
            self.address["tahun"] = self.usual["tahun"]

    @property
    def has_no_data(self) -> bool:
        """Whether no month has been opened or no segment exists yet."""
        return not self.periods or not self.segments

    def clean(self, found: dict[str, Any]) -> None:
        province, office = found.get("provinsi"), found.get("kanwil")
        if province and office and province.regional_office_id != office.pk:
            raise ValidationError(f"{province} tidak termasuk {office}.")

    def question(self) -> Question:
        """The valid filters as the question of a progress report."""
        found = self.cleaned_data
        return Question(
            month=found["bulan"],
            segment=found["segmen"],
            year=found["tahun"],
            level=found.get("tingkat", Level.PROVINCE),
            province=found.get("provinsi"),
            office=found.get("kanwil"),
            source=found["sumber"],
            basis=found.get("data", Basis.VERIFIED),
            status=found.get("status"),
            known_on=self.known_on,
        )


class CapaianFilterSet(ProgressFilterSet):
    """The filters of the progress table, with an earlier month to compare with and the columns to show."""

    controls = (*CONTROLS, COLUMNS)
    folded_words = {**FOLDED, "banding": "dibandingkan dengan {}"}

    banding = AskedChoice(label="Bandingkan dengan", coerce=months.parse_month)

    def offer_month(self) -> None:
        super().offer_month()
        self.filters["banding"].offer([("", "–"), *((months.month_code(at.month), str(at)) for at in self.periods)])

    def clean(self, found: dict[str, Any]) -> None:
        super().clean(found)
        month, earlier = found.get("bulan"), found.get("banding")
        if month and earlier and earlier >= month:
            self.form.add_error("banding", "Pilih bulan sebelum posisi.")


class HomeFilterSet(ProgressFilterSet):
    """The filters of Ringkasan: a province shows its regencies, any wider area its provinces; no filter by status."""

    tingkat = status = None  # type: ignore[assignment]  # the way to leave a filter out

    def question(self) -> Question:
        question = super().question()
        by_regency = question.province is not None or not self.provinces
        return replace(question, level=Level.REGENCY if by_regency else Level.PROVINCE)


class SegmentFilterSet(ProgressFilterSet):
    """The filters of Segmen, which shows one measure of all segments at a time."""

    segmen = tahun = sumber = status = None  # type: ignore[assignment]

    ukuran = AskedChoice(label="Ukuran", choices=Measure.choices, coerce=Measure, required=True)

    def defaults(self) -> dict[str, str]:
        return {**super().defaults(), "ukuran": str(Measure.COVERAGE)}


class AreaPaperFilterSet(ProgressFilterSet):
    """The filters of the scorecard and the meeting page; the area is in the path."""

    tingkat = status = provinsi = kanwil = None  # type: ignore[assignment]
