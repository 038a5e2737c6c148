"""Who works where: offices, and users that belong to one."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from simple_history.models import HistoricalRecords


class Denied(Exception):
    """A refusal that carries the sentence the user reads."""


class OfficeQuerySet(models.QuerySet):
    def administered_by(self, user: User) -> OfficeQuerySet:
        """Offices whose accounts and rows the user looks after in the admin: the own one and those under it."""
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
    """A person with an account. What they may see follows from the office, what they may do from the role (group)."""

    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="users", verbose_name="kantor"
    )

    class Meta(AbstractUser.Meta):
        verbose_name = "pengguna"
        verbose_name_plural = "pengguna"

    @property
    def shut_out_because(self) -> str:
        """Why this account may not enter, as the sentence its owner reads; empty when it may."""
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
        """The office in whose name this account acts: None when the account or the office is switched off."""
        return self.office if self.is_active and self.office is not None and self.office.is_active else None

    @property
    def reads_all_areas(self) -> bool:
        """True for staff of BPJS Ketenagakerjaan: areas are compared with each other. Never for a local government."""
        if not self.is_active:
            return False
        if self.office is None:
            return self.is_superuser
        return self.office.is_active and self.office.kind != Office.Kind.GOVERNMENT

    @property
    def writes_all_areas(self) -> bool:
        """True where the write scope has no border: head office, and the superuser."""
        return self.is_active and (
            self.is_superuser or (self.office is not None and self.office.kind == Office.Kind.HEAD)
        )

    def name_for(self, reader: User) -> str:
        """Who this is, as the reader may know it: people of BPJS Ketenagakerjaan by name, others get the office."""
        if reader.reads_all_areas:
            return self.get_full_name() or self.username
        return str(self.office) if self.office else ""


class SavedLink(models.Model):
    """The address of a report that one user keeps under a name. Nobody else sees it.

    The address is a path and a query of this product, never of another (checked by `accounts.links.services`).
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
