"""File names differ by selection."""

from __future__ import annotations

import pytest

from tests.conftest import put


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/capaian/?bulan=2024-06", "capaian-2024-06.csv"),
        ("/capaian/?bulan=2024-06&tingkat=kabkota&provinsi=18", "capaian-kabkota-18-2024-06.csv"),
        ("/segmen/?bulan=2024-06&kanwil=KW-BANTEN", "segmen-kw-banten-2024-06.csv"),
        ("/angka/?bulan=2024-06&wilayah=1801&segmen=PU", "angka-1801-pu-2024-06.csv"),
    ],
)
def test_what_was_chosen_stands_in_the_name(client, world, address, name):
    put("1801", "PU", "2024-06", 100, verified=100)
    client.force_login(world.pimpinan)
    assert client.get(address + "&format=csv")["Content-Disposition"] == f'attachment; filename="{name}"'


def test_a_meeting_is_no_file(client, world):
    put("1801", "PU", "2024-06", 100, verified=100)
    client.force_login(world.pimpinan)
    answer = client.get("/rapat/18/?format=xlsx")
    assert answer.status_code == 400
    assert "Mode rapat tidak dapat diunduh." in answer.text
