"""Saved links: the user's own reports under a name."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from django.db import IntegrityError, transaction

from accounts.links.services import MOST_LINKS
from accounts.models import SavedLink
from tests.conftest import put

ADDRESS = "/capaian/?tingkat=kabkota&provinsi=18&urut=-uncovered"


@pytest.fixture
def reader(client, world):
    put("1801", "PU", "2024-06", 100, verified=100)
    client.force_login(world.pimpinan)
    return client


def save(client, name="Lampung, yang tertinggal", address=ADDRESS):
    return client.post("/tautan/", {"name": name, "address": address})


def saved(user) -> list[tuple[str, str]]:
    return list(user.saved_links.values_list("name", "address"))


def test_a_saved_report_is_listed_and_opens(reader, world):
    page = reader.get(ADDRESS)
    assert f'name="address" value="{ADDRESS.replace("&", "&amp;")}"' in page.text
    back = save(reader)
    assert (back.status_code, back.url) == (302, ADDRESS)
    assert saved(world.pimpinan) == [("Lampung, yang tertinggal", ADDRESS)]
    for where in ("/", "/capaian/", "/segmen/", "/tautan/"):
        assert "Lampung, yang tertinggal" in reader.get(where).text
    assert reader.get(back.url).status_code == 200


def test_page_and_file_format_are_not_saved_but_a_choice_of_columns_is(reader, world):
    save(reader, address="/capaian/?halaman=3&format=json&kolom=status&kolom=rank&status=reached")
    assert saved(world.pimpinan)[0][1] == "/capaian/?kolom=status&kolom=rank&status=reached"


def test_a_user_has_each_name_once(reader, world, client):
    save(reader)
    again = save(reader, address="/")
    assert again.status_code == 400
    assert "Anda sudah punya tautan dengan nama ini." in again.text
    assert 'name="address" value="/"' in again.text  # the typed address is shown again
    client.force_login(world.entri)
    assert save(client).status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        "https://contoh.id/capaian/",
        "//contoh.id/capaian/",
        "/\\contoh.id/",
        "\\\\contoh.id",
        "javascript:alert(1)",
        "/capaian",
        "capaian/",
        "",
        "/keluar/",
        "/admin/",
        "/entri/",
        "/tautan/",
        "/masuk/?next=//contoh.id",
        "/tidak-ada/",
        "/capaian/\r\nLocation: //contoh.id",
        "/capaian/?provinsi=" + "x" * 1001,
    ],
)
def test_only_reports_of_the_product_are_saved(reader, world, address):
    answer = save(reader, address=address)
    assert answer.status_code == 400
    assert 'class="errors"' in answer.text
    assert saved(world.pimpinan) == []


def test_the_database_refuses_addresses_of_other_sites(world):
    for address in ("//contoh.id/", "https://contoh.id/"):
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedLink.objects.create(user=world.pimpinan, name="x", address=address)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_an_invalid_name_is_refused_with_a_sentence(reader, world, name):
    assert save(reader, name=name).status_code == 400
    assert saved(world.pimpinan) == []


def test_markup_in_a_name_is_escaped(reader):
    save(reader, name="<script>alert(1)</script>")
    assert "<script>alert" not in reader.get("/capaian/").text


def test_a_user_saves_at_most_fifty_links(reader, world):
    SavedLink.objects.bulk_create(
        SavedLink(user=world.pimpinan, name=str(number), address="/") for number in range(MOST_LINKS)
    )
    answer = save(reader)
    assert "Sudah ada 50 tautan." in answer.text
    assert len(saved(world.pimpinan)) == MOST_LINKS


def test_a_link_is_renamed_and_deleted(reader, world):
    save(reader)
    save(reader, name="Nasional", address="/")
    link = world.pimpinan.saved_links.get(name="Nasional")
    taken = reader.post(f"/tautan/{link.pk}/", {"action": "rename", "name": "Lampung, yang tertinggal"})
    assert "Anda sudah punya tautan dengan nama ini." in taken.text
    assert reader.post(f"/tautan/{link.pk}/", {"action": "rename", "name": " Negara "}).url == "/tautan/"
    assert {name for name, _ in saved(world.pimpinan)} == {"Negara", "Lampung, yang tertinggal"}
    reader.post(f"/tautan/{link.pk}/", {"action": "delete"})
    assert [name for name, _ in saved(world.pimpinan)] == ["Lampung, yang tertinggal"]


def test_links_of_other_users_are_not_seen_renamed_or_deleted(reader, world, client):
    assert save(reader).status_code == 302
    link = world.pimpinan.saved_links.get()
    reader.get("/")  # says that it was saved
    client.force_login(world.admin)
    assert "Lampung, yang tertinggal" not in client.get("/tautan/").text
    assert "Lampung, yang tertinggal" not in client.get("/capaian/").text
    for sent in ({"action": "delete"}, {"action": "rename", "name": "x"}):
        assert client.post(f"/tautan/{link.pk}/", sent).status_code == 404
    assert saved(world.pimpinan) == [("Lampung, yang tertinggal", ADDRESS)]


def test_a_link_to_a_report_out_of_scope_shows_no_figures(client, world):
    put("1801", "PU", "2024-06", 100, verified=100)
    SavedLink.objects.create(user=world.pemda, name="Banten", address="/capaian/?provinsi=36")
    client.force_login(world.pemda)
    assert client.get("/capaian/?provinsi=36").status_code == 400


def test_a_post_without_csrf_token_is_refused(world):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.pimpinan)
    assert save(strict).status_code == 403
    assert saved(world.pimpinan) == []


def test_filter_words_are_unchanged_in_a_saved_address(reader, world):
    save(reader, address="/capaian/?provinsi=18&kolom=status%2Crank")
    assert unquote(saved(world.pimpinan)[0][1]) == "/capaian/?provinsi=18&kolom=status,rank"


def test_anonymous_users_cannot_save_links(world):
    from django.test import Client

    assert save(Client()).url.startswith("/masuk/")
    assert not SavedLink.objects.exists()


@pytest.mark.parametrize(
    "address", ["/wilayah/9999/", "/capaian/?provinsi=99", "/capaian/?entah=1", "/sasaran/?tahun=1"]
)
def test_an_address_that_does_not_open_is_not_saved(reader, world, address):
    answer = save(reader, address=address)
    assert answer.status_code == 400
    assert "tidak dapat dibuka dengan akun Anda" in answer.text
    assert saved(world.pimpinan) == []


def test_an_address_that_opens_for_others_only_is_not_saved(client, world):
    put("1801", "PU", "2024-06", 100, verified=100)
    client.force_login(world.pemda)
    assert save(client, address="/wilayah/36/").status_code == 400
    assert save(client, address="/kelengkapan/").status_code == 400
    assert save(client, address="/wilayah/18/").status_code == 302


def test_names_are_compared_without_case(reader, world):
    save(reader, name="ok")
    for name in ("OK", " Ok "):
        assert "Anda sudah punya tautan dengan nama ini." in save(reader, name=name, address="/").text
    link = world.pimpinan.saved_links.get()
    assert reader.post(f"/tautan/{link.pk}/", {"action": "rename", "name": "OK"}).status_code == 302
    assert "Beri tautan ini nama." in save(reader, name=" ").text
