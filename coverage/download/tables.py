"""The columns of the files of all figures, and the table that describes them."""

from __future__ import annotations

from html import escape
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.safestring import SafeString

from coverage.models import CoverageRecord, WorkerSegment
from reporting.tables.columns import CountColumn, DateColumn, MonthColumn, ReportColumn, TextColumn
from reporting.tables.table import ReportTable


class Content(models.TextChoices):
    """Which figures a file contains."""

    BOTH = "keduanya", "Keduanya"
    VERIFIED = "terverifikasi", "Terverifikasi"
    PROVISIONAL = "sementara", "Sementara"


def kind_of(segment: WorkerSegment) -> str:
    """Return whether figures of the segment may be summed."""
    return "kelompok" if segment.kind == WorkerSegment.Kind.GROUP else "segmen"


class OriginColumn(TextColumn):
    """Origin of a figure: its label in CSV, its key in JSON."""

    def csv(self, value: Any) -> str:
        return str(CoverageRecord.Origin(value).label)


class DownloadTable(ReportTable):
    """Declares the columns of the files, a record per row. `selectors.Extract` writes them without model instances."""

    month = MonthColumn("Bulan", accessor="period_id", help_text="Bulan posisi, misalnya 2026-09")
    segment_code = TextColumn("Kode segmen", accessor="segment_id", help_text="Kode tetap segmen atau kelompok")
    segment = TextColumn("Segmen", accessor="segment__name", help_text="Nama segmen atau kelompok")
    segment_kind = TextColumn(
        "Jenis segmen",
        get=lambda record: kind_of(record.segment),
        help_text="Segmen dapat dijumlahkan; kelompok saling beririsan, jangan dijumlahkan",
    )
    province_code = TextColumn("Kode provinsi", accessor="province_id", help_text="Kode Kemendagri")
    province = TextColumn("Provinsi", accessor="province__name", help_text="Nama provinsi")
    regency_code = TextColumn(
        "Kode kab/kota",
        accessor="regency_id",
        help_text="Kode Kemendagri; kosong untuk angka tingkat provinsi yang tidak dirinci",
    )
    regency = TextColumn(
        "Kab/kota",
        get=lambda record: record.regency and record.regency.name,
        help_text="Nama kabupaten atau kota",
    )
    participants = CountColumn("Peserta aktif", help_text="Angka sementara; kosong berarti belum lapor, bukan nol")
    origin = OriginColumn("Asal angka", help_text="Diisi, dari berkas, angka bulan lalu, atau belum lapor")
    verified_participants = CountColumn("Peserta terverifikasi", help_text="Kosong bila belum pernah diverifikasi")
    verified_on = DateColumn(
        "Diverifikasi pada",
        get=lambda record: record.verified_at and timezone.localdate(record.verified_at),
        help_text="Kosong bila nilainya mengalir dari verifikasi bulan sebelumnya",
    )


PLACE = (
    *("month", "segment_code", "segment", "segment_kind"),
    *("province_code", "province", "regency_code", "regency"),
)
PROVISIONAL = ("participants", "origin")
VERIFIED = ("verified_participants", "verified_on")
FIGURES = {
    Content.BOTH: (*PROVISIONAL, *VERIFIED),
    Content.VERIFIED: VERIFIED,
    Content.PROVISIONAL: PROVISIONAL,
}


def columns_of(content: Content) -> list[ReportColumn]:
    """Return the columns of a file, without those not asked for, which would look like missing values."""
    return DownloadTable([], screen=(*PLACE, *FIGURES[content])).screen_columns


class TitleColumn(TextColumn):
    """The title of a column, and its key in JSON."""

    def content(self, record: ReportColumn, value: str, table: Any) -> str:
        return f"{escape(value)} <code>{escape(record.name)}</code>"


class ColumnTable(ReportTable):
    """Table of the meaning of the columns."""

    title = TitleColumn(SafeString("Kolom CSV <small>dan kunci JSON</small>"), accessor="verbose_name", names_row=True)
    meaning = TextColumn("Arti", accessor="help_text")

    class Meta(ReportTable.Meta):
        orderable = False
