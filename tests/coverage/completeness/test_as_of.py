"""Kelengkapan as it was known on a past day, with the cells, dates and steps of that day."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Denied
from coverage.completeness.selectors import CompletenessRow, State, rows_of_offices
from coverage.models import ReportingPeriod, Submission, SubmissionEvent, Via
from coverage.periods import reopening
from coverage.periods import services as periods
from coverage.permissions import OutOfScope
from coverage.records.services import CellChange, save_cells
from coverage.submissions import services as submissions
from tests.conftest import put

SEGMENTS = ("PU", "BPU", "JAKON", "PMI")
SEPTEMBER = date(2026, 9, 1)


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def fill(world, *areas: str, segments: tuple[str, ...] = SEGMENTS) -> None:
    changes = [CellChange(area, segment, 100) for area in areas for segment in segments]
    save_cells(
        user=world.admin,
        office=world.tengah,
        period=ReportingPeriod.objects.get(pk=SEPTEMBER),
        changes=changes,
        via=Via.FORM,
    )


@pytest.fixture
def october(world, calendar):
    """September opened on 1 October, due on the 10th; half filled on the 5th, filled and handed in on the 12th."""
    world.entri.user_permissions.add(Permission.objects.get(codename="verify_submissions"))
    calendar(date(2026, 10, 1))
    period = periods.open_period(SEPTEMBER)
    calendar(date(2026, 10, 5))
    fill(world, "1802")
    calendar(date(2026, 10, 12))
    fill(world, "1804")
    submissions.submit(user=world.entri, office=world.tengah, period=period)
    calendar(date(2026, 10, 14))
    submissions.send_back(
        user=world.verifikasi,
        submission=Submission.objects.get(),
        reason="Samakan dengan rekap.",
    )
    calendar(date(2026, 11, 20))
    return world


def mark(world, day: date | None):
    rows = rows_of_offices(world.pimpinan, SEPTEMBER, day)
    return next(row.last for row in rows if row.code == "KC-LAMPUNG-TENGAH")


@pytest.mark.parametrize(
    ("day", "filled", "state", "label"),
    [
        (date(2026, 10, 2), 0, State.NOT_DUE, "Belum mulai"),
        (date(2026, 10, 5), 4, State.NOT_DUE, "Draf"),
        (date(2026, 10, 11), 4, State.PARTIAL, "Draf"),
        (date(2026, 10, 12), 8, State.LATE, "Diajukan"),
        (date(2026, 10, 14), 8, State.LATE, "Dikembalikan"),
        (None, 8, State.LATE, "Dikembalikan"),
    ],
)
def test_cells_state_and_submission_are_those_of_the_day(october, day, filled, state, label):
    found = mark(october, day)
    assert (found.tally.filled, found.state, found.submission_label) == (filled, state, label)


def test_first_handed_in_counts_only_once_it_has_happened(october):
    assert mark(october, date(2026, 10, 11)).first_submitted_on is None
    assert mark(october, date(2026, 10, 12)).first_submitted_on == date(2026, 10, 12)


def test_the_due_date_is_the_one_of_the_day(october, calendar):
    calendar(date(2026, 11, 21))
    period = ReportingPeriod.objects.get(pk=SEPTEMBER)
    period.due_on = date(2026, 10, 12)
    period.save()
    assert mark(october, None).state == State.ON_TIME
    assert mark(october, date(2026, 11, 20)).state == State.LATE


def test_every_day_can_be_shown_later(october, calendar):
    """Random steps of submissions; the state stored each evening equals the one read later for that day."""
    world, dice = october, random.Random(7)
    evenings: dict[date, list[CompletenessRow]] = {}
    day, calm = date(2026, 11, 21), date(2027, 3, 1)
    while day < calm:
        calendar(day)
        for _ in range(4):
            _something(world, dice, day)
        evenings[day] = rows_of_offices(world.pimpinan, SEPTEMBER)
        day += timedelta(days=dice.randint(1, 3))
    assert {"SUBMIT", "WITHDRAW", "RETURN", "VERIFY", "REOPEN", "RECLOSE"} == set(
        SubmissionEvent.objects.values_list("action", flat=True)
    )
    calendar(calm)
    assert len({str(shown) for shown in evenings.values()}) >= 3
    for evening, shown in evenings.items():
        assert rows_of_offices(world.pimpinan, SEPTEMBER, evening) == shown, evening


def _something(world, dice: random.Random, day: date) -> None:
    period, submission = ReportingPeriod.objects.get(pk=SEPTEMBER), Submission.objects.get()
    what = dice.choice(("save", "submit", "submit", "withdraw", "return", "verify", "verify", "reopen", "lapse"))
    try:
        if what == "save":
            change = CellChange(dice.choice(("1802", "1804")), dice.choice(SEGMENTS), dice.randint(90, 110))
            save_cells(user=world.admin, office=world.tengah, period=period, changes=[change], via=Via.FORM)
        elif what == "submit":
            submissions.submit(user=world.entri, office=world.tengah, period=period)
        elif what == "withdraw":
            submissions.withdraw(user=world.entri, office=world.tengah, period=period)
        elif what == "return":
            submissions.send_back(user=world.verifikasi, submission=submission, reason="Periksa.")
        elif what == "verify":
            submissions.verify(user=world.verifikasi, submission=submission)
        elif what == "reopen":
            until = day + timedelta(days=dice.randint(1, 4))
            reopening.reopen_office(
                user=world.admin, office=world.tengah, period=period, reason="uji", expires_on=until
            )
        else:
            reopening.close_lapsed()
    except (Denied, OutOfScope):
        pass


# The page


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_page_says_which_day_it_shows_and_offers_no_reminder(october):
    verifier = logged_in(october.verifikasi)
    page = verifier.get("/kelengkapan/?per_tanggal=2026-10-05&kanwil=semua-kantor")
    assert page.status_code == 200
    assert "Dilihat sebagaimana diketahui pada 5 Oktober 2026." in text_of(page)
    assert "dinilai pada hari itu, sebagaimana diketahui pada 5 Oktober 2026" in text_of(page)
    assert "/ingatkan/" not in page.content.decode()
    told = verifier.get("/kelengkapan/?per_tanggal=5 Oktober 2026&kanwil=semua-kantor&format=json").json()
    assert (told["definition"]["known_on"], told["filters"]["per_tanggal"]) == ("2026-10-05", "2026-10-05")
    row = next(row for row in told["rows"] if row["office_code"] == "KC-LAMPUNG-TENGAH")
    assert (row["filled"], row["expected"], row["state"]) == (4, 8, "not_due")


def test_the_day_goes_along_to_the_offices_of_a_regional_office(october):
    page = logged_in(october.pimpinan).get("/kelengkapan/?per_tanggal=2026-10-05&kanwil=semua").content.decode()
    ways = re.findall(r'href="(/kelengkapan/\?[^"]*kanwil=[^"]*)"', page.split("<tbody")[1])
    assert ways
    assert [way for way in ways if "per_tanggal=2026-10-05" not in way] == []


def test_only_months_open_on_that_day_are_offered(october):
    periods.open_period(date(2026, 10, 1))
    reader = logged_in(october.pimpinan)
    assert 'value="2026-10"' in reader.get("/kelengkapan/").content.decode()
    assert 'value="2026-10"' not in reader.get("/kelengkapan/?per_tanggal=2026-10-05").content.decode()
    wrong = reader.get("/kelengkapan/?per_tanggal=2026-10-05&bulan=2026-10")
    assert wrong.status_code == 400
    assert "Bulan ini belum dibuka pada 5 Oktober 2026." in text_of(wrong)


def test_as_many_queries_for_more_offices(october):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            rows_of_offices(october.pimpinan, SEPTEMBER, date(2026, 11, 20))
        return len(caught)

    few = queries()
    put("1801", "PU", "2026-09", 7)
    put("3671", "PU", "2026-09", 7)
    assert queries() == few == 6
