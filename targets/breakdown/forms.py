"""Forms of the breakdown page: workers per regency, and the source and reason to save them with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from reporting.days import DayField
from reporting.numbers import format_count
from targets.models import TargetSource
from targets.planning.changes import DECREE_LENGTH, NOT_ABOVE_ZERO, REASON_LENGTH, read_heads


class Typed:
    """Workers per regency as typed; invalid text is kept with an error message. Empty keeps the stored target."""

    def __init__(self, codes: Iterable[str], post: Mapping[str, str]) -> None:
        self.texts = {code: post.get(f"w-{code}", "").strip()[:60] for code in codes}
        self.workers: dict[str, int | None] = {}
        self.wrong: dict[str, str] = {}
        for code, text in self.texts.items():
            try:
                self.workers[code] = read_heads(text)
                if self.workers[code] == 0:
                    raise ValueError(f"{NOT_ABOVE_ZERO} Kosongkan bila tidak ada targetnya.")
            except ValueError as error:
                self.workers[code], self.wrong[code] = None, str(error)

    @classmethod
    def of(cls, workers: Mapping[str, int | None]) -> Typed:
        """A proposal in the form of typed text; 0 is left empty, because a target cannot be 0."""
        return cls(workers, {f"w-{code}": format_count(count) for code, count in workers.items() if count})

    @property
    def is_empty(self) -> bool:
        return not any(self.texts.values())


class BreakdownDecisionForm(forms.Form):
    """The source, legal basis and reason of the targets."""

    use_required_attribute = False

    ditulis = forms.ChoiceField(label="Ditulis dengan sumber")
    acuan = forms.BooleanField(label="Jadikan acuan kab/kota", required=False)
    decree = forms.CharField(label="Dasar hukum", max_length=DECREE_LENGTH, required=False)
    decree_date = DayField(label="Tanggal dasar hukum", required=False)
    reason = forms.CharField(
        label="Alasan",
        max_length=REASON_LENGTH,
        required=False,
        help_text="Wajib bila ada target yang berubah, misalnya nomor surat.",
    )

    def __init__(self, sources: Mapping[str, TargetSource], data: Mapping[str, Any] | None = None, **options) -> None:
        super().__init__(data, **options)
        self.sources = sources
        self.fields["ditulis"].choices = [(code, one.name) for code, one in sources.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("decree_date") and not found.get("decree"):
            self.add_error("decree", "Tulis juga dasar hukumnya, bukan tanggalnya saja.")
        return found

    @property
    def source(self) -> TargetSource:
        return self.sources[self.cleaned_data["ditulis"]]
