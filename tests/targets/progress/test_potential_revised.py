"""A new potential changes the rate without new participants: every page with the chart of two years says so."""

import pytest

from tests.conftest import estimate, put, target


@pytest.mark.parametrize("path", ["/?bulan=2024-06", "/?bulan=2024-06&provinsi=18", "/rapat/18/?bulan=2024-06"])
def test_a_jump_of_the_potential_is_explained_under_the_line(client, world, path):
    for month in ("2024-04", "2024-05", "2024-06"):
        put("1801", "PU", month, 400, verified=400)
    estimate("1801", "PU", 1000)
    estimate("1801", "PU", 1250, since="2024-05")
    target("18", 2024, percent=45)
    client.force_login(world.pimpinan)
    page = client.get(path).content.decode()
    assert "Potensi yang dipakai berubah: Mei 2024 dari 1.000 menjadi 1.250." in page
