"""The admin's form for one monthly figure. It writes through `save_cells`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from accounts.admin_base import ReasonModelForm
from accounts.models import Denied, Office
from coverage import permissions
from coverage.models import CoverageRecord, Submission, Via
from coverage.records.services import CellChange, CellConflict, CellValue, save_cells
from reporting import months
from reporting.numbers import format_count

if TYPE_CHECKING:
    from accounts.models import User


class RecordForm(ReasonModelForm):
    """Own value of the month (empty: belum lapor, last month's value stays in force) and its explanation.

    The two `seen` fields hold the values when the page was opened (optimistic lock), so that a concurrent change is
    shown and not overwritten.
    """

    user: User  # set by the admin page for each request

    seen_participants = forms.CharField(required=False, widget=forms.HiddenInput)
    seen_note = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    class Meta:
        model = CoverageRecord
        fields = ["province", "regency", "segment", "period", "participants", "change_reason", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["history_reason"].label = "Alasan koreksi"
        self.fields["history_reason"].help_text = "Wajib bila angka sudah diajukan. Tercatat di riwayat."
        if "note" in self.fields:  # not on a read-only page
            self.fields["note"].widget.attrs["size"] = "60"
        own = self.instance.participants if self.instance.has_own_value else None
        self.initial["participants"] = own
        self.initial["seen_participants"] = "" if own is None else str(own)
        self.initial["seen_note"] = self.instance.note
        if "province" in self.fields:
            self.fields["province"].required = False
            self.fields["province"].help_text = "Boleh dikosongkan bila kab/kota diisi."

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if "province" in self.fields and not values.get("province"):
            if values.get("regency"):
                values["province"] = values["regency"].province
            elif "province" not in self.errors:
                self.add_error("province", "Pilih kab/kota, atau provinsi untuk angka tingkat provinsi.")
        # `full_clean` checks the constraint "blank is not zero" on the instance before `save_cells` sets the origin.
        origins = CoverageRecord.Origin
        self.instance.origin = origins.BLANK if values.get("participants") is None else origins.ENTERED
        return values

    def _post_clean(self) -> None:
        """Validate, then write: only `save_cells`, holding the lock, knows whether the month is open and the cell
        unchanged, and its refusals become form errors.
        """
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            self._write()
        if self.errors and self.instance.pk:
            self.instance.refresh_from_db()

    def _write(self) -> None:
        record, values = self.instance, self.cleaned_data
        office = office_of(record)
        submission = Submission.objects.filter(office=office, period=record.period).first()
        if permissions.is_correction(submission) and not values["history_reason"]:
            self.add_error("history_reason", "Angka ini sudah diajukan. Tuliskan alasan koreksinya.")
            return
        seen = values["seen_participants"]
        change = CellChange(
            area=record.area_code,
            segment=record.segment_id,
            participants=values["participants"],
            note=values["note"],
            change_reason=values["change_reason"],
            seen=CellValue(int(seen) if seen.isascii() and seen.isdigit() else None, values["seen_note"]),
        )
        try:
            result = save_cells(
                user=self.user,
                office=office,
                period=record.period,
                changes=[change],
                via=Via.ADMIN,
                reason=values["history_reason"],
            )
        except Denied as refusal:
            self.add_error(None, str(refusal))
        except permissions.OutOfScope:
            self.add_error(None, "Sel ini bukan wewenang kantor Anda, atau wilayah atau segmennya tidak aktif lagi.")
        except ValueError as mistake:
            self.add_error(None, str(mistake))
        else:
            if result.conflicts:
                self._show(result.conflicts[0])
            else:
                self.instance = stored(record)

    def _show(self, conflict: CellConflict) -> None:
        """Show both values; saving again overwrites the stored one."""
        mine, theirs = describe_value(conflict.typed), describe_value(conflict.stored)
        who = conflict.changed_by or "Orang lain"
        when = ""
        if conflict.changed_at:
            at = timezone.localtime(conflict.changed_at)
            when = f" pada {months.long_date(at.date())} pukul {at:%H.%M}"
        self.add_error(
            "participants",
            f"{who} mengubah sel ini menjadi {theirs}{when}, sementara halaman ini terbuka. Isian Anda ({mine}) belum "
            "disimpan. Simpan sekali lagi bila isian Anda yang benar.",
        )
        shown = self.data.copy()  # type: ignore[attr-defined]
        shown["seen_participants"] = "" if conflict.stored.participants is None else str(conflict.stored.participants)
        shown["seen_note"] = conflict.stored.note
        self.data = shown


def describe_value(seen: CellValue) -> str:
    value = "belum lapor" if seen.participants is None else format_count(seen.participants)
    return f"{value}, “{seen.note}”" if seen.note else value


def stored(record: CoverageRecord) -> CoverageRecord:
    """Return the row as `save_cells` wrote it."""
    return CoverageRecord.objects.get(
        province=record.province_id, regency=record.regency_id, segment=record.segment_id, period=record.period_id
    )


def office_of(record: CoverageRecord) -> Office:
    """Return the office responsible for the record's cell."""
    return record.regency.branch_office if record.regency else record.province.regional_office
