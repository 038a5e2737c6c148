"""Choice of columns: `kolom=` in the address of `/capaian/`, and a form that works without a script."""

from __future__ import annotations

import pytest

from targets.progress.tables import ProgressTable
from tests.conftest import put
from tests.support.shown import columns_shown


@pytest.fixture
def reader(client, world):
    put("1801", "PU", "2024-06", 100, verified=100)
    client.force_login(world.pimpinan)
    return client


@pytest.mark.parametrize(
    "address", ["kolom=status,uncovered", "kolom=status&kolom=uncovered", "kolom=uncovered, status"]
)
def test_only_the_columns_asked_for_are_shown_and_the_area_always(reader, address):
    page = reader.get(f"/capaian/?{address}")
    assert columns_shown(page) == ["area_name", "status", "uncovered"]
    assert "Kolom (dipilih)" in page.text
    assert ">Kebutuhan/bulan</a>" not in page.text


def test_without_a_choice_the_usual_columns_stand(reader):
    assert (
        columns_shown(reader.get("/capaian/"))
        == columns_shown(reader.get("/capaian/?kolom="))
        == list(ProgressTable.screen)
    )


def test_an_unknown_column_is_said_and_nothing_is_columns_shown(reader):
    page = reader.get("/capaian/?kolom=status,sandi")
    assert page.status_code == 400
    assert "Kolom “sandi” tidak dikenal." in page.text
    assert "<tbody>" not in page.text
    refused = reader.get("/capaian/?kolom=sandi&format=json")
    assert refused.json() == {"errors": ["Kolom “sandi” tidak dikenal."]}
    # a column of a comparison, without a comparison
    assert reader.get("/capaian/?kolom=then_rank").status_code == 400


def test_files_keep_every_column(reader):
    whole = reader.get("/capaian/?format=json").json()["rows"][0]
    assert reader.get("/capaian/?kolom=status&format=json").json()["rows"][0] == whole
    assert reader.get("/capaian/?kolom=status&format=csv").content == reader.get("/capaian/?format=csv").content


def test_filters_sorting_and_the_form_carry_the_choice_on(reader):
    page = reader.get("/capaian/?tingkat=kabkota&urut=-participants&kolom=status&kolom=participants").text
    assert '<input type="hidden" name="kolom" value="status,participants">' in page  # in the form of filters
    assert "kolom=status&amp;kolom=participants" in page  # in the links that sort
    form = page[page.index('class="columns"') :]
    assert '<input type="hidden" name="tingkat" value="kabkota">' in form
    assert '<input type="hidden" name="urut" value="-participants">' in form
    assert 'value="status" checked' in form
    assert 'value="area_name" checked disabled' in form
    assert 'value="potential">' in form


@pytest.mark.parametrize("page", ["/", "/segmen/", "/kelengkapan/"])
def test_a_report_without_the_choice_does_not_pretend(reader, page):
    assert "Saringan “kolom” tidak dikenal." in reader.get(f"{page}?kolom=status").text
