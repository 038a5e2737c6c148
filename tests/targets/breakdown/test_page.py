"""The page that breaks a provincial target down: proposals, by hand, preview, writing, refusals."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coverage.models import Regency
from targets.models import Target
from tests.conftest import estimate, put, target
from tests.support.scope import fingerprint

ADDRESS = "/sasaran/pecah/18/?tahun=2026"
BY_HAND = ADDRESS + "&cara=tangan"


@pytest.fixture
def lampung(world):
    """60,000, 20,000 and 20,000 workers uncovered in September 2026; the province's target is 120,000."""
    for area, potential, participants in (
        ("1801", 100_000, 40_000),
        ("1802", 50_000, 30_000),
        ("1804", 50_000, 30_000),
    ):
        estimate(area, "PU", potential)
        put(area, "PU", "2026-09", participants, verified=participants)
    target("18", 2026, workers=120_000)
    world.verifikasi.user_permissions.add(Permission.objects.get(codename="plan_targets"))
    world.client = Client()
    world.client.force_login(world.verifikasi)
    return world


def text_of(response) -> str:
    """The visible text in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def fields(response) -> dict[str, str]:
    """Every input of the page with its value, as a browser sends it back."""
    body = response.content.decode().partition('<form method="post" class="split"')[2].partition("</form>")[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", body):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or "checked" in tag):
            found[name[1]] = unescape(value[1]) if value else "on" if "checkbox" in tag else ""
    for name, inside in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', body, re.S):
        found[name] = next(iter(re.findall(r'value="([^"]*)" selected', inside)), "")
    return found


def proposals(response) -> dict[str, str]:
    return {name.removeprefix("w-"): value for name, value in fields(response).items() if name.startswith("w-")}


def preview(client, address: str = BY_HAND, **typed):
    start = fields(client.get(address))
    sent = {**start, **{name.replace("_", "-") if name[0] == "w" else name: value for name, value in typed.items()}}
    return client.post(address, {**sent, "aksi": "pratinjau"})


def save(client, shown, address: str = BY_HAND, **changed):
    return client.post(address, {**fields(shown), **changed, "aksi": "simpan"})


def stored() -> dict[str, int | None]:
    return dict(Target.objects.filter(regency__isnull=False).order_by("regency").values_list("regency", "workers"))


def test_by_gap_every_regency_grows_with_its_uncovered_workers(lampung):
    """20,000 to add over 60,000, 20,000 and 20,000 uncovered."""
    response = lampung.client.get(ADDRESS)
    assert proposals(response) == {"1801": "52.000", "1802": "34.000", "1804": "34.000"}
    text = text_of(response)
    assert "Sisa 0 ✓ habis terbagi" in text
    assert "+12.000 4.000" in text  # to add, and per month of the three months to December


def test_by_potential_all_get_the_same_rate(lampung):
    response = lampung.client.get(ADDRESS + "&cara=potensi")
    assert proposals(response) == {"1801": "60.000", "1802": "30.000", "1804": "30.000"}


def test_a_target_in_percent_is_divided_as_heads_and_marked(lampung):
    Target.objects.update(percent="60", workers=None)
    response = lampung.client.get(ADDRESS)
    assert "120.000 60,00%, diturunkan ≈" in text_of(response)
    assert proposals(response)["1801"] == "52.000"


def test_another_number_can_be_tried_and_says_that_it_is_not_the_target(lampung):
    response = lampung.client.get(ADDRESS + "&jumlah=110000")
    assert proposals(response) == {"1801": "46.000", "1802": "32.000", "1804": "32.000"}
    assert "bukan target provinsi yang tersimpan (120.000)" in text_of(response)
    assert lampung.client.get(ADDRESS + "&jumlah=11,5").status_code == 400


def test_a_province_without_target_says_what_to_do(lampung):
    response = lampung.client.get("/sasaran/pecah/18/?tahun=2027")
    assert "Lampung belum punya target 2027" in text_of(response)
    assert proposals(lampung.client.get("/sasaran/pecah/18/?tahun=2027&jumlah=120.000"))["1801"] == "52.000"


def test_nothing_to_divide_by_is_said(lampung):
    response = lampung.client.get(ADDRESS + "&bulan=2026-09&data=terverifikasi&segmen=RENTAN&jumlah=500")
    assert "belum punya angka peserta" in text_of(response)
    hand = re.search(r'href="([^"]*awal=sekarang[^"]*)"', response.content.decode())
    assert set(proposals(lampung.client.get(unescape(hand[1])))) == {"1801", "1802", "1804"}


def test_participants_that_are_not_broken_down_belong_to_no_regency(lampung):
    put("18", "PU", "2026-09", 5_000, verified=5_000)
    response = lampung.client.get(ADDRESS)
    assert proposals(response)["1801"] == "52.000"
    assert "5.000 peserta belum dirinci per kab/kota" in text_of(response)


def test_a_regency_above_its_potential_or_without_figures_is_named(lampung):
    put("1804", "PU", "2026-09", None)
    text = text_of(lampung.client.get(ADDRESS + "&jumlah=160.000"))
    assert "Belum punya angka peserta: Kabupaten Lampung Barat." in text
    assert "Usulan di atas potensi: Kabupaten Lampung Selatan, Kabupaten Lampung Tengah." in text


def test_the_way_from_a_proposal_to_editing_it_and_back_from_the_preview(lampung):
    def way(response, pattern: str) -> str:
        return unescape(re.search(pattern, response.content.decode())[1])

    address = ADDRESS + "&cara=potensi&jumlah=110.000"
    edited = lampung.client.get(way(lampung.client.get(address), r'href="([^"]*)">Sunting usulan'))
    assert 'id="w-1801" value="55.000"' in edited.content.decode()
    shown = preview(lampung.client, address, decree="SK 9")
    again = lampung.client.post(way(shown, r'formaction="([^"]*)"'), {**fields(shown), "aksi": "sunting"})
    assert 'id="w-1801" value="55.000"' in again.content.decode()
    assert fields(again)["decree"] == "SK 9"


def test_by_hand_starts_from_a_proposal_or_from_the_targets_in_force(lampung):
    target("1801", 2026, workers=45_000)
    assert proposals(lampung.client.get(BY_HAND))["1801"] == "52.000"
    present = lampung.client.get(BY_HAND + "&awal=sekarang")
    assert proposals(present) == {"1801": "45.000", "1802": "", "1804": ""}
    assert "Sisa 75.000 ▼ belum terbagi" in text_of(present)


def test_what_cannot_be_read_stays_at_its_cell_with_a_sentence(lampung):
    before = fingerprint(Target)
    response = preview(lampung.client, w_1801="52,5", w_1802="34 000")
    assert response.status_code == 400
    assert proposals(response) == {"1801": "52,5", "1802": "34 000", "1804": "34.000"}
    assert "“52,5” tidak jelas. Tulis bilangan bulat tanpa desimal" in text_of(response)
    assert fingerprint(Target) == before


def test_the_remainder_has_sign_and_word(lampung):
    assert "Sisa 2.000 ▼ belum terbagi" in text_of(preview(lampung.client, w_1801="50.000"))
    assert "Sisa −1.000 ▲ melebihi target provinsi" in text_of(preview(lampung.client, w_1801="53.000"))


def test_a_preview_tells_new_changed_and_unchanged_and_writes_nothing(lampung):
    target("1801", 2026, workers=45_000)
    target("1802", 2026, workers=34_000)
    before = fingerprint(Target)
    text = text_of(preview(lampung.client, reason="Surat 12"))
    assert "1 baru 1 berubah 1 tetap" in text
    assert "Kabupaten Lampung Selatan 45.000 52.000 52,00% +7.000 Berubah" in text
    assert "Simpan 2 target" in text
    assert fingerprint(Target) == before


def test_saving_writes_source_decree_and_reason_and_the_sum_fits(lampung):
    shown = preview(
        lampung.client, ditulis="KANWIL", decree="SK Gubernur 12/2026", decree_date="2026-03-01", reason="SK"
    )
    response = save(lampung.client, shown)
    assert response.url == "/sasaran/periksa/?bulan=2026-09&segmen=UCJ&tahun=2026&sumber=acuan"
    assert stored() == {"1801": 52_000, "1802": 34_000, "1804": 34_000}
    written = Target.objects.get(regency="1801")
    assert (written.source_id, written.is_reference, written.decree) == ("KANWIL", True, "SK Gubernur 12/2026")
    assert written.decree_date == date(2026, 3, 1)
    history = written.history.get()
    assert (history.history_user, history.history_change_reason) == (lampung.verifikasi, "SK")
    found = lampung.client.get(f"{response.url}&format=json").json()
    assert next(row for row in found["rows"] if row["area_code"] == "18")["status"] == "fits"
    assert "3 target kab/kota Lampung 2026 disimpan." in text_of(lampung.client.get("/sasaran/periksa/"))


def test_a_proposal_can_be_previewed_and_written_without_a_hand_on_it(lampung):
    shown = preview(lampung.client, ADDRESS + "&cara=potensi")
    assert save(lampung.client, shown, ADDRESS + "&cara=potensi").status_code == 302
    assert stored() == {"1801": 60_000, "1802": 30_000, "1804": 30_000}


def test_a_change_needs_a_reason_and_nothing_typed_is_lost(lampung):
    target("1801", 2026, workers=45_000)
    response = preview(lampung.client, w_1801="51.000", decree="SK 9")
    assert response.status_code == 400
    assert "Tuliskan alasannya" in text_of(response)
    assert (fields(response)["w-1801"], fields(response)["decree"]) == ("51.000", "SK 9")
    shown = preview(lampung.client, reason="Surat 12")
    assert save(lampung.client, shown, reason="").status_code == 400
    assert stored() == {"1801": 45_000}


def test_an_empty_cell_leaves_the_target_as_it_is(lampung):
    target("1801", 2026, workers=45_000)
    shown = preview(lampung.client, w_1801="", w_1804="")
    assert "1 baru 0 berubah 0 tetap 2 kosong, tidak diubah" in text_of(shown)
    assert "Sisa 41.000" in text_of(shown)  # 120,000 less 34,000 and the 45,000 that stay
    save(lampung.client, shown)
    assert stored() == {"1801": 45_000, "1802": 34_000}


def test_a_percentage_with_the_same_heads_stays_a_percentage(lampung):
    target("1801", 2026, percent="52")
    save(lampung.client, preview(lampung.client))
    kept = Target.objects.get(regency="1801")
    assert (kept.percent, kept.workers, kept.history.count()) == (52, None, 1)


def test_a_new_count_takes_the_place_of_a_percentage(lampung):
    target("1801", 2026, percent="45")
    save(lampung.client, preview(lampung.client, reason="Surat 12"))
    changed = Target.objects.get(regency="1801")
    assert (changed.percent, changed.workers) == (None, 52_000)


def test_the_reference_of_another_source_gives_way_and_the_preview_says_so(lampung):
    target("1801", 2026, workers=45_000, source="RPJMN")
    shown = preview(lampung.client, reason="Surat 12")
    assert "menggantikan acuan RPJMN 2025-2029 (45.000)" in text_of(shown)
    save(lampung.client, shown)
    found = Target.objects.filter(regency="1801").values_list("source", "workers", "is_reference").order_by("source")
    assert list(found) == [("KEMENDAGRI", 52_000, True), ("RPJMN", 45_000, False)]


def test_a_change_by_somebody_else_is_shown_and_not_overwritten(lampung):
    target("1801", 2026, workers=45_000)
    shown = preview(lampung.client, reason="Surat 12")
    Target.objects.filter(regency="1801").update(workers=47_000)
    response = save(lampung.client, shown)
    assert response.status_code == 409
    text = text_of(response)
    assert "Ada target yang diubah orang lain sejak pratinjau dibuat. Tidak ada yang disimpan." in text
    assert "Kabupaten Lampung Selatan : kini 47.000 pekerja" in text
    assert "usulan Anda 52.000" in text
    assert stored() == {"1801": 47_000}
    assert save(lampung.client, response).status_code == 302  # seen and confirmed
    assert stored()["1801"] == 52_000


def test_a_provincial_target_that_changed_meanwhile_is_shown_first(lampung):
    shown = preview(lampung.client)
    Target.objects.filter(province="18", regency=None).update(workers=125_000)
    response = save(lampung.client, shown)
    assert response.status_code == 409
    assert "Target Lampung berubah sejak pratinjau dibuat, kini 125.000 pekerja." in text_of(response)
    assert "Sisa 5.000 ▼ belum terbagi" in text_of(response)
    assert stored() == {}
    assert save(lampung.client, response).status_code == 302


def test_a_date_without_its_decree_is_asked_about(lampung):
    response = preview(lampung.client, decree_date="2026-03-01")
    assert response.status_code == 400
    assert "Tulis juga dasar hukumnya" in text_of(response)
    assert fields(response)["decree_date"] == "1 Maret 2026"


@pytest.mark.parametrize("seen", ["", "bukan json", "[1]", "{}", '["x",1,2,3,4,5]'])
def test_a_mangled_form_overwrites_nothing(lampung, seen):
    target("1801", 2026, workers=45_000)
    shown = preview(lampung.client, reason="Surat 12")
    assert save(lampung.client, shown, **{"s-1801": seen}).status_code == 409
    assert stored() == {"1801": 45_000}


def test_one_can_go_back_to_editing_with_everything_typed(lampung):
    shown = preview(lampung.client, w_1801="51.111", decree="SK 9")
    response = lampung.client.post(BY_HAND, {**fields(shown), "aksi": "sunting"})
    assert (fields(response)["w-1801"], fields(response)["decree"]) == ("51.111", "SK 9")


def test_a_source_that_does_not_exist_is_refused(lampung):
    assert preview(lampung.client, ditulis="TIDAK-ADA").status_code == 400


@pytest.mark.parametrize("person", ["entri", "pimpinan", "pemda", "pemkab", "tetangga"])
def test_who_does_not_plan_writes_nothing(lampung, person):
    shown = fields(preview(lampung.client))
    before = fingerprint(Target)
    client = Client()
    client.force_login(getattr(lampung, person))
    assert client.post(BY_HAND, {**shown, "aksi": "simpan"}).status_code in (403, 404)
    assert fingerprint(Target) == before


def test_a_kanwil_breaks_down_its_own_provinces_only(lampung):
    target("36", 2026, workers=1_000)
    response = lampung.client.get("/sasaran/pecah/36/?tahun=2026")
    assert response.status_code == 403
    assert "Target Banten dipecah oleh Kantor Wilayahnya atau Kantor Pusat." in text_of(response)


def test_regencies_of_elsewhere_cannot_be_smuggled_in(lampung):
    shown = fields(preview(lampung.client))
    lampung.client.post(BY_HAND, {**shown, "w-3671": "999", "aksi": "simpan"})
    assert set(stored()) == {"1801", "1802", "1804"}


def test_the_number_of_queries_does_not_depend_on_the_regencies(lampung):
    def queries(send) -> int:
        with CaptureQueriesContext(connection) as counted:
            assert send().status_code < 400
        return len(counted)

    def look() -> int:
        return queries(lambda: lampung.client.get(BY_HAND))

    few = (
        look(),
        queries(lambda: preview(lampung.client)),
        queries(lambda: save(lampung.client, preview(lampung.client))),
    )
    Target.objects.filter(regency__isnull=False).delete()
    for number in range(10, 40):
        code = f"18{number}"
        Regency.objects.create(
            code=code,
            bps_code=code,
            name=f"Kabupaten {number}",
            kind="KABUPATEN",
            province_id="18",
            branch_office=lampung.tengah,
        )
        estimate(code, "PU", 1_000)
        put(code, "PU", "2026-09", 100, verified=100)
    many = (
        look(),
        queries(lambda: preview(lampung.client)),
        queries(lambda: save(lampung.client, preview(lampung.client))),
    )
    assert many == few
