"""The page of one area below its headline: history, rank, targets, submissions, files, number of queries."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coverage.models import CoverageRecord, Province, PublishedFigure, Submission
from reporting import months
from tests.conftest import estimate, make_period, put, target

HERE = ZoneInfo("Asia/Jakarta")
MONTH = "2026-09"


def months_up_to(last: str, count: int) -> list[str]:
    end = months.parse_month(last)
    return [months.month_code(months.add_months(end, back)) for back in range(1 - count, 1)]


@pytest.fixture
def lampung(world):
    """Three regencies over 30 months; Lampung Tengah falls in January 2026, with a reason."""
    for area, potential in (("1801", 1_000), ("1802", 2_000), ("1804", 1_000), ("3671", 1_000)):
        estimate(area, "PU", potential)
        estimate(area, "BPU", potential)
    for at, month in enumerate(months_up_to(MONTH, 30)):
        fallen = month >= "2026-01"
        for area, wage, own in (
            ("1801", 300, 100 + at),
            ("1802", 500, 200 + at - 90 * fallen),
            ("1804", 300, 100 + at),
            ("3671", 700, 100),
        ):
            put(area, "PU", month, wage, verified=wage)
            put(area, "BPU", month, own, verified=own)
    CoverageRecord.objects.filter(regency="1802", period=date(2026, 1, 1), segment="BPU").update(
        change_reason="SUBSIDY_ENDED", note="Iuran dari APBD berhenti."
    )
    return world


@pytest.fixture
def visit(client, lampung):
    def go(address: str, user: str = "pimpinan"):
        client.force_login(getattr(lampung, user))
        return client.get(address)

    return go


@pytest.fixture
def read(visit):
    return lambda address, user="pimpinan": visit(address, user).content.decode()


@pytest.fixture
def ask(visit):
    """A function that returns the JSON of an address."""
    return lambda address, user="pimpinan": visit(f"{address}&format=json", user).json()


# Time


@pytest.mark.parametrize("span", [12, 24])
def test_the_span_in_the_address_decides_how_many_months_are_drawn(visit, span):
    page = visit(f"/wilayah/1802/?bulan={MONTH}&rentang={span}")
    assert len(page.context["chart"].points) == span
    assert f"Perkembangan {span} bulan" in page.content.decode()


def test_a_span_that_is_not_offered_is_refused(visit):
    assert visit("/wilayah/1802/?rentang=7").status_code == 400


def test_where_the_data_are_shorter_than_the_span_the_page_says_so_and_begins_with_them(visit):
    page = visit(f"/wilayah/1802/?bulan={MONTH}&rentang=60")
    assert len(page.context["chart"].points) == 30
    assert "Angka baru ada sejak April 2024: 30 dari 60 bulan yang diminta" in page.content.decode()


def test_participants_are_drawn_by_basic_segment_with_their_table(visit):
    page = visit(f"/wilayah/1802/?bulan={MONTH}&rentang=12")
    assert [line.name for line in page.context["segment_chart"].lines] == ["Penerima Upah", "Bukan Penerima Upah"]
    text = page.content.decode()
    for shown in ("Bukan Penerima Upah, Desember 2025: 220", '<td class="n">220</td>'):
        assert shown in text


def test_a_month_nobody_reported_is_a_gap_in_the_lines_and_a_dash_in_the_table(ask, visit):
    CoverageRecord.objects.filter(regency="1802", period=date(2026, 5, 1)).update(
        participants=None, verified_participants=None, verified_at=None, origin="BLANK"
    )
    address = f"/wilayah/1802/?bulan={MONTH}&rentang=12"
    assert visit(address).context["chart"].line.count("M") == 2
    assert {row["month"]: row["participants_pu"] for row in ask(address)["trend"]}["2026-05"] is None
    assert len(ask(address)["falls"]) == 1, "neither the gap nor the month after it is a fall"


# Falls


def test_a_fall_is_listed_with_size_segment_and_the_reason_that_was_recorded(read):
    page = read(f"/wilayah/1802/?bulan={MONTH}")
    for shown in ("Januari 2026", "−89", "BPU −89", "Subsidi berakhir: Iuran dari APBD berhenti."):
        assert shown in page
    assert "/riwayat/2026-01/1802/BPU/" in page


def test_the_fall_is_marked_on_the_chart_with_its_words(visit):
    marks = visit(f"/wilayah/1802/?bulan={MONTH}").context["chart"].marks
    assert [mark.label for mark in marks] == [
        "Januari 2026: peserta turun 89 – Subsidi berakhir: Iuran dari APBD berhenti."
    ]


def test_a_province_names_the_regencies_behind_a_fall(ask, read):
    fall = ask(f"/wilayah/18/?bulan={MONTH}")["falls"][0]
    assert (fall["month"], fall["change"], fall["before"]) == ("2026-01", -87, 1_560)
    assert (fall["change_pu"], fall["change_bpu"]) == (None, -87)
    assert "Kabupaten Lampung Tengah, BPU −89: Subsidi berakhir" in fall["reasons"]
    assert "<b>Kabupaten Lampung Tengah</b>" in read(f"/wilayah/18/?bulan={MONTH}")


def test_the_largest_falls_come_first_and_the_rest_is_counted(read, visit):
    for at, month in enumerate(months_up_to("2026-08", 12)):
        put("1801", "BPU", month, 900 - 30 * at, verified=900 - 30 * at)
        put("1801", "PU", month, 300 - at, verified=300 - at)
    history = visit(f"/wilayah/1801/?bulan={MONTH}").context["found"].history
    changes = [fall.change for fall in history.falls]
    assert changes == sorted(changes)
    assert len(changes) == 10 < history.falls_in_all
    page = read(f"/wilayah/1801/?bulan={MONTH}")
    assert f"10 penurunan terbesar dari {history.falls_in_all}" in page
    assert "5 penurunan lain" in page
    assert page.count('<ul class="causes">') == 10
    assert '<span class="dim">belum dijelaskan</span>' in page  # without a reason


def test_without_a_fall_the_page_says_so(read):
    assert "Peserta tidak pernah turun dalam rentang ini." in read(f"/wilayah/1804/?bulan={MONTH}")


# Rank


def test_the_rank_names_the_neighbours_and_how_far_they_are(ask, read):
    put("1801", "PU", MONTH, 400, verified=400)
    [rank] = ask(f"/wilayah/1804/?bulan={MONTH}")["rank"]
    assert (rank["among"], rank["rank"], rank["ranked"], rank["siblings"]) == ("province", 2, 3, 3)
    assert rank["above"]["area_code"] == "1801"
    assert rank["above"]["difference_points"] == pytest.approx(5)
    assert rank["below"]["area_code"] == "1802"
    page = read(f"/wilayah/1804/?bulan={MONTH}")
    for shown in ("Peringkat <b>2</b>", "dari 3 kab/kota di Lampung", "+5,00 poin persen"):
        assert shown in page


def test_equal_coverage_shares_the_rank(ask, read):
    [rank] = ask(f"/wilayah/1804/?bulan={MONTH}")["rank"]
    assert (rank["rank"], [other["area_code"] for other in rank["tied"]], rank["above"]) == (1, ["1801"], None)
    page = read(f"/wilayah/1804/?bulan={MONTH}")
    assert "bersama" in page
    assert "tidak ada, ini yang tertinggi" in page


def test_a_province_is_ranked_in_the_country(ask):
    ranks = ask(f"/wilayah/18/?bulan={MONTH}")["rank"]
    assert [(one["among"], one["rank"], one["ranked"]) for one in ranks] == [("country", 2, 2)]


def test_a_province_is_ranked_in_its_kanwil_too(lampung, ask, read):
    Province.objects.filter(pk="36").update(regional_office=lampung.sumbagsel)
    country, kanwil = ask(f"/wilayah/18/?bulan={MONTH}")["rank"]
    assert (country["rank"], kanwil["among"], kanwil["rank"]) == (2, "regional_office", 2)
    assert kanwil["above"]["area_name"] == "Banten"
    assert "dari 2 provinsi di Kantor Wilayah Sumbagsel" in read(f"/wilayah/18/?bulan={MONTH}")


def test_an_area_without_a_coverage_has_no_rank_and_is_said_to_have_none(ask, read):
    CoverageRecord.objects.filter(regency="1804", period=date(2026, 9, 1)).delete()
    assert ask(f"/wilayah/1804/?bulan={MONTH}")["rank"][0]["rank"] is None
    assert "Belum ada peringkat" in read(f"/wilayah/1804/?bulan={MONTH}")
    assert ask(f"/wilayah/1801/?bulan={MONTH}")["rank"][0]["ranked"] == 2


def test_a_government_is_ranked_among_what_it_may_see_only(ask):
    assert ask(f"/wilayah/1802/?bulan={MONTH}", "pemkab")["rank"] == []
    assert ask(f"/wilayah/18/?bulan={MONTH}", "pemda")["rank"] == []
    assert ask(f"/wilayah/1802/?bulan={MONTH}", "pemda")["rank"][0]["siblings"] == 3


# Targets


def test_a_national_rate_is_applied_to_the_area_and_said_to_be_national(ask, read):
    target(None, 2045, percent="99.5", source="RPJMN")
    target("1802", 2026, percent=30)
    own, national = ask(f"/wilayah/1802/?bulan={MONTH}")["targets"]
    assert (own["level"], national["level"]) == ("area", "national")
    assert (national["target_workers"], national["months_left"]) == (3_980, 231)
    assert national["required_per_year"] == pytest.approx((3_980 - 639) * 12 / 231)
    assert own["required_per_year"] is None
    assert "hanya ditetapkan untuk seluruh Indonesia" in read(f"/wilayah/1802/?bulan={MONTH}")


def test_a_national_target_never_becomes_the_areas_own(ask):
    target(None, 2026, percent=50)
    assert ask(f"/wilayah/1802/?bulan={MONTH}")["headline"]["target_rate"] is None


def test_head_counts_of_the_country_are_not_laid_on_an_area(ask):
    target(None, 2026, percent=50, workers=45_000_000)
    target(None, 2027, workers=50_000_000)
    [line] = ask(f"/wilayah/1802/?bulan={MONTH}")["targets"]
    assert (line["target_workers"], line["target_workers_are_derived"]) == (2_000, True)


def test_a_year_gone_by_requires_nothing_any_more(ask, read):
    target("1802", 2025, percent=90)
    [line] = ask(f"/wilayah/1802/?bulan={MONTH}")["targets"]
    assert (line["months_left"], line["required_per_month"], line["gap_workers"]) == (0, None, 3_600 - 639)
    page = read(f"/wilayah/1802/?bulan={MONTH}")
    assert "tahun sudah lewat" in page
    assert "Belum tercapai" in page


def test_what_a_target_of_years_ahead_requires_is_said_per_year_too(read):
    target("1802", 2029, percent=90)  # 39 months from September 2026
    assert "911 per tahun" in read(f"/wilayah/1802/?bulan={MONTH}")  # (3.600 - 639) : 39 x 12


def test_a_target_shows_its_decree_and_what_is_derived(read):
    row = target("1802", 2026, workers=3_000)
    row.decree, row.decree_date = "Keputusan Bupati 12/2026", date(2026, 2, 3)
    row.save()
    page = read(f"/wilayah/1802/?bulan={MONTH}")
    for shown in ("Keputusan Bupati 12/2026, 3 Februari 2026", "(acuan)", "75,00%<br><small", "turunan"):
        assert shown in page


# Submissions


@pytest.fixture
def handed_in(lampung):
    """Lampung Tengah's office: August in time and verified, September late and waiting."""
    status = Submission.Status
    for month, day, state in (("2026-08", datetime(2026, 9, 10, 23, 59), status.VERIFIED), (MONTH, None, None)):
        Submission.objects.create(
            period=make_period(month),
            office=lampung.tengah,
            status=state or status.SUBMITTED,
            first_submitted_at=(day or datetime(2026, 10, 13, 0, 1)).replace(tzinfo=HERE),
            decided_at=datetime(2026, 9, 12, 9, 0, tzinfo=HERE) if state else None,
            decided_by=lampung.verifikasi if state else None,
        )
    return lampung


