"""Every address x every role. An address without a row here fails; those of the admin's models follow from a table
of their own (test_urls_admin.py)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from accounts.models import User
from coverage.models import CoverageRecord, Submission, SubmissionEvent
from tests.conftest import PASSWORD
from tests.support.scope import ROLES, enter, fingerprint, make_stage, model_routes, routes, table

#: Address, then the status per role. `in` = 302 to the login page, `no` = 403, `--` = 404, anything else as it stands.
PAGES = """
address                                stranger entri tetangga verifikasi pimpinan pemda pemkab kanwil admin
/                                      in       200   200      200        200      200   200    200    200
/capaian/                              in       200   200      200        200      200   200    200    200
/capaian/?format=json                  in       200   200      200        200      200   200    200    200
/capaian/?format=csv                   in       200   200      200        200      200   200    200    200
/capaian/?format=xlsx                  in       200   200      200        200      200   200    200    200
/capaian/?provinsi=36&format=json      in       200   200      200        200      400   400    200    200
/capaian/?provinsi=36                  in       200   200      200        200      400   400    200    200
/angka/                                in       200   200      200        200      200   200    200    200
/angka/?wilayah=18                     in       200   200      200        200      200   --     200    200
/angka/?wilayah=1802&format=json       in       200   200      200        200      200   200    200    200
/angka/?wilayah=1801                   in       200   200      200        200      200   --     200    200
/angka/?wilayah=3671&format=csv        in       200   200      200        200      --    --     200    200
/angka/?wilayah=9999                   in       --    --       --         --       --    --     --     --
/angka/?kanwil=KW-BANTEN               in       200   200      200        200      400   400    200    200
/segmen/                               in       200   200      200        200      200   200    200    200
/segmen/?provinsi=36&format=json       in       200   200      200        200      400   400    200    200
/sasaran/periksa/                      in       200   200      200        200      200   no     200    200
/sasaran/periksa/?format=json          in       200   200      200        200      200   no     200    200
/sasaran/periksa/?format=csv           in       200   200      200        200      200   no     200    200
/sasaran/periksa/?format=xlsx          in       200   200      200        200      200   no     200    200
/sasaran/pecah/18/                     in       no    no       200        no       no    --     200    200
/sasaran/pecah/18/?cara=tangan         in       no    no       200        no       no    --     200    200
/sasaran/pecah/36/                     in       no    no       no         no       --    --     no     200
/sasaran/pecah/1801/                   in       --    --       --         --       --    --     --     --
/sasaran/                              in       200   200      200        200      200   200    200    200
/sasaran/?format=json                  in       200   200      200        200      200   200    200    200
/sasaran/?provinsi=36                  in       200   200      200        200      400   400    200    200
/sasaran/?tingkat=nasional             in       200   200      200        200      400   400    200    200
/sasaran/isi/                          in       no    no       200        no       no    no     200    200
/sasaran/berkas/                       in       no    no       200        no       no    no     200    200
/sasaran/templat.xlsx                  in       no    no       200        no       no    no     200    200
/sasaran/berkas/0/                     in       no    no       --         no       no    no     --     --
/sasaran/0/                            in       --    --       --         --       --    --     --     --
/sasaran/0/ubah/                       in       --    --       --         --       --    --     --     --
/sasaran/0/tarik/                      in       --    --       --         --       --    --     --     --
/sasaran/0/acuan/                      in       --    --       --         --       --    --     --     --
/wilayah/18/                           in       200   200      200        200      200   --     200    200
/wilayah/1801/                         in       200   200      200        200      200   --     200    200
/wilayah/1802/                         in       200   200      200        200      200   200    200    200
/wilayah/36/                           in       200   200      200        200      --    --     200    200
/wilayah/18/?format=json               in       200   200      200        200      200   --     200    200
/wilayah/1801/?format=xlsx&rentang=60  in       200   200      200        200      200   --     200    200
/wilayah/3671/?format=csv              in       200   200      200        200      --    --     200    200
/wilayah/3671/                         in       200   200      200        200      --    --     200    200
/wilayah/9999/                         in       --    --       --         --       --    --     --     --
/wilayah/18/rapor.pdf                  in       200   200      200        200      200   --     200    200
/wilayah/1802/rapor.pdf                in       200   200      200        200      200   200    200    200
/wilayah/1801/rapor.pdf                in       200   200      200        200      200   --     200    200
/wilayah/36/rapor.pdf                  in       200   200      200        200      --    --     200    200
/wilayah/18/rapor.zip                  in       200   200      200        200      200   --     200    200
/wilayah/36/rapor.zip                  in       200   200      200        200      --    --     200    200
/wilayah/1802/rapor.zip                in       --    --       --         --       --    --     --     --
/rapat/18/                             in       200   200      200        200      200   --     200    200
/rapat/36/                             in       200   200      200        200      --    --     200    200
/rapat/1802/                           in       --    --       --         --       --    --     --     --
/kelengkapan/                          in       200   200      200        200      no    no     200    200
/kelengkapan/?kanwil=KW-BANTEN         in       200   200      200        200      no    no     200    200
/kelengkapan/?format=json              in       200   200      200        200      no    no     200    200
/kelengkapan/?format=csv               in       200   200      200        200      no    no     200    200
/kelengkapan/?format=xlsx              in       200   200      200        200      no    no     200    200
/kelengkapan/2026-09/KC-LAMPUNG-TENGAH/ingatkan/ in 405 405    405        405      405   405    405    405
/entri/                                in       302   302      302        no       no    no     302    302
/entri/2026-09/                        in       200   200      200        no       no    no     200    200
/entri/2099-01/                        in       --    --       --         no       no    no     --     --
/entri/2026-09/KC-LAMPUNG-TENGAH/      in       200   --       --         no       no    no     --     200
/entri/2026-09/KC-BANDAR-LAMPUNG/      in       --    200      --         no       no    no     --     200
/entri/2026-09/KW-SUMBAGSEL/           in       --    --       200        no       no    no     200    200
/entri/2026-09/KW-BANTEN/              in       --    --       --         no       no    no     --     200
/entri/2026-09/PEMDA-18/               in       --    --       --         no       no    no     --     --
/entri/2026-09/KC-LAMPUNG-TENGAH/berkas/         in  200   --       --         no       no    no     --     200
/entri/2026-09/KC-LAMPUNG-TENGAH/templat.xlsx    in  200   --       --         no       no    no     --     200
/entri/2026-09/KW-SUMBAGSEL/berkas/    in       --    --       200        no       no    no     200    200
/entri/2026-09/berkas-nasional/        in       --    --       --         no       no    no     --     200
/entri/2026-09/templat-nasional.xlsx   in       --    --       --         no       no    no     --     200
/entri/2099-01/berkas-nasional/        in       --    --       --         no       no    no     --     --
/entri/berkas/0/                       in       --    --       --         no       no    no     --     --
/verifikasi/                           in       no    no       200        no       no    no     200    200
/verifikasi/2026-09/KC-LAMPUNG-TENGAH/ in       no    no       200        no       no    no     200    200
/verifikasi/2026-09/KC-BANDAR-LAMPUNG/ in       no    no       200        no       no    no     200    200
/verifikasi/2026-09/KW-BANTEN/         in       no    no       --         no       no    no     --     200
/verifikasi/2026-09/PEMDA-18/          in       no    no       --         no       no    no     --     --
/data/                                 in       200   200      200        200      200   200    200    200
/data/?provinsi=36                     in       200   200      200        200      400   400    200    200
/data/angka.csv                        in       200   200      200        200      200   200    200    200
/data/angka.csv?provinsi=36            in       200   200      200        200      400   400    200    200
/data/angka.jsonl                      in       200   200      200        200      200   200    200    200
/data/angka.jsonl?provinsi=36          in       200   200      200        200      400   400    200    200
/riwayat/                              in       no    no       no         no       no    no     200    200
/riwayat/?format=json                  in       no    no       no         no       no    no     200    200
/riwayat/2026-09/KC-LAMPUNG-TENGAH/    in       200   200      200        200      200   200    200    200
/riwayat/2026-09/KC-BANDAR-LAMPUNG/    in       200   200      200        200      200   --     200    200
/riwayat/2026-09/KW-BANTEN/            in       200   200      200        200      --    --     200    200
/riwayat/2026-09/PEMDA-18/             in       --    --       --         --       --    --     --     --
/riwayat/2026-09/1802/PU/              in       200   200      200        200      200   200    200    200
/riwayat/2026-09/1801/PU/              in       200   200      200        200      200   --     200    200
/riwayat/2026-09/3671/PU/              in       200   200      200        200      --    --     200    200
/riwayat/2026-09/3671/PU/?format=csv   in       200   200      200        200      --    --     200    200
/masuk/                                200      302   302      302        302      302   302    302    302
/keluar/                               in       405   405      405        405      405   405    405    405
/sandi/                                in       200   200      200        200      200   200    200    200
/sandi/diganti/                        in       200   200      200        200      200   200    200    200
/tautan/                               in       200   200      200        200      200   200    200    200
/tautan/1/                             in       405   405      405        405      405   405    405    405
/sehat/                                200      200   200      200        200      200   200    200    200
/panduan/                              in       200   200      200        200      200   200    200    200
/panduan/entri/                        in       200   200      200        200      200   200    200    200
/panduan/verifikasi/                   in       200   200      200        200      200   200    200    200
/panduan/laporan/                      in       200   200      200        200      200   200    200    200
/panduan/sasaran/                      in       200   200      200        200      200   200    200    200
/panduan/tidak-ada/                    in       --    --       --         --       --    --     --     --
/panduan/gambar/panduan-entri.png      in       200   200      200        200      200   200    200    200
/panduan/gambar/overview.png           in       --    --       --         --       --    --     --     --
/admin/login/                          in       302   302      302        no       no    no     302    302
/admin/                                in       200   200      200        302      302   302    200    200
/admin/logout/                         in       405   405      405        302      302   302    405    405
/admin/password_change/                in       200   200      200        302      302   302    200    200
/admin/password_change/done/           in       200   200      200        302      302   302    200    200
/admin/autocomplete/                   in       no    no       no         302      302   302    no     no
/admin/jsi18n/                         in       200   200      200        302      302   302    200    200
/admin/r/1/1/                          in       --    --       --         302      302   302    --     --
/admin/coverage/                       in       200   200      200        302      302   302    200    200
/admin/axes/                           in       --    --       --         302      302   302    200    200
/admin/tidak-ada/                      in       --    --       --         302      302   302    --     --
"""

MEANING = {"no": 403, "--": 404}
#: The admin's own login address leads on to /masuk/.
LOGIN = ("/masuk/", "/admin/login/?")


@pytest.fixture
def stage(world):
    return make_stage(world)


def test_every_address_has_a_row():
    pages = {resolve(address.partition("?")[0]).route for address in table(PAGES)}
    declared = pages | model_routes()
    assert [route for route in routes() if route not in declared] == []


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_for_whom_they_are(stage, role):
    client = enter(stage, role)
    wrong = []
    for address, expected in table(PAGES).items():
        response = client.get(address)
        wanted = 302 if expected[role] == "in" else MEANING.get(expected[role]) or int(expected[role])
        to_login = getattr(response, "url", "").startswith(LOGIN if role == "stranger" else "/masuk/")
        if response.status_code != wanted or to_login != (expected[role] == "in"):
            wrong.append(f"{address}: {response.status_code}, not {expected[role]}")
    assert wrong == []


def test_reports_show_a_government_its_own_areas_only(stage):
    for role, areas in (("pemda", {"18"}), ("pemkab", {"1802"}), ("entri", {"18", "36"})):
        rows = enter(stage, role).get("/capaian/?format=json&data=sementara").json()["rows"]
        assert {row["area_code"] for row in rows} == areas
    rows = enter(stage, "pemda").get("/capaian/?format=json&data=sementara&tingkat=kabkota").json()["rows"]
    assert {row["area_code"][:2] for row in rows} == {"18"}


WRITES = (CoverageRecord, Submission, CoverageRecord.history.model)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "entri"])
def test_a_figure_posted_by_a_foreigner_changes_nothing(stage, role):
    """Neither at the address of the branch nor smuggled in at one's own."""
    client = enter(stage, role)
    person = getattr(stage, role, None)
    typed = {"user": str(person.pk) if person else "", "seen": '{"1802-PU":[1000,""]}', "p-1802-PU": "77777"}
    before = fingerprint(*WRITES)
    at_home, abroad = "/entri/2026-09/", "/entri/2026-09/KC-LAMPUNG-TENGAH/"
    if role == "admin":  # may write everywhere, yet no cell at the address of another office
        at_home = abroad = "/entri/2026-09/KW-BANTEN/"
    for address in (at_home, abroad):
        response = client.post(address, typed)
        if role == "stranger":
            assert response.url.startswith("/masuk/")
        else:
            assert response.status_code in (403, 404)
    assert fingerprint(*WRITES) == before


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("verifikasi", "kanwil", "admin")])
def test_a_decision_posted_by_a_foreigner_changes_nothing(stage, role):
    """Neither on the submission's page nor ticked in the queue."""
    Submission.objects.update(status="SUBMITTED", submitted_at=timezone.now(), submitted_by=stage.admin)
    models = (*WRITES, SubmissionEvent)
    before = fingerprint(*models)
    client = enter(stage, role)
    moment = {"seen_at": timezone.now().isoformat()}
    for office in ("KC-LAMPUNG-TENGAH", "KW-BANTEN"):
        for decision in ({"action": "verify"}, {"action": "return", "reason": "Periksa."}):
            answer = client.post(f"/verifikasi/2026-09/{office}/", {**moment, **decision})
            assert answer.status_code == (302 if role == "stranger" else 403)
    everything = list(Submission.objects.values_list("pk", flat=True))
    assert client.post("/verifikasi/", {**moment, "ticked": everything}).status_code in (302, 403)
    assert fingerprint(*models) == before


