"""The line of two years and the map: geometry, classes, scope."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.models import WorkerSegment
from coverage.positions import Facts, SegmentSum
from coverage.stocks import Basis, Position
from reporting import months
from reporting.lines import line_chart
from targets.maps import choropleth, class_of, legend
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
    segments = SegmentSum.of(WorkerSegment.objects.get(pk=segment))
    facts = Facts.visible_to(lampung.pimpinan)
    span = [date(2024, month, 1) for month in (2, 3, 4)]
    rates = facts.rates(segments, span[0], span[-1], basis)
    for month, (cells, _potentials) in facts.positions(segments, span, basis).items():
        assert rates[month].rate == sum(cells.values(), Position()).coverage_rate


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