def test_submissions_of_the_answering_office_say_when_and_whether_in_time(handed_in, ask, read):
    september, august, july, *_rest = ask(f"/wilayah/1802/?bulan={MONTH}")["submissions"]
    assert (september["status"], september["first_submitted_on"], september["days_late"]) == (
        "submitted",
        "2026-10-13",
        3,
    )
    assert (august["days_late"], august["verified_on"], august["verified_by"]) == (0, "2026-09-12", "verifikasi")
    assert (july["status"], july["days_late"]) == ("", None)
    page = read(f"/wilayah/1802/?bulan={MONTH}")
    for shown in ("Terlambat 3 hari", "Tepat waktu", "12 September 2026", "Kantor Cabang Lampung Tengah"):
        assert shown in page


def test_links_lead_only_where_the_reader_may_go(handed_in, client, read):
    for user, may_verify in (("pimpinan", False), ("verifikasi", True), ("pemkab", False), ("tetangga", False)):
        page = read(f"/wilayah/1802/?bulan={MONTH}", user)
        links = [part.split('"')[0] for part in page.split('href="')[1:]]
        ways = [way for way in links if way.startswith(("/riwayat/", "/verifikasi/"))]
        assert any(way == "/riwayat/2026-08/KC-LAMPUNG-TENGAH/" for way in ways)
        assert any(way == "/verifikasi/2026-08/KC-LAMPUNG-TENGAH/" for way in ways) == may_verify
        for way in ways:
            assert client.get(way).status_code == 200, (user, way)


