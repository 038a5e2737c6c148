"""`manage.py demo`: set up a demonstration of Semesta on a developer's machine and run the server."""

from __future__ import annotations

import os
import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from demonstration.demo import accounts, guard, loading, record_history, targets


class Command(BaseCommand):
    help = "Siapkan data peragaan dan jalankan Semesta di komputer ini. Aman dijalankan berulang kali."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="berhenti sebelum menjalankan server")
        parser.add_argument("--port", type=int, default=8000, help="porta server (bawaan: 8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        self.started = time.monotonic()
        try:
            guard.refuse_real_data()
        except guard.Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        today = timezone.localdate()

        self.report("Menyiapkan basis data")
        call_command("migrate", verbosity=0, interactive=False)
        self.report("Memuat data acuan: wilayah, kantor, segmen")
        call_command("load_reference", stdout=_Silent())
        version = loading.loaded_version()
        if version:
            self.report("Riwayat peragaan sudah ada dan dipertahankan, juga yang Anda isi")
            if version != loading.VERSION:
                self.report("Riwayat itu dari versi lama; untuk yang baru hapus dahulu basis datanya")
            loading.refresh(today)
        else:
            loading.make_demonstration(today, self.report)
        self.report("Memuat angka terbitan")
        call_command("load_published", stdout=_Silent())
        self.report("Menetapkan target peragaan")
        targets.make_targets()
        if not version:
            record_history.backdate()
        # Unlock accounts that were locked by failed logins.
        call_command("axes_reset", stdout=_Silent())
        self.report("Selesai")
        self.introduce(options["port"])
        if not options["no_serve"]:
            self.stdout.write("Server berjalan; berhenti dengan Ctrl+C.\n")
            # Django's warning about the development server is English, and superfluous for a demonstration.
            os.environ["DJANGO_RUNSERVER_HIDE_WARNING"] = "true"
            call_command("runserver", f"127.0.0.1:{options['port']}", use_reloader=False)

    def report(self, what: str) -> None:
        seconds = f"{time.monotonic() - self.started:.1f}".replace(".", ",")
        self.stdout.write(f"[{seconds:>5} dtk] {what}")
        self.stdout.flush()

    def introduce(self, port: int) -> None:
        """Print the addresses and the users with their password."""
        address = f"http://127.0.0.1:{port}"
        self.stdout.write("")
        pages = (("/", "beranda"), ("/capaian/", "capaian"), ("/sasaran/", "sasaran"), ("/entri/", "entri data"))
        for path, what in (*pages, ("/admin/", "admin")):
            self.stdout.write(f"  {address + path:<32} {what}")
        self.stdout.write(f"\nMasuk sebagai salah satu pengguna ini, kata sandi semuanya: {accounts.PASSWORD}\n\n")
        for user in accounts.USERS:
            self.stdout.write(f"  {user.username:<11} {user.what}")
        self.stdout.write("\nSemua angka per kab/kota adalah angka PERAGAAN, bukan statistik resmi.")


class _Silent:
    """Discards the output of called commands."""

    def write(self, text: str) -> None:
        pass

    def flush(self) -> None:
        pass
