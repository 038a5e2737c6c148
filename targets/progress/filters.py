"""Filters of the progress pages, as they stand in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Office, User
from coverage.as_of import KNOWN_ON, asked_day, check_day, periods_of
from coverage.figures.position import Basis
from coverage.models import Province, ReportingPeriod, WorkerSegment
from reporting import months
from reporting.days import DayField
from reporting.fields import ChoiceField
from reporting.filters import COLUMNS, CONTROLS, ReportFilters
from targets.models import Target, TargetSource

from .definitions import Status
from .segments import Measure
from .standing import Level, Question

REFERENCE = "acuan"
#: Folded away; the target's year follows the month.
RARE = {"kanwil": "Kanwil {}", "tahun": "target {}", KNOWN_ON: "per {}"}


def latest_month(periods: list[ReportingPeriod], known_on: date | None = None) -> ReportingPeriod | None:
    """The newest month whose reports are due, on that day or today; the newest of all as long as none is."""
    today = known_on or timezone.localdate()
    return next((period for period in periods if period.due_on <= today), periods[0] if periods else None)


class ProgressFilters(ReportFilters):
    """`bulan, tahun, tingkat, provinsi, kanwil, segmen, sumber, status, data, per_tanggal`."""

    bulan = ChoiceField(label="Posisi")
    tingkat = ChoiceField(label="Tingkat", choices=Level.choices)
    provinsi = ChoiceField(label="Provinsi", required=False)
    kanwil = ChoiceField(label="Kantor Wilayah", required=False)
    segmen = ChoiceField(label="Segmen")
    tahun = ChoiceField(label="Tahun target")
    sumber = ChoiceField(label="Target")
    status = ChoiceField(
        label="Status",
        required=False,
        choices=[("", "Semua status"), *((status.value, status.label) for status in Status)],
    )
    data = ChoiceField(label="Data", choices=Basis.choices)  # type: ignore[assignment]  # the word of the address

    per_tanggal = DayField(label="Dilihat per tanggal", required=False)

    #: Filters a narrower page does not offer.
    left_out: tuple[str, ...] = ()
    rare = RARE

    def __init__(self, address: Mapping[str, str], *, user: User) -> None:
        self.known_on = None if KNOWN_ON in self.left_out else asked_day(address.get(KNOWN_ON, ""))
        self.periods = periods_of(self.known_on)
        self.segments = {
            segment.code: segment
            for segment in WorkerSegment.objects.filter(is_active=True)
            .order_by("position", "code")
            .prefetch_related("components")
        }
        provinces = Province.objects.visible_to(user).filter(is_active=True).order_by("code")
        self.provinces = {} if "provinsi" in self.left_out else {province.code: province for province in provinces}
        offices = Office.objects.filter(kind=Office.Kind.REGIONAL, is_active=True).order_by("name")
        has_offices = user.reads_all_areas and "kanwil" not in self.left_out
        self.offices = {office.code: office for office in offices} if has_offices else {}
        self.sources = {source.code: source for source in TargetSource.objects.filter(is_active=True)}
        self.is_bounded = not user.reads_all_areas
        super().__init__(address)
        self.choose("bulan", [(months.month_code(at.month), str(at)) for at in self.periods])
        if self.known_on:
            then = f"Bulan ini belum dibuka pada {months.long_date(self.known_on)}."
            self.fields["bulan"].error_messages["invalid_choice"] = then
        everywhere = [] if self.is_bounded else [("", "Semua provinsi")]
        self.choose("provinsi", [*everywhere, *((code, at.name) for code, at in self.provinces.items())])
        short_names = [(code, at.name.removeprefix("Kantor Wilayah ")) for code, at in self.offices.items()]
        self.choose("kanwil", [("", "Semua Kanwil"), *short_names])
        kinds = (
            (WorkerSegment.Kind.COMPOSITE, "Gabungan"),
            (WorkerSegment.Kind.BASIC, "Segmen"),
            (WorkerSegment.Kind.GROUP, "Kelompok (tidak dijumlahkan)"),
        )
        self.choose(
            "segmen",
            [
                (label, [(at.code, at.name) for at in self.segments.values() if at.kind == kind])
                for kind, label in kinds
            ],
        )
        self.choose("sumber", [(REFERENCE, "Acuan"), *((code, at.name) for code, at in self.sources.items())])
        self.choose("tahun", [(str(year), str(year)) for year in self.years()])
        for name in (*self.left_out, *(["kanwil"] if self.is_bounded else [])):
            self.fields.pop(name, None)
            if name in address:
                self.unknown.append(name)

    def years(self) -> list[int]:
        """Years that have a target, and the year of the month asked for."""
        known = set(Target.objects.order_by().values_list("year", flat=True).distinct())
        known.add(self._year_asked() or timezone.localdate().year)
        return sorted(known)

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
        if self.is_bounded:  # a local government starts with its own area
            found["tingkat"] = str(Level.PROVINCE if self.provinces else Level.REGENCY)
            found["provinsi"] = next(iter(self.provinces), "")
        return found

    def complete(self) -> None:
        """The target's year follows the month unless the address says otherwise."""
        self.usual["tahun"] = str(self._year_asked() or timezone.localdate().year)
        if not self.address.get("tahun"):
            self.address["tahun"] = self.usual["tahun"]
        if self.known_on:  # written in words in the field, in ISO in every address and file
            self.address[KNOWN_ON] = self.known_on.isoformat()

    @property
    def has_no_data(self) -> bool:
        """Nothing has been set up yet: no month is open or no segment is known."""
        return not self.periods or not self.segments

    @property
    def period(self) -> ReportingPeriod | None:
        """The month asked for, with the dates it has, or had on that day."""
        return next((one for one in self.periods if one.month == self.cleaned_data["bulan"]), None)

    def clean_bulan(self) -> date:
        return months.parse_month(self.cleaned_data["bulan"])

    def clean_per_tanggal(self) -> date | None:
        day = self.cleaned_data[KNOWN_ON]
        return check_day(day) if day else None

    @property
    def kept(self) -> dict[str, str]:
        """The day goes along to every page this one links to."""
        return {KNOWN_ON: self.known_on.isoformat()} if self.known_on else {}

    def clean_provinsi(self) -> Province | None:
        return self.provinces.get(self.cleaned_data["provinsi"])

    def clean_kanwil(self) -> Office | None:
        return self.offices.get(self.cleaned_data["kanwil"])

    def clean_tahun(self) -> int:
        return int(self.cleaned_data["tahun"])

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        province, office = found.get("provinsi"), found.get("kanwil")
        if province and office and province.regional_office_id != office.pk:
            raise ValidationError(f"{province} tidak termasuk {office}.")
        return found

    def question(self) -> Question:
        """The valid filters as a question to `standings`."""
        found = self.cleaned_data
        return Question(
            month=found["bulan"],
            segment=self.segments[found["segmen"]],
            year=found["tahun"],
            level=Level(found.get("tingkat", Level.PROVINCE)),
            province=found.get("provinsi"),
            office=found.get("kanwil"),
            source=self.sources.get(found["sumber"]),
            basis=Basis(found["data"]),
            status=Status(found["status"]) if found.get("status") else None,
            known_on=self.known_on,
        )


