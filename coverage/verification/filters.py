"""Filters of the verification queue."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, QueryDict

from coverage.models import ReportingPeriod, Submission
from coverage.periods.selectors import due_period
from reporting import months
from reporting.filters import ChoiceFilter, StrictFilterSet

from .queue import NOT_BEGUN, first_waiting

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Office

ALL = "semua"


def _month_or_all(text: str) -> date | None:
    return None if text == ALL else months.parse_month(text)


def _status_or_all(text: str) -> str | None:
    return None if text == ALL else text


class QueueFilterSet(StrictFilterSet):
    """`bulan, status`. The default month is the earliest with a waiting submission, else the due one."""

    bulan = ChoiceFilter("period", label="Bulan", required=True, coerce=_month_or_all)
    status = ChoiceFilter(
        "status",
        label="Status",
        required=True,
        choices=[(NOT_BEGUN, "Belum mulai"), *Submission.Status.choices, (ALL, "Semua status")],
        coerce=_status_or_all,
    )

    class Meta(StrictFilterSet.Meta):
        model = Submission
        fields: list[str] = []

    def __init__(self, data: QueryDict, offices: QuerySet[Office], *, request: HttpRequest) -> None:
        self.offices = offices
        super().__init__(data, Submission.objects.filter(office__in=offices), request=request)

    def prepare(self) -> None:
        self.periods = list(ReportingPeriod.objects.order_by("-month"))
        self.filters["bulan"].offer(
            [*((months.month_code(at.month), str(at)) for at in self.periods), (ALL, "Semua bulan")]
        )

    def defaults(self) -> dict[str, str]:
        current = first_waiting(self.offices) or due_period()
        return {
            "bulan": months.month_code(current.month) if current else ALL,
            "status": str(Submission.Status.SUBMITTED),
        }

    @property
    def has_no_data(self) -> bool:
        return not self.periods

    def clean(self, found: dict[str, Any]) -> None:
        if self.address["bulan"] == ALL and found.get("status") == NOT_BEGUN:
            self.form.add_error("status", "Pilih satu bulan untuk melihat kantor yang belum mulai.")

    @property
    def period(self) -> ReportingPeriod | None:
        """Return the chosen month; None for all months."""
        return next((at for at in self.periods if at.month == self.cleaned_data["bulan"]), None)

    @property
    def status_words(self) -> dict[str, str]:
        """Return the labels of the statuses."""
        return dict(self.filters["status"].extra["choices"])
