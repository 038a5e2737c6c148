"""`/angka/`: the records behind a figure, with the users who entered, submitted and verified them."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import User
from coverage.as_of import words_of
from coverage.figures.position import Basis, add
from coverage.figures.reader import FigureReader
from coverage.figures.segments import SegmentGroup
from coverage.figures.sources import FigurePart, parts_of
from coverage.models import Province, Regency, WorkerSegment
from coverage.permissions import offices_for_entry, offices_for_verification
from reporting.months import long_date, month_code, month_end, month_name
from reporting.numbers import format_count
from reporting.tables.columns import DrawingColumn
from reporting.views import Report, ReportView
from targets.area.selectors import find_area

from .filters import FigureFilterSet
from .tables import FigureTable, draw_ways


class FigureView(ReportView):
    """The sum of the records is the figure the link came from."""

    filterset_class = FigureFilterSet
    table_class = FigureTable
    template_name = "targets/figure/figure.html"
    title = "Angka di balik laporan"
    file_name = "angka"

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        code = request.GET.get("wilayah", "").strip()
        self.area: Province | Regency | None = find_area(request, code) if code else None
        return super().get(request, **where)

    def place(self, filterset: FigureFilterSet) -> str:
        if self.area:
            rest = ", tidak dirinci per kab/kota" if filterset.cleaned_data["bagian"] else ""
            return self.area.name + rest
        office = filterset.cleaned_data.get("kanwil")
        return office.name if office else "Wilayah Anda" if filterset.is_bounded else "Nasional"

    def get_heading(self, filterset: FigureFilterSet) -> str:
        return f"{filterset.cleaned_data['segmen'].name}, {self.place(filterset)}"

    def reader(self, user: User, filterset: FigureFilterSet) -> FigureReader:
        """A reader of the records behind the figure: those of the area, or of the active provinces."""
        reader = FigureReader.visible_to(user, filterset.known_on)
        if isinstance(self.area, Regency):
            return reader.in_regency(self.area.code)
        if self.area:
            reader = reader.in_provinces([self.area.code])
        else:
            provinces = Province.objects.filter(is_active=True)
            if office := filterset.cleaned_data.get("kanwil"):
                provinces = provinces.filter(regional_office=office)
            reader = reader.in_provinces(provinces.values_list("code", flat=True))
        if filterset.cleaned_data["bagian"]:
            rest = {"regency__isnull": True}
            reader = replace(reader, records=reader.records.filter(**rest), estimates=reader.estimates.filter(**rest))
        return reader

    def find(self, filterset: FigureFilterSet) -> Report:
        found, user = filterset.cleaned_data, self.request.user
        month, basis = found["bulan"], found["data"]
        segments = SegmentGroup.of(found["segmen"])
        parts = parts_of(self.reader(user, filterset), segments, month, basis, user, filterset.known_on)
        total = FigurePart(
            month=month,
            area_name=f"Jumlah {format_count(len(parts))} sel",
            participants=reduce(add, (part.participants for part in parts), None),
            potential=reduce(add, (part.potential for part in parts), None),
        )
        period = filterset.period
        explanation = self.explain(filterset, segments, parts)
        definition = {
            "area_code": self.area.code if self.area else "",
            "area_name": self.place(filterset),
            "part": "not_broken_down" if found["bagian"] else "all",
            "segment": segments.segment.pk,
            "segment_components": segments.codes,
            "month": month_code(month),
            "position_date": (period.cut_off_on if period else month_end(month)).isoformat(),
            "data": "verified" if basis == Basis.VERIFIED else "provisional",
            "known_on": filterset.known_on.isoformat() if filterset.known_on else None,
            "explanation": explanation,
        }
        return Report(
            rows=parts,
            total=total,
            definition=definition,
            explanation=explanation,
            context={"month": month, "total": total, "basis": basis, "area": self.area, "segment": segments.segment},
        )

    def explain(self, filterset: FigureFilterSet, segments: SegmentGroup, parts: list[FigurePart]) -> list[str]:
        found = filterset.cleaned_data
        period = filterset.period
        changed = sum(part.is_changed for part in parts)
        kind = segments.segment.kind
        return [
            "jumlah baris di bawah ini adalah angka di laporan",
            *(
                [f"{segments.segment.name} = " + " + ".join(dict.fromkeys(part.segment_name for part in parts))]
                if kind == WorkerSegment.Kind.COMPOSITE and parts
                else []
            ),
            *(["kelompok tidak masuk ke jumlah mana pun"] if kind == WorkerSegment.Kind.GROUP else []),
            f"posisi data per {long_date(period.cut_off_on if period else month_end(found['bulan']))}",
            f"data {found['data'].label.lower()}",
            *([f"{format_count(changed)} angka berubah sejak diverifikasi (≠)"] if changed else []),
            *([words_of(filterset.known_on)] if filterset.known_on else []),
        ]

    def get_screen_context(self, filterset: FigureFilterSet, report: Report) -> dict[str, Any]:
        return {"month_name": month_name(report.context["month"])}

    def get_table_kwargs(self) -> dict[str, Any]:
        """Adds links to entry or verification, where the user has access."""
        month, user = month_code(self.report.context["month"]), self.request.user
        to_enter = set(offices_for_entry(user).values_list("pk", flat=True))
        to_verify = set(offices_for_verification(user).values_list("pk", flat=True))

        def ways(part: FigurePart) -> list[tuple[str, str]]:
            at = [month, part.office]
            found = [("Entri", reverse("entry-office", args=at))] if part.office in to_enter else []
            return [*found, *([("Verifikasi", reverse("verification", args=at))] if part.office in to_verify else [])]

        if not (to_enter or to_verify):
            return {}
        column = DrawingColumn("Buka", get=ways, draw=draw_ways)
        return {"extra_columns": [("ways", column)], "screen": [*FigureTable.screen, "ways"]}