class CapaianFilters(ProgressFilters):
    """The progress table: besides, an earlier month to compare with, and the columns to show."""

    controls = (*CONTROLS, COLUMNS)
    rare = {**RARE, "banding": "dibandingkan dengan {}"}

    banding = ChoiceField(label="Bandingkan dengan", required=False)

    def __init__(self, address: Mapping[str, str], *, user: User) -> None:
        super().__init__(address, user=user)
        self.choose("banding", [("", "–"), *((months.month_code(at.month), str(at)) for at in self.periods)])

    def clean_banding(self) -> date | None:
        chosen = self.cleaned_data["banding"]
        return months.parse_month(chosen) if chosen else None

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        month, earlier = found.get("bulan"), found.get("banding")
        if month and earlier and earlier >= month:
            self.add_error("banding", "Pilih bulan sebelum posisi.")
        return found


class HomeFilters(ProgressFilters):
    """Ringkasan: a province shows its regencies, everything wider its provinces; no choice of rows by status."""

    left_out = ("tingkat", "status")

    def question(self) -> Question:
        question = super().question()
        by_regency = question.province is not None or not self.provinces
        return replace(question, level=Level.REGENCY if by_regency else Level.PROVINCE)


class SegmentFilters(ProgressFilters):
    """All segments and groups side by side: one measure at a time."""

    left_out = ("segmen", "tahun", "sumber", "status")

    ukuran = ChoiceField(label="Ukuran", choices=Measure.choices)

    def defaults(self) -> dict[str, str]:
        return {**super().defaults(), "ukuran": str(Measure.COVERAGE)}


class PaperFilters(ProgressFilters):
    """The area stands in the path; month, segment, target and data in the address, as on the page of the area."""

    left_out = ("tingkat", "status", "provinsi", "kanwil")
