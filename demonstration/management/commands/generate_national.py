"""`manage.py generate_national`: generate ten years of invented national data for performance measurements."""

from __future__ import annotations

import io
import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from demonstration.demo import guard
from demonstration.national import loading
from demonstration.national.guard import refuse_other_data

WIDTH = 30


class Command(BaseCommand):
    help = (
        "Isi basis data kosong dengan data nasional rekaan: 514 kab/kota, 20 segmen, bulan sebanyak yang diminta, "
        "dengan potensi, target, dan pengajuan. Tiga kelompok peragaan melengkapi segmen acuan menjadi 20. "
        "Riwayat angka hanya ditulis untuk bulan terakhir: riwayat semua bulan akan melipatgandakan isinya."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--months", type=int, default=120, help="jumlah bulan, 1 sampai 240 (bawaan: 120)")

    def handle(self, *args: Any, **options: Any) -> None:
        count = options["months"]
        if not 1 <= count <= 240:
            raise CommandError("Jumlah bulan antara 1 dan 240.")
        self.started = time.monotonic()
        try:
            is_there = refuse_other_data(loading.version_of(count))
        except guard.Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if is_there:
            self.stdout.write("Data nasional rekaan ini sudah ada; tidak ada yang ditulis.")
            return
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_reference", stdout=io.StringIO())
        loading.generate(count, timezone.localdate(), self.progress)
        self.stderr.write("")
        seconds = f"{time.monotonic() - self.started:.0f}"
        self.stdout.write(f"Data nasional rekaan {count} bulan selesai ditulis dalam {seconds} detik.")
        self.stdout.write("Semua angkanya adalah angka PERAGAAN, bukan statistik resmi.")

    def progress(self, done: int, steps: int, what: str) -> None:
        bar = "#" * (WIDTH * done // steps)
        self.stderr.write(f"\r[{bar:<{WIDTH}}] {100 * done // steps:>3}% {what:<32}", ending="")
        self.stderr.flush()
