"""The measured cases: every page as a whole request, every write in a transaction that is rolled back.

Only addresses, commands and tables are used, no modules of the product, so that the cases run in older commits.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from html.parser import HTMLParser
from typing import Any
from unittest import mock

import xlsxwriter
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count
from django.test import Client
from django.utils import timezone

from . import floors
from .dates import add_months, month_code, month_end

Office, User = apps.get_model("accounts", "Office"), apps.get_model("accounts", "User")
CoverageRecord, ReportingPeriod, Submission, Regency = (
    apps.get_model("coverage", name) for name in ("CoverageRecord", "ReportingPeriod", "Submission", "Regency")
)

ROWS = 10_000


@dataclass(frozen=True)
class Case:
    """An action, its lower bound, and its target in milliseconds on PostgreSQL; SQLite may take twice that."""

    key: str
    name: str
    action: Callable[[], object]
    floor: Callable[[], object]
    target: int | None = None
    #: For slow cases, which are repeated less often.
    repetitions: int | None = None
    #: Runs before the measurement, in the same transaction.
    prepare: Callable[[], object] = lambda: None


def cases() -> list[Case]:
    """All cases in the order of the table. Needs the national data set."""
    period = ReportingPeriod.objects.latest("month")
    shown = add_months(period.month, -1)
    code = month_code(period.month)
    reader = client("pimpinan")
    offices = Office.objects.annotate(areas=Count("regencies"))
    branch = offices.filter(kind="BRANCH", areas=3).order_by("code")[0]
    kanwil = offices.filter(kind="REGIONAL").order_by("-areas", "code")[0]
    at = f"bulan={month_code(shown)}"
    by_province, by_regency = (floors.progress_report(shown, area) for area in ("province_id", "regency_id"))
    table = f"/capaian/?{at}&tingkat=kabkota"
    return [
        Case("home", "Ringkasan", page(reader, f"/?{at}"), floors.progress_report(shown, "province_id", back=23), 60),
        Case(
            "provinces",
            "Capaian, provinces",
            page(reader, f"/capaian/?{at}"),
            by_province,
            100,
        ),
        Case("paged", "Capaian, 514 paged", page(reader, table), by_regency, 100),
        Case("unpaged", "Capaian, 514 at once", page(reader, f"{table}&per_halaman=600"), by_regency, 200),
        Case(
            "area",
            "Wilayah, province",
            page(reader, f"/wilayah/18/?{at}"),
            floors.progress_report(shown, "regency_id", "province_id = '18'", 23),
            100,
        ),
        Case(
            "regency",
            "Wilayah, regency",
            page(reader, f"/wilayah/1801/?{at}"),
            floors.progress_report(shown, "regency_id", "regency_id = '1801'", 23),
            100,
        ),
        Case("segments", "Segmen", page(reader, f"/segmen/?{at}"), floors.ask(floors.segments(shown)), 100),
        Case("completeness", "Kelengkapan", page(reader, "/kelengkapan/"), floors.ask(floors.completeness(shown)), 100),
        Case("queue", "Verification queue", page(client("verifikasi"), "/verifikasi/"), floors.ask(floors.QUEUE), 100),
        Case(
            "entry",
            "Entry, 60 cells",
            page(client("admin"), f"/entri/{code}/{branch.pk}/"),
            floors.ask(floors.cells_of(branch.pk, period.month)),
            100,
        ),
        Case(
            "kanwil",
            "Entry, largest Kanwil",
            page(client("admin"), f"/entri/{code}/{kanwil.pk}/"),
            floors.ask(floors.cells_of(kanwil.pk, period.month)),
            repetitions=3,
        ),
        Case(
            "save",
            "Save 60 cells",
            save_grid(period, branch),
            undone(floors.rewrite(period.month, _cells_in(branch))),
            100,
        ),
        Case("open", "Open a period", undone(_open(period)), undone(floors.open_month(period.month)), 2_000, 3),
        Case(
            "verify",
            "Verify 100 submissions",
            verify_hundred(period),
            undone(floors.rewrite(period.month, f"regency_id IN (SELECT code FROM coverage_regency WHERE {_HUNDRED})")),
            repetitions=2,
            prepare=lambda: hand_in_a_hundred(period),
        ),
        Case(
            "import", "Import 10,000 rows", import_rows(period), undone(floors.take_in(period.month, ROWS)), 10_000, 2
        ),
        Case(
            "export",
            "Export 514 rows (CSV)",
            page(reader, f"{table}&format=csv"),
            by_regency,
        ),
        Case("extract", "Export all figures (CSV)", stream(reader, "/data/angka.csv"), floors.give_out(), 12_300, 1),
    ]


def client(username: str) -> Client:
    found = Client()
    found.force_login(User.objects.get(username=username))
    return found


def page(reader: Client, address: str) -> Callable[[], None]:
    def run() -> None:
        response = reader.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")

    return run


def stream(reader: Client, address: str) -> Callable[[], int]:
    def run() -> int:
        response = reader.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")
        return sum(len(part) for part in response.streaming_content)

    return run


def undone(action: Callable[[], object]) -> Callable[[], None]:
    """Run in a transaction that is checked as on commit and then rolled back."""

    def run() -> None:
        with transaction.atomic():
            action()
            _as_committed()
            transaction.set_rollback(True)

    return run


def _as_committed() -> None:
    """Run PostgreSQL's deferred checks; on SQLite this would read the whole database."""
    if connection.vendor == "postgresql":
        connection.check_constraints()


