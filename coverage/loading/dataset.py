"""Records which data set was loaded, and when."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from coverage.models import Dataset
from reporting.loading import LoadTally

#: To be changed when the files in `fixtures/` change.
VERSION = "2026-11"


def note_dataset(code: str, name: str, tallies: Iterable[LoadTally]) -> None:
    """Store the date of loading, unless nothing was written and the version is the same."""
    wrote = any(tally.wrote for tally in tallies)
    if wrote or not Dataset.objects.filter(code=code, version=VERSION).exists():
        Dataset.objects.update_or_create(
            code=code, defaults={"name": name, "version": VERSION, "loaded_at": timezone.now()}
        )
