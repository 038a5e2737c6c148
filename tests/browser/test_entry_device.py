"""Input of the entry grid is stored on the device until it is saved, in a real browser.

Without chromium these tests are skipped, as in tests/browser/test_browser.py.
"""

from __future__ import annotations

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from coverage.models import ReportingPeriod, Via
from coverage.records.services import CellChange, save_cells
from tests.conftest import PASSWORD
from tests.support import entry_grid as grid
from tests.support.entry_grid import (
    OCTOBER,
    URL,
    count,
    draft_keys,
    figures,
    log_in,
    note,
    save,
    stored,
    visitor,
    wait_for_drafts,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
browser, complaints, page, stage = grid.browser, grid.complaints, grid.page, grid.stage


def test_a_reload_keeps_what_was_typed(page):
    count(page, "1802-PU").fill("4706")
    note(page, "1802-PU").fill("pabrik baru")
    expect(page.locator("[data-device]")).to_contain_text("tersimpan di perangkat")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(count(page, "1802-PU")).to_have_value("")
    page.get_by_role("button", name="Pulihkan").click()
    expect(count(page, "1802-PU")).to_have_value("4.706")
    expect(note(page, "1802-PU")).to_have_value("pabrik baru")
    save(page)
    expect(page.locator("[data-saving]")).to_contain_text("1 sel disimpan")
    wait_for_drafts(page, [])
    page.reload()
    expect(page.get_by_role("button", name="Pulihkan")).to_have_count(0)


def test_a_kept_draft_can_be_thrown_away_and_an_old_one_is(page):
    count(page, "1802-PU").fill("4706")
    expect(page.locator("[data-device]")).to_contain_text("tersimpan di perangkat")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.get_by_role("button", name="Buang").click()
    wait_for_drafts(page, [])
    key = "999:KC-LAMPUNG-TENGAH:2026-08"
    for days, is_kept in ((44, True), (46, False)):
        page.evaluate(
            """async ([key, days]) => {
                const at = Date.now() - days * 864e5;
                localStorage.setItem(`semesta:entri:${key}`, JSON.stringify({ at, cells: { a: {} } }));
                const db = await new Promise(resolve => {
                    const request = indexedDB.open("semesta-entri", 1);
                    request.onsuccess = () => resolve(request.result);
                });
                const transaction = db.transaction("cells", "readwrite");
                transaction.objectStore("cells").put({ typed: ["1", "", ""], base: [null, ""], at }, [key, "a"]);
                await new Promise(resolve => (transaction.oncomplete = resolve));
                db.close();
            }""",
            [key, days],
        )
        page.reload()
        wait_for_drafts(page, [f"semesta:entri:{key}", f"{key}:a"] if is_kept else [])


def test_without_network_nothing_is_lost_and_it_is_saved_when_back(page, complaints):
    page.context.set_offline(True)
    count(page, "1802-PU").fill("4706")
    save(page)
    expect(page.locator("[data-saving]")).to_contain_text("Belum tersimpan ke server; isian disimpan di perangkat ini")
    expect(count(page, "1802-PU")).to_have_value("4.706")
    assert stored("1802-PU").origin == "CARRIED"
    page.context.set_offline(False)
    expect(page.locator("[data-saving]")).to_contain_text("1 sel disimpan")
    assert stored("1802-PU").participants == 4_706
    wait_for_drafts(page, [])


def test_a_server_in_trouble_is_tried_again_by_hand(page, complaints):
    page.route(f"**{URL}", lambda route: route.fulfill(status=502, body="Bad gateway"))
    count(page, "1802-PU").fill("4706")
    save(page)
    expect(page.locator("[data-saving]")).to_contain_text("Belum tersimpan ke server (kode 502)")
    page.unroute(f"**{URL}")
    page.get_by_role("button", name="Coba lagi").click()
    expect(page.locator("[data-saving]")).to_contain_text("1 sel disimpan")
    assert stored("1802-PU").participants == 4_706
    complaints.clear()


def test_a_lost_session_brings_everything_back_after_the_login(page):
    count(page, "1802-PU").fill("4706")
    Session.objects.all().delete()
    save(page)
    page.get_by_label("Nama pengguna").fill("entri")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(count(page, "1802-PU")).to_have_value("4.706")
    expect(page.get_by_role("button", name="Pulihkan")).to_have_count(0)
    save(page)
    expect(page.locator("[data-saving]")).to_contain_text("1 sel disimpan")
    wait_for_drafts(page, [])


def test_a_session_lost_before_saving_is_offered_after_the_login_but_never_to_another(page, stage):
    type(stage.tetangga).objects.filter(pk=stage.tetangga.pk).update(office=stage.tengah)
    count(page, "1802-PU").fill("4706")
    expect(page.locator("[data-device]")).to_contain_text("tersimpan di perangkat")
    page.on("dialog", lambda dialog: dialog.accept())
    for username, is_offered in (("tetangga", False), ("entri", True)):
        page.context.clear_cookies()
        log_in(page, username)
        page.goto(URL)
        expect(count(page, "1802-PU")).to_have_value("")
        expect(page.get_by_role("button", name="Pulihkan")).to_have_count(int(is_offered))


FULL = "() => { throw new DOMException('full', 'QuotaExceededError') }"
NO_DATABASE, NO_STORAGE = f"IDBObjectStore.prototype.put = {FULL};", f"Storage.prototype.setItem = {FULL};"


def test_a_device_that_cannot_keep_anything_says_so_and_saving_works(browser, live_server, stage, complaints):
    page = visitor(browser, live_server, complaints)
    page.add_init_script(NO_DATABASE + NO_STORAGE)
    log_in(page)
    page.goto(URL)
    count(page, "1802-PU").fill("4706")
    expect(page.locator("[data-device]")).to_contain_text("tidak dapat menyimpan isian sementara")
    save(page)
    expect(page.locator("[data-saving]")).to_contain_text("1 sel disimpan")
    page.context.close()
    assert complaints == []


@pytest.mark.parametrize(
    "trouble", [NO_DATABASE, "IDBFactory.prototype.open = () => { throw new DOMException('off') };"]
)
def test_a_device_without_a_database_keeps_the_draft_the_older_way(browser, live_server, stage, complaints, trouble):
    page = visitor(browser, live_server, complaints)
    page.add_init_script(trouble)
    log_in(page)
    page.goto(URL)
    count(page, "1802-PU").fill("4.706")
    expect(page.locator("[data-device]")).to_contain_text("tersimpan di perangkat")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.get_by_role("button", name="Pulihkan").click()
    expect(count(page, "1802-PU")).to_have_value("4.706")
    save(page)
    expect(page.locator("[data-saving]")).to_contain_text("1 sel disimpan")
    deadline = time.monotonic() + 5
    while page.evaluate("localStorage.length") and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert page.evaluate("localStorage.length") == 0
    page.context.close()
    assert complaints == []


def test_a_figure_typed_right_before_leaving_is_kept(page):
    page.on("dialog", lambda dialog: dialog.accept())
    count(page, "1802-PU").fill("4.706")
    page.evaluate("new Promise(resolve => requestAnimationFrame(() => resolve(location.reload())))")
    page.get_by_role("button", name="Pulihkan").click()
    expect(count(page, "1802-PU")).to_have_value("4.706")


def test_the_device_tells_its_time_in_the_zone_of_the_product(browser, live_server, stage, complaints):
    page = visitor(browser, live_server, complaints, timezone_id="Asia/Jayapura")
    log_in(page)
    page.goto(URL)
    before = datetime.now(ZoneInfo("Asia/Jakarta"))
    count(page, "1802-PU").fill("4706")
    expect(page.locator("[data-device]")).to_contain_text("tersimpan di perangkat")
    after = datetime.now(ZoneInfo("Asia/Jakarta"))
    texts = {f" · tersimpan di perangkat {moment:%H.%M} WIB" for moment in (before, after)}
    assert page.locator("[data-device]").text_content() in texts
    page.context.close()
    assert complaints == []


def test_a_refused_form_check_says_why_and_is_not_sent_again(page, complaints):
    count(page, "1802-PU").fill("4.706")
    page.context.clear_cookies()
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    for _ in range(2):
        save(page)
        expect(page.locator("[data-saving]")).to_contain_text(
            "Sesi di tab ini sudah berakhir. Muat ulang halaman atau masuk lagi; isian tetap disimpan di perangkat ini."
        )
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("button", name="Coba lagi")).to_have_count(0)
    assert sent.count("POST") == 1
    page.locator("[data-saving]").get_by_role("link", name="Muat ulang halaman").click()
    page.get_by_label("Nama pengguna").fill("entri")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.get_by_role("button", name="Pulihkan").click()
    expect(count(page, "1802-PU")).to_have_value("4.706")
    save(page)
    expect(page.locator("[data-saving]")).to_contain_text("1 sel disimpan")
    wait_for_drafts(page, [])
    assert [each for each in complaints if not each.startswith("403")] == []
    complaints.clear()