def _reopen(period: Any) -> None:
    ReportingPeriod.objects.filter(pk=period.pk).update(
        locked_at=None, closes_on=max(period.due_on, timezone.localdate() + timedelta(days=9))
    )


def _cells_in(branch: Any) -> str:
    return f"regency_id IN (SELECT code FROM coverage_regency WHERE branch_office_id = '{branch.pk}')"


def _open(period: Any) -> Callable[[], None]:
    """The command that opens the following month, on a day on which that month is over."""
    following = add_months(period.month, 1)
    over = datetime.combine(month_end(following) + timedelta(days=1), time(12), timezone.get_default_timezone())

    def run() -> None:
        now = max(over, timezone.now())
        with mock.patch("django.utils.timezone.now", return_value=now):
            call_command("open_period", month_code(following), stdout=io.StringIO())

    return run


class _Fields(HTMLParser):
    """The form fields of a page as a browser sends them: inputs, selects and text areas with their values."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = dict(attrs)
        if tag == "input" and at.get("name") and at.get("type") != "submit":
            self.found[at["name"] or ""] = at.get("value") or ""
        elif tag == "select":
            self.select = at.get("name") or ""
            self.found[self.select] = ""
        elif tag == "option" and "selected" in at:
            self.found[self.select] = at.get("value") or ""


def save_grid(period: Any, branch: Any) -> Callable[[], None]:
    """Change and save every figure of three regencies, with a reason for each."""
    editor = client("admin")
    address = f"/entri/{month_code(period.month)}/{branch.pk}/"

    def run() -> None:
        with transaction.atomic():
            _reopen(period)
            response = editor.post(address, sent)
            if response.status_code != 302:
                raise RuntimeError(f"{address}: {response.status_code}")
            _as_committed()
            transaction.set_rollback(True)

    with transaction.atomic():
        _reopen(period)
        sent = _Fields(editor.get(address).content.decode()).found | {"action": "save"}
        transaction.set_rollback(True)
    for name, value in sent.items():
        if name.startswith("p-"):
            sent[name] = str(int(re.sub(r"\D", "", value) or 0) + 7)
        elif name.startswith("r-"):
            sent[name] = "OTHER"
        elif name.startswith("n-"):
            sent[name] = "Diukur."
    return run


_HUNDRED = "branch_office_id IN (SELECT office_id FROM coverage_submission WHERE status = 'SUBMITTED')"


def hand_in_a_hundred(period: Any) -> None:
    """Submit the month for a hundred branches of five regencies each. Rolled back by the caller."""
    _reopen(period)
    now = timezone.now()
    Submission.objects.filter(period=period).update(status="DRAFT")
    regional = Office.objects.filter(kind="REGIONAL").order_by("code")[0]
    branches = Office.objects.bulk_create(
        Office(code=f"KC-UKUR-{number}", name=f"Kantor Cabang Ukur {number}", kind="BRANCH", parent=regional)
        for number in range(100)
    )
    regencies = list(Regency.objects.order_by("code").values_list("code", flat=True)[:500])
    for place, branch in enumerate(branches):
        Regency.objects.filter(code__in=regencies[5 * place : 5 * place + 5]).update(branch_office=branch)
        Submission.objects.update_or_create(
            period=period,
            office=branch,
            defaults={"status": "SUBMITTED", "submitted_at": now, "submitted_by": None, "flagged_cells": 0},
        )
    CoverageRecord.objects.filter(period=period, participants__isnull=False).update(
        origin="ENTERED", verified_at=None, verified_by=None, changed_at=now - timedelta(hours=1)
    )


def verify_hundred(period: Any) -> Callable[[], None]:
    """Verify the submissions of a hundred branches, ten thousand figures, as one user."""
    verifier = client("admin")

    def run() -> None:
        waiting = Submission.objects.filter(period=period, status="SUBMITTED")
        ticked = list(waiting.values_list("pk", flat=True))
        sent = {"ticked": ticked, "seen_at": timezone.now().isoformat()}
        response = verifier.post(f"/verifikasi/?bulan={month_code(period.month)}", sent)
        left = waiting.count()
        if response.status_code != 302 or len(ticked) != 100 or left:
            raise RuntimeError(f"{response.status_code}: {len(ticked)} submissions, {left} not verified")

    return undone(run)


def import_rows(period: Any) -> Callable[[], None]:
    """An XLSX of ROWS rows that changes every figure: uploaded, matched, confirmed, with history."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Kode", "Wilayah", "Segmen", "Peserta", "Keterangan"])
    cells = CoverageRecord.objects.filter(period=period, regency__isnull=False).order_by("regency", "segment")
    for line, row in enumerate(cells.values_list("regency", "regency__name", "segment")[:ROWS], 1):
        sheet.write_row(line, 0, [*row, 7_000_000 + line, ""])
    book.close()
    data = buffer.getvalue()
    editor = client("admin")
    address = f"/entri/{month_code(period.month)}/berkas-nasional/"

    def run() -> None:
        _reopen(period)
        response = editor.post(address, {"berkas": SimpleUploadedFile("nasional.xlsx", data), "kode": "kemendagri"})
        if response.status_code != 302:
            raise RuntimeError(f"{address}: {response.status_code}")
        answer = b"".join(editor.post(response["Location"])).decode()
        if f"{ROWS:,} sel disimpan".replace(",", ".") not in answer:
            raise RuntimeError(f"{address}: the rows were not written")

    return undone(run)
