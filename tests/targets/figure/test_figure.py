"""The records behind a figure: their sum is the figure, and each says who entered and verified it."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from html import unescape

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coverage.models import CoverageRecord, ReportingPeriod, Via
from coverage.periods import services as periods
from coverage.records.services import CellChange, save_cells
from coverage.submissions import services as submissions
from tests.conftest import estimate, make_period, put

ALL = ("PU", "BPU", "JAKON", "PMI")


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response) -> str:
    html = re.sub(r"<(script|style|select).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def save(user, office, *changes, via=Via.FORM):
    period = ReportingPeriod.objects.get(pk="2026-10-01")
    save_cells(user=user, office=office, period=period, changes=changes, via=via)


@pytest.fixture
def october(world):
    """Lampung Tengah is verified, Bandar Lampung only entered, Banten has last month's figures."""
    put("3671", "PU", "2026-09", 700, verified=700)
    put("18", "RT-RW", "2026-09", 50, verified=50)
    put("18", "PU", "2026-09", 9, verified=9)
    make_period("2026-10")
    period = periods.open_period(date(2026, 10, 1))
    world.entri.first_name = "Petugas Entri"
    world.entri.save()
    for place, area in enumerate(("1802", "1804"), start=1):
        for segment in ALL:
            save(world.entri, world.tengah, CellChange(area, segment, 100 * place, note="Rekap"), via=Via.FILE)
    submission = submissions.submit(user=world.entri, office=world.tengah, period=period)
    submissions.verify(user=world.verifikasi, submission=submission)
    save(world.tetangga, world.bandar, CellChange("1801", "PU", 31))
    estimate("1802", "PU", 5_000)
    estimate("1801", "BPU", 4_000)
    return period


def linked_figures(page) -> list[tuple[int, str]]:
    """(figure, address) of every figure on a page that is linked to its records."""
    found = re.findall(r'<a[^>]*href="(/angka/[^"]*)"[^>]*>([\d.]+)</a>', page.content.decode())
    return [(int(figure.replace(".", "")), unescape(address)) for address, figure in found]


@pytest.mark.parametrize(
    "address",
    [
        "/?bulan=2026-10",
        "/?bulan=2026-10&data=sementara",
        "/?bulan=2026-10&provinsi=18&data=sementara",
        "/?bulan=2026-10&kanwil=KW-BANTEN&data=sementara",
        "/capaian/?bulan=2026-10&tingkat=kabkota&data=sementara",
        "/capaian/?bulan=2026-10&tingkat=kabkota",
        "/capaian/?bulan=2026-10&segmen=UCJ-JAKON&kanwil=KW-SUMBAGSEL",
        "/capaian/?bulan=2026-10&segmen=RT-RW&data=sementara",
        "/segmen/?bulan=2026-10&ukuran=peserta&data=sementara",
        "/segmen/?bulan=2026-10&ukuran=peserta&tingkat=kabkota&provinsi=18",
        "/wilayah/18/?bulan=2026-10&data=sementara",
        "/wilayah/1802/?bulan=2026-10",
    ],
)
def test_every_figure_leads_to_records_that_add_up_to_it(world, october, address):
    reader = logged_in(world.pimpinan)
    figures = linked_figures(reader.get(address))
    assert figures
    for figure, link in figures:
        answer = reader.get(link + "&format=json").json()
        assert answer["total"]["participants"] == figure, link
        assert sum(row["participants"] or 0 for row in answer["rows"]) == figure, link


def test_a_figure_of_a_past_day_leads_to_the_records_of_that_day(world, october, calendar):
    calendar(timezone.localdate() + timezone.timedelta(days=3))
    yesterday = (timezone.localdate() - timezone.timedelta(days=1)).isoformat()
    save(world.admin, world.tengah, CellChange("1802", "PU", 1_000))
    reader = logged_in(world.pimpinan)
    page = f"/capaian/?bulan=2026-10&tingkat=kabkota&data=sementara&per_tanggal={yesterday}"
    figures = {link: figure for figure, link in linked_figures(reader.get(page))}
    link = next(link for link in figures if "wilayah=1802" in link)
    assert f"per_tanggal={yesterday}" in link
    then = reader.get(link + "&format=json").json()
    assert then["total"]["participants"] == figures[link] == 200
    assert then["definition"]["known_on"] == yesterday
    now = reader.get(link.replace(f"&per_tanggal={yesterday}", "") + "&format=json").json()
    assert now["total"]["participants"] == 1_100
    assert "Dilihat sebagaimana diketahui pada" in text_of(reader.get(link))


def test_a_record_says_who_entered_handed_in_and_verified_it(world, october):
    address = "/angka/?bulan=2026-10&segmen=UCJ&wilayah=1802"
    rows = logged_in(world.pimpinan).get(address + "&format=json").json()["rows"]
    pu = next(row for row in rows if row["segment"] == "PU")
    assert (pu["entered_by"], pu["entered_via"], pu["submitted_by"]) == (
        "Petugas Entri",
        "Unggahan berkas",
        "Petugas Entri",
    )
    assert (pu["verified_by"], pu["origin"], pu["note"]) == ("verifikasi", "Dari berkas", "Rekap")
    assert (pu["potential"], pu["potential_source"], pu["potential_since"]) == (5_000, "uji", "2024-01-01")
    page = logged_in(world.pimpinan).get(address)
    assert 'href="/riwayat/2026-10/1802/PU/"' in page.content.decode()
    assert "/entri/" not in re.search(r"<tbody>.*</tbody>", page.content.decode(), re.S)[0]
    assert 'href="/entri/2026-10/KC-LAMPUNG-TENGAH/"' in logged_in(world.entri).get(address).content.decode()


