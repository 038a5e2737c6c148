"""The monthly routine: the month, its reopening for one office, and the office's submission with its steps."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.models import Office
from reporting import months


class SubmissionStatus(models.TextChoices):
    DRAFT = "DRAFT", "Draf"
    SUBMITTED = "SUBMITTED", "Diajukan"
    RETURNED = "RETURNED", "Dikembalikan"
    VERIFIED = "VERIFIED", "Diverifikasi"


class ReportingPeriod(models.Model):
    """A month. The primary key is its first day, so records contain the date itself."""

    month = models.DateField("bulan", primary_key=True)
    cut_off_on = models.DateField("posisi data per", help_text="Tanggal data diambil; tidak harus akhir bulan.")
    due_on = models.DateField("tepat waktu sampai")
    closes_on = models.DateField("ditutup pada")
    locked_at = models.DateTimeField("dikunci pada", null=True, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="dikunci oleh",
    )
    history = HistoricalRecords(verbose_name="riwayat periode")

    class Meta:
        verbose_name = "periode"
        verbose_name_plural = "periode"
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(
                name="period_is_first_of_month",
                condition=Q(month__day=1),
                violation_error_message="Bulan ditulis dengan tanggal 1.",
            ),
            models.CheckConstraint(
                name="period_due_before_closing",
                condition=Q(due_on__lte=F("closes_on")) & Q(cut_off_on__gte=F("month")),
                violation_error_message="Urutan tanggal tidak benar: bulan, posisi data, tepat waktu, ditutup.",
            ),
        ]

    def __str__(self) -> str:
        return months.month_name(self.month)

    @property
    def is_locked(self) -> bool:
        """Return True when the month is locked by hand, or `closes_on` has passed."""
        return self.locked_at is not None or timezone.localdate() > self.closes_on


class PeriodReopening(models.Model):
    """A month reopened for one office until the end of a day; after it, it has no effect."""

    period = models.ForeignKey(
        ReportingPeriod, models.PROTECT, related_name="reopenings", verbose_name="periode", db_index=False
    )
    office = models.ForeignKey(Office, models.PROTECT, related_name="reopenings", verbose_name="kantor")
    reason = models.TextField("alasan")
    expires_on = models.DateField("terbuka sampai")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="dibuka oleh", db_index=False
    )
    opened_at = models.DateTimeField("dibuka pada", default=timezone.now)
    #: Set when it was closed early, or found to have expired.
    closed_at = models.DateTimeField("ditutup pada", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="ditutup oleh",
        db_index=False,
    )
    #: The submission's state before; restored on closing when nothing was changed meanwhile.
    status_before = models.CharField("status sebelumnya", max_length=9, blank=True, choices=SubmissionStatus)

    class Meta:
        verbose_name = "pembukaan kembali"
        verbose_name_plural = "pembukaan kembali"
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="reopening_has_reason",
                condition=~Q(reason=""),
                violation_error_message="Pembukaan kembali harus disertai alasan.",
            ),
            # The day in UTC: at most a few hours more lenient than the local date, which `coverage.periods` checks.
            models.CheckConstraint(
                name="reopening_expires_later",
                condition=Q(expires_on__gte=Cast(F("opened_at"), models.DateField())),
                violation_error_message="Batas waktu tidak boleh sebelum hari pembukaan.",
            ),
            models.UniqueConstraint(
                fields=["period", "office"],
                condition=Q(closed_at__isnull=True),
                name="reopening_one_at_a_time",
                violation_error_message="Bulan ini masih terbuka kembali untuk kantor tersebut.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office} · {self.period}"

    @property
    def is_active(self) -> bool:
        return self.closed_at is None and timezone.localdate() <= self.expires_on


class Submission(models.Model):
    """An office's month. Created with the first saved figure; written by `coverage.submissions` alone."""

    Status = SubmissionStatus

    period = models.ForeignKey(
        ReportingPeriod, models.PROTECT, related_name="submissions", verbose_name="periode", db_index=False
    )
    office = models.ForeignKey(Office, models.PROTECT, related_name="submissions", verbose_name="kantor")
    status = models.CharField("status", max_length=9, choices=Status, default=Status.DRAFT)
    #: Decides timeliness; later submissions of the same month do not change it.
    first_submitted_at = models.DateTimeField("pertama diajukan", null=True, blank=True)
    submitted_at = models.DateTimeField("diajukan pada", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="diajukan oleh",
    )
    decided_at = models.DateTimeField("diputuskan pada", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="diputuskan oleh",
    )
    #: Cells with a flag when it was last submitted: the verifier sees those first.
    flagged_cells = models.PositiveIntegerField("sel bertanda", default=0)

    class Meta:
        verbose_name = "pengajuan"
        verbose_name_plural = "pengajuan"
        ordering = ["-period", "office"]
        permissions = [("verify_submissions", "Boleh memverifikasi pengajuan")]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "office"],
                name="submission_unique",
                violation_error_message="Kantor ini sudah punya pengajuan untuk bulan tersebut.",
            ),
            models.CheckConstraint(
                name="submission_four_eyes",
                condition=~Q(status="VERIFIED") | Q(decided_by__isnull=True) | ~Q(decided_by=F("submitted_by")),
                violation_error_message="Yang memverifikasi harus orang lain dari yang mengajukan.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office} · {self.period}"


class SubmissionEvent(models.Model):
    """One step of a submission."""

    class Action(models.TextChoices):
        SUBMIT = "SUBMIT", "Diajukan"
        WITHDRAW = "WITHDRAW", "Ditarik kembali"
        RETURN = "RETURN", "Dikembalikan"
        VERIFY = "VERIFY", "Diverifikasi"
        REOPEN = "REOPEN", "Dibuka kembali"
        RECLOSE = "RECLOSE", "Ditutup kembali"

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="events", verbose_name="pengajuan")
    action = models.CharField("tindakan", max_length=8, choices=Action)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="oleh")
    at = models.DateTimeField("pada")
    reason = models.TextField("alasan", blank=True)
    #: What to correct, per cell: `{"1802.PU": "Samakan dengan rekap."}`. Area and segment code, as in `CellKey`.
    cells = models.JSONField("sel yang perlu diperbaiki", default=dict, blank=True)

    class Meta:
        verbose_name = "riwayat pengajuan"
        verbose_name_plural = "riwayat pengajuan"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="event_return_has_reason",
                condition=~Q(action="RETURN") | ~Q(reason=""),
                violation_error_message="Pengembalian harus disertai alasan.",
            ),
            models.CheckConstraint(
                name="event_reopening_has_reason",
                condition=~Q(action="REOPEN") | ~Q(reason=""),
                violation_error_message="Pembukaan kembali harus disertai alasan.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission} · {self.get_action_display()}"
