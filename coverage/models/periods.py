"""Months of reporting: when they close and whether they are locked."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from reporting import months


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
