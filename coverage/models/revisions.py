"""Version tokens of rarely changed facts, so that cached reads of them are never stale."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from uuid import uuid4

from django.db import models, transaction

from .querysets import CellQuerySet

Written = TypeVar("Written")


class Revision(models.Model):
    """A token that is renewed in the transaction that changes its facts.

    Random instead of counted, so that the token of a transaction that was rolled back is never used again.
    """

    POTENTIALS = "potentials"

    subject = models.SlugField("tentang", max_length=20, primary_key=True)
    token = models.CharField("tanda", max_length=32)

    class Meta:
        verbose_name = "keadaan data"
        verbose_name_plural = "keadaan data"

    def __str__(self) -> str:
        return f"{self.subject} · {self.token}"

    @classmethod
    def token_of(cls, subject: str) -> str:
        """Return the token; empty before the first write. One query. Must be read before the facts themselves."""
        return cls.objects.filter(pk=subject).values_list("token", flat=True).first() or ""

    @classmethod
    def renew(cls, subject: str) -> None:
        """Renew the token. Must be called in the transaction that changes the facts, before it does.

        Concurrent writers wait here, before they lock the rows themselves, which avoids deadlocks.
        """
        token = uuid4().hex
        if not cls.objects.filter(pk=subject).update(token=token):
            cls.objects.update_or_create(pk=subject, defaults={"token": token})


class RevisedQuerySet(CellQuerySet):
    """Queryset that renews the model's token with every bulk create, update and delete."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        # CellQuerySet.bulk_update calls this too
        return self._revised(lambda: super(RevisedQuerySet, self).bulk_create(objs, *args, **options))

    def update(self, **values: Any) -> int:
        return self._revised(lambda: super(RevisedQuerySet, self).update(**values))

    def delete(self) -> tuple[int, dict[str, int]]:
        return self._revised(lambda: super(RevisedQuerySet, self).delete())

    update.alters_data = True  # type: ignore[attr-defined]
    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def _revised(self, write: Callable[[], Written]) -> Written:
        with transaction.atomic():
            Revision.renew(self.model.revision)
            return write()


class Revised(models.Model):
    """Base of models whose changes renew a token; managers, the base manager too, must use `RevisedQuerySet`."""

    revision = ""

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            Revision.renew(self.revision)
            super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            Revision.renew(self.revision)
            return super().delete(*args, **options)
