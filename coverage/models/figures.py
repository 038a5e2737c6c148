"""Facts of an area cell: monthly records, potentials by vintage, published figures."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from .areas import AreaCell, Province, Regency, cell_in_province, unique_per_cell
from .history import ChangedVia, RecordHistory
from .periods import ReportingPeriod
from .querysets import CellQuerySet
from .revisions import Revised, RevisedQuerySet, Revision
from .segments import WorkerSegment

#: Records changed since they were verified in their own month. They are few: a partial index holds just these.
CHANGED_SINCE_VERIFIED = Q(verified_at__isnull=False) & (
    Q(participants__isnull=True) | ~Q(participants=F("verified_participants"))
)


class WorkforceEstimate(Revised, AreaCell):
    """Potential workers of a cell and segment from a date on. Every vintage is a row; none is overwritten."""

    segment = models.ForeignKey(
        WorkerSegment,
        models.PROTECT,
        related_name="+",
        limit_choices_to=~Q(kind="COMPOSITE"),
        verbose_name="segmen",
        db_index=False,
    )
    effective_from = models.DateField("berlaku mulai")
    workers = models.PositiveBigIntegerField("potensi pekerja")
    source = models.CharField("sumber", max_length=200)
    is_derived = models.BooleanField(
        "angka turunan", default=False, help_text="Dihitung dari angka lain, misalnya peserta dibagi persentase."
    )
    note = models.TextField("catatan", blank=True)
    history = HistoricalRecords(bases=[ChangedVia], verbose_name="riwayat potensi")

    revision = Revision.POTENTIALS
    objects = RevisedQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = "potensi pekerja"
        verbose_name_plural = "potensi pekerja"
        ordering = ["province", "regency", "segment", "-effective_from"]
        # Lets the potentials in force in a month be read by an index-only scan.
        indexes = [
            models.Index(fields=["segment", "effective_from", "province", "regency"], name="estimate_in_force"),
            models.Index(fields=["province", "segment", "effective_from"], name="estimate_of_province"),
        ]
        constraints = [
            cell_in_province("estimate_cell_in_province"),
            *unique_per_cell(
                "estimate",
                "segment",
                "effective_from",
                message="Potensi untuk wilayah, segmen, dan tanggal berlaku ini sudah ada.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} · {self.segment_id} · {self.effective_from}"


class CoverageRecord(AreaCell):
    """Active participants of a cell and segment at the end of a month: a stock, never summed over months."""

    class Origin(models.TextChoices):
        BLANK = "BLANK", "Belum lapor"
        CARRIED = "CARRIED", "Angka bulan lalu"
        ENTERED = "ENTERED", "Diisi"
        IMPORTED = "IMPORTED", "Dari berkas"

    class Reason(models.TextChoices):
        SUBSIDY_ENDED = "SUBSIDY_ENDED", "Subsidi berakhir"
        ELECTION_ENDED = "ELECTION_ENDED", "Petugas pemilu selesai"
        BECAME_PPPK = "BECAME_PPPK", "Non-ASN menjadi PPPK"
        PROJECT_ENDED = "PROJECT_ENDED", "Proyek konstruksi selesai"
        DATA_CLEANED = "DATA_CLEANED", "Pembersihan data"
        OTHER = "OTHER", "Lainnya"

    #: Origins of a month's own value.
    OWN = (Origin.ENTERED, Origin.IMPORTED)

    period = models.ForeignKey(
        ReportingPeriod, models.PROTECT, related_name="records", verbose_name="periode", db_index=False
    )
    segment = models.ForeignKey(
        WorkerSegment,
        models.PROTECT,
        related_name="+",
        limit_choices_to=~Q(kind="COMPOSITE"),
        verbose_name="segmen",
        db_index=False,
    )
    participants = models.PositiveBigIntegerField("peserta aktif", null=True, blank=True)
    verified_participants = models.PositiveBigIntegerField("peserta terverifikasi", null=True, blank=True)
    origin = models.CharField("asal angka", max_length=8, choices=Origin, default=Origin.BLANK)
    change_reason = models.CharField("alasan perubahan", max_length=16, choices=Reason, blank=True)
    note = models.CharField("keterangan", max_length=300, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="diubah oleh",
        db_index=False,
    )
    changed_at = models.DateTimeField("diubah pada", null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="diverifikasi oleh",
        db_index=False,
    )
    #: Set when this month itself was verified; empty when the verified value was carried from an earlier month.
    verified_at = models.DateTimeField("diverifikasi pada", null=True, blank=True)
    history = RecordHistory(bases=[ChangedVia], verbose_name="riwayat angka")

    objects = CellQuerySet.as_manager()

    class Meta:
        verbose_name = "angka bulanan"
        verbose_name_plural = "angka bulanan"
        ordering = ["-period", "province", "regency", "segment"]
        permissions = [
            ("enter_records", "Boleh mengisi angka bulanan"),
            ("correct_records", "Boleh mengoreksi angka yang sudah diajukan atau diverifikasi"),
        ]
        indexes = [
            # Everything a report adds up, for index-only scans.
            models.Index(
                fields=["period", "segment", "province", "regency", "participants", "verified_participants"],
                name="record_report_reads",
            ),
            models.Index(fields=["province", "segment", "period"], name="record_province_segment"),
            models.Index(fields=["period"], name="record_changed_verified", condition=CHANGED_SINCE_VERIFIED),
        ]
        constraints = [
            cell_in_province("record_cell_in_province"),
            *unique_per_cell(
                "record", "segment", "period", message="Angka untuk wilayah, segmen, dan bulan ini sudah ada."
            ),
            models.CheckConstraint(
                name="record_blank_is_not_zero",
                condition=Q(origin="BLANK", participants__isnull=True)
                | (~Q(origin="BLANK") & Q(participants__isnull=False)),
                violation_error_message="Angka kosong harus berasal 'Belum lapor'; angka nol harus diisi.",
            ),
            models.CheckConstraint(
                name="record_verified_has_value",
                condition=Q(verified_at__isnull=True) | Q(verified_participants__isnull=False),
                violation_error_message="Angka yang diverifikasi tidak boleh kosong.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} · {self.segment_id} · {self.period}"

    @property
    def has_own_value(self) -> bool:
        return self.origin in self.OWN

    @property
    def changed_since_verified(self) -> bool:
        return self.verified_participants is not None and self.participants != self.verified_participants


class PublishedFigure(models.Model):
    """A figure published by a newspaper or letter. Never summed, never mixed with entered data."""

    class Measure(models.TextChoices):
        PARTICIPANTS = "PARTICIPANTS", "Peserta"
        POTENTIAL = "POTENTIAL", "Potensi pekerja"
        COVERAGE_RATE = "COVERAGE_RATE", "Cakupan"
        UNCOVERED = "UNCOVERED", "Belum terlindungi"
        TARGET_RATE = "TARGET_RATE", "Target cakupan"
        TARGET_WORKERS = "TARGET_WORKERS", "Target peserta"
        TARGET_GAP = "TARGET_GAP", "Selisih ke target"
        TARGET_SURPLUS = "TARGET_SURPLUS", "Surplus terhadap target"
        BENEFITS_PAID = "BENEFITS_PAID", "Manfaat dibayarkan"
        CONTEXT = "CONTEXT", "Keterangan lain"

    class Unit(models.TextChoices):
        WORKERS = "WORKERS", "orang"
        PERCENT = "PERCENT", "persen"
        RUPIAH = "RUPIAH", "rupiah"
        MONTHS = "MONTHS", "bulan"
        COUNT = "COUNT", "buah"

    code = models.SlugField("kode", max_length=30, primary_key=True)
    province = models.ForeignKey(
        Province, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="provinsi"
    )
    regency = models.ForeignKey(
        Regency, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="kab/kota"
    )
    segment = models.ForeignKey(
        WorkerSegment, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="segmen"
    )
    label = models.CharField("sebutan dalam sumber", max_length=160)
    as_of = models.DateField("per tanggal")
    is_date_estimated = models.BooleanField("tanggal diperkirakan", default=False)
    measure = models.CharField("ukuran", max_length=16, choices=Measure)
    value = models.DecimalField(
        "nilai",
        max_digits=20,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Kosong: sumber tidak menyebutkannya.",
    )
    unit = models.CharField("satuan", max_length=8, choices=Unit)
    target_year = models.PositiveSmallIntegerField("tahun target", null=True, blank=True)
    source = models.CharField("sumber", max_length=200)
    note = models.TextField("catatan", blank=True)
    is_disputed = models.BooleanField("dipertentangkan", default=False)
    history = HistoricalRecords(verbose_name="riwayat angka terbitan")

    objects = CellQuerySet.as_manager()

    class Meta:
        verbose_name = "angka terbitan"
        verbose_name_plural = "angka terbitan"
        ordering = ["-as_of", "code"]
        constraints = [
            cell_in_province("published_cell_in_province"),
            models.CheckConstraint(
                name="published_dispute_explained",
                condition=Q(is_disputed=False) | ~Q(note=""),
                violation_error_message="Angka yang dipertentangkan harus dijelaskan di catatan.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.label}"
