"""Worker segments: legal ones that are summed, composites of them, and overlapping groups that are never summed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class WorkerSegment(models.Model):
    class Kind(models.TextChoices):
        BASIC = "BASIC", "Segmen dasar"
        COMPOSITE = "COMPOSITE", "Gabungan segmen"
        GROUP = "GROUP", "Kelompok/ekosistem"

    #: Segment of published totals without a breakdown. They are not carried to later months.
    UNSPLIT = "TOTAL-UNSPLIT"

    code = models.SlugField("kode", max_length=20, primary_key=True)
    name = models.CharField("nama", max_length=80, unique=True)
    kind = models.CharField("jenis", max_length=9, choices=Kind)
    components = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="composites",
        limit_choices_to={"kind": Kind.BASIC},
        verbose_name="terdiri atas",
        help_text="Hanya untuk gabungan: segmen dasar yang dijumlahkan.",
    )
    ecosystem = models.CharField("ekosistem", max_length=40, blank=True)
    has_potential = models.BooleanField(
        "punya potensi",
        default=True,
        help_text="Tidak untuk JAKON dan PMI: pesertanya menambah jumlah peserta tanpa menambah potensi.",
    )
    is_expected = models.BooleanField(
        "wajib dilaporkan", default=False, help_text="Diharapkan dari setiap kab/kota setiap bulan."
    )
    is_headline = models.BooleanField("gabungan utama", default=False)
    position = models.PositiveSmallIntegerField("urutan", default=0)
    is_active = models.BooleanField("aktif", default=True)

    class Meta:
        verbose_name = "segmen"
        verbose_name_plural = "segmen"
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_headline"],
                condition=Q(is_headline=True),
                name="segment_one_headline",
                violation_error_message="Gabungan utama sudah ditetapkan pada segmen lain.",
            ),
            models.CheckConstraint(
                name="segment_headline_is_composite",
                condition=Q(is_headline=False) | Q(kind="COMPOSITE"),
                violation_error_message="Gabungan utama harus berjenis gabungan segmen.",
            ),
            models.CheckConstraint(
                name="segment_expected_is_basic",
                condition=Q(is_expected=False) | Q(kind="BASIC"),
                violation_error_message="Hanya segmen dasar yang dapat diwajibkan.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
