"""Tables of the submissions of an area's offices."""

from __future__ import annotations

from operator import attrgetter

from django.utils.safestring import SafeString
from django.utils.text import capfirst

from coverage.models import Submission
from reporting.months import month_name
from reporting.tables.columns import CountColumn, DateColumn, StatusColumn, TextColumn
from reporting.tables.table import ReportTable
from targets.progress.tables import month_column

from .columns import Badge, choice
from .submissions import OfficeMonth


def _timeliness(one: OfficeMonth) -> Badge:
    if one.days_late == 0:
        sign, css = "✓", "ok"
    elif one.days_late is not None:
        sign, css = "●", "warn"
    else:
        sign, css = ("○", "down") if one.is_past_due else ("·", "na")
    return Badge(capfirst(one.timeliness), sign, css)


def _ways(one: OfficeMonth) -> SafeString:
    """Links to the history and verification of the office's month, where the user has access."""
    month = f'<span class="hidden-text"> {month_name(one.month)}</span>'
    ways = (("Riwayat", one.history_url), ("Verifikasi", one.verification_url))
    return SafeString(" ".join(f'<a href="{url}">{label}{month}</a>' for label, url in ways if url))


class OfficeMonthTable(ReportTable):
    """Months of the office responsible for a regency; records are `OfficeMonth`."""

    screen = (
        "month",
        "status",
        "first_submitted_on",
        "due_on",
        "timeliness",
        "verified_on",
        "verified_by",
        "ways",
    )

    class Meta(ReportTable.Meta):
        attrs = {"class": "wrap"}

    month = month_column()
    office = TextColumn("Kode kantor", accessor="office_code")
    office_name = TextColumn("Kantor")
    status = StatusColumn("Status", get=choice(Submission.Status, "status"), shown_as=attrgetter("label"))
    due_on = DateColumn("Tenggat", css="date dim")
    first_submitted_on = DateColumn("Pertama diajukan", css="date")
    days_late = CountColumn("Hari terlambat")
    verified_on = DateColumn("Diverifikasi", css="date")
    verified_by = TextColumn("Diverifikasi oleh", short_name="Oleh")
    timeliness = StatusColumn("Ketepatan", get=_timeliness, exclude_from_export=True)
    ways = TextColumn("Lihat", accessor="history_url", css="date", shown_as=_ways, exclude_from_export=True)


class MissedColumn(CountColumn):
    """The number of offices that were late or did not submit; marked as bad when not 0."""

    def cell_css(self, value: int) -> str:
        return f"{super().cell_css(value)} neg" if value else super().cell_css(value)


class OfficesMonthTable(ReportTable):
    """Months of all offices responsible for the regencies of a province; records are `OfficesMonth`."""

    class Meta(ReportTable.Meta):
        attrs = {}

    month = month_column()
    due_on = DateColumn("Tenggat", css="date dim")
    offices = CountColumn("Kantor")
    verified = CountColumn("Diverifikasi", css="strong")
    waiting = CountColumn("Menunggu verifikasi")
    with_office = CountColumn("Masih di kantor")
    on_time = CountColumn("Tepat waktu")
    late = MissedColumn("Terlambat")
    never = MissedColumn("Belum diajukan")