def test_what_is_typed_while_saving_is_neither_lost_nor_taken_for_saved(page):
    held = []
    page.route(f"**{URL}", lambda route: held.append(route))
    count(page, "1802-PU").fill("4.706")
    save(page)
    expect(page.locator("[data-saving]")).to_have_text("Menyimpan…")
    count(page, "1802-BPU").fill("55.000")
    count(page, "1802-PU").fill("4.707")
    held[0].continue_()
    page.unroute(f"**{URL}")
    expect(page.locator("[data-saving]")).to_contain_text("1 sel disimpan")
    assert stored("1802-PU").participants == 4_706
    assert figures(page)[:2] == ["4.707", "55.000"]
    expect(page.locator("[data-pending]")).to_have_text("2 baris belum disimpan")
    expect(page.locator("[data-device]")).to_contain_text("tersimpan di perangkat")
    assert len(draft_keys(page)) == 2
    save(page)
    expect(page.locator("[data-saving]")).to_contain_text("2 sel disimpan")
    assert stored("1802-PU").participants == 4_707
    wait_for_drafts(page, [])


def test_a_draft_meets_what_somebody_else_saved_meanwhile(page, stage):
    count(page, "1802-PU").fill("4706")
    expect(page.locator("[data-device]")).to_contain_text("tersimpan di perangkat")
    change = CellChange("1802", "PU", 4_800)
    period = ReportingPeriod.objects.get(pk=OCTOBER)
    save_cells(user=stage.admin, office=stage.tengah, period=period, changes=[change], via=Via.FORM)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(count(page, "1802-PU")).to_have_value("4.800")
    page.get_by_role("button", name="Pulihkan").click()
    save(page)
    expect(page.locator("#c-1802-PU")).to_contain_text("admin mengubah sel ini")
    assert stored("1802-PU").participants == 4_800
    page.get_by_label("angka saya").check()
    save(page)
    expect(page.locator("[data-saving]")).to_contain_text("1 sel disimpan")
    assert stored("1802-PU").participants == 4_706
    wait_for_drafts(page, [])
