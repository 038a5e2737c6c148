"""The files of all figures: their content, the rows of each user, constant memory."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coverage.download.selectors import Extract
from coverage.download.tables import Content, DownloadTable, columns_of
from coverage.models import CoverageRecord, Province, ReportingPeriod, WorkerSegment
from reporting import streams
from reporting.tables.exports import as_record
from tests.conftest import make_period, put
from tests.support.scope import ROLES, enter, make_stage


@pytest.fixture
def stage(world):
    return make_stage(world)


def text_of(response) -> str:
    assert response.streaming
    return b"".join(response.streaming_content).decode()


def csv_rows(client, address: str = "/data/angka.csv") -> list[dict[str, str]]:
    text = text_of(client.get(address))
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def json_rows(client, address: str = "/data/angka.jsonl") -> list[dict]:
    return [json.loads(line) for line in text_of(client.get(address)).splitlines()]


@pytest.fixture
def figures(world):
    put("1802", "PU", "2026-08", 900, verified=880)
    put("1802", "PU", "2026-09", 1000)
    put("1801", "BPU", "2026-09", None)
    put("1804", "RENTAN", "2026-09", 0)
    put("18", "PU", "2026-09", 7)
    put("3671", "PU", "2026-09", 5000, verified=5000, own=False)
    return world


def test_every_record_is_one_line_and_blank_is_not_zero(figures, client):
    client.force_login(figures.pimpinan)
    rows = csv_rows(client)
    found = {(row["Bulan"], row["Kode provinsi"], row["Kode kab/kota"], row["Kode segmen"]): row for row in rows}
    assert len(rows) == len(found) == CoverageRecord.objects.count() == 6
    blank = found["2026-09", "18", "1801", "BPU"]
    assert (blank["Peserta aktif"], blank["Asal angka"], blank["Peserta terverifikasi"]) == ("", "Belum lapor", "")
    assert found["2026-09", "18", "1804", "RENTAN"]["Peserta aktif"] == "0"
    assert found["2026-09", "18", "1804", "RENTAN"]["Jenis segmen"] == "kelompok"
    wide = found["2026-09", "18", "", "PU"]
    assert (wide["Provinsi"], wide["Kab/kota"], wide["Peserta aktif"]) == ("Lampung", "", "7")
    verified = found["2026-08", "18", "1802", "PU"]
    assert (verified["Peserta aktif"], verified["Peserta terverifikasi"]) == ("900", "880")
    assert verified["Kab/kota"] == "Kabupaten Lampung Tengah"
    carried = found["2026-09", "36", "3671", "PU"]
    assert (carried["Asal angka"], carried["Diverifikasi pada"]) == ("Angka bulan lalu", "")


def test_lines_for_programs_say_the_same(figures, client):
    client.force_login(figures.pimpinan)
    sheet, lines = csv_rows(client), json_rows(client)
    assert [row["Kode kab/kota"] for row in sheet] == [line["regency_code"] or "" for line in lines]
    for row, line in zip(sheet, lines, strict=True):
        assert row["Peserta aktif"] == ("" if line["participants"] is None else str(line["participants"]))
        assert (row["Diverifikasi pada"] or None) == line["verified_on"]
    assert {line["origin"] for line in lines} == {"ENTERED", "BLANK", "CARRIED"}
    assert type(lines[0]["participants"]) is int


def test_the_day_of_verification_is_that_of_the_product(figures, client):
    late = datetime(2026, 9, 20, 23, 30, tzinfo=timezone.get_default_timezone())
    CoverageRecord.objects.filter(period="2026-08-01").update(verified_at=late)
    client.force_login(figures.pimpinan)
    assert csv_rows(client, "/data/angka.csv?sampai=2026-08")[0]["Diverifikasi pada"] == "2026-09-20"


@pytest.mark.parametrize(
    ("query", "cells"),
    [
        ("sampai=2026-08", {"1802"}),
        ("dari=2026-09", {"1802", "1801", "1804", "", "3671"}),
        ("provinsi=36", {"3671"}),
        ("segmen=RENTAN", {"1804"}),
        ("data=terverifikasi", {"1802", "3671"}),
        ("data=sementara&segmen=BPU", {"1801"}),
    ],
)
def test_filters_narrow_both_files_and_the_page(figures, client, query, cells):
    client.force_login(figures.pimpinan)
    rows = csv_rows(client, f"/data/angka.csv?{query}")
    assert {row["Kode kab/kota"] for row in rows} == cells
    assert {line["regency_code"] or "" for line in json_rows(client, f"/data/angka.jsonl?{query}")} == cells
    assert f"<b>{len(rows)}</b> baris" in client.get(f"/data/?{query}").text


def test_columns_not_asked_for_are_left_out(figures, client):
    client.force_login(figures.pimpinan)
    verified = csv_rows(client, "/data/angka.csv?data=terverifikasi")[0]
    assert "Peserta aktif" not in verified
    assert verified["Peserta terverifikasi"] == "880"
    provisional = csv_rows(client, "/data/angka.csv?data=sementara")[0]
    assert "Peserta terverifikasi" not in provisional
    assert "verified_participants" not in json_rows(client, "/data/angka.jsonl?data=sementara")[0]


@pytest.mark.parametrize("name", ["=1+1", "+62", "-5", "@SUM(A1)"])
def test_no_name_becomes_a_formula(figures, client, name):
    Province.objects.filter(pk="36").update(name=name)
    WorkerSegment.objects.filter(pk="PU").update(name=f'{name};"x"')
    client.force_login(figures.pimpinan)
    row = csv_rows(client, "/data/angka.csv?provinsi=36")[0]
    assert (row["Provinsi"], row["Segmen"]) == (f"'{name}", f'\'{name};"x"')
    assert row["Peserta aktif"] == "5000"


@pytest.mark.parametrize("role", [role for role in ROLES if role != "stranger"])
def test_a_government_takes_away_its_own_areas_only(stage, role):
    put("18", "PU", "2026-09", 7)
    put("1801", "BPU", "2026-09", 123456)
    client = enter(stage, role)
    for rows in (
        [(row["Kode provinsi"], row["Kode kab/kota"]) for row in csv_rows(client)],
        [(line["province_code"], line["regency_code"] or "") for line in json_rows(client)],
    ):
        if role == "pemkab":
            assert set(rows) == {("18", "1802")}
        elif role == "pemda":
            assert set(rows) == {("18", "1801"), ("18", "1802"), ("18", "")}
        else:
            assert {province for province, _ in rows} == {"18", "36"}
    if role == "pemkab":
        for query in ("provinsi=18", "provinsi=36", "segmen=BPU&provinsi=18"):
            assert client.get(f"/data/angka.csv?{query}").status_code == 400
        assert csv_rows(client, "/data/angka.csv?segmen=BPU") == []
        assert "<b>1</b> baris" in client.get("/data/").text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("dari=2026-09&sampai=2026-08", "Pilih bulan yang sama dengan atau sesudah bulan pertama."),
        ("dari=2031-01", "2031-01"),
        ("provinsi=99", "99"),
        ("warna=hijau", "Saringan “warna” tidak dikenal."),
        ("segmen=UCJ", "UCJ"),
    ],
)
def test_a_wrong_filter_says_so_and_gives_no_rows(figures, client, query, sentence):
    client.force_login(figures.pimpinan)
    for address in ("/data/", "/data/angka.csv", "/data/angka.jsonl"):
        response = client.get(f"{address}?{query}")
        assert response.status_code == 400
        assert not response.streaming
        said = response.json()["errors"] if address.endswith("jsonl") else [response.text]
        assert sentence in " ".join(said)


def test_without_any_month_there_is_nothing_to_take(world, client):
    client.force_login(world.pimpinan)
    assert "Belum ada data." in client.get("/data/").text
    assert client.get("/data/angka.csv").text == "Belum ada data."


def test_a_month_without_figures_gives_the_titles_only(world, client):
    make_period("2026-09")
    client.force_login(world.pimpinan)
    assert csv_rows(client) == []
    assert "Tidak ada angka yang cocok" in client.get("/data/").text


def many(count: int) -> None:
    """So many months of one cell."""
    ReportingPeriod.objects.bulk_create(
        ReportingPeriod(
            month=f"{2000 + at // 12}-{at % 12 + 1:02d}-01",
            cut_off_on="2099-01-01",
            due_on="2099-01-01",
            closes_on="2099-01-01",
        )
        for at in range(count)
    )
    CoverageRecord.objects.bulk_create(
        CoverageRecord(
            period_id=month, segment_id=segment, province_id="18", regency_id="1802", participants=1, origin="ENTERED"
        )
        for month in ReportingPeriod.objects.values_list("month", flat=True)
        for segment in ("PU", "BPU", "RENTAN")
    )


def test_as_many_queries_for_many_rows_as_for_one(world, client, monkeypatch):
    monkeypatch.setattr(streams, "ROWS_AT_A_TIME", 10)
    client.force_login(world.pimpinan)
    counts = []
    for months in (1, 60):
        many(months)
        for address in ("/data/", "/data/angka.csv", "/data/angka.jsonl"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                response = client.get(address)
                assert b"".join(response.streaming_content) if response.streaming else response.content
            # Savepoints of a streamed response are not queries
            counts.append(len([query for query in queries.captured_queries if "SAVEPOINT" not in query["sql"]]))
        CoverageRecord.objects.all().delete()
        ReportingPeriod.objects.all().delete()
    assert counts[:3] == counts[3:]


def test_parts_leave_before_the_rest_is_read_and_memory_stays_small(world):
    many(300)
    parts = streams.rows_in_parts(CoverageRecord.objects.order_by("pk").values_list("pk"), 10)
    assert len(next(parts)) == 10
    parts.close()
    extract = Extract(CoverageRecord.objects.visible_to(world.pimpinan), Content.BOTH)
    for _ in extract.csv():  # what is loaded once
        pass
    tracemalloc.start()
    lines = sum(part.count("\r\n") for part in extract.csv())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert lines == 901
    assert peak < 3_000_000


def test_a_file_given_up_half_way_leaves_nothing_open(figures, client):
    depth = len(connection.savepoint_ids)
    parts = Extract(CoverageRecord.objects.visible_to(figures.pimpinan), Content.BOTH).csv()
    next(parts), next(parts)
    parts.close()
    assert len(connection.savepoint_ids) == depth
    client.force_login(figures.pimpinan)
    put("1802", "PU", "2026-09", 2000)
    assert any(row["Peserta aktif"] == "2000" for row in csv_rows(client))


def test_the_page_names_every_column_and_carries_the_filters_on(figures, client):
    client.force_login(figures.pimpinan)
    page = client.get("/data/?provinsi=36&data=terverifikasi").text
    header = list(csv_rows(client, "/data/angka.csv?provinsi=36&data=terverifikasi")[0])
    for title in header:
        assert f'<th scope="row">{title} <code>' in page
    assert "/data/angka.csv?dari=2026-08&amp;sampai=2026-09&amp;provinsi=36&amp;data=terverifikasi" in page
    disposition = client.get("/data/angka.csv?provinsi=36")["Content-Disposition"]
    assert disposition == 'attachment; filename="angka-36-2026-08-2026-09.csv"'


def test_a_file_longer_than_a_sheet_is_told_beforehand(figures, client, monkeypatch):
    monkeypatch.setattr("coverage.download.views.LONGEST_SHEET", 5)
    client.force_login(figures.pimpinan)
    assert "Lebih panjang dari satu lembar Excel." in client.get("/data/").text
    assert "Lebih panjang" not in client.get("/data/?provinsi=36").text


@pytest.mark.parametrize("content", Content)
def test_lines_are_what_the_declared_columns_say_of_every_record(figures, content):
    records = CoverageRecord.objects.visible_to(figures.pimpinan)
    if content == Content.VERIFIED:
        records = records.filter(verified_participants__isnull=False)
    in_order = records.order_by("period_id", "segment_id", "province_id", "regency_id")
    columns, rows = columns_of(content), list(DownloadTable(in_order).data)
    text = "".join(Extract(records, content).csv()).removeprefix("\ufeff")
    titles, *lines = csv.reader(io.StringIO(text), delimiter=";")
    assert titles == [column.verbose_name for column in columns]
    assert len(lines) == len(rows) > 1
    assert lines == [[column.csv(column.read(row)) for column in columns] for row in rows]
    objects = [json.loads(line) for line in "".join(Extract(records, content).json_lines()).splitlines()]
    assert objects == [as_record(columns, row) for row in rows]
