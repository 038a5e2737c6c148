"""Reminders sent to offices that have not submitted their month."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Office

from .periods import ReportingPeriod


class Reminder(models.Model):
    """A mail to an office that has not submitted its month. Each stage is sent once; users may send more by hand."""

    class Stage(models.TextChoices):
        BEFORE = "BEFORE", "Sebelum tenggat"
        DUE = "DUE", "Pada hari tenggat"
        OVERDUE = "OVERDUE", "Lewat tenggat"
        MANUAL = "MANUAL", "Dikirim petugas"

    period = models.ForeignKey(
        ReportingPeriod, models.PROTECT, related_name="reminders", verbose_name="periode", db_index=False
    )
    office = models.ForeignKey(Office, models.PROTECT, related_name="reminders", verbose_name="kantor")
    stage = models.CharField("tahap", max_length=7, choices=Stage)
    sent_at = models.DateTimeField("dikirim pada", default=timezone.now)
    #: Empty when it was sent automatically.
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="dikirim oleh",
        db_index=False,
    )
    #: Mail addresses; empty while the mail is being sent.
    recipients = models.JSONField("penerima", default=list, blank=True)

    class Meta:
        verbose_name = "pengingat"
        verbose_name_plural = "pengingat"
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "office", "stage"],
                condition=~Q(stage="MANUAL"),
                name="reminder_once_per_stage",
                violation_error_message="Pengingat tahap ini sudah dikirim ke kantor tersebut.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office} · {self.period} · {self.get_stage_display()}"
