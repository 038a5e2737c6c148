"""Filters of the files of all figures."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from coverage.models import CoverageRecord, Province, ReportingPeriod, WorkerSegment
from coverage.models.querysets import CellQuerySet
from reporting import months
from reporting.filters import ChoiceFilter, StrictFilterSet

from .selectors import Extract
from .tables import Content


class DownloadFilterSet(StrictFilterSet):
    """`dari, sampai, provinsi, segmen, data`. Without any: all figures the user may see."""

    controls = ()

    dari = ChoiceFilter("period", "gte", label="Dari", required=True, coerce=months.parse_month)
    sampai = ChoiceFilter("period", "lte", label="Sampai", required=True, coerce=months.parse_month)
    provinsi = ChoiceFilter("province", label="Provinsi")
    segmen = ChoiceFilter("segment", label="Segmen")
    data = ChoiceFilter(label="Data", required=True, method="filter_content", choices=Content.choices, coerce=Content)

    class Meta(StrictFilterSet.Meta):
        model = CoverageRecord
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, request: HttpRequest) -> None:
        super().__init__(data, CoverageRecord.objects.visible_to(request.user), request=request)

    def prepare(self) -> None:
        user = self.request.user
        self.months = list(ReportingPeriod.objects.order_by("-month").values_list("month", flat=True))
        for name in ("dari", "sampai"):
            self.filters[name].offer((months.month_code(month), months.month_name(month)) for month in self.months)
        provinces = Province.objects.visible_to(user).order_by("code").values_list("code", "name")
        everywhere = "Semua provinsi" if user.reads_all_areas else "Semua wilayah Anda"
        self.filters["provinsi"].offer([("", everywhere), *provinces])
        stored = WorkerSegment.objects.exclude(kind=WorkerSegment.Kind.COMPOSITE).order_by("position", "code")
        self.filters["segmen"].offer([("", "Semua segmen"), *stored.values_list("code", "name")])

    def defaults(self) -> dict[str, str]:
        first, last = (self.months[-1], self.months[0]) if self.months else (None, None)
        return {
            "dari": months.month_code(first) if first else "",
            "sampai": months.month_code(last) if last else "",
            "data": str(Content.BOTH),
        }

    @property
    def has_no_data(self) -> bool:
        return not self.months

    def clean(self, found: dict[str, Any]) -> None:
        since, until = found.get("dari"), found.get("sampai")
        if since and until and since > until:
            self.form.add_error("sampai", "Pilih bulan yang sama dengan atau sesudah bulan pertama.")

    def filter_content(self, records: CellQuerySet, name: str, content: Content) -> CellQuerySet:
        return records.filter(verified_participants__isnull=False) if content == Content.VERIFIED else records

    def extract(self) -> Extract:
        """Return the extract of the valid filters."""
        # Choose the database now: the router's choice ends with the view, before the lines are streamed
        return Extract(self.qs.using(self.qs.db), self.cleaned_data["data"])

    def as_query(self) -> str:
        """Return the filters as query string of the file's URL."""
        return urlencode({name: value for name, value in self.chosen().items() if value})

    def file_name(self) -> str:
        """Return the file name with its months: `angka-2024-01-2026-09`."""
        since, until = self.address["dari"], self.address["sampai"]
        parts = ["angka", self.address.get("provinsi", ""), self.address.get("segmen", ""), since]
        return "-".join(part for part in [*parts, until if until != since else ""] if part)