def test_a_government_reads_the_office_that_verified_not_the_person(handed_in, ask):
    august = ask(f"/wilayah/1802/?bulan={MONTH}", "pemkab")["submissions"][1]
    assert august["verified_by"] == "Kantor Wilayah Sumbagsel"


def test_a_province_counts_its_offices(handed_in, ask, read):
    september, august, *_rest = ask(f"/wilayah/18/?bulan={MONTH}")["submissions"]
    assert (september["offices"], september["waiting"], september["with_office"], september["late"]) == (2, 1, 1, 1)
    assert (august["verified"], august["on_time"], august["never"]) == (1, 1, 1)
    assert "Pengajuan kantor di Lampung" in read(f"/wilayah/18/?bulan={MONTH}")


# Files and cost


def test_files_have_the_segments_as_rows_and_the_rest_beside_them(ask, visit):
    answer = ask(f"/wilayah/1802/?bulan={MONTH}")
    rows = {row["segment"]: row for row in answer["rows"]}
    assert (rows["UCJ"]["participants"], rows["PU"]["change"], rows["RT-RW"]["participants"]) == (639, 0, None)
    assert answer["headline"]["participants"] == 639
    assert answer["definition"]["area_code"] == "1802"
    assert answer.keys() >= {"targets", "trend", "falls", "published", "submissions", "rank"}
    csv = visit(f"/wilayah/1802/?bulan={MONTH}&format=csv")
    assert "UCJ;PU + BPU;Gabungan segmen;639;4000;tidak;0,15975;3361;1;" in csv.content.decode("utf-8-sig")


