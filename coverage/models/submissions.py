"""The submission of an office's month, and its steps."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Office

from .periods import ReportingPeriod


class SubmissionStatus(models.TextChoices):
    DRAFT = "DRAFT", "Draf"
    SUBMITTED = "SUBMITTED", "Diajukan"
    RETURNED = "RETURNED", "Dikembalikan"
    VERIFIED = "VERIFIED", "Diverifikasi"


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
