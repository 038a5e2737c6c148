"""`manage.py load_reference`: load areas, offices, segments, target sources and roles."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.reference import load_offices, load_roles
from coverage.loading.dataset import note_dataset
from coverage.loading.reference import load_provinces, load_regencies, load_segments
from targets.loading.reference import load_target_sources


class Command(BaseCommand):
    help = "Muat data acuan: wilayah, kantor, segmen, sumber target, peran. Aman dijalankan berulang kali."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.FIXTURE_DIR
        with transaction.atomic():
            tallies = [
                load(folder)
                for load in (
                    load_offices,
                    load_provinces,
                    load_regencies,
                    load_segments,
                    load_target_sources,
                    load_roles,
                )
            ]
            note_dataset("reference", "Data acuan", tallies)
        for tally in tallies:
            self.stdout.write(str(tally))
