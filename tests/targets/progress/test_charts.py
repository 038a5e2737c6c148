"""The chart of two years and the map: geometry, classes, scope."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.figures.position import Basis, Position
from coverage.figures.reader import FigureReader
from coverage.figures.segments import SegmentGroup
from coverage.models import WorkerSegment
from reporting import months
from reporting.lines import line_chart
from targets.progress.maps import choropleth, class_of, legend
from tests.conftest import estimate, put, target

JANUARY = date(2024, 1, 1)


def line(*rates, path=()):
    return line_chart([(months.add_months(JANUARY, at), rate) for at, rate in enumerate(rates)], path)


def test_a_missing_month_breaks_the_line():
    assert line(Fraction(1, 4), None, Fraction(1, 3)).line.count("M") == 2


def test_one_value_is_a_point_and_no_value_no_chart():
    assert len(line(Fraction(1, 4)).points) == 1
    assert line(None, None) is None


def test_the_path_ends_at_the_target():
    chart = line(Fraction(1, 4), path=[(date(2023, 12, 1), Fraction(1, 5)), (date(2024, 12, 1), Fraction(2, 5))])
    assert chart.goal.startswith("M44 ")
    assert chart.target.label == "40,00%"
    assert chart.target.x == chart.right


PATH = [(date(2023, 12, 1), Fraction(1, 5)), (date(2024, 12, 1), Fraction(2, 5))]


def test_the_table_of_the_chart_has_every_month_the_path_and_the_target():
    readings = line(Fraction(1, 4), None, Fraction(1, 3), path=PATH).readings
    assert [at.month.month for at in readings] == [12, *range(1, 13)]
    assert [at.rate for at in readings[:4]] == [None, Fraction(1, 4), None, Fraction(1, 3)]
    assert readings[6].path == Fraction(3, 10)  # June: half way
    assert [at.target for at in readings] == [None] * 12 + [Fraction(2, 5)]
    assert readings[-1].path == Fraction(2, 5)


def test_without_a_path_the_table_has_the_months_with_a_value_only():
    readings = line(Fraction(1, 4), None, Fraction(126, 100)).readings
    assert [(at.month.month, at.rate, at.path) for at in readings] == [
        (1, Fraction(1, 4), None),
        (3, Fraction(126, 100), None),
    ]


def test_a_target_without_a_baseline_is_a_mark_without_a_line():
    chart = line(Fraction(1, 4), path=[PATH[1]])
    assert (chart.goal, chart.target.label) == ("", "40,00%")
    assert chart.readings[-1].target == Fraction(2, 5)


def test_a_path_may_fall_and_rates_may_exceed_all():
    chart = line(
        Fraction(13, 10), Fraction(12, 10), path=[(JANUARY, Fraction(13, 10)), (date(2024, 12, 1), Fraction(1))]
    )
    assert chart.points[0].y < chart.points[1].y < chart.target.y
    assert chart.grid[-1].label == "130%"


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=24), st.integers(0, 2000))
def test_the_last_figure_lies_on_the_drawing_and_not_on_the_targets(rates, goal):
    values = [Fraction(rate, 1000) for rate in rates]
    chart = line(*values, path=[(months.add_months(JANUARY, len(rates) - 1), Fraction(goal, 1000))])
    label = chart.last_label
    assert 0 < label.y < chart.height
    assert label.label.endswith("%")
    assert abs(label.y - (chart.target.y + 4)) >= 15


@given(st.lists(st.one_of(st.none(), st.fractions(0, 3)), min_size=1, max_size=61))
def test_every_point_lies_on_the_drawing_with_few_grid_lines(rates):
    chart = line(*rates)
    if chart is None:
        return
    assert 2 <= len(chart.grid) <= 7
    assert all(chart.left <= point.x <= chart.right for point in chart.points)
    assert all(0 <= point.y <= chart.bottom for point in chart.points)


@pytest.mark.parametrize(
    ("percent", "css"), [(0, "c0"), ("14.99", "c0"), (15, "c1"), ("34.999", "c2"), (50, "c4"), (70, "c5"), (126, "c5")]
)
def test_classes_begin_at_their_lower_bound(percent, css):
    assert class_of(Fraction(percent) / 100) == css


def test_no_data_has_a_class_of_its_own_and_the_legend_names_all():
    assert class_of(None) == "none"
    assert [entry.label for entry in legend()] == ["<15", "15–25", "25–35", "35–50", "50–70", "≥70%", "belum ada data"]


def test_an_area_too_small_to_see_gets_a_dot_and_a_province_its_own_frame():
    one, two, three = (
        ("1375", ("Kota Bukittinggi", Fraction(1, 2))),
        ("1801", ("Lampung Selatan", None)),
        ("9401", ("Nabire", None)),
    )
    country = choropleth(dict([one, two, three]))
    assert country.view_box == "0 0 1000 373"
    assert country.shapes[0].dot is not None
    assert country.shapes[1].dot is None
    assert country.shapes[1].label == "Lampung Selatan: belum ada data"
    assert choropleth(dict([two])).is_near
    assert choropleth(dict([two])).view_box != choropleth(dict([one, two])).view_box


@pytest.fixture
def lampung(world):
    for area, potential in (("1801", 1000), ("1802", 500), ("3671", 800)):
        for segment in ("PU", "BPU"):
            estimate(area, segment, potential)
            estimate(area, segment, potential + 100, since="2024-04")
            put(area, segment, "2024-03", 200, verified=150)
            put(area, segment, "2024-04", 300, verified=None)
    put("1804", "PU", "2024-04", 50)  # no potential known: not in the rate
    put("1802", "PU", "2024-03", None)
    target("18", 2024, percent=40)
    return world


@pytest.mark.parametrize("basis", list(Basis))
@pytest.mark.parametrize("segment", ["UCJ", "UCJ-JAKON", "PU", "JAKON"])
def test_the_line_follows_the_rule_of_the_table(lampung, segment, basis):
    put("1801", "JAKON", "2024-03", 77, verified=77)
    segments = SegmentGroup.of(WorkerSegment.objects.get(pk=segment))
    reader = FigureReader.visible_to(lampung.pimpinan)
    span = [date(2024, month, 1) for month in (2, 3, 4)]
    rates = reader.monthly_rates(segments, span[0], span[-1], basis)
    for month, at in reader.positions(segments, span, basis).items():
        assert rates[month].rate == sum(at.by_cell.values(), Position()).coverage_rate


def test_ringkasan_shows_line_map_and_credit(client, lampung):
    client.force_login(lampung.pimpinan)
    page = client.get("/?bulan=2024-03").content.decode()
    for shown in ("Cakupan 24 bulan", "maps/regencies.svg#a1801", "Badan Informasi Geospasial", "Maret 2024"):
        assert shown in page


def test_a_government_finds_no_other_area_on_its_map(client, lampung):
    client.force_login(lampung.pemda)
    page = client.get("/?bulan=2024-03").content.decode()
    assert "#a1801" in page
    assert "#a3671" not in page
    assert "Tangerang" not in page


def test_the_map_has_a_table_with_its_numbers_and_says_what_they_rest_on(client, lampung):
    client.force_login(lampung.pimpinan)
    page = client.get("/?bulan=2024-03&segmen=PU").text
    address = "/capaian/?bulan=2024-03&amp;segmen=PU&amp;tahun=2024&amp;sumber=acuan&amp;data=terverifikasi"
    assert f'<a href="{address}&amp;tingkat=kabkota&amp;per_halaman=600">Angka peta ini sebagai tabel</a>' in page
    assert client.get(address.replace("&amp;", "&") + "&tingkat=kabkota&per_halaman=600").status_code == 200
    assert "Potensi: uji, berlaku mulai 1 Januari 2024. Batas wilayah: Badan Informasi Geospasial" in page
    province = client.get("/?bulan=2024-03&provinsi=18").text
    assert '<a href="#tabel">Angka peta ini sebagai tabel</a>' in province
    assert 'id="tabel"' in province


def test_a_path_that_cannot_begin_in_december_says_so_and_has_the_same_figure_everywhere(client, lampung):
    client.force_login(lampung.pimpinan)
    answer = client.get("/?bulan=2024-03&provinsi=18&data=terverifikasi")
    assert "lintasan berpangkal pada Maret 2024: Desember belum diverifikasi" in answer.text
    at = answer.context["area_progress"].progress
    march = next(one for one in answer.context["chart"].readings if one.month == date(2024, 3, 1))
    assert march.path == Fraction(at.baseline.participants, at.potential) + (
        at.target_rate - Fraction(at.baseline.participants, at.potential)
    ) * Fraction(3, 12)
    assert abs(march.path - Fraction(at.path_workers, at.potential)) < Fraction(1, at.potential)
