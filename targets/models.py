"""Targets for areas, segments and years, and their sources."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connections, models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from coverage.models import ChangedVia, Province, Regency, WorkerSegment, cell_in_province

if TYPE_CHECKING:
    from accounts.models import User


class TargetQuerySet(models.QuerySet[Any]):
    def years(self) -> list[int]:
        """The years that have a target, in order.

        Jumps from year to year along the index; DISTINCT reads all of it, which took 6 ms of every report page.
        """
        table = self.model._meta.db_table
        with connections[self.db].cursor() as cursor:
            cursor.execute(f"""
                WITH RECURSIVE known(year) AS (
                    SELECT min(year) FROM {table}
                    UNION ALL
                    SELECT (SELECT min(year) FROM {table} WHERE year > known.year) FROM known WHERE year IS NOT NULL
                ) SELECT year FROM known WHERE year IS NOT NULL
            """)  # noqa: S608 - the name of our table
            return [year for (year,) in cursor.fetchall()]

    def visible_to(self, user: User) -> Self:
        """All targets for BPJS Ketenagakerjaan; for a local government those of its area and the national ones."""
        if user.reads_all_areas:
            return self
        if user.working_office:
            own = Q(province__government_office=user.office_id) | Q(regency__government_office=user.office_id)
            return self.filter(own | Q(province__isnull=True))
        return self.none()

    def administered_by(self, user: User) -> Self:
        """Targets of the areas of the user's office; for a regional office those of all its provinces."""
        if user.writes_all_areas:
            return self
        office = user.working_office
        if office is None:
            return self.none()
        return self.filter(Q(province__regional_office=office) | Q(regency__branch_office=office))


class TargetSource(models.Model):
    """The source of a target: a law, a ministry, BPJS Ketenagakerjaan, a local government."""

    code = models.SlugField("kode", max_length=20, primary_key=True)
    name = models.CharField("nama", max_length=120, unique=True)
    position = models.PositiveSmallIntegerField("urutan", default=0)
    is_active = models.BooleanField("aktif", default=True)

    class Meta:
        verbose_name = "sumber target"
        verbose_name_plural = "sumber target"
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class Target(models.Model):
    """A target for the country (no province), a province or a regency, for December of `year`.

    `percent` is in percent (38.39, not 0.3839), `workers` a head-count. Published values
    of both do not always agree, so stated values are stored and a missing one is derived on reading.
    """

    province = models.ForeignKey(
        Province,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="provinsi",
        help_text="Kosong: target nasional.",
    )
    regency = models.ForeignKey(
        Regency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="kab/kota"
    )
    segment = models.ForeignKey(
        WorkerSegment,
        models.PROTECT,
        related_name="+",
        limit_choices_to=~Q(kind="BASIC"),
        verbose_name="segmen",
    )
    year = models.PositiveSmallIntegerField("tahun", validators=[MinValueValidator(2014), MaxValueValidator(2060)])
    source = models.ForeignKey(TargetSource, models.PROTECT, related_name="targets", verbose_name="sumber")
    percent = models.DecimalField(
        "target cakupan (%)",
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.001")), MaxValueValidator(200)],
    )
    workers = models.PositiveBigIntegerField("target peserta", null=True, blank=True)
    is_reference = models.BooleanField(
        "acuan", default=False, help_text="Satu acuan untuk tiap wilayah, segmen, dan tahun."
    )
    decree = models.CharField("dasar hukum", max_length=160, blank=True)
    decree_date = models.DateField("tanggal dasar hukum", null=True, blank=True)
    note = models.TextField("catatan", blank=True)
    history = HistoricalRecords(bases=[ChangedVia], verbose_name="riwayat target")

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = "target"
        verbose_name_plural = "target"
        ordering = ["province", "regency", "segment", "year", "source"]
        permissions = [("plan_targets", "Boleh menetapkan target")]
        indexes = [models.Index(fields=["year", "segment"], name="target_of_year")]
        constraints = [
            models.CheckConstraint(
                name="target_percent_or_workers",
                condition=Q(percent__isnull=False) | Q(workers__isnull=False),
                violation_error_message="Isi persentase atau jumlah pekerja, paling sedikit salah satu.",
            ),
            cell_in_province("target_regency_in_province"),
            models.CheckConstraint(
                name="target_regency_needs_province",
                condition=Q(regency__isnull=True) | Q(province__isnull=False),
                violation_error_message="Pilih provinsi dari kab/kota itu.",
            ),
            *(
                models.UniqueConstraint(
                    fields=[*area, "segment", "year", "source"],
                    condition=where,
                    name=f"target_unique_{level}",
                    violation_error_message="Target dari sumber ini untuk wilayah, segmen, dan tahun itu sudah ada.",
                )
                for level, area, where in (
                    ("national", [], Q(province__isnull=True)),
                    ("province", ["province"], Q(province__isnull=False, regency__isnull=True)),
                    ("regency", ["regency"], Q(regency__isnull=False)),
                )
            ),
            *(
                models.UniqueConstraint(
                    fields=[*area, "segment", "year"],
                    condition=where & Q(is_reference=True),
                    name=f"target_one_reference_{level}",
                    violation_error_message="Acuan untuk wilayah, segmen, dan tahun itu sudah ditetapkan.",
                )
                for level, area, where in (
                    ("national", [], Q(province__isnull=True)),
                    ("province", ["province"], Q(province__isnull=False, regency__isnull=True)),
                    ("regency", ["regency"], Q(regency__isnull=False)),
                )
            ),
        ]

    def __str__(self) -> str:
        area = self.regency or self.province or "Nasional"
        return f"{area} · {self.segment_id} · {self.year} · {self.source_id}"

    @property
    def area_code(self) -> str:
        """`1801`, `18`, or empty for the country."""
        return self.regency_id or self.province_id or ""
