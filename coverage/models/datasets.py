"""The data sets loaded into this database: reference, published, demonstration."""

from __future__ import annotations

from django.db import models


class Dataset(models.Model):
    """A set of data loaded by a command. While a demonstration set is present, every page says so."""

    code = models.SlugField("kode", max_length=40, primary_key=True)
    name = models.CharField("nama", max_length=120)
    version = models.CharField("versi", max_length=80)
    is_demonstration = models.BooleanField("peragaan", default=False)
    loaded_at = models.DateTimeField("dimuat pada")

    class Meta:
        verbose_name = "himpunan data"
        verbose_name_plural = "himpunan data"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
