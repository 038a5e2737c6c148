"""Kelengkapan: what counts as reported and in time, scope of users, page and files."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Office
from coverage.completeness.selectors import CellTally, Mark, State, roll_up, rows_of_offices
from coverage.models import CoverageRecord, Regency, Submission
from coverage.periods import services as periods
from reporting import months
from tests.conftest import make_period, put

SEGMENTS = ("PU", "BPU", "JAKON", "PMI")
OCTOBER = date(2026, 10, 1)
DUE = date(2026, 11, 10)
AFTER = date(2026, 11, 20)


@pytest.fixture
def on_day(monkeypatch):
    """Make it this day."""
    real = timezone.localdate

    def set_day(day: date) -> None:
        monkeypatch.setattr(timezone, "localdate", lambda *given, **more: real(*given, **more) if given else day)

    set_day(AFTER)
    return set_day


@pytest.fixture
def october(world, on_day):
    make_period("2026-10")
    return periods.open_period(OCTOBER)


def fill(area: str, month: str = "2026-10", *, cells: int = 4, value: int = 100) -> None:
    for segment in SEGMENTS[:cells]:
        put(area, segment, month, value)


def hand_in(office: Office, day: date | None, month: str = "2026-10", status: str = "SUBMITTED") -> Submission:
    """Create a submission first submitted a minute before midnight of that day; None: never."""
    at = datetime(day.year, day.month, day.day, 23, 59, tzinfo=ZoneInfo("Asia/Jakarta")) if day else None
    return Submission.objects.create(
        office=office, period_id=months.parse_month(month), status=status, first_submitted_at=at, submitted_at=at
    )


def row(world, code: str):
    found = {row.code: row for row in rows_of_offices(world.pimpinan, OCTOBER)}
    return found[code]


# What counts


@pytest.mark.parametrize(
    ("cells", "handed_in", "today", "state"),
    [
        (8, DUE, AFTER, State.ON_TIME),
        (8, date(2026, 11, 11), AFTER, State.LATE),
        (8, None, AFTER, State.LATE),
        (8, None, DUE, State.NOT_DUE),
        (8, date(2026, 11, 5), date(2026, 11, 6), State.ON_TIME),
        (5, date(2026, 11, 5), AFTER, State.PARTIAL),
        (5, None, AFTER, State.PARTIAL),
        (5, date(2026, 11, 5), DUE, State.NOT_DUE),
        (0, date(2026, 11, 5), AFTER, State.MISSING),
        (0, None, AFTER, State.MISSING),
        (0, None, DUE, State.NOT_DUE),
    ],
)
def test_content_decides_and_handing_it_in_only_whether_it_was_in_time(
    world, october, on_day, cells, handed_in, today, state
):
    on_day(today)
    fill("1802", cells=min(cells, 4))
    fill("1804", cells=max(cells - 4, 0))
    if handed_in:
        hand_in(world.tengah, handed_in)
    mark = row(world, "KC-LAMPUNG-TENGAH").last
    assert mark.state == state
    assert (mark.tally.filled, mark.tally.expected) == (cells, 8)


def test_a_verified_month_with_gaps_is_partial_all_the_same(world, october):
    fill("1802")
    hand_in(world.tengah, DUE, status="VERIFIED")
    assert row(world, "KC-LAMPUNG-TENGAH").last.state == State.PARTIAL


def test_zero_is_a_report_and_last_months_figure_is_none(world, october):
    fill("1802", value=0)
    for segment in SEGMENTS:
        put("1804", segment, "2026-10", 100, own=False)
    assert row(world, "KC-LAMPUNG-TENGAH").last.tally.filled == 4


def test_a_cell_that_is_explained_is_still_missing(world, october):
    CoverageRecord.objects.filter(regency="1802", segment="PU").update(note="menunggu data unit layanan")
    mark = row(world, "KC-LAMPUNG-TENGAH").last
    assert (mark.tally.filled, mark.tally.explained) == (0, 1)
    assert "1 dijelaskan" in mark.words


def test_groups_and_province_wide_figures_are_not_counted(world, october):
    put("1802", "RENTAN", "2026-10", 5)
    put("18", "RT-RW", "2026-10", 5)
    assert row(world, "KC-LAMPUNG-TENGAH").last.tally.expected == 8
    assert "KW-SUMBAGSEL" not in {row.code for row in rows_of_offices(world.pimpinan, OCTOBER)}


def test_a_month_that_was_opened_for_a_published_total_asks_nobody(world, october):
    put("18", "TOTAL-UNSPLIT", "2026-08", 760_468)
    marks = {mark.month: mark.state for mark in row(world, "KC-LAMPUNG-TENGAH").marks}
    assert marks[date(2026, 8, 1)] == State.NOT_ASKED
    assert marks[date(2026, 9, 1)] == State.NOT_ASKED
    assert len(marks) == 12
    assert (min(marks), max(marks)) == (date(2025, 11, 1), OCTOBER)


def test_a_regency_takes_its_past_months_along_to_another_office(world, october):
    fill("1804")
    Regency.objects.filter(pk="1804").update(branch_office=world.bandar)
    assert row(world, "KC-LAMPUNG-TENGAH").last.tally == CellTally.of_office(0, 4, was_in_time=False)
    assert row(world, "KC-BANDAR-LAMPUNG").last.tally.filled == 4


def test_a_regency_out_of_use_is_not_asked(world, october):
    Regency.objects.filter(pk="1804").update(is_active=False)
    assert row(world, "KC-LAMPUNG-TENGAH").last.tally.expected == 4


# Sums


@pytest.fixture
def three_offices(world, october):
    """Lampung Tengah complete and in time, Bandar Lampung one cell of four, Banten nothing; September complete."""
    for area in ("1802", "1804", "1801", "3671"):
        fill(area, "2026-09")
    for office in (world.tengah, world.bandar, world.banten):
        hand_in(office, date(2026, 10, 10), "2026-09", "VERIFIED")
    fill("1802")
    fill("1804")
    hand_in(world.tengah, DUE)
    fill("1801", cells=1)
    return world


def test_a_regional_office_is_the_sum_of_its_cells_and_no_mean_of_shares(three_offices):
    sums = {row.code: row for row in roll_up(rows_of_offices(three_offices.pimpinan, OCTOBER))}
    sumbagsel = sums["KW-SUMBAGSEL"].last
    assert (sumbagsel.tally.filled, sumbagsel.tally.expected) == (9, 12)
    assert sumbagsel.tally.rate == Fraction(3, 4)  # the mean of 100 % and 25 % would be 62.5 %
    assert (sumbagsel.tally.complete, sumbagsel.tally.on_time, sumbagsel.tally.offices) == (1, 1, 2)
    assert sumbagsel.state == State.PARTIAL
    assert sums["KW-BANTEN"].last.state == State.MISSING


def test_the_strip_adds_up_the_months_that_are_due(three_offices, on_day):
    due = row(three_offices, "KC-BANDAR-LAMPUNG").due
    assert (due.rate, due.timeliness) == (Fraction(5, 8), Fraction(1, 2))
    on_day(DUE)  # October counts only once its due day has passed
    assert row(three_offices, "KC-BANDAR-LAMPUNG").due.rate == 1


def test_several_offices_are_on_time_only_when_each_is(three_offices):
    fill("1801")
    sums = {row.code: row for row in roll_up(rows_of_offices(three_offices.pimpinan, OCTOBER))}
    assert sums["KW-SUMBAGSEL"].last.state == State.LATE
    hand_in(three_offices.bandar, DUE)
    sums = {row.code: row for row in roll_up(rows_of_offices(three_offices.pimpinan, OCTOBER))}
    assert sums["KW-SUMBAGSEL"].last.state == State.ON_TIME


def test_nearly_complete_is_never_written_as_a_hundred_percent(world, october):
    assert Mark(OCTOBER, CellTally(filled=1999, expected=2000, offices=1)).percent == 99


# The page


def ask(client, user, **address):
    client.force_login(user)
    return client.get("/kelengkapan/", address)


def names(page) -> list[str]:
    return [row.code for row in page.context["table"].records]


def test_the_head_office_starts_with_regional_offices_and_the_country(client, three_offices):
    page = ask(client, three_offices.pimpinan)
    assert names(page) == ["KW-BANTEN", "KW-SUMBAGSEL"]
    total = page.context["table"].total
    assert (total.name, total.last.tally.filled, total.last.tally.expected) == ("Nasional", 9, 16)
    assert 'href="/kelengkapan/?bulan=2026-10&amp;kanwil=KW-SUMBAGSEL"' in page.content.decode()


@pytest.mark.parametrize("role", ["entri", "verifikasi"])
def test_staff_of_a_region_start_with_their_own(client, three_offices, role):
    page = ask(client, getattr(three_offices, role))
    assert names(page) == ["KC-BANDAR-LAMPUNG", "KC-LAMPUNG-TENGAH"]
    assert page.context["table"].total.last.tally.expected == 12
    everybody = ask(client, getattr(three_offices, role), kanwil="semua-kantor")
    assert names(everybody) == ["KW-BANTEN", "KC-BANDAR-LAMPUNG", "KC-LAMPUNG-TENGAH"]


@pytest.mark.parametrize(
    ("address", "offices"),
    [
        ({"keadaan": "on_time"}, ["KC-LAMPUNG-TENGAH"]),
        ({"keadaan": "partial"}, ["KC-BANDAR-LAMPUNG"]),
        ({"keadaan": "missing"}, ["KW-BANTEN"]),
        ({"keadaan": "incomplete"}, ["KW-BANTEN", "KC-BANDAR-LAMPUNG"]),
        ({"keadaan": "late"}, []),
        ({"keadaan": "on_time", "bulan": "2026-09"}, ["KW-BANTEN", "KC-BANDAR-LAMPUNG", "KC-LAMPUNG-TENGAH"]),
        ({"kanwil": "KW-BANTEN"}, ["KW-BANTEN"]),
        ({"kanwil": "semua", "keadaan": "missing"}, ["KW-BANTEN"]),
    ],
)
def test_filters_choose_rows(client, three_offices, address, offices):
    page = ask(client, three_offices.pimpinan, **{"kanwil": "semua-kantor", **address})
    assert names(page) == offices
    if not offices:
        assert "Tidak ada yang cocok" in page.content.decode()
        return
    total = page.context["table"].total.last.tally
    assert total == sum((row.last.tally for row in page.context["table"].records), CellTally())


@pytest.mark.parametrize(
    "wrong",
    [{"bulan": "2031-01"}, {"bulan": "x"}, {"kanwil": "KP"}, {"keadaan": "bagus"}, {"kantor": "x"}, {"urut": "-x"}],
)
def test_a_wrong_filter_says_so_and_shows_no_rows(client, three_offices, wrong):
    page = ask(client, three_offices.pimpinan, **wrong)
    assert page.status_code == 400
    assert "Saringan ini tidak dapat dipakai" in page.content.decode()
    assert "<tbody>" not in page.content.decode()
    assert ask(client, three_offices.pimpinan, **wrong, format="json").json()["errors"]


def test_every_state_is_counted_named_and_leads_to_its_offices(client, three_offices):
    html = ask(client, three_offices.pimpinan).content.decode()
    for state, count in ((State.MISSING, 1), (State.PARTIAL, 1), (State.ON_TIME, 1), (State.LATE, 0)):
        assert f"</i> <b>{count}</b> {state.label}</a>" in html
    assert "keadaan=missing&amp;kanwil=semua-kantor" in html


def test_a_mark_says_in_words_what_its_colour_says(client, three_offices):
    html = ask(client, three_offices.pimpinan, kanwil="semua-kantor").content.decode()
    assert 'title="Oktober 2026 – Sebagian: 1 dari 4 sel, belum diajukan"' in html
    assert '<span class="hidden-text">Tepat waktu: 8 dari 8 sel, diajukan 10 November 2026</span>' in html


@pytest.mark.parametrize("direction", ["", "-"])
def test_every_column_sorts_both_ways(client, three_offices, direction):
    page = ask(client, three_offices.pimpinan, kanwil="semua-kantor")
    names_in_order = [column.name for column in page.context["table"].columns.iterall() if column.orderable]
    assert len(names_in_order) > 20
    for name in names_in_order:
        sorted_page = ask(client, three_offices.pimpinan, kanwil="semua-kantor", urut=direction + name)
        assert sorted_page.status_code == 200, name
    urgent = ask(client, three_offices.pimpinan, kanwil="semua-kantor", urut="-state")
    assert names(urgent) == ["KW-BANTEN", "KC-BANDAR-LAMPUNG", "KC-LAMPUNG-TENGAH"]
    least = ask(client, three_offices.pimpinan, kanwil="semua-kantor", urut="cells")
    assert names(least) == ["KW-BANTEN", "KC-BANDAR-LAMPUNG", "KC-LAMPUNG-TENGAH"]


def test_the_files_have_the_rows_of_the_screen(client, three_offices):
    address = {"kanwil": "semua-kantor", "urut": "-completeness_rate"}
    page = ask(client, three_offices.pimpinan, **address)
    answer = json.loads(ask(client, three_offices.pimpinan, **address, format="json").content)
    assert [one["office_code"] for one in answer["rows"]] == names(page)
    first = answer["rows"][0]
    assert (first["filled"], first["expected"], first["completeness_rate"]) == (8, 8, 1.0)
    assert (first["state"], first["state_2026_09"], first["state_2026_08"]) == ("on_time", "on_time", "not_asked")
    assert (first["due_on"], first["first_submitted_on"]) == ("2026-11-10", "2026-11-10")
    assert answer["total"]["completeness_rate"] == 9 / 16
    assert answer["definition"]["months"][-1] == "2026-10"

    text = ask(client, three_offices.pimpinan, **address, format="csv").content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [line["Kode"] for line in lines[:-1]] == names(page)
    assert [line["Keadaan"] for line in lines] == ["Tepat waktu", "Sebagian", "Belum lapor", "Sebagian"]
    assert [line["Kelengkapan"] for line in lines] == ["1", "0,25", "0", "0,5625"]
    assert lines[0]["Pertama diajukan"] == "2026-11-10"

    book = openpyxl.load_workbook(io.BytesIO(ask(client, three_offices.pimpinan, **address, format="xlsx").content))
    cells = [[cell.value for cell in line] for line in book.active.iter_rows()]
    start = next(index for index, line in enumerate(cells) if line[0] == "Kode")
    head = cells[start]
    assert [line[0] for line in cells[start + 1 : start + 4]] == names(page)
    assert cells[start + 1][head.index("Tenggat")] == datetime(2026, 11, 10)
    assert cells[start + 2][head.index("Kelengkapan")] == 0.25
    assert [cells[start + 1][head.index(month)] for month in ("Sep 26", "Okt 26")] == ["Tepat waktu", "Tepat waktu"]


def test_a_mark_leads_to_the_page_the_reader_may_open(client, three_offices):
    world = three_offices
    entry = reverse("entry-office", args=["2026-10", "KC-LAMPUNG-TENGAH"])
    review = reverse("verification", args=["2026-10", "KC-LAMPUNG-TENGAH"])
    assert f'href="{entry}"' in ask(client, world.entri).content.decode()
    assert f'href="{review}"' not in ask(client, world.entri).content.decode()
    verifier = ask(client, world.verifikasi).content.decode()
    assert f'href="{review}"' in verifier
    assert f'href="{entry}"' not in verifier
    assert "/2026-10/KC-" not in ask(client, world.tetangga).content.decode().replace("KC-BANDAR-LAMPUNG", "own")
    assert "/2026-10/KC-" not in ask(client, world.pimpinan, kanwil="semua-kantor").content.decode()
    for role in ("entri", "verifikasi", "admin"):
        html = ask(client, getattr(world, role), kanwil="semua-kantor").content.decode()
        for link in {part.split('"')[0] for part in html.split('href="')[1:] if "/2026-" in part.split('"')[0]}:
            assert client.get(link).status_code == 200, (role, link)


@pytest.mark.parametrize("role", ["pemda", "pemkab"])
def test_a_local_government_is_told_that_this_is_not_for_it(client, three_offices, role):
    page = ask(client, getattr(three_offices, role))
    assert page.status_code == 403
    assert "hanya dapat dilihat pegawai BPJS Ketenagakerjaan" in page.content.decode()
    assert "Lampung Tengah</th>" not in page.content.decode()
    assert 'href="/kelengkapan/"' not in client.get("/").content.decode()
    assert ask(client, getattr(three_offices, role), format="json").status_code == 403


def test_an_empty_product_says_that_there_is_nothing_yet(client, world):
    assert "Belum ada data." in ask(client, world.pimpinan).content.decode()


@pytest.mark.parametrize("role", ["pimpinan", "verifikasi", "admin"])
def test_the_number_of_queries_does_not_depend_on_the_rows(client, three_offices, role):
    client.force_login(getattr(three_offices, role))

    def queries(**address):
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/kelengkapan/", address).status_code == 200
        return len(seen)

    queries()
    assert queries(kanwil="KW-SUMBAGSEL", keadaan="partial") == queries(kanwil="KW-SUMBAGSEL")
    assert queries(kanwil="semua") <= 16
