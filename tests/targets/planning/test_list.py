"""The page Sasaran: targets by area and source, and one target with its history."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from coverage.models import WorkerSegment
from targets.models import Target
from targets.planning.changes import TargetValues
from targets.planning.filters import PlanFilterSet
from targets.planning.rows import doubts
from targets.progress.definitions import Progress, TargetFigure
from tests.conftest import estimate, put, target
from tests.support.planners import planner_at

YEAR = "?tahun=2026&bulan=2026-06&data=sementara"


@pytest.fixture
def lampung(world):
    """Lampung in June 2026: 32,000 of 100,000; a target of 35 % is 3,000 workers away, 500 a month."""
    for area, workers, participants in (("1801", 60_000, 20_000), ("1802", 40_000, 12_000)):
        estimate(area, "PU", workers)
        put(area, "PU", "2026-06", participants, verified=participants)
    estimate("3671", "PU", 10_000)
    put("3671", "PU", "2026-06", 9_000, verified=9_000)
    world.planner = planner_at(world.sumbagsel)
    world.head_planner = planner_at(world.head)
    return world


def enter(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def rows(user, address: str = "") -> list[dict]:
    answer = enter(user).get(f"/sasaran/{YEAR}{address}&format=json")
    assert answer.status_code == 200, answer.content
    return answer.json()["rows"]


def test_a_target_says_what_it_asks_for(lampung):
    target("18", 2026, percent=Decimal(35))
    (row,) = [row for row in rows(lampung.pimpinan) if row["area_code"] == "18"]
    assert row == {
        "area_code": "18",
        "area_name": "Lampung",
        "source_name": "Kementerian Dalam Negeri",
        "year": 2026,
        "reference": "acuan",
        "stated_percent": 35,
        "stated_workers": None,
        "target_rate": 0.35,
        "target_workers": 35_000,
        "coverage_rate": 0.32,
        "gap_workers": 3_000,
        "gap_points": 3,
        "required_per_month": 500,
        "observed_per_month": None,
        "decree": None,
        "decree_date": None,
        "note": None,
        "doubts": None,
    }


def test_every_source_of_an_area_stands_beside_the_others_the_reference_first(lampung):
    target("18", 2026, percent=Decimal(40), source="KANWIL", reference=False)
    target("18", 2026, workers=35_000)
    found = [(row["area_code"], row["source_name"], row["reference"]) for row in rows(lampung.pimpinan)]
    assert found == [
        ("18", "Kementerian Dalam Negeri", "acuan"),
        ("18", "Kantor Wilayah", ""),
        ("36", None, None),
    ]


def test_the_filter_of_sources_keeps_areas_without_a_target(lampung):
    target("18", 2026, percent=Decimal(40), source="KANWIL", reference=False)
    target("36", 2026, workers=9_500)
    by_source = {row["area_code"]: row["stated_percent"] for row in rows(lampung.pimpinan, "&sumber=KANWIL")}
    assert by_source == {"18": 40, "36": None}
    references = {row["area_code"]: row["stated_workers"] for row in rows(lampung.pimpinan, "&sumber=acuan")}
    assert references == {"18": None, "36": 9_500}


def test_the_database_narrows_the_targets_that_are_asked_for(lampung):
    wanted = target("1801", 2026, percent=Decimal(40), source="KANWIL", reference=False)
    target("1801", 2026, workers=25_000)
    target("1801", 2027, workers=26_000, source="KANWIL")
    target("3671", 2026, workers=9_500, source="KANWIL")
    target("18", 2026, percent=Decimal(35), source="KANWIL")
    target(None, 2026, percent=Decimal(45), source="KANWIL")
    request = RequestFactory().get(f"/sasaran/{YEAR}&tingkat=kabkota&provinsi=18&sumber=KANWIL")
    request.user = lampung.pimpinan
    asked = PlanFilterSet(request.GET, request=request)
    assert asked.mistakes == []
    assert list(asked.qs) == [wanted]


def test_levels_are_the_country_the_provinces_and_the_regencies(lampung):
    target(None, 2026, percent=Decimal(45))
    target("1801", 2026, workers=25_000)
    (nation,) = rows(lampung.pimpinan, "&tingkat=nasional")
    # 41,000 of 110,000; 45 % of that potential is 49,500
    assert (nation["area_name"], nation["target_workers"], nation["gap_workers"]) == ("Nasional", 49_500, 8_500)
    regencies = rows(lampung.pimpinan, "&tingkat=kabkota&provinsi=18")
    assert [(row["area_code"], row["target_workers"]) for row in regencies] == [
        ("1801", 25_000),
        ("1802", None),
        ("1804", None),
    ]


def test_another_segment_and_another_year_have_their_own_targets(lampung):
    target("18", 2026, percent=Decimal(35))
    target("18", 2027, percent=Decimal(40))
    target("18", 2026, workers=700, segment="RENTAN")
    assert [row["stated_percent"] for row in rows(lampung.pimpinan, "&kanwil=KW-SUMBAGSEL")] == [35]
    found = enter(lampung.pimpinan).get("/sasaran/?tahun=2027&bulan=2026-06&format=json&kanwil=KW-SUMBAGSEL").json()
    assert [row["stated_percent"] for row in found["rows"]] == [40]
    assert [row["stated_workers"] for row in rows(lampung.pimpinan, "&segmen=RENTAN&provinsi=18")] == [700]


def test_a_government_sees_its_own_targets_and_no_way_to_change_them(lampung):
    for area in ("18", "36", "1802", "1801"):
        target(area, 2026, percent=Decimal(35))
    assert {row["area_code"] for row in rows(lampung.pemda)} == {"18"}
    assert {row["area_code"] for row in rows(lampung.pemda, "&tingkat=kabkota")} == {"1801", "1802", "1804"}
    assert {row["area_code"] for row in rows(lampung.pemkab)} == {"1802"}
    page = enter(lampung.pemda).get(f"/sasaran/{YEAR}").text
    assert "Isi target" not in page
    assert "Nasional" not in page
    foreign = Target.objects.get(regency=None, province="36")
    assert enter(lampung.pemda).get(f"/sasaran/{foreign.pk}/").status_code == 404


def test_who_plans_finds_a_way_to_every_missing_target_of_their_own(lampung):
    target("36", 2026, percent=Decimal(35))
    page = enter(lampung.planner).get(f"/sasaran/{YEAR}").text
    assert "wilayah=18&amp;segmen=UCJ&amp;tahun=2026" in page
    assert "wilayah=36" not in page
    assert "Isi target" in page
    assert "Isi target" not in enter(lampung.pimpinan).get(f"/sasaran/{YEAR}").text


def test_what_is_derived_is_marked(lampung):
    target("18", 2026, percent=Decimal(35))
    page = enter(lampung.pimpinan).get(f"/sasaran/{YEAR}").text
    assert "diturunkan dari persentase" in page
    assert "diturunkan dari jumlah pekerja" not in page


@pytest.mark.parametrize(
    ("percent", "workers", "said"),
    [
        (35, 35_500, ""),  # half a point apart
        (35, 35_600, "berbeda 0,60 poin persen"),
        (35, 34_000, "berbeda 1,00 poin persen"),
        (35, None, ""),
        (100, None, ""),
        (101, None, "lebih besar dari potensi"),
        (None, 100_001, "lebih besar dari potensi"),
    ],
)
def test_a_target_that_contradicts_itself_or_the_potential_is_questioned(percent, workers, said):
    figure = TargetFigure(2026, percent and Decimal(percent), workers)
    found = doubts(Progress(None, 32_000, 100_000, None, figure))
    assert bool(found) is bool(said)
    assert said in " ".join(found)


def test_files_hold_the_rows_of_the_page(lampung):
    target("18", 2026, percent=Decimal(35))
    client = enter(lampung.pimpinan)
    text = client.get(f"/sasaran/{YEAR}&format=csv").content.decode("utf-8-sig")
    head, first, *_ = text.splitlines()
    assert head.startswith("Kode;Wilayah;Sumber;Tahun;Acuan")
    assert first.startswith("18;Lampung;Kementerian Dalam Negeri;2026;acuan")
    assert client.get(f"/sasaran/{YEAR}&format=xlsx").content[:2] == b"PK"


def test_every_column_sorts_both_ways(lampung):
    target("18", 2026, percent=Decimal(35))
    page = enter(lampung.pimpinan).get(f"/sasaran/{YEAR}").text
    keys = set(re.findall(r"urut=-?([a-z_]+)", page))
    assert {"area_name", "target_rate", "required_per_month"} <= keys
    for key in keys:
        for order in (key, f"-{key}"):
            assert enter(lampung.pimpinan).get(f"/sasaran/{YEAR}&urut={order}").status_code == 200


def test_as_many_queries_for_many_targets_as_for_one(lampung):
    client = enter(lampung.planner)
    counts = []
    for areas in (["18"], ["1801", "1802", "1804", "36", "3671"]):
        for area in areas:
            target(area, 2026, percent=Decimal(35))
            target(area, 2026, percent=Decimal(36), source="KANWIL", reference=False)
        client.get(f"/sasaran/{YEAR}&tingkat=kabkota")  # potentials are cached from then on
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/sasaran/{YEAR}&tingkat=kabkota")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_before_the_first_month_the_page_says_there_is_nothing(world):
    assert "Belum ada data" in enter(world.pimpinan).get("/sasaran/").text


# One target


def typed(**values: str) -> dict[str, str]:
    return {
        "wilayah": "18",
        "segmen": "UCJ",
        "tahun": "2026",
        "sumber": "KANWIL",
        "persen": "",
        "pekerja": "",
        "dasar_hukum": "",
        "tanggal": "",
        "catatan": "",
        "alasan": "",
        "seen": TargetValues().text,
        **values,
    }


def test_a_target_entered_shows_at_once_what_it_means(lampung):
    client = enter(lampung.planner)
    page = client.post("/sasaran/isi/", typed(persen="35", dasar_hukum="Kepgub 12", tanggal="2026-01-05"), follow=True)
    row = Target.objects.get()
    assert page.request["PATH_INFO"] == f"/sasaran/{row.pk}/"
    assert (row.percent, row.is_reference, row.decree) == (35, True, "Kepgub 12")
    text = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    for sentence in (
        "≈ persentase dari potensi",
        "35.000",
        "Kepgub 12, 5 Januari 2026",
        "Ditetapkan",
        "target-KW-SUMBAGSEL",
    ):
        assert sentence in text


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "Isi persentase atau jumlah pekerja"),
        ({"persen": "201"}, "paling besar 200%"),
        ({"persen": "38.39"}, "desimal dengan koma"),
        ({"pekerja": "12,5"}, "tidak jelas"),
        ({"persen": "35", "tahun": "1999"}, "antara 2014 dan 2060"),
        ({"persen": "35", "wilayah": "36"}, "di luar wilayah kerja"),
        ({"persen": "35", "wilayah": "nasional"}, "di luar wilayah kerja"),
        ({"persen": "35", "segmen": "PU"}, "Masukkan pilihan yang valid"),
        ({"persen": "35", "sumber": ""}, "Pilih sumbernya."),
    ],
)
def test_what_is_wrong_is_said_and_stays_as_typed(lampung, values, sentence):
    page = enter(lampung.planner).post("/sasaran/isi/", typed(**values))
    assert page.status_code == 422
    assert sentence in page.text
    for name, value in values.items():
        if name in ("persen", "pekerja"):
            assert f'value="{value}"' in page.text
    assert not Target.objects.exists()


def test_an_existing_target_is_not_entered_a_second_time(lampung):
    row = target("18", 2026, percent=Decimal(40), source="KANWIL")
    page = enter(lampung.planner).post("/sasaran/isi/", typed(persen="35"))
    assert page.status_code == 409
    assert f"/sasaran/{row.pk}/ubah/" in page.text
    row.refresh_from_db()
    assert row.percent == 40


def test_somebody_elses_change_is_shown_beside_mine_and_only_a_second_save_writes(lampung):
    row = target("18", 2026, percent=Decimal(40), source="KANWIL")
    client, address = enter(lampung.planner), f"/sasaran/{row.pk}/ubah/"
    seen = re.search(r'name="seen" value="([^"]+)"', client.get(address).text)[1].replace("&quot;", '"')
    mine = {"persen": "35", "acuan": "on", "alasan": "rapat", "seen": seen}
    theirs = {**mine, "persen": "42", "alasan": "surat"}
    assert enter(lampung.head_planner).post(address, theirs).status_code == 302
    page = client.post(address, mine)
    assert page.status_code == 409
    for words in ("target-KP", "42%", "35%", "Simpan isian saya"):
        assert words in page.text
    row.refresh_from_db()
    assert row.percent == 42
    again = re.search(r'name="seen" value="([^"]+)"', page.text)[1].replace("&quot;", '"')
    assert client.post(address, {**mine, "seen": again}).status_code == 302
    row.refresh_from_db()
    assert row.percent == 35


def test_a_change_asks_for_its_reason(lampung):
    row = target("18", 2026, percent=Decimal(40))
    address = f"/sasaran/{row.pk}/ubah/"
    values = {"persen": "41", "acuan": "on", "seen": TargetValues.of(row).text}
    page = enter(lampung.planner).post(address, values)
    assert page.status_code == 422
    assert "Tuliskan alasan perubahan" in page.text


def test_the_history_says_who_what_when_and_why(lampung):
    row = target("18", 2026, percent=Decimal(40))
    client = enter(lampung.planner)
    changed = {"persen": "41,5", "acuan": "on", "alasan": "Hasil rapat", "seen": TargetValues.of(row).text}
    client.post(f"/sasaran/{row.pk}/ubah/", changed)
    text = " ".join(re.sub(r"<[^>]+>", " ", client.get(f"/sasaran/{row.pk}/").text).split())
    assert "Target cakupan: 40% → menjadi 41,5%" in text
    assert "Alasan: Hasil rapat" in text
    assert "target-KW-SUMBAGSEL, lewat halaman Sasaran" in text
    for_government = enter(lampung.pemda).get(f"/sasaran/{row.pk}/").text
    assert "target-KW-SUMBAGSEL" not in for_government
    assert "Kantor Wilayah Sumbagsel" in for_government


def test_another_target_becomes_the_reference_after_saying_why(lampung):
    old = target("18", 2026, percent=Decimal(40))
    new = target("18", 2026, percent=Decimal(35), source="KANWIL", reference=False)
    client, address = enter(lampung.planner), f"/sasaran/{new.pk}/acuan/"
    assert "menggantikan <b>Kementerian Dalam Negeri</b>" in client.get(address).text
    assert client.post(address, {"alasan": " "}).status_code == 200
    assert client.post(address, {"alasan": "Rapat"}).status_code == 302
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.is_reference, new.is_reference) == (False, True)


def test_a_withdrawn_target_leaves_its_history_behind(lampung):
    row = target("18", 2026, percent=Decimal(40))
    client, address = enter(lampung.planner), f"/sasaran/{row.pk}/tarik/"
    assert "tanpa acuan" in client.get(address).text
    assert client.post(address, {"alasan": "Salah wilayah", "seen": TargetValues.of(row).text}).status_code == 302
    assert not Target.objects.exists()
    page = client.get(f"/sasaran/{row.pk}/").text
    assert "Target ini sudah ditarik" in page
    assert "Salah wilayah" in page
    assert client.get(address).status_code == 404


def test_a_target_changed_since_is_not_withdrawn(lampung):
    row = target("18", 2026, percent=Decimal(40))
    seen = TargetValues.of(row).text
    Target.objects.filter(pk=row.pk).update(percent=42)
    page = enter(lampung.planner).post(f"/sasaran/{row.pk}/tarik/", {"alasan": "Salah", "seen": seen})
    assert page.status_code == 409
    assert "42%" in page.text
    assert Target.objects.count() == 1


def test_foreign_and_national_targets_are_read_only_for_a_kanwil(lampung):
    foreign, nation = target("36", 2026, percent=Decimal(40)), target(None, 2026, percent=Decimal(45))
    client = enter(lampung.planner)
    for row in (foreign, nation):
        assert client.get(f"/sasaran/{row.pk}/").status_code == 200
        for step in ("ubah", "acuan", "tarik"):
            refused = client.post(f"/sasaran/{row.pk}/{step}/", {"alasan": "x", "persen": "1"})
            assert refused.status_code == 403
            assert "di luar wilayah kerja" in refused.text
    assert list(Target.objects.order_by("pk").values_list("percent", flat=True)) == [40, 45]
    head = enter(lampung.head_planner)
    changed = {"persen": "46", "acuan": "on", "alasan": "Rapat", "seen": TargetValues.of(nation).text}
    assert head.post(f"/sasaran/{nation.pk}/ubah/", changed).status_code == 302


def test_a_target_of_a_segment_without_figures_is_still_readable(lampung):
    row = target("18", 2026, percent=Decimal(40), segment="RT-RW")
    assert WorkerSegment.objects.filter(pk="RT-RW").exists()
    assert "tidak tertulis" in enter(lampung.planner).get(f"/sasaran/{row.pk}/").text


@pytest.mark.parametrize("role", ["entri", "tetangga", "pimpinan", "pemda", "pemkab"])
def test_what_a_reader_posts_changes_nothing(lampung, role):
    row = target("18", 2026, percent=Decimal(40), source="KANWIL")
    client = enter(getattr(lampung, role))
    sent = {**typed(persen="35"), "seen": TargetValues.of(row).text, "alasan": "Rapat", "acuan": "on"}
    for address in ("isi/", "berkas/", f"{row.pk}/ubah/", f"{row.pk}/acuan/", f"{row.pk}/tarik/"):
        assert client.post(f"/sasaran/{address}", sent).status_code in (403, 404)
    assert list(Target.objects.values_list("percent", flat=True)) == [40]
    assert row.history.count() == 1
