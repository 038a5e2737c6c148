"""Helpers of the verification tests: months that wait for verification."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coverage.models import CoverageRecord, ReportingPeriod, Submission, Via
from coverage.records.services import CellChange, save_cells
from coverage.submissions import services as submissions
from tests.conftest import estimate, put

QUEUE = "/verifikasi/"
TENGAH = "/verifikasi/2026-10/KC-LAMPUNG-TENGAH/"
BANDAR = "/verifikasi/2026-10/KC-BANDAR-LAMPUNG/"
SEGMENTS = ("PU", "BPU", "JAKON", "PMI")


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response) -> str:
    """The page as read: without tags, spaces run together."""
    html = re.sub(r"<(script|style|select).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def hidden(html: str, name: str) -> str:
    return unescape(re.search(rf'name="{name}" value="([^"]*)"', html)[1])


def fill(areas, month, *, factor=100):
    """Enter figures of a month for every expected cell, each a little different."""
    for number, area in enumerate(areas, start=1):
        for place, segment in enumerate(SEGMENTS, start=1):
            put(area, segment, month, factor * number * place)


def hand_in(user, office, month="2026-10") -> Submission:
    period = ReportingPeriod.objects.get(pk=f"{month}-01")
    return submissions.submit(user=user, office=office, period=period)


def change(user, office, area, segment, value, **more):
    period = ReportingPeriod.objects.get(pk="2026-10-01")
    one = CellChange(area, segment, value, **more)
    save_cells(user=user, office=office, period=period, changes=[one], via=Via.FORM)


def decide(client, url, action, **typed):
    """Open the page and press a button on it, like a browser."""
    html = client.get(url).content.decode()
    sent = {"user": hidden(html, "user"), "seen_at": hidden(html, "seen_at"), "action": action}
    return client.post(url, {**sent, **typed})


def make_month(world) -> ReportingPeriod:
    """September verified, October filled by both branches of Sumbagsel; Lampung Tengah has a striking figure."""
    for area in ("1801", "1802", "1804"):
        fill([area], "2026-09")
        fill([area], "2026-10")
    CoverageRecord.objects.filter(period="2026-09-01").update(
        verified_at=timezone.now() - timedelta(days=20), verified_participants=100
    )
    put("1802", "PU", "2026-09", 4_598, verified=4_600)
    put("1802", "BPU", "2026-09", 54_004, verified=54_004)
    put("1802", "PU", "2026-10", 4_700)
    put("1802", "BPU", "2026-10", 12_000)
    CoverageRecord.objects.filter(regency="1802", period="2026-10-01", segment="BPU").update(
        change_reason="SUBSIDY_ENDED", note="Premi setahun berakhir.", verified_participants=54_004
    )
    estimate("1802", "PU", 16_068)
    return ReportingPeriod.objects.get(pk="2026-10-01")


def offices_in(response) -> list[str]:
    """Offices of the queue, from top to bottom."""
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', response.content.decode())


def hand_in_own(world, user=None) -> Submission:
    """The Kanwil's own province-wide figure."""
    period = ReportingPeriod.objects.get(pk="2026-10-01")
    one = CellChange("18", "RT-RW", 5_697)
    save_cells(user=world.admin, office=world.sumbagsel, period=period, changes=[one], via=Via.FORM)
    return hand_in(user or world.admin, world.sumbagsel)


def queries(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert client.get(url).status_code == 200
    return len(counted)
