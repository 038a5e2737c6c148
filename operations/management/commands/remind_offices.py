"""`manage.py remind_offices`: mail offices that have not submitted their month. For cron, daily."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from coverage.completeness import reminders
from coverage.models import ReportingPeriod
from reporting import months


class Command(BaseCommand):
    help = (
        "Kirim pengingat ke kantor yang belum mengajukan datanya: sebelum, pada, dan sesudah tenggat, masing-masing "
        "satu kali. Aman dijalankan berulang kali; cukup sekali sehari."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", help="hanya bulan ini, misalnya 2026-10 (bawaan: semua bulan yang terbuka)")
        parser.add_argument("--dry-run", action="store_true", help="hanya tampilkan; tidak ada yang dikirim")

    def handle(self, *args: Any, **options: Any) -> None:
        periods = self._periods(options["month"])
        if not periods:
            self.stdout.write("Tidak ada bulan yang sedang terbuka.")
        failures = sum(self._remind(period, dry_run=options["dry_run"]) for period in periods)
        if failures:
            raise CommandError(f"{failures} surel gagal dikirim; akan dicoba lagi bila perintah ini diulang.")

    def _periods(self, month: str | None) -> list[ReportingPeriod]:
        if not month:
            return [period for period in ReportingPeriod.objects.order_by("month") if not period.is_locked]
        try:
            first = months.parse_month(month)
        except ValueError as error:
            raise CommandError(str(error)) from error
        period = ReportingPeriod.objects.filter(pk=first).first()
        if period is None:
            raise CommandError(f"Bulan {months.month_name(first)} belum dibuka.")
        return [period]

    def _remind(self, period: ReportingPeriod, *, dry_run: bool) -> int:
        """Send or list the reminders of a month; return the number of failures."""
        stage = reminders.stage_on(period, timezone.localdate())
        if stage is None:
            self.stdout.write(f"{period}: {self._why_not(period)}")
            return 0
        self.stdout.write(f"{period}, {stage.label.lower()} ({months.long_date(period.due_on)}):")
        sent = skipped = failures = 0
        for outcome in reminders.send_stage(period, stage, dry_run=dry_run):
            office, recipients = outcome.notice.office, ", ".join(outcome.notice.recipients)
            if outcome.is_failure:
                failures += 1
                self.stdout.write(f"  gagal     {office}: {outcome.why}")
            elif outcome.why:
                skipped += 1
                self.stdout.write(f"  dilewati  {office}: {outcome.why}")
            else:
                sent += 1
                self.stdout.write(f"  {'akan ke' if dry_run else 'dikirim':<8}  {office}: {recipients}")
        if not (sent or skipped or failures):
            self.stdout.write("  semua kantor sudah mengajukan")
        else:
            verb = "akan dikirim" if dry_run else "dikirim"
            self.stdout.write(f"  {sent} {verb}, {skipped} dilewati, {failures} gagal")
        return failures

    def _why_not(self, period: ReportingPeriod) -> str:
        if period.is_locked:
            return "sudah ditutup, tidak ada pengingat."
        following = min(day for day in reminders.stage_days(period).values() if day > timezone.localdate())
        return (
            f"tidak ada pengingat hari ini; berikutnya {months.long_date(following)} ({months.days_away(following)})."
        )
