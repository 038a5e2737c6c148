"""Offices, their users, and reports saved by a user."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from simple_history.models import HistoricalRecords


class Denied(Exception):
    """A refusal; its text is the sentence shown to the user."""


class OfficeQuerySet(models.QuerySet):
    def administered_by(self, user: User) -> OfficeQuerySet:
        """Return the offices the user administers: the own one and those under it."""
        if user.writes_all_areas:
            return self
        office = user.working_office
        if office is None or office.kind == Office.Kind.GOVERNMENT:
            return self.none()
        return self.filter(models.Q(pk=office.pk) | models.Q(parent=office))


class Office(models.Model):
    """An office of BPJS Ketenagakerjaan, or a local government that reads its own area."""

    class Kind(models.TextChoices):
        HEAD = "HEAD", "Kantor Pusat"
        REGIONAL = "REGIONAL", "Kantor Wilayah"
        BRANCH = "BRANCH", "Kantor Cabang"
        GOVERNMENT = "GOVERNMENT", "Pemerintah daerah"

    code = models.SlugField("kode", max_length=40, primary_key=True)
    name = models.CharField("nama", max_length=120)
    kind = models.CharField("jenis", max_length=10, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="kantor induk"
    )
    is_active = models.BooleanField("aktif", default=True)
    history = HistoricalRecords(verbose_name="riwayat kantor")

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = "kantor"
        verbose_name_plural = "kantor"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="office_branch_has_parent",
                condition=~models.Q(kind="BRANCH") | models.Q(parent__isnull=False),
                violation_error_message="Kantor Cabang harus punya kantor induk (Kantor Wilayah).",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person with an account. The office decides what they may see, the role (group) what they may do."""

    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="users", verbose_name="kantor"
    )

    class Meta(AbstractUser.Meta):
        verbose_name = "pengguna"
        verbose_name_plural = "pengguna"

    @property
    def login_refusal(self) -> str:
        """Return the sentence that says why this account may not log in; empty when it may."""
        if not self.is_active:
            return "Akun ini dinonaktifkan. Hubungi administrator kantor Anda."
        if self.office is None:
            if self.is_superuser:
                return ""
            return "Akun ini belum ditempatkan di kantor mana pun. Mintalah administrator mengisi kantornya."
        if not self.office.is_active:
            return f"{self.office} sudah tidak aktif. Mintalah administrator memindahkan akun Anda ke kantor lain."
        return ""

    @property
    def working_office(self) -> Office | None:
        """Return the office this account acts for; None when the account or the office is switched off."""
        return self.office if self.is_active and self.office is not None and self.office.is_active else None

    @property
    def reads_all_areas(self) -> bool:
        """Return True for staff of BPJS Ketenagakerjaan, False for a local government, which reads its own area."""
        if not self.is_active:
            return False
        if self.office is None:
            return self.is_superuser
        return self.office.is_active and self.office.kind != Office.Kind.GOVERNMENT

    @property
    def writes_all_areas(self) -> bool:
        """Return True when the user may write for every area: head office, and the superuser."""
        return self.is_active and (
            self.is_superuser or (self.office is not None and self.office.kind == Office.Kind.HEAD)
        )

    def name_for(self, reader: User) -> str:
        """Return the name for readers of BPJS Ketenagakerjaan, for others the name of the office."""
        if reader.reads_all_areas:
            return self.get_full_name() or self.username
        return str(self.office) if self.office else ""


class SavedLink(models.Model):
    """The address of a report, saved by one user under a name and visible to that user only.

    The address is a path and a query of this product (checked by `accounts.links.services`).
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_links", verbose_name="pengguna")
    name = models.CharField("nama", max_length=80)
    address = models.CharField("alamat", max_length=1000)
    created_at = models.DateTimeField("disimpan pada", auto_now_add=True)

    class Meta:
        verbose_name = "tautan tersimpan"
        verbose_name_plural = "tautan tersimpan"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"],
                name="savedlink_name_once_per_user",
                violation_error_message="Anda sudah punya tautan dengan nama ini. Pakai nama lain.",
            ),
            models.CheckConstraint(
                name="savedlink_stays_here",
                condition=models.Q(address__startswith="/") & ~models.Q(address__startswith="//"),
                violation_error_message="Hanya alamat laporan di Semesta yang dapat disimpan.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