def test_a_local_government_sees_its_area_and_offices_instead_of_names(world, october):
    page = logged_in(world.pemkab).get("/angka/?bulan=2026-10&segmen=UCJ&wilayah=1802")
    assert "Petugas Entri" not in text_of(page)
    assert "Kantor Cabang Lampung Tengah" in text_of(page)
    everything = logged_in(world.pemkab).get("/angka/?bulan=2026-10&segmen=UCJ&format=json").json()["rows"]
    assert {row["area_code"] for row in everything} == {"1802"}
    assert logged_in(world.pemkab).get("/angka/?wilayah=1804").status_code == 404


def test_carried_blank_and_changed_figures_are_told_apart(world, october):
    save(world.admin, world.tengah, CellChange("1804", "PU", 201))
    rows = logged_in(world.admin).get("/angka/?bulan=2026-10&segmen=UCJ&data=sementara&format=json").json()["rows"]
    told = {(row["area_code"], row["segment"]): (row["origin"], row["changed_since_verified"]) for row in rows}
    assert told["3671", "PU"] == ("Angka bulan lalu", "")
    assert told["3671", "BPU"] == ("Belum lapor", "")
    assert told["1804", "PU"] == ("Diisi", "ya")
    verified = logged_in(world.admin).get("/angka/?bulan=2026-10&segmen=UCJ&format=json").json()["rows"]
    told = {(row["area_code"], row["segment"]): row["origin"] for row in verified}
    assert told["3671", "PU"] == "Verifikasi bulan sebelumnya"
    assert told["1801", "PU"] == "Belum diverifikasi"


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/angka/?bagian=apa", "bagian"),
        ("/angka/?wilayah=18&kanwil=KW-SUMBAGSEL", "Pilih satu wilayah atau satu Kantor Wilayah"),
        ("/angka/?bulan=2031-01", "Posisi"),
        ("/angka/?status=reached", "Saringan “status” tidak dikenal."),
    ],
)
def test_a_wrong_address_says_so_and_shows_nothing(world, october, address, sentence):
    page = logged_in(world.admin).get(address)
    assert page.status_code == 400
    assert sentence.lower() in text_of(page).lower()
    assert "<tbody>" not in page.content.decode()


def test_the_number_of_queries_does_not_depend_on_the_records(world, october):
    reader = logged_in(world.admin)

    def queries(address: str) -> int:
        reader.get(address)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert reader.get(address).status_code == 200
        return len(caught)

    few = queries("/angka/?bulan=2026-10&segmen=UCJ-JAKON&wilayah=18&data=sementara")
    for area in ("1801", "1802", "1804"):
        put(area, "RENTAN", "2026-10", 5)
    CoverageRecord.objects.filter(origin="BLANK").update(participants=3, origin="ENTERED", changed_by=world.admin)
    assert queries("/angka/?bulan=2026-10&segmen=UCJ-JAKON&wilayah=18&data=sementara") == few


def test_a_record_says_where_it_counts(world, october):
    page = logged_in(world.pimpinan).get("/riwayat/2026-10/1802/PU/")
    assert (
        "Dihitung dalam: Penerima Upah · PU + BPU · PU + BPU + JAKON di Kabupaten Lampung Tengah , Lampung , Nasional"
        in text_of(page)
    )
    links = re.findall(r'href="(/(?:angka|wilayah)/[^"]*bulan=2026-10[^"]*)"', page.content.decode())
    assert len(links) == 5
    for link in links:
        assert logged_in(world.pimpinan).get(unescape(link)).status_code == 200
    group = text_of(logged_in(world.pimpinan).get("/riwayat/2026-10/18/RT-RW/"))
    assert "Dihitung dalam: RT/RW di Lampung , Nasional . Kelompok tidak masuk ke jumlah mana pun" in group
    assert "di Kabupaten Lampung Tengah ." in text_of(logged_in(world.pemkab).get("/riwayat/2026-10/1802/PU/"))


def test_entry_and_verification_lead_to_the_page_of_the_area(world, october):
    link = 'href="/wilayah/1802/?bulan=2026-10&amp;data=sementara"'
    assert link in logged_in(world.entri).get("/entri/2026-10/").content.decode()
    assert link in logged_in(world.verifikasi).get("/verifikasi/2026-10/KC-LAMPUNG-TENGAH/").content.decode()


def test_a_workbook_has_days_as_days_and_nothing_where_nobody_acted(world, october):
    answer = logged_in(world.admin).get("/angka/?bulan=2026-10&segmen=UCJ&data=sementara&format=xlsx")
    lines = [[cell.value for cell in line] for line in openpyxl.load_workbook(io.BytesIO(answer.content)).active]
    head = next(place for place, line in enumerate(lines) if line[0] == "Bulan")
    rows = [dict(zip(lines[head], line, strict=True)) for line in lines[head + 1 :]]
    assert all(row["Bulan"] == datetime(2026, 10, 1) for row in rows)
    entered = [row["Diisi pada"] for row in rows if row["Diisi pada"] is not None]
    assert entered
    assert all(isinstance(at, datetime) for at in entered)
    assert any(row["Diverifikasi pada"] is None for row in rows)
    assert "–" not in {value for row in rows for value in row.values()}


def test_programs_read_months_and_moments_as_before(world, october):
    rows = logged_in(world.admin).get("/angka/?bulan=2026-10&segmen=UCJ&data=sementara&format=json").json()["rows"]
    assert {row["month"] for row in rows} == {"2026-10"}
    moments = {row["entered_at"] for row in rows} - {None}
    assert moments
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", at) for at in moments)
