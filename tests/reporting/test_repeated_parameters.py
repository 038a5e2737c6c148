"""A repeated parameter is an error with a message; the last value is not used silently."""

from __future__ import annotations

import re

import pytest

from tests.conftest import make_period
from tests.targets.figure.test_figure import logged_in, text_of


@pytest.mark.parametrize("page", ["/", "/capaian/", "/segmen/"])
def test_two_provinces_in_the_address_are_refused_with_a_sentence(world, page):
    make_period("2026-10")
    reader = logged_in(world.pimpinan)
    answer = reader.get(f"{page}?provinsi=18&provinsi=36")
    assert answer.status_code == 400
    assert "“provinsi” ada 2 kali di alamat. Pilih satu." in text_of(answer)
    assert "Kota Metro" not in text_of(answer).split("Pilih satu.")[1]
    as_json = reader.get(f"{page}?provinsi=18&provinsi=36&format=json")
    assert as_json.status_code == 400
    assert as_json.json() == {"errors": ["“provinsi” ada 2 kali di alamat. Pilih satu."]}


def test_columns_may_be_named_more_than_once(world):
    make_period("2026-10")
    address = "/capaian/?kolom=area_name&kolom=participants"
    answer = logged_in(world.pimpinan).get(address)
    assert answer.status_code == 200
    head = re.search(r"<thead>.*?</thead>", answer.content.decode(), re.S)[0]
    assert "Peserta" in head
    assert "Potensi" not in head


@pytest.mark.parametrize(
    "page",
    ["/rapat/18/", "/wilayah/18/", "/wilayah/18/rapor.pdf", "/angka/", "/data/", "/data/angka.csv", "/kelengkapan/",
     "/verifikasi/", "/riwayat/", "/sasaran/", "/sasaran/periksa/", "/sasaran/pecah/18/"],
)  # fmt: skip
def test_two_months_in_the_address_are_refused_on_every_page_with_filters(world, page):
    make_period("2026-09")
    make_period("2026-10")
    name = "dari" if page.startswith("/data/") else "bulan"
    answer = logged_in(world.admin).get(f"{page}?{name}=2026-09&{name}=2026-10")
    assert answer.status_code == 400
    assert f"“{name}” ada 2 kali di alamat. Pilih satu." in text_of(answer)
