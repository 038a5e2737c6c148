"""The page of one area `/wilayah/<code>/`, and published figures compared with ours."""

from datetime import date
from fractions import Fraction

import pytest

from coverage.models import PublishedFigure
from tests.conftest import estimate, put, target

LAMPUNG = "/wilayah/18/?bulan=2024-09"


@pytest.fixture
def lampung(world):
    """Lampung as published for 24 September 2024."""
    period = put("18", "TOTAL-UNSPLIT", "2024-09", 760_468, verified=760_468).period
    period.cut_off_on = date(2024, 9, 24)
    period.save()
    estimate("18", "TOTAL-UNSPLIT", 3_058_943)
    target("18", 2024, percent="32.62")
    target("18", 2025, percent="38.39", workers=1_174_328)
    target("18", 2024, percent="30", source="KANWIL", reference=False)
    put("18", "RT-RW", "2024-09", 5_697, verified=5_697)
    estimate("18", "RT-RW", 25_662)
    return world


@pytest.fixture
def read(client, lampung):
    client.force_login(lampung.pimpinan)
    return lambda address=LAMPUNG: client.get(address).content.decode()


def figure(**fields):
    values = {
        "code": "UJI-1",
        "province_id": "18",
        "segment_id": "UCJ",
        "label": "cakupan",
        "as_of": date(2024, 9, 24),
        "measure": PublishedFigure.Measure.COVERAGE_RATE,
        "value": "24.86",
        "unit": PublishedFigure.Unit.PERCENT,
        "source": "Surat kabar uji",
    }
    return PublishedFigure.objects.create(**{**values, **fields})


def test_the_figures_of_lampung_can_be_read(read):
    page = read()
    for shown in ("24,86", "760.468", "3.058.943", "2.298.475", "24 September 2024"):
        assert shown in page


def test_all_targets_stand_side_by_side_by_source_and_year(read):
    page = read()
    for shown in (
        "32,62%",
        "997.827",
        "237.359",
        "7,76",
        "79.120",
        "38,39%",
        "1.174.328",
        "413.860",
        "Kantor Wilayah",
    ):
        assert shown in page


def test_groups_stand_apart_from_segments(read):
    page = read()
    assert "RT/RW" in page
    assert "22,20%" in page
    assert "tidak masuk ke jumlah mana pun" in page


def test_a_code_opens_the_area_of_the_ministry_not_of_the_statistics_office(read):
    assert "Kabupaten Lampung Selatan" in read("/wilayah/1801/")
    assert "Kabupaten Lampung Selatan" in read("/wilayah/18.01/")


def test_a_published_figure_stands_beside_ours_with_the_difference(client, lampung):
    figure()
    figure(
        code="UJI-2",
        measure=PublishedFigure.Measure.PARTICIPANTS,
        value=760_500,
        unit="WORKERS",
        is_disputed=True,
        note="Mirip potensi pekerja rentan.",
    )
    figure(code="UJI-3", measure=PublishedFigure.Measure.TARGET_GAP, value=325_000, unit="WORKERS", target_year=2025)
    figure(code="UJI-4", measure=PublishedFigure.Measure.BENEFITS_PAID, value=327_000_000_000, unit="RUPIAH")
    client.force_login(lampung.pimpinan)
    response = client.get(LAMPUNG)
    by_code = {row.figure.code: row for row in response.context["found"].published}
    assert by_code["UJI-1"].computed == Fraction(760_468 * 100, 3_058_943)
    assert by_code["UJI-2"].difference == 32
    assert by_code["UJI-3"].difference == 325_000 - 413_860
    assert by_code["UJI-4"].computed is None
    page = response.content.decode()
    for shown in ("Rp327 miliar", "Dipertentangkan", "Mirip potensi pekerja rentan.", "−88.860"):
        assert shown in page


def test_a_published_figure_enters_no_sum(read):
    before = read()
    figure(measure=PublishedFigure.Measure.PARTICIPANTS, value=999_999, unit="WORKERS")
    assert "760.468" in read()
    assert "2.298.475" in before


def test_strangers_get_404(client, lampung):
    for user, address, status in (
        ("pemda", "/wilayah/18/", 200),
        ("pemda", "/wilayah/1802/", 200),
        ("pemda", "/wilayah/36/", 404),
        ("pemda", "/wilayah/3671/", 404),
        ("pemkab", "/wilayah/1802/", 200),
        ("pemkab", "/wilayah/1801/", 404),
        ("pemkab", "/wilayah/18/", 404),
        ("entri", "/wilayah/3671/", 200),
        ("pimpinan", "/wilayah/99/", 404),
        ("pimpinan", "/wilayah/abc/", 404),
    ):
        client.force_login(getattr(lampung, user))
        assert client.get(address).status_code == status, (user, address)


def test_a_regencys_government_sees_no_figure_or_target_of_its_neighbours(client, lampung):
    target("1801", 2024, percent="77.7")
    put("1801", "PU", "2024-09", 123_456, verified=123_456)
    client.force_login(lampung.pemkab)
    page = client.get("/wilayah/1802/?bulan=2024-09").content.decode()
    assert "123.456" not in page
    assert "77,7" not in page


def test_a_wrong_filter_says_so(client, lampung):
    client.force_login(lampung.pimpinan)
    response = client.get("/wilayah/18/?segmen=SALAH")
    assert response.status_code == 400
    assert "Saringan ini tidak dapat dipakai" in response.content.decode()
