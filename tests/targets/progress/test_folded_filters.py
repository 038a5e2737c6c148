"""Rarely used filters are folded; the fold is open and names the values when one is set."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.conftest import make_period, put, target


@pytest.fixture
def reader(world, client):
    for month in ("2026-08", "2026-09"):
        make_period(month)
        put("1801", "PU", month, 1000, verified=1000)
    target("18", 2026, percent=40)
    client.force_login(world.pimpinan)
    return client


def fold(page) -> str:
    return unescape(re.search(r'<details class="fold".*?</details>', page.content.decode(), re.DOTALL)[0])


@pytest.mark.parametrize("address", ["/", "/capaian/", "/segmen/", "/wilayah/18/", "/sasaran/"])
def test_the_fold_is_shut_and_silent_while_nothing_in_it_is_set(reader, address):
    shut = fold(reader.get(address))
    assert " open" not in shut.split(">")[0]
    assert "<summary>Pilihan lain</summary>" in shut


@pytest.mark.parametrize("address", ["/", "/capaian/", "/segmen/"])
def test_what_the_form_sends_as_it_stands_opens_nothing(reader, address):
    filterset = reader.get(address).context["filter"]
    sent = {**filterset.address, "kanwil": "", "per_tanggal": "", "banding": ""}
    sent = {name: value for name, value in sent.items() if name in filterset.filters}
    assert " open" not in fold(reader.get(address, sent)).split(">")[0]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/capaian/?banding=2026-08", "Pilihan lain · dibandingkan dengan Agustus 2026"),
        ("/?kanwil=KW-SUMBAGSEL", "Pilihan lain · Kanwil Sumbagsel"),
        ("/wilayah/18/?bulan=2026-09&tahun=2026", "Pilihan lain"),
        ("/sasaran/?data=sementara", "Pilihan lain · Sementara"),
    ],
)
def test_the_fold_says_what_is_set(reader, address, words):
    page = reader.get(address)
    assert page.status_code == 200
    found = fold(page)
    assert f"<summary>{words}</summary>" in found
    assert (" open" in found.split(">")[0]) == (words != "Pilihan lain")


def test_a_mistake_in_the_fold_opens_it(reader):
    page = reader.get("/capaian/?per_tanggal=kemarin")
    assert page.status_code == 400
    assert " open" in fold(page).split(">")[0]
    assert 'value="kemarin"' in fold(page)


@pytest.mark.parametrize("address", ["/", "/capaian/"])
def test_a_chosen_province_offers_its_sheet_and_its_meeting(reader, address):
    asked = f"{address}?provinsi=18&bulan=2026-09&data=sementara&halaman=1"
    page = reader.get(asked).content.decode()
    for name in ("Mode rapat", "Rapor PDF"):
        link = unescape(re.search(rf'<a href="([^"]*)">{name}</a>', page)[1])
        assert "bulan=2026-09" in link
        assert "data=sementara" in link
        assert reader.get(link).status_code == 200
    assert "Rapor PDF" not in reader.get(address).content.decode()