def test_a_workbook_has_a_sheet_for_each_table(visit):
    import io

    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(visit(f"/wilayah/18/?bulan={MONTH}&format=xlsx").content))
    assert book.sheet_names == [
        "wilayah-18-2026-09",
        "Target",
        "Perkembangan",
        "Penurunan",
        "Angka terbitan",
        "Pengajuan",
    ]
    last = book.get_sheet_by_name("Perkembangan").to_python()[-1]
    assert last[0] == MONTH
    assert last[1] == pytest.approx(1_497 / 8_000)


def test_the_cost_does_not_grow_with_areas_months_or_figures(lampung, client):
    client.force_login(lampung.pimpinan)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    def everything() -> list[int]:
        return [
            queries(f"/wilayah/{code}/?bulan={MONTH}&rentang={span}") for code in ("18", "1802") for span in (12, 60)
        ]

    target("18", 2026, percent=50)
    target("1802", 2026, percent=50)
    for number, area in enumerate(({"province_id": "18"}, {"province_id": "18", "regency_id": "1802"})):
        figure = {"segment_id": "UCJ", "measure": "PARTICIPANTS", "unit": "WORKERS", "value": 1, "source": "uji"}
        PublishedFigure.objects.create(code=f"A{number}", as_of=date(2026, 8, 1), **figure, **area)
    everything()  # potentials are cached from then on
    before = everything()
    assert max(before) - min(before) <= 6, (
        "a province asks a little more than a regency, five years hardly more than one"
    )
    for year in (2027, 2028, 2029):
        for area in ("18", "1802", None):
            target(area, year, percent=60)
    for month in months_up_to("2024-03", 12):
        for area in ("1801", "1802", "1804"):
            put(area, "PU", month, 250, verified=250)
            put(area, "BPU", month, 50, verified=50)
    for number in range(3):
        PublishedFigure.objects.create(
            code=f"B{number}", as_of=date(2026, number + 1, 1), province_id="18", regency_id="1802", **figure
        )
    assert everything() == before


def test_a_local_government_reads_the_countrys_target_and_is_not_measured_as_the_country(visit):
    target(None, 2045, percent="99.5")
    target(None, 2026, workers=50_000_000)
    page = visit("/wilayah/1801/?format=json", "pemda").json()
    assert [row["target_year"] for row in page["targets"]] == [2045]
    total = visit("/capaian/?tingkat=kabkota&format=json", "pemda").json()["total"]
    assert total["target_workers"] is None
