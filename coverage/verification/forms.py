"""Forms of verification: submissions to verify together, and the decision on one submission."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from coverage.models import CellKey, Submission

from .selectors import ReviewCell

if TYPE_CHECKING:
    from accounts.models import Office

#: The general reason when only cells have one.
SEE_CELLS = "Lihat permintaan perbaikan pada setiap sel."
REASON_LENGTH = 1000
CELL_REASON_LENGTH = 300


class TickedForm(forms.Form):
    """Submissions ticked in the queue, limited to the verifier's offices, and the time the list was shown."""

    ticked = forms.ModelMultipleChoiceField(
        Submission.objects.none(),
        error_messages={
            "required": "Belum ada pengajuan yang dicentang.",
            "invalid_choice": "Ada pengajuan yang bukan dari kantor di bawah Anda. Tidak ada yang diverifikasi.",
            "invalid_pk_value": "Ada pengajuan yang bukan dari kantor di bawah Anda. Tidak ada yang diverifikasi.",
        },
    )

    def __init__(self, data: Mapping[str, object], offices: QuerySet[Office]) -> None:
        super().__init__(data)
        found = Submission.objects.filter(office__in=offices).select_related("office", "period")
        self.fields["ticked"].queryset = found.order_by("-period", "office__name")  # type: ignore[attr-defined]


class VerificationDecisionForm:
    """The decision on one submission. Fields `reason` (general), `cell-<area>-<segment>`, `seen_at`.

    Holds the input as typed, so that it is shown again after a refusal.
    """

    def __init__(self, cells: Iterable[ReviewCell], data: Mapping[str, Any] | None = None) -> None:
        typed = data or {}
        self.reason = typed.get("reason", "").strip()
        self.texts = {cell.key: typed.get(f"cell-{cell.name}", "").strip() for cell in cells}
        self.labels = {cell.key: f"{cell.area_name} · {cell.segment}" for cell in cells}
        self.seen_at = read_moment(typed.get("seen_at", ""))
        self.wrong: dict[CellKey, str] = {}
        self.mistakes: list[str] = []

    @property
    def cells(self) -> dict[CellKey, str]:
        """Return the remarks by cell."""
        return {key: text for key, text in self.texts.items() if text}

    @property
    def requests(self) -> list[tuple[str, str]]:
        """Return the remarks with the names of area and segment, for a page without inputs."""
        return [(self.labels[key], text) for key, text in self.cells.items()]

    @property
    def has_typed(self) -> bool:
        return bool(self.reason or self.cells)

    @property
    def general_reason(self) -> str:
        """Return the general reason, or `SEE_CELLS` if only cells have one."""
        return self.reason or (SEE_CELLS if self.cells else "")

    def is_valid(self) -> bool:
        if len(self.reason) > REASON_LENGTH:
            self.mistakes.append(f"Alasan paling banyak {REASON_LENGTH} huruf; ini {len(self.reason)}.")
        for key, text in self.cells.items():
            if len(text) > CELL_REASON_LENGTH:
                self.wrong[key] = f"Paling banyak {CELL_REASON_LENGTH} huruf; ini {len(text)}."
        if self.wrong:
            self.mistakes.append("Ada permintaan perbaikan yang terlalu panjang; sel itu bertanda merah.")
        return not self.mistakes


def read_moment(text: str) -> datetime | None:
    """Return the time in a form field; None when it is missing or invalid."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else None
