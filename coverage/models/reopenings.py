"""A closed month opened again for one office."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models import Office

from .periods import ReportingPeriod
from .submissions import SubmissionStatus


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
