"""`manage.py load_published`: load figures published by newspapers; counts also become records."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from coverage.loading.dataset import note_dataset
from coverage.loading.published import load_estimates, load_figures, load_records
from coverage.models import Province
from targets.loading.published import load_targets


class Command(BaseCommand):
    help = "Muat angka terbitan dari pemberitaan beserta sumber dan tanggalnya. Aman dijalankan berulang kali."

    def handle(self, *args: Any, **options: Any) -> None:
        if not Province.objects.exists():
            raise CommandError("Data acuan belum ada. Jalankan dahulu: manage.py load_reference")
        folder = settings.FIXTURE_DIR
        with transaction.atomic():
            figures = load_figures(folder)
            estimates = load_estimates(folder)
            tallies = [figures, *load_records(folder), estimates, load_targets(folder)]
            note_dataset("published", "Angka terbitan", tallies)
        for tally in tallies:
            self.stdout.write(str(tally))
            for remark in tally.remarks:
                self.stdout.write(f"  {remark}")
