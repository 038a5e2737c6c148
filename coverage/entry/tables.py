"""The table of offices to enter figures for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from accounts.models import Office
from coverage.models import ReportingPeriod
from reporting.months import month_code
from reporting.numbers import NOTHING, format_count
from reporting.tables.columns import CountColumn, TextColumn
from reporting.tables.table import ReportTable

from .grid import OfficeState


class OfficeFilledColumn(CountColumn):
    """Filled of expected cells."""

    def content(self, record: OfficeState, value: int, table: Any) -> str:
        return f"{format_count(value)} dari {format_count(record.expected)}" if record.expected else NOTHING


class OfficeTable(ReportTable):
    """Table of offices with the filled cells of a month; branches follow their Kantor Wilayah."""

    office = TextColumn("Kantor", names_row=True)
    filled = OfficeFilledColumn("Sel wajib terisi")
    status = TextColumn("Keadaan")

    class Meta(ReportTable.Meta):
        attrs: dict[str, str] = {}
        orderable = False
        template_name = "reporting/table_plain.html"

    def __init__(self, states: Iterable[OfficeState], period: ReportingPeriod) -> None:
        month = month_code(period.month)

        def entry_of(state: OfficeState) -> str:
            return reverse("entry-office", args=[month, state.office.pk])

        super().__init__(states, caption="Kantor yang melaporkan angka bulanan", links={"office": entry_of})

    def row_css(self, record: OfficeState) -> str:
        return "under" if record.office.kind == Office.Kind.BRANCH else ""
