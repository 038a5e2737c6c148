"""The filter `per_tanggal`: accepted days, messages, and the day kept in links and files."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coverage.models import CoverageRecord, ReportingPeriod, Via
from coverage.periods import services as periods
from coverage.records.services import CellChange, save_cells
from reporting.days import parse_day
from tests.conftest import put, target


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response) -> str:
    html = re.sub(r"<(script|style|select).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


@pytest.fixture
def autumn(world, calendar):
    """September opened on 1 October, filled on the 5th, corrected on the 20th; October opened on 1 November."""
    calendar(date(2026, 10, 1))
    periods.open_period(date(2026, 9, 1))
    for day, value in ((5, 4_000), (20, 4_500)):
        calendar(date(2026, 10, day))
        save_cells(
            user=world.admin,
            office=world.tengah,
            period=ReportingPeriod.objects.get(pk="2026-09-01"),
            changes=[CellChange("1802", "PU", value)],
            via=Via.FORM,
        )
    calendar(date(2026, 11, 1))
    periods.open_period(date(2026, 10, 1))
    calendar(date(2026, 11, 20))
    return world


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-11-05", date(2026, 11, 5)),
        ("5 November 2026", date(2026, 11, 5)),
        ("05 nov 2026", date(2026, 11, 5)),
        ("5/11/2026", date(2026, 11, 5)),
        ("05-11-2026", date(2026, 11, 5)),
        ("31.12.2026", date(2026, 12, 31)),
        ("1 Agustus 2026", date(2026, 8, 1)),
    ],
)
def test_a_day_is_read_as_it_is_written_here(typed, day):
    assert parse_day(typed) == day


@pytest.mark.parametrize(
    "typed",
    [
        "5/11/26",
        "2026-11-5",
        "2026/11/05",
        "11/25/2026",
        "31 Februari 2026",
        "5 Novembre 2026",
        "kemarin",
        "5/11-2026",
        "٥/١١/٢٠٢٦",
        "20261105",
    ],
)
def test_anything_else_is_refused(typed):
    with pytest.raises(ValueError, match=r"tanggal|Tanggal"):
        parse_day(typed)


def figure(client: Client, day: str) -> int | None:
    rows = client.get(f"/capaian/?bulan=2026-09&data=sementara&segmen=PU&per_tanggal={day}&format=json").json()
    return rows["total"]["participants"]


def test_a_report_shows_what_was_known_at_the_end_of_the_day(autumn):
    reader = logged_in(autumn.pimpinan)
    days = ("2026-10-04", "5 Oktober 2026", "19/10/2026", "2026-10-20", "2026-11-20", "")
    assert [figure(reader, day) for day in days] == [None, 4_000, 4_000, 4_500, 4_500, 4_500]


@pytest.mark.parametrize(
    "address", ["/", "/capaian/", "/segmen/", "/wilayah/18/", "/wilayah/1802/", "/angka/", "/kelengkapan/"]
)
@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-11-21", "21 November 2026 belum lewat."),
        ("2026-09-30", "Pada 30 September 2026 belum ada yang tercatat. Riwayat di sini mulai 1 Oktober 2026."),
        ("kemarin", "“kemarin” bukan tanggal."),
    ],
)
def test_a_day_that_cannot_be_shown_is_refused_with_a_sentence(autumn, address, day, sentence):
    page = logged_in(autumn.pimpinan).get(f"{address}?per_tanggal={day}")
    assert page.status_code == 400
    assert sentence in text_of(page)


def test_only_months_open_on_that_day_are_offered(autumn):
    reader = logged_in(autumn.pimpinan)
    page = reader.get("/capaian/?per_tanggal=2026-10-31").content.decode()
    assert 'value="2026-09"' in page
    assert 'value="2026-10"' not in page
    wrong = reader.get("/capaian/?per_tanggal=2026-10-31&bulan=2026-10")
    assert "Bulan ini belum dibuka pada 31 Oktober 2026." in text_of(wrong)


@pytest.mark.parametrize("address", ["/", "/capaian/", "/segmen/", "/wilayah/18/"])
def test_the_page_says_which_day_it_shows_and_keeps_it(autumn, address):
    target("18", 2026, percent=40)
    reader = logged_in(autumn.pimpinan)
    page = reader.get(f"{address}?per_tanggal=2026-10-05&data=sementara")
    assert "Dilihat sebagaimana diketahui pada 5 Oktober 2026." in text_of(page)
    assert "· sebagaimana diketahui pada 5 Oktober 2026" in text_of(page)
    main = page.content.decode().split("<main")[1].split("<footer")[0]
    areas = re.findall(r'href="(/(?:wilayah|angka)/[^"]*)"', main)
    assert [link for link in areas if "per_tanggal=2026-10-05" not in link and ".pdf" not in link] == []
    assert "Kembali ke hari ini" in main
    told = reader.get(f"{address}?per_tanggal=2026-10-05&data=sementara&format=json").json()
    assert (told["definition"]["known_on"], told["filters"]["per_tanggal"]) == ("2026-10-05", "2026-10-05")
    assert "Dilihat sebagaimana" not in text_of(reader.get(address))


def test_a_past_day_costs_no_more_queries_for_more_areas(autumn):
    reader = logged_in(autumn.pimpinan)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert reader.get("/capaian/?tingkat=kabkota&per_tanggal=2026-11-20&data=sementara").status_code == 200
        return len(caught)

    queries()
    few = queries()
    for area in ("1801", "1804", "3671"):
        put(area, "BPU", "2026-09", 7)
    assert queries() == few


def test_the_first_state_of_a_month_opened_long_ago_is_made_up_from_what_never_changed(autumn):
    """The migration of a database from before openings were recorded."""
    from importlib import import_module

    from django.apps import apps

    CoverageRecord.history.filter(via=Via.OPEN).delete()
    ReportingPeriod.history.all().delete()
    import_module("coverage.migrations.0004_history_begins_with_opening").begin(apps, None)
    assert not CoverageRecord.objects.exclude(pk__in=CoverageRecord.history.values("id")).exists()
    opened = CoverageRecord.history.get(regency="1801", segment="PU", period="2026-10-01")
    assert (opened.via, opened.history_date.isoformat()) == ("OPEN", "2026-10-31T17:00:00+00:00")
    assert CoverageRecord.history.filter(regency="1802", segment="PU", period="2026-09-01", via=Via.OPEN).count() == 0