def test_a_kanwil_decides_on_its_own_branches_only(stage):
    Submission.objects.update(status="SUBMITTED", submitted_at=timezone.now(), submitted_by=stage.admin)
    client = enter(stage, "verifikasi")
    sent = {"seen_at": timezone.now().isoformat(), "action": "verify"}
    assert client.post("/verifikasi/2026-09/KW-BANTEN/", sent).status_code == 404
    assert client.post("/verifikasi/2026-09/KC-LAMPUNG-TENGAH/", sent).status_code == 302
    verified = Submission.objects.filter(status="VERIFIED").values_list("office", flat=True)
    assert list(verified) == ["KC-LAMPUNG-TENGAH"]


def test_a_figure_posted_by_its_own_office_is_saved(stage):
    typed = {"user": str(stage.entri.pk), "seen": '{"1802-PU":[1000,""]}', "p-1802-PU": "77.777", "n-1802-PU": ""}
    assert enter(stage, "entri").post("/entri/2026-09/KC-LAMPUNG-TENGAH/", typed).status_code == 302
    assert CoverageRecord.objects.get(regency="1802", segment="PU", period="2026-09-01").participants == 77777


@pytest.mark.parametrize("address", ["/", "/capaian/", "/wilayah/18/", "/kelengkapan/", "/entri/"])
def test_pages_that_only_read_refuse_a_post(stage, address):
    assert enter(stage, "admin").post(address).status_code == 405


def test_a_stranger_changes_no_password(stage):
    before = fingerprint(User)
    response = Client().post("/sandi/", {"old_password": PASSWORD, "new_password1": "x", "new_password2": "x"})
    assert response.url.startswith("/masuk/")
    assert fingerprint(User) == before
