"""What stands in the address of the file of all figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from coverage.models import Province, ReportingPeriod, WorkerSegment
from reporting import months
from reporting.fields import ChoiceField
from reporting.filters import ReportFilters

from .selectors import Content, Extract

if TYPE_CHECKING:
    from accounts.models import User


class ExtractFilters(ReportFilters):
    """`dari, sampai, provinsi, segmen, data`. Without any: everything the reader may see."""

    controls = ()

    dari = ChoiceField(label="Dari")
    sampai = ChoiceField(label="Sampai")
    provinsi = ChoiceField(label="Provinsi", required=False)
    segmen = ChoiceField(label="Segmen", required=False)
    data = ChoiceField(label="Data", choices=Content.choices)  # type: ignore[assignment]  # the word of the address

    def __init__(self, address: Mapping[str, str], *, user: User) -> None:
        self.user = user
        self.months = list(ReportingPeriod.objects.order_by("-month").values_list("month", flat=True))
        super().__init__(address)
        named = [(months.month_code(month), months.month_name(month)) for month in self.months]
        self.choose("dari", named)
        self.choose("sampai", named)
        provinces = Province.objects.visible_to(user).order_by("code").values_list("code", "name")
        everywhere = "Semua provinsi" if user.reads_all_areas else "Semua wilayah Anda"
        self.choose("provinsi", [("", everywhere), *provinces])
        stored = WorkerSegment.objects.exclude(kind=WorkerSegment.Kind.COMPOSITE).order_by("position", "code")
        self.choose("segmen", [("", "Semua segmen"), *stored.values_list("code", "name")])

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

    def clean_dari(self) -> date:
        return months.parse_month(self.cleaned_data["dari"])

    def clean_sampai(self) -> date:
        return months.parse_month(self.cleaned_data["sampai"])

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        since, until = found.get("dari"), found.get("sampai")
        if since and until and since > until:
            self.add_error("sampai", "Pilih bulan yang sama dengan atau sesudah bulan pertama.")
        return found

    def extract(self) -> Extract:
        """The valid filters as the file asked for."""
        found = self.cleaned_data
        return Extract.of(
            self.user,
            since=found["dari"],
            until=found["sampai"],
            province=found["provinsi"] or None,
            segment=found["segmen"] or None,
            content=Content(found["data"]),
        )

    def as_query(self) -> str:
        """The filters as the address of the file writes them."""
        return urlencode({name: value for name, value in self.chosen().items() if value})

    def file_name(self) -> str:
        """`angka-2024-01-2026-09`: the name says which months the file is of."""
        since, until = self.address["dari"], self.address["sampai"]
        parts = ["angka", self.address.get("provinsi", ""), self.address.get("segmen", ""), since]
        return "-".join(part for part in [*parts, until if until != since else ""] if part)
