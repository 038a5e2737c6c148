"""Provinces and regencies under both code systems, and the area cell every figure belongs to."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from simple_history.models import HistoricalRecords

from accounts.models import Office

from .querysets import ProvinceQuerySet, RegencyQuerySet

#: Area code (`1802`, or `18` for province-wide) and segment code: identifies a cell within a month.
CellKey = tuple[str, str]


class Province(models.Model):
    """One of the 38 provinces (Kepmendagri 300.2.2-2430/2025)."""

    code = models.CharField("kode Kemendagri", max_length=2, primary_key=True)
    bps_code = models.CharField("kode BPS", max_length=2, unique=True)
    name = models.CharField("nama", max_length=60, unique=True)
    island_group = models.CharField("gugus pulau", max_length=40)
    regional_office = models.ForeignKey(
        Office,
        models.PROTECT,
        related_name="provinces",
        limit_choices_to={"kind": Office.Kind.REGIONAL},
        verbose_name="Kantor Wilayah",
    )
    government_office = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="governed_provinces",
        limit_choices_to={"kind": Office.Kind.GOVERNMENT},
        verbose_name="pemerintah provinsi",
    )
    is_active = models.BooleanField("aktif", default=True)
    history = HistoricalRecords(verbose_name="riwayat provinsi")

    objects = ProvinceQuerySet.as_manager()

    class Meta:
        verbose_name = "provinsi"
        verbose_name_plural = "provinsi"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Regency(models.Model):
    """One of the 514 regencies and cities (416 kabupaten, 98 kota). Exactly one office is responsible for it."""

    class Kind(models.TextChoices):
        KABUPATEN = "KABUPATEN", "Kabupaten"
        KOTA = "KOTA", "Kota"

    code = models.CharField("kode Kemendagri", max_length=4, primary_key=True)
    bps_code = models.CharField("kode BPS", max_length=4, unique=True)
    name = models.CharField("nama", max_length=80)
    kind = models.CharField("jenis", max_length=9, choices=Kind)
    province = models.ForeignKey(Province, models.PROTECT, related_name="regencies", verbose_name="provinsi")
    branch_office = models.ForeignKey(
        Office,
        models.PROTECT,
        related_name="regencies",
        limit_choices_to={"kind__in": [Office.Kind.BRANCH, Office.Kind.REGIONAL]},
        verbose_name="kantor pelapor",
        help_text="Kantor Cabang; Kantor Wilayah selama cabangnya belum ditetapkan.",
    )
    government_office = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="governed_regencies",
        limit_choices_to={"kind": Office.Kind.GOVERNMENT},
        verbose_name="pemerintah kab/kota",
    )
    split_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="splits", verbose_name="dimekarkan dari"
    )
    is_active = models.BooleanField("aktif", default=True)
    history = HistoricalRecords(verbose_name="riwayat kab/kota")

    objects = RegencyQuerySet.as_manager()

    class Meta:
        verbose_name = "kab/kota"
        verbose_name_plural = "kab/kota"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "name"],
                name="regency_name_unique_in_province",
                violation_error_message="Nama kab/kota ini sudah ada di provinsi tersebut.",
            ),
            models.CheckConstraint(
                name="regency_code_starts_with_province",
                condition=Q(code__startswith=F("province_id")),
                violation_error_message="Kode kab/kota harus diawali kode provinsinya.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AreaCell(models.Model):
    """Base of figures of a regency, or of the part of a province that is not broken down.

    `regency` empty means "in this province, not broken down by regency". Such a row is *additional* to the rows of
    the regencies, so every total is a plain sum.
    """

    province = models.ForeignKey(Province, models.PROTECT, related_name="+", verbose_name="provinsi", db_index=False)
    regency = models.ForeignKey(
        Regency,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="kab/kota",
        help_text="Kosong: angka tingkat provinsi yang tidak dirinci per kab/kota.",
    )

    class Meta:
        abstract = True

    @property
    def area(self) -> Province | Regency:
        return self.regency or self.province

    @property
    def area_code(self) -> str:
        """Return `1801` for a regency's cell, `18` for a province-wide cell."""
        return self.regency_id or self.province_id


def cell_in_province(name: str) -> models.CheckConstraint:
    """Return the constraint that a cell's regency lies in its province, by their codes."""
    return models.CheckConstraint(
        name=name,
        condition=Q(regency__isnull=True) | Q(Exact(Left("regency_id", 2), F("province_id"))),
        violation_error_message="Kab/kota itu tidak berada di provinsi yang dipilih.",
    )


def unique_per_cell(name: str, *fields: str, message: str) -> list[models.UniqueConstraint]:
    """Return two conditional constraints, one row per cell and `fields`: unique constraints ignore NULLs."""
    return [
        models.UniqueConstraint(
            fields=["regency", *fields],
            condition=Q(regency__isnull=False),
            name=f"{name}_unique_regency",
            violation_error_message=message,
        ),
        models.UniqueConstraint(
            fields=["province", *fields],
            condition=Q(regency__isnull=True),
            name=f"{name}_unique_province",
            violation_error_message=message,
        ),
    ]
