"""Forms for one target, and for actions that only need a reason."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import User
from coverage.models import Province, Regency, WorkerSegment
from reporting.days import DayField
from reporting.fields import AmountField, CountField
from targets.models import Target, TargetSource
from targets.permissions import plans_nation, provinces_to_plan

from .changes import DECREE_LENGTH, NOTE_LENGTH, REASON_LENGTH, TargetChange, TargetValues, read_heads
from .rows import NATION
from .services import NO_REASON

#: Field of the writer's mistakes -> field of the form.
FIELDS = {
    "area": "wilayah",
    "segment": "segmen",
    "year": "tahun",
    "percent": "persen",
    "workers": "pekerja",
    "is_reference": "acuan",
    "decree": "dasar_hukum",
    "decree_date": "tanggal",
    "note": "catatan",
}


class HeadsField(CountField):
    """The head-count of a target; its error messages speak of targets instead of participants."""

    def to_python(self, value: Any) -> int | None:
        try:
            return read_heads(value)
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None


class TargetForm(forms.Form):
    """Creates a target, or edits `target`, whose area, segment, year and source are fixed."""

    wilayah = forms.ChoiceField(
        label="Wilayah",
        error_messages={
            "required": "Pilih wilayahnya.",
            "invalid_choice": "Wilayah ini di luar wilayah kerja kantor Anda.",
        },
    )
    segmen = forms.ChoiceField(label="Segmen")
    tahun = CountField(label="Tahun", widget=forms.TextInput({"inputmode": "numeric", "size": "6"}))
    sumber = forms.ChoiceField(
        label="Sumber",
        help_text="Siapa yang menetapkan target ini.",
        error_messages={"required": "Pilih sumbernya."},
    )
    persen = AmountField(label="Target cakupan (%)", below_thousand=True, required=False, help_text="Misalnya 38,39.")
    pekerja = HeadsField(
        label="Target peserta (pekerja)",
        required=False,
        help_text="Misalnya 1.174.328.",
    )
    acuan = forms.BooleanField(
        label="Jadikan acuan",
        required=False,
        help_text="Acuan dipakai di Ringkasan dan Capaian. Acuan yang lama dilepas; target pertama suatu wilayah, "
        "segmen, dan tahun menjadi acuan dengan sendirinya.",
    )
    dasar_hukum = forms.CharField(
        label="Dasar hukum",
        max_length=DECREE_LENGTH,
        required=False,
        help_text="Misalnya Keputusan Gubernur Lampung G/123/2026.",
    )
    tanggal = DayField(
        label="Tanggal dasar hukum",
        required=False,
        help_text="Boleh kosong. Tulis 15-10-2026 atau 15 Oktober 2026.",
    )
    catatan = forms.CharField(
        label="Catatan", max_length=NOTE_LENGTH, required=False, widget=forms.Textarea({"rows": "2"})
    )
    alasan = forms.CharField(
        label="Alasan",
        max_length=REASON_LENGTH,
        required=False,
        help_text="Tercatat di riwayat bersama nama Anda. Wajib bila target yang sudah ada berubah, atau acuan yang "
        "lama dilepas.",
        error_messages={"required": NO_REASON},
    )

    def __init__(self, *args: Any, user: User, target: Target | None = None, **kwargs: Any) -> None:
        self.target = target
        if target is not None:
            kwargs["initial"] = {
                "persen": target.percent,
                "pekerja": target.workers,
                "acuan": target.is_reference,
                "dasar_hukum": target.decree,
                "tanggal": target.decree_date,
                "catatan": target.note,
            }
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        if target is not None:
            for name in ("wilayah", "segmen", "tahun", "sumber"):
                del self.fields[name]
            self.fields["alasan"].required = True
            self.fields["alasan"].help_text = "Tercatat di riwayat bersama nama Anda."
            self.fields["acuan"].label = "Acuan"
            return
        self.provinces = {one.pk: one for one in provinces_to_plan(user).filter(is_active=True).order_by("code")}
        regencies = Regency.objects.filter(province__in=self.provinces, is_active=True).order_by("code")
        self.regencies = {one.pk: one for one in regencies}
        segments = WorkerSegment.objects.filter(is_active=True).exclude(kind=WorkerSegment.Kind.BASIC)
        self.segments = {one.pk: one for one in segments.order_by("position", "code")}
        self.sources = {one.pk: one for one in TargetSource.objects.filter(is_active=True)}
        self._choose("wilayah", self._areas(nation=plans_nation(user)))
        self._choose("segmen", [(code, one.name) for code, one in self.segments.items()])
        self._choose("sumber", [("", "Pilih sumber"), *((code, one.name) for code, one in self.sources.items())])

    def _choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _areas(self, *, nation: bool) -> list[Any]:
        found: list[Any] = [("", "Pilih wilayah"), *([(NATION, "Nasional")] if nation else [])]
        for code, province in self.provinces.items():
            inside = [(at.pk, at.name) for at in self.regencies.values() if at.province_id == code]
            found.append((province.name, [(code, f"Provinsi {province.name}"), *inside]))
        return found

    def change(self, expected: TargetValues) -> TargetChange:
        """The change requested by the valid form."""
        found = self.cleaned_data
        values: dict[str, Any] = {
            "percent": found["persen"],
            "workers": found["pekerja"],
            "decree": found["dasar_hukum"],
            "decree_date": found["tanggal"],
            "note": found["catatan"],
            "expected": expected,
        }
        if self.target is not None:
            at = self.target
            return TargetChange(
                province=at.province,
                regency=at.regency,
                segment=at.segment,
                year=at.year,
                source=at.source,
                is_reference=found["acuan"],
                **values,
            )
        area = found["wilayah"]
        regency = self.regencies.get(area)
        return TargetChange(
            province=self._province(area, regency),
            regency=regency,
            segment=self.segments[found["segmen"]],
            year=found["tahun"],
            source=self.sources[found["sumber"]],
            # Unticked: it becomes the reference only if the place has none.
            is_reference=True if found["acuan"] else None,
            **values,
        )

    def _province(self, area: str, regency: Regency | None) -> Province | None:
        return self.provinces[regency.province_id] if regency else self.provinces.get(area)

    def add_mistakes(self, fields: dict[str, list[str]]) -> None:
        """Add the writer's mistakes to the fields of the form."""
        for field, sentences in fields.items():
            name = FIELDS.get(field)
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)


class StepForm(forms.Form):
    """The reason for choosing or deleting a target."""

    alasan = forms.CharField(
        label="Alasan",
        max_length=REASON_LENGTH,
        help_text="Tercatat di riwayat bersama nama Anda.",
        error_messages={"required": "Tuliskan alasannya, misalnya nomor surat."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
