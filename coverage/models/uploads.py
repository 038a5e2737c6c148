"""Uploaded files that were read and wait for confirmation."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from accounts.models import Office

from .periods import ReportingPeriod


class ImportBatch(models.Model):
    """An uploaded file as read. Its figures are written only when it is confirmed."""

    #: The office is empty for a national file.
    office = models.ForeignKey(
        Office, models.PROTECT, related_name="import_batches", null=True, blank=True, verbose_name="kantor"
    )
    period = models.ForeignKey(
        ReportingPeriod,
        models.PROTECT,
        related_name="import_batches",
        null=True,
        blank=True,
        verbose_name="periode",
        db_index=False,
    )
    file_name = models.CharField("nama berkas", max_length=255)
    sha256 = models.CharField(
        "sidik berkas (SHA-256)", max_length=64, validators=[RegexValidator(r"^[0-9a-f]{64}\Z", "Bukan SHA-256.")]
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diunggah oleh", db_index=False
    )
    uploaded_at = models.DateTimeField("diunggah pada", default=timezone.now)
    #: The rows read, in the form in which they are written.
    rows = models.JSONField("isi", default=list, blank=True)
    confirmed_at = models.DateTimeField("dikonfirmasi pada", null=True, blank=True)

    class Meta:
        verbose_name = "unggahan berkas"
        verbose_name_plural = "unggahan berkas"
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.file_name} · {self.uploaded_at:%Y-%m-%d}"
