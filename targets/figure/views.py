"""`/angka/`: the records behind a figure, and who entered, handed in and verified them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import User
from coverage.as_of import words_of
from coverage.figures.position import Basis, add
from coverage.figures.reader import Facts
from coverage.figures.segments import SegmentSum
from coverage.figures.sources import Part, parts_of
from coverage.models import Province, Regency, WorkerSegment
from coverage.permissions import offices_for_entry, offices_for_verification
from reporting.months import long_date, month_code, month_end, month_name
from reporting.numbers import format_count
from reporting.tables import Column, Kind, Table
from reporting.views import Answer, ReportView
from targets.area.selectors import find_area
from targets.progress.figure_links import REST
from targets.progress.filters import ProgressFilters

from .tables import FIGURE_COLUMNS, FIGURE_SCREEN


class FigureFilters(ProgressFilters):
    """`wilayah, bagian, kanwil, bulan, segmen, data, per_tanggal`: exactly one figure of a report."""

    left_out = ("tingkat", "provinsi", "tahun", "sumber", "status")

    wilayah = forms.CharField(label="Wilayah", required=False, max_length=5, widget=forms.HiddenInput)
    bagian = forms.ChoiceField(
        label="Bagian",
        required=False,
        choices=[("", "Seluruhnya"), (REST, "Tidak dirinci per kab/kota")],
        widget=forms.HiddenInput,
    )

    def __init__(self, address: Mapping[str, str], *, user: User) -> None:
        super().__init__(address, user=user)
        if "kanwil" in self.fields:
            self.fields["kanwil"].widget = forms.HiddenInput()

    def defaults(self) -> dict[str, str]:
        own = ("bulan", "segmen", "data")
        return {name: value for name, value in super().defaults().items() if name in own}

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if found.get("wilayah") and found.get("kanwil"):
            raise ValidationError("Pilih satu wilayah atau satu Kantor Wilayah, tidak keduanya.")
        return found


class FigureView(ReportView):
    """The sum is the figure that led here, by the same facts and the same reader."""

    columns = FIGURE_COLUMNS
    screen = FIGURE_SCREEN
    template_name = "figure.html"
    title = "Angka di balik laporan"
    file_name = "angka"

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        code = request.GET.get("wilayah", "").strip()
        self.area: Province | Regency | None = find_area(request, code) if code else None
        return super().get(request, **where)

    def make_filters(self, request: HttpRequest) -> FigureFilters:
        return FigureFilters(request.GET.dict(), user=request.user)

    def place(self, form: FigureFilters) -> str:
        if self.area:
            rest = ", tidak dirinci per kab/kota" if form.cleaned_data["bagian"] else ""
            return self.area.name + rest
        office = form.cleaned_data.get("kanwil")
        return office.name if office else "Wilayah Anda" if form.is_bounded else "Nasional"

    def heading(self, form: FigureFilters) -> str:
        found = form.cleaned_data
        return f"{form.segments[found['segmen']].name}, {self.place(form)}"

    def facts(self, user: User, form: FigureFilters) -> Facts:
        """What the figure was summed from: the cells of the area, or of the provinces in use."""
        facts = Facts.visible_to(user, form.known_on)
        if isinstance(self.area, Regency):
            return facts.in_regency(self.area.code)
        if self.area:
            facts = facts.in_provinces([self.area.code])
        else:
            provinces = Province.objects.filter(is_active=True)
            if office := form.cleaned_data.get("kanwil"):
                provinces = provinces.filter(regional_office=office)
            facts = facts.in_provinces(provinces.values_list("code", flat=True))
        if form.cleaned_data["bagian"]:
            rest = {"regency__isnull": True}
            facts = replace(facts, records=facts.records.filter(**rest), estimates=facts.estimates.filter(**rest))
        return facts

    def answer(self, request: HttpRequest, form: FigureFilters) -> Answer:
        found = form.cleaned_data
        month, basis = found["bulan"], Basis(found["data"])
        segments = SegmentSum.of(form.segments[found["segmen"]])
        parts = parts_of(self.facts(request.user, form), segments, month, basis, request.user, form.known_on)
        total = Part(
            month=month,
            area_name=f"Jumlah {format_count(len(parts))} sel",
            participants=reduce(add, (part.participants for part in parts), None),
            potential=reduce(add, (part.potential for part in parts), None),
        )
        period = form.period
        explanation = self.explain(form, segments, parts)
        definition = {
            "area_code": self.area.code if self.area else "",
            "area_name": self.place(form),
            "part": "not_broken_down" if found["bagian"] else "all",
            "segment": segments.segment.pk,
            "segment_components": segments.codes,
            "month": month_code(month),
            "position_date": (period.cut_off_on if period else month_end(month)).isoformat(),
            "data": "verified" if basis == Basis.VERIFIED else "provisional",
            "known_on": form.known_on.isoformat() if form.known_on else None,
            "explanation": explanation,
        }
        return Answer(
            rows=parts,
            total=total,
            definition=definition,
            explanation=explanation,
            context={"month": month, "total": total, "basis": basis, "area": self.area, "segment": segments.segment},
        )

    def explain(self, form: FigureFilters, segments: SegmentSum, parts: list[Part]) -> list[str]:
        found = form.cleaned_data
        period = form.period
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
            f"data {Basis(found['data']).label.lower()}",
            *([f"{format_count(changed)} angka berubah sejak diverifikasi (≠)"] if changed else []),
            *([words_of(form.known_on)] if form.known_on else []),
        ]

    def decorate(self, request: HttpRequest, form: FigureFilters, answer: Answer) -> dict[str, Any]:
        asked = {"bulan": month_code(answer.context["month"]), "segmen": answer.context["segment"].pk}
        return {"month_name": month_name(answer.context["month"]), "asked": asked}

    def table(self, form: FigureFilters, answer: Answer, order: str) -> Table:
        """With the way to entry or verification, where the reader may go."""
        month, user = month_code(answer.context["month"]), self.request.user
        to_enter = set(offices_for_entry(user).values_list("pk", flat=True))
        to_verify = set(offices_for_verification(user).values_list("pk", flat=True))

        def ways(part: Part) -> list[tuple[str, str]]:
            at = [month, part.office]
            found = [("Entri", reverse("entry-office", args=at))] if part.office in to_enter else []
            return [*found, *([("Verifikasi", reverse("verification", args=at))] if part.office in to_verify else [])]

        columns: tuple[Column, ...] = FIGURE_COLUMNS
        screen: tuple[str, ...] = FIGURE_SCREEN
        if to_enter or to_verify:
            template = "partials/figures/ways.html"
            columns = (*columns, Column("ways", "Buka", Kind.DRAWING, get=ways, template=template))
            screen = (*screen, "ways")
        return Table(columns, screen, answer.rows, answer.total, order, self.heading(form))
