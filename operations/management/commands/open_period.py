"""`manage.py open_period [YYYY-MM]`: open a month for entry and close expired reopenings. For cron, daily."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count

from accounts.models import Denied
from coverage.models import CoverageRecord, ReportingPeriod
from coverage.periods.reopening import close_lapsed
from coverage.periods.selectors import due_month
from coverage.periods.services import check_openable, open_period, open_when_due
from reporting import months
from reporting.numbers import format_count

Origin = CoverageRecord.Origin


class Command(BaseCommand):
    help = (
        "Buka bulan untuk entri: semua sel wajib ditulis sekaligus. Aman dijalankan berulang kali, misalnya tiap hari."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", nargs="?", metavar="YYYY-MM", help="bawaan: bulan sebelum bulan ini")

    def handle(self, *args: Any, month: str | None = None, **options: Any) -> None:
        if month:
            self.open(self.read(month))
        else:
            self.open_due()
        for reopening in close_lapsed():
            name = months.month_name(reopening.period.month)
            self.stdout.write(f"Pembukaan kembali {name} untuk {reopening.office} berakhir dan ditutup.")

    def read(self, month: str) -> date:
        try:
            first = months.parse_month(month)
            check_openable(first)
        except (ValueError, Denied) as refusal:
            raise CommandError(str(refusal)) from refusal
        return first

    def open_due(self) -> None:
        month = due_month()
        if ReportingPeriod.objects.filter(month=month).exists():
            self.open(month)
        elif period := open_when_due():
            self.report_opened(period)
        else:
            latest = ReportingPeriod.objects.order_by("-month").first()
            self.stdout.write(f"{months.month_name(month)} tidak dibuka: bulan terakhir di basis data ini {latest}.")

    def open(self, month: date) -> None:
        before = CoverageRecord.objects.filter(period=month).count()
        is_new = not ReportingPeriod.objects.filter(month=month).exists()
        period = open_period(month)
        if is_new:
            self.report_opened(period)
            return
        added = CoverageRecord.objects.filter(period=month).count() - before
        if added:
            self.stdout.write(f"{period} sudah terbuka; dilengkapi dengan {format_count(added)} sel baru.")
        elif period.is_locked:
            self.stdout.write(f"{period} sudah ditutup atau dikunci. Tidak ada yang berubah.")
        else:
            self.stdout.write(f"{period} sudah terbuka. Tidak ada yang berubah.")

    def report_opened(self, period: ReportingPeriod) -> None:
        counted = dict(
            CoverageRecord.objects.filter(period=period).order_by().values_list("origin").annotate(Count("pk"))
        )
        self.stdout.write(
            f"{period} dibuka: {format_count(sum(counted.values()))} sel, "
            f"{format_count(counted.get(Origin.CARRIED, 0))} membawa angka bulan lalu, "
            f"{format_count(counted.get(Origin.BLANK, 0))} belum lapor. "
            f"Tepat waktu sampai {months.long_date(period.due_on)}, ditutup {months.long_date(period.closes_on)}."
        )
