"""The progress table `/capaian/`: filters, order, pages, files, scope."""

import csv
import io
import json
from datetime import date

import openpyxl
import pytest

from reporting.numbers import format_count, format_rate
from targets.progress.tables import ProgressTable
from tests.conftest import estimate, make_period, put, target
from tests.support.shown import rows_shown

KEYS = [
    "area_code",
    "area_name",
    "participants",
    "potential",
    "coverage_rate",
    "uncovered",
    "target_source",
    "target_year",
    "target_rate",
    "target_workers",
    "gap_workers",
    "gap_points",
    "achievement_rate",
    "required_per_month",
    "observed_per_month",
    "pace_ratio",
    "status",
    "path_workers",
    "year_end_projection",
    "reported",
    "expected",
]


@pytest.fixture
def figures(world):
    """June 2024: Lampung 30 % verified, Banten 50 %; a year of history for Lampung Selatan; targets by two sources."""
    for area, potential, heads in (("1801", 1000, 400), ("1802", 500, 100), ("1804", 500, 100), ("3671", 1000, 500)):
        for segment in ("PU", "BPU"):
            estimate(area, segment, potential // 2)
            put(area, segment, "2024-06", heads // 2, verified=heads // 2)
            put(area, segment, "2024-05", heads // 2 - 5, verified=heads // 2 - 5)
            put(area, segment, "2023-06", heads // 2 - 30, verified=heads // 2 - 30)
            put(area, segment, "2023-12", heads // 2 - 20, verified=heads // 2 - 20)
    target("18", 2024, percent=40)
    target("18", 2024, percent=35, source="RPJMN", reference=False)
    target("18", 2025, workers=1000)
    target("36", 2024, percent=45)
    target(None, 2024, percent=50)
    target("1801", 2024, percent=45)
    return world


@pytest.fixture
def ask(client, figures):
    def asked(user="pimpinan", **filters):
        client.force_login(getattr(figures, user))
        response = client.get("/capaian/", {"bulan": "2024-06", "format": "json", **filters})
        assert response.status_code == 200, response.content.decode()
        return json.loads(response.content)

    return asked


def row(answer, code):
    return next(row for row in answer["rows"] if row["area_code"] == code)


def test_json_has_the_promised_shape(ask):
    answer = ask()
    assert list(answer) == ["definition", "filters", "rows", "total"]
    for one in (*answer["rows"], answer["total"]):
        assert set(KEYS) <= set(one)


def test_rows_carry_unformatted_numbers_and_fractions(ask):
    lampung = row(ask(), "18")
    assert lampung["participants"] == 600
    assert lampung["potential"] == 2000
    assert lampung["coverage_rate"] == 0.3
    assert lampung["uncovered"] == 1400
    assert (lampung["target_source"], lampung["target_year"], lampung["target_rate"]) == ("KEMENDAGRI", 2024, 0.4)
    assert (lampung["target_workers"], lampung["gap_workers"], lampung["gap_points"]) == (800, 200, 10)
    assert lampung["achievement_rate"] == 0.75
    assert lampung["required_per_month"] == pytest.approx(200 / 6)
    assert lampung["observed_per_month"] == 15
    assert lampung["pace_ratio"] == pytest.approx(0.45)
    assert lampung["status"] == "behind"
    assert lampung["path_workers"] == 640  # half way from 480 to 800
    assert lampung["year_end_projection"] == 690
    assert (lampung["reported"], lampung["expected"]) == (3, 3)


def test_what_is_not_known_is_null(ask):
    tengah = row(ask(tingkat="kabkota"), "1802")
    assert tengah["target_workers"] is None
    assert tengah["gap_points"] is None
    assert tengah["status"] == "not_assessable"


def test_the_total_is_sum_over_sum_against_the_national_target(ask):
    total = ask()["total"]
    assert (total["participants"], total["potential"]) == (1100, 3000)
    assert total["coverage_rate"] == pytest.approx(1100 / 3000)
    assert (total["target_rate"], total["target_workers"]) == (0.5, 1500)


def test_a_total_is_the_same_by_every_path(ask, figures):
    put("18", "PU", "2024-06", 11, verified=11)  # a province-wide figure has its own row among the regencies
    national = ask()["total"]["participants"]
    by_regency = ask(tingkat="kabkota")
    assert national == by_regency["total"]["participants"] == sum(r["participants"] for r in by_regency["rows"])
    assert national == sum(ask(provinsi=code)["total"]["participants"] for code in ("18", "36"))
    assert national == sum(ask(kanwil=code)["total"]["participants"] for code in ("KW-SUMBAGSEL", "KW-BANTEN"))


def test_a_regional_office_is_measured_against_the_sum_of_its_provinces_targets(ask):
    assert ask(kanwil="KW-SUMBAGSEL")["total"]["target_workers"] == 800


@pytest.mark.parametrize(
    ("filters", "codes"),
    [
        ({}, {"18", "36"}),
        ({"tingkat": "kabkota"}, {"1801", "1802", "1804", "3671"}),
        ({"tingkat": "kabkota", "provinsi": "18"}, {"1801", "1802", "1804"}),
        ({"kanwil": "KW-BANTEN"}, {"36"}),
        ({"status": "reached"}, {"36"}),
        ({"status": "behind"}, {"18"}),
        ({"status": "declining"}, set()),
    ],
)
def test_each_filter_of_rows(ask, filters, codes):
    assert {row["area_code"] for row in ask(**filters)["rows"]} == codes


def test_the_filter_of_source_chooses_whose_target(ask):
    assert row(ask(sumber="RPJMN"), "18")["target_rate"] == 0.35
    assert row(ask(sumber="RPJMN"), "36")["target_rate"] is None


def test_the_filter_of_year_chooses_the_target_and_counts_all_months_to_it(ask):
    lampung = row(ask(tahun="2025"), "18")
    assert (lampung["target_workers"], lampung["gap_workers"], lampung["target_rate"]) == (1000, 400, 0.5)
    assert lampung["required_per_month"] == pytest.approx(400 / 18)
    assert lampung["path_workers"] is None


def test_the_filter_of_segment(ask, figures):
    put("18", "RT-RW", "2024-06", 22, verified=22)
    estimate("18", "RT-RW", 100)
    assert row(ask(segmen="PU"), "18")["participants"] == 300
    assert row(ask(segmen="RT-RW"), "18")["coverage_rate"] == 0.22
    assert row(ask(), "18")["participants"] == 600


def test_the_filter_of_data_keeps_provisional_and_verified_apart(ask, figures):
    put("1801", "PU", "2024-06", 250)
    assert row(ask(data="sementara"), "18")["participants"] == 650
    assert row(ask(data="terverifikasi"), "18")["participants"] == 400


def test_a_figure_changed_since_verification_is_marked(ask, client, figures):
    record = put("1801", "PU", "2024-06", 200, verified=200)
    record.participants = 220
    record.save()
    assert row(ask(), "18")["participants"] == 600
    assert row(ask(), "18")["changed_since_verified"] == 1
    assert row(ask(data="sementara"), "18")["participants"] == 620
    page = client.get("/capaian/?bulan=2024-06").content.decode()
    assert "1 angka berubah sejak diverifikasi" in page


def test_the_filter_of_month_and_its_default(ask, client, figures):
    assert row(ask(bulan="2024-05"), "18")["participants"] == 570
    make_period("2024-07", due_on=date(2099, 1, 1))  # not due yet, so not the default month
    answer = json.loads(client.get("/capaian/?format=json").content)
    assert answer["filters"]["bulan"] == "2024-06"


@pytest.mark.parametrize(
    "wrong",
    [
        {"bulan": "2031-01"},
        {"bulan": "juni"},
        {"tahun": "dua"},
        {"tingkat": "desa"},
        {"provinsi": "99"},
        {"kanwil": "KP"},
        {"segmen": "TIDAK-ADA"},
        {"sumber": "SAYA"},
        {"status": "bagus"},
        {"data": "rahasia"},
        {"propinsi": "18"},
        {"urut": "password"},
        {"provinsi": "18", "kanwil": "KW-BANTEN"},
    ],
)
def test_a_wrong_filter_says_so_and_shows_no_rows(client, figures, wrong):
    client.force_login(figures.pimpinan)
    page = client.get("/capaian/", wrong)
    assert page.status_code == 400
    assert "Saringan ini tidak dapat dipakai" in page.content.decode()
    assert "<tbody>" not in page.content.decode()
    refused = client.get("/capaian/", {**wrong, "format": "json"})
    assert refused.status_code == 400
    assert json.loads(refused.content)["errors"]


def test_a_wrong_month_is_complained_about_once(client, figures):
    client.force_login(figures.pimpinan)
    errors = json.loads(client.get("/capaian/?bulan=juni&format=json").content)["errors"]
    assert len(errors) == 1
    assert errors[0].startswith("Posisi:")


def test_an_unknown_format_is_refused(client, figures):
    client.force_login(figures.pimpinan)
    assert client.get("/capaian/?format=pdf").status_code == 400


@pytest.mark.parametrize("direction", ["", "-"])
@pytest.mark.parametrize("column", [column.name for column in ProgressTable([]).columns.iterorderable()])
def test_every_column_sorts_both_ways_with_missing_values_last(client, figures, column, direction):
    client.force_login(figures.pimpinan)
    address = {"bulan": "2024-06", "tingkat": "kabkota", "urut": direction + column}
    assert client.get("/capaian/", address).status_code == 200
    if column == "bar":
        return
    values = [one[column] for one in client.get("/capaian/", {**address, "format": "json"}).json()["rows"]]
    known = [value for value in values if value is not None]
    assert values == known + [None] * (len(values) - len(known))
    assert known == sorted(known, reverse=direction == "-")


def test_pages_are_capped(client, figures):
    client.force_login(figures.pimpinan)
    page = client.get("/capaian/?bulan=2024-06&tingkat=kabkota&per_halaman=2&halaman=2")
    assert page.context["page"].paginator.num_pages == 2
    for size in ("999999999999", "0", "-5", "abc", "٣"):
        assert client.get("/capaian/", {"per_halaman": size}).context["page"].paginator.per_page <= 600


def test_the_files_have_the_rows_of_the_screen(client, figures):
    client.force_login(figures.pimpinan)
    address = "/capaian/?bulan=2024-06&tingkat=kabkota&urut=-uncovered"
    page = client.get(address)
    screen = rows_shown(page)

    answer = json.loads(client.get(address + "&format=json").content)
    for shown, one in zip(screen, answer["rows"], strict=True):
        assert shown["area_name"] == one["area_name"]
        assert shown["participants"] == format_count(one["participants"])

    text = client.get(address + "&format=csv").content.decode("utf-8")
    assert text.startswith("\ufeff")
    lines = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=";"))
    assert len(lines) == len(screen) + 1
    for shown, line in zip(screen, lines, strict=False):
        assert shown["area_name"] == line["Wilayah"]
        assert shown["participants"].replace(".", "") == line["Peserta aktif"]
    assert lines[0]["Cakupan"].replace("0,", "0.") == str(answer["rows"][0]["coverage_rate"])

    book = openpyxl.load_workbook(io.BytesIO(client.get(address + "&format=xlsx").content))
    cells = [[cell.value for cell in line] for line in book.active.iter_rows()]
    start = next(index for index, line in enumerate(cells) if line[0] == "#")
    head = cells[start]
    for shown, line in zip(screen, cells[start + 1 :], strict=False):
        assert line[head.index("Peserta aktif")] == int(shown["participants"].replace(".", ""))
        assert isinstance(line[head.index("Cakupan")], float)
        assert shown["coverage_rate"] == format_rate(answer_rate(answer, line[1]))
    assert any(line[0] == "Definisi" for line in cells[:start])


def answer_rate(answer, code):
    from fractions import Fraction

    return Fraction(row(answer, code)["coverage_rate"]).limit_denominator(10**6)


def test_a_government_sees_its_own_area_only(ask, client, figures):
    assert {one["area_code"] for one in ask("pemda")["rows"]} == {"18"}
    assert {one["area_code"] for one in ask("pemda", tingkat="kabkota")["rows"]} == {"1801", "1802", "1804"}
    own = ask("pemkab")
    assert {one["area_code"] for one in own["rows"]} == {"1802"}
    assert own["total"]["participants"] == 100
    client.force_login(figures.pemda)
    assert client.get("/capaian/?provinsi=36").status_code == 400
    assert client.get("/capaian/?kanwil=KW-BANTEN").status_code == 400
    assert "Banten" not in client.get("/capaian/?bulan=2024-06").content.decode()


def test_a_governments_total_is_named_after_its_area_and_not_the_country(ask):
    assert ask("pemda")["total"]["area_name"] == "Lampung"
    assert ask("pemda")["total"]["target_rate"] == 0.4
    assert ask("pemkab")["total"]["area_name"] == "Kabupaten Lampung Tengah"


def test_nothing_yet_nothing_matches(client, figures, world):
    client.force_login(world.pimpinan)
    assert "Tidak ada yang cocok" in client.get("/capaian/?bulan=2024-06&status=declining").content.decode()


def test_an_empty_product_says_that_there_is_nothing_yet(client, world):
    client.force_login(world.pimpinan)
    for address in ("/", "/capaian/", "/wilayah/18/"):
        page = client.get(address)
        assert page.status_code == 200
        assert "Belum ada data." in page.content.decode()


def test_a_program_that_asks_an_empty_product_gets_no_page(client, world):
    client.force_login(world.pimpinan)
    answer = client.get("/capaian/?format=json")
    assert answer.status_code == 400
    assert json.loads(answer.content) == {"errors": ["Belum ada data."]}


def test_the_reader_learns_that_areas_are_silent_and_that_a_figure_is_not_broken_down(client, world):
    put("18", "TOTAL-UNSPLIT", "2024-06", 100, verified=100)
    client.force_login(world.pimpinan)
    page = client.get("/capaian/?bulan=2024-06").content.decode()
    assert "ditambah 1 angka tingkat provinsi" in page
    assert "1 dari 2 baris belum punya angka" in page


def test_the_number_of_queries_does_not_depend_on_the_rows(client, figures, django_assert_num_queries):
    client.force_login(figures.pimpinan)
    client.get("/capaian/")

    def queries(address):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        return len(seen)

    one = queries("/capaian/?bulan=2024-06&provinsi=36&tingkat=kabkota")
    three = queries("/capaian/?bulan=2024-06&provinsi=18&tingkat=kabkota")
    assert one == three


def test_text_that_a_spreadsheet_would_execute_is_disarmed(client, figures, world):
    world.lampung.name = "=HYPERLINK(1)"
    world.lampung.save()
    client.force_login(world.pimpinan)
    assert "'=HYPERLINK" in client.get("/capaian/?bulan=2024-06&format=csv").content.decode()
    book = openpyxl.load_workbook(io.BytesIO(client.get("/capaian/?bulan=2024-06&format=xlsx").content))
    texts = [cell for line in book.active.iter_rows() for cell in line if cell.value == "=HYPERLINK(1)"]
    assert texts
    assert all(cell.data_type == "s" for cell in texts)
