"""The entry grid in a real browser: pasting, keys, live questions, the draft on the device, handing in and taking back.

Without chromium these tests are skipped, as in tests/test_browser.py.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from coverage import periods, submissions
from coverage.entry import CellChange, save_cells
from coverage.models import CoverageRecord, ReportingPeriod, Submission, Via
from reporting import months
from tests import test_browser as shared
from tests.conftest import PASSWORD, estimate, make_period, put

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
browser, complaints, log_in = shared.browser, shared.complaints, shared.log_in

OCTOBER = date(2026, 10, 1)
URL = "/entri/2026-10/"
START = {"PU": 4_500, "BPU": 54_000, "JAKON": 17_000, "PMI": 16_000}
CELLS = [f"{area}-{segment}" for area in ("1802", "1804") for segment in START]
USUAL = dict(zip(CELLS, ("4.706", "55.000", "17.617", "16.438") * 2, strict=True))


@pytest.fixture
def stage(world):
    """Fourteen steady months of the branch's two regencies, October open and still without a figure of its own."""
    for step in range(14):
        month = months.month_code(months.add_months(months.parse_month("2025-08"), step))
        for area in ("1802", "1804"):
            for segment, start in START.items():
                put(area, segment, month, start + 7 * step)
    for area in ("1802", "1804"):
        estimate(area, "PU", 16_068)
    make_period("2026-10")
    periods.open_period(OCTOBER)
    return world


def visitor(browser, live_server, complaints, **options) -> Page:
    context = browser.new_context(base_url=live_server.url, viewport=shared.DESK, locale="id-ID", **options)
    context.set_default_timeout(8_000)
    page = context.new_page()
    page.on("console", lambda message: shared.note_message(complaints, message))
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on("response", lambda response: shared.note_failure(complaints, response))
    return page


@pytest.fixture
def page(browser, live_server, stage, complaints) -> Iterator[Page]:
    """`entri` on October's grid."""
    page = visitor(browser, live_server, complaints)
    log_in(page)
    page.goto(URL)
    yield page
    page.context.close()
    assert complaints == []


def count(page: Page, name: str):
    return page.locator(f"input[name='p-{name}']")


def note(page: Page, name: str):
    return page.locator(f"input[name='n-{name}']")


def reason(page: Page, name: str):
    return page.locator(f"select[name='r-{name}']")


def check(page: Page, name: str):
    return page.locator(f"#c-{name} [data-live]")


def figures(page: Page, names=CELLS) -> list[str]:
    return [count(page, name).input_value() for name in names]


def save(page: Page) -> None:
    page.get_by_role("button", name="Simpan draf").click()


def fill_all(page: Page) -> None:
    for name, text in USUAL.items():
        count(page, name).fill(text)


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="Periksa dan ajukan").click()
    page.get_by_role("button", name="Ya, ajukan").click()
    expect(page.locator("main > [role=status]")).to_contain_text("diajukan ke Kantor Wilayah Sumbagsel")


def paste(page: Page, text: str, into: str = "p-1802-PU") -> None:
    page.locator(f"[name='{into}']").focus()
    page.evaluate(
        """text => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def told(page: Page):
    return page.locator("[data-pasted]")


def stored(name: str) -> CoverageRecord:
    area, _, segment = name.partition("-")
    return CoverageRecord.objects.get(regency=area, segment=segment, period=OCTOBER)


KEPT = """async () => {
    const db = await new Promise(resolve => {
        const request = indexedDB.open("semesta-entri", 1);
        request.onupgradeneeded = () => request.result.createObjectStore("cells");
        request.onsuccess = () => resolve(request.result);
    });
    const request = db.transaction("cells").objectStore("cells").getAllKeys();
    const keys = await new Promise(resolve => (request.onsuccess = () => resolve(request.result)));
    db.close();
    return [...Object.keys(localStorage), ...keys.map(key => key.join(":"))];
}"""


def draft_keys(page: Page) -> list[str]:
    """What the device holds, in either of its places."""
    return page.evaluate(KEPT)


def wait_for_drafts(page: Page, expected: list[str]) -> None:
    """The device is written to beside the page's other work."""
    deadline = time.monotonic() + 5
    while draft_keys(page) != expected and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert draft_keys(page) == expected


# Reading numbers


def test_script_and_server_read_every_spelling_alike(page):
    spellings = json.loads(Path(__file__).with_name("number_spellings.json").read_text())
    read = page.evaluate(
        """async texts => {
            const { readCount } = await import("/static/entry/numbers.js");
            return texts.map(readCount);
        }""",
        [spelling["typed"] for spelling in spellings],
    )
    assert read == [{key: value for key, value in spelling.items() if key != "typed"} for spelling in spellings]


# Pasting


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4.706\r\n55.000\r\n17.617\r\n", ["4.706", "55.000", "17.617", ""]),
        ("4,706\n55,000", ["4.706", "55.000", "", ""]),
        ("Oktober 2026\n4706\n55000", ["4.706", "55.000", "", ""]),
        ("4706\n\n17617", ["4.706", "", "17.617", ""]),
        ('"4.706"\n"55.000"', ["4.706", "55.000", "", ""]),
        ("1\t4706\n2\t55000\n3\t17617", ["4.706", "55.000", "17.617", ""]),
        ("PU\t4706\nJAKON\t17617", ["4.706", "", "17.617", ""]),
        ("Segmen\tPotensi\tPeserta\nPU\t16068\t4706\nBPU\t\t55000", ["4.706", "55.000", "", ""]),
        ("No\tSegmen\tSeptember\tOktober\n1\tPU\t4591\t4706\n2\tBPU\t54091\t55000", ["4.706", "55.000", "", ""]),
    ],
)
def test_a_column_of_figures_goes_down_from_the_focused_cell(page, text, expected):
    paste(page, text)
    assert figures(page)[:4] == expected
    expect(told(page)).to_contain_text(f"{sum(map(bool, expected))} angka ditempel")


def test_a_whole_table_lands_by_its_labels_whatever_its_order(page):
    paste(
        page,
        "Kode\tKab/kota\tSegmen\tOktober\tKeterangan\r\n"
        "1804\tKabupaten Lampung Barat\tBukan Penerima Upah\t55.001\t\r\n"
        '1802\tKab. Lampung Tengah\tPU\t4.701\t"dua\tkata"\r\n'
        "\tTotal\t\t59.702\t\r\n",
        into="p-1802-JAKON",
    )
    assert figures(page, ["1802-PU", "1802-JAKON", "1804-BPU"]) == ["4.701", "", "55.001"]
    expect(note(page, "1802-PU")).to_have_value("dua\tkata")
    expect(told(page)).to_have_text("2 angka ditempel, 2 baris judul atau jumlah dilewati.")


def test_segments_side_by_side_fill_each_regency(page):
    paste(page, "Wilayah\tPU\tBPU\tJAKON\tPMI\nLampung Barat\t1\t2\t3\t4\nLampung Tengah\t5\t6\t7\t8")
    assert figures(page) == ["5", "6", "7", "8", "1", "2", "3", "4"]


def test_one_segment_of_every_regency_stays_in_that_segment(page):
    paste(page, "Lampung Tengah\t55.000\nLampung Barat\t55.001", into="p-1802-BPU")
    assert figures(page, ["1802-BPU", "1804-BPU", "1802-JAKON"]) == ["55.000", "55.001", ""]


def test_headings_of_regencies_are_followed(page):
    paste(page, "Kabupaten Lampung Barat\t\nPU\t4.001\nBPU\t55.001\nKabupaten Lampung Tengah\t\nPU\t4.002")
    assert figures(page, ["1804-PU", "1804-BPU", "1802-PU"]) == ["4.001", "55.001", "4.002"]


def test_what_cannot_be_read_is_kept_and_marked_and_one_step_takes_it_all_back(page):
    count(page, "1802-BPU").fill("123")
    paste(page, "4.706\n12.4O0\n17.617")
    assert figures(page)[:3] == ["4.706", "12.4O0", "17.617"]
    expect(told(page)).to_have_text("2 angka ditempel, 1 tidak terbaca.")
    expect(count(page, "1802-BPU")).to_have_attribute("aria-invalid", "true")
    expect(check(page, "1802-BPU")).to_contain_text("bukan angka")
    page.keyboard.press("Control+z")
    assert figures(page)[:3] == ["", "123", ""]
    paste(page, "1\n2")
    page.get_by_role("button", name="Urungkan tempel").click()
    assert figures(page)[:3] == ["", "123", ""]


def test_what_does_not_fit_is_said_and_a_note_goes_to_its_column(page):
    page.locator("details.more summary").click()
    paste(page, "4.706\tpabrik baru\n55.000\t\n1\t\n2\t\n3\t", into="p-1804-RT-RW")
    expect(note(page, "1804-RT-RW")).to_have_value("pabrik baru")
    expect(told(page)).to_contain_text("1 angka ditempel, 4 tidak ada tempatnya (55.000; 1; 2; …)")


def test_the_button_explains_pasting_and_takes_the_block(page):
    count(page, "1804-PU").focus()
    page.get_by_role("button", name="Tempel dari Excel").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("mulai Penerima Upah, Kabupaten Lampung Barat")
    dialog.get_by_role("textbox").fill("4.706\n55.000")
    dialog.get_by_role("button", name="Isikan ke tabel").click()
    assert figures(page)[4:6] == ["4.706", "55.000"]
    expect(count(page, "1804-PU")).to_be_focused()


# Keys


def test_keys_move_as_in_a_spreadsheet(page):
    count(page, "1802-PU").click()
    for key, name in (
        ("ArrowDown", "p-1802-BPU"),
        ("Enter", "p-1802-JAKON"),
        ("ArrowUp", "p-1802-BPU"),
        ("Shift+Enter", "p-1802-PU"),
        ("ArrowRight", "n-1802-PU"),
        ("ArrowDown", "n-1802-BPU"),
        ("ArrowLeft", "p-1802-BPU"),
        ("Tab", "n-1802-BPU"),
        ("Tab", "p-1802-JAKON"),
        ("End", "p-1804-PMI"),
        ("Home", "p-1802-PU"),
    ):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.name") == name, key


def test_escape_brings_back_what_is_stored(page):
    count(page, "1802-PU").fill("4706")
    save(page)
    expect(page.locator("[data-saving]")).to_contain_text("1 sel disimpan")
    count(page, "1802-PU").fill("9")
    page.keyboard.press("Escape")
    expect(count(page, "1802-PU")).to_have_value("4.706")
    expect(page.locator("[data-pending]")).to_be_hidden()


# Questions


@pytest.mark.parametrize("typed", ["45.060", "2.000", "0", "4591"])
def test_questions_read_the_same_before_and_after_saving(page, typed):
    for month in ("2026-07", "2026-08", "2026-09"):
        put("1802", "PU", month, 4_591)
    page.reload()
    count(page, "1802-PU").fill(typed)
    page.keyboard.press("Tab")
    live = check(page, "1802-PU").inner_text()
    assert live.strip()
    save(page)
    expect(page.locator("[data-saving]")).to_contain_text("1 sel disimpan")
    page.reload()
    assert check(page, "1802-PU").inner_text().split() == live.split()


def test_a_striking_figure_asks_for_its_reason_and_keeps_it(page):
    count(page, "1802-PU").fill("2000")
    page.keyboard.press("Tab")
    expect(check(page, "1802-PU")).to_contain_text("Turun 56,4% dari bulan lalu, di luar kebiasaan. Pilih alasannya.")
    expect(page.locator("[data-to-explain]")).to_contain_text("1 perlu alasan")
    reason(page, "1802-PU").select_option(label="Subsidi berakhir")
    expect(check(page, "1802-PU")).not_to_contain_text("Pilih alasannya")
    save(page)
    expect(page.locator("[data-saving]")).to_contain_text("1 sel disimpan")
    assert stored("1802-PU").change_reason == "SUBSIDY_ENDED"
    expect(reason(page, "1802-PU")).to_have_value("SUBSIDY_ENDED")
    count(page, "1802-PU").fill("4600")
    save(page)
    expect(page.locator("[data-saving]")).to_contain_text("1 sel disimpan")
    assert stored("1802-PU").change_reason == ""


# The device keeps what is typed


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


# Handing in


def test_what_is_missing_is_listed_marked_and_focused(page):
    count(page, "1802-PU").fill("4706")
    count(page, "1802-BPU").fill("20000")
    page.get_by_role("button", name="Periksa dan ajukan").click()
    missing = page.locator("#kurang")
    expect(missing).to_contain_text("7 sel belum diisi atau belum dijelaskan")
    expect(missing.get_by_role("link")).to_have_count(7)
    expect(reason(page, "1802-BPU")).to_be_focused()
    expect(check(page, "1802-JAKON")).to_contain_text("Belum diisi")
    assert stored("1802-PU").participants == 4_706
    assert Submission.objects.get().status == "DRAFT"


def test_a_month_is_handed_in_after_saying_what_it_holds_and_taken_back(page):
    fill_all(page)
    count(page, "1804-PMI").fill("")
    note(page, "1804-PMI").fill("data belum diterima")
    count(page, "1802-BPU").fill("20000")
    reason(page, "1802-BPU").select_option("DATA_CLEANED")
    page.get_by_role("button", name="Periksa dan ajukan").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Yang diajukan: 7 sel, 1 tanpa angka baru dengan penjelasan, 1 tanda dengan alasan.")
    dialog.get_by_role("button", name="Ya, ajukan").dblclick()
    expect(page.locator("main > [role=status]")).to_contain_text("diajukan ke Kantor Wilayah Sumbagsel")
    expect(page.locator("[aria-current=step]")).to_have_text("Diajukan")
    expect(page.locator("input.count")).to_have_count(0)
    wait_for_drafts(page, [])
    assert Submission.objects.get().events.count() == 1
    page.get_by_text("Tarik kembali pengajuan").click()
    page.get_by_label("Alasan").fill("angka PU keliru")
    page.get_by_role("button", name="Tarik kembali", exact=True).click()
    expect(page.locator("main > [role=status]")).to_contain_text("ditarik kembali")
    expect(count(page, "1802-PU")).to_have_value("4.706")
    assert Submission.objects.get().events.last().reason == "angka PU keliru"


def test_a_returned_month_shows_what_to_mend_is_mended_and_handed_in_again(page, stage):
    fill_all(page)
    hand_in(page)
    submissions.send_back(
        user=stage.verifikasi,
        submission=Submission.objects.get(),
        reason="Dua angka tidak cocok.",
        cells={("1804", "PU"): "Samakan dengan rekap."},
    )
    page.goto(URL)
    expect(page.locator("[aria-current=step]")).to_have_text("Dikembalikan")
    expect(page.locator(".notice")).to_contain_text("Dua angka tidak cocok.")
    expect(page.locator("#c-1804-PU")).to_contain_text("Samakan dengan rekap.")
    page.locator(".notice").get_by_role("link", name="PU").click()
    expect(count(page, "1804-PU")).to_be_focused()
    count(page, "1804-PU").fill("4707")
    hand_in(page)
    assert stored("1804-PU").participants == 4_707
    assert Submission.objects.get().status == "SUBMITTED"


def test_the_whole_round_works_without_javascript(browser, live_server, stage, complaints):
    page = visitor(browser, live_server, complaints, java_script_enabled=False)
    log_in(page)
    page.goto(URL)
    for name, text in USUAL.items():
        count(page, name).fill(text)
    count(page, "1802-PU").fill("2000")
    page.get_by_role("button", name="Periksa dan ajukan").click()
    expect(page.locator("#kurang")).to_contain_text("1 sel belum diisi atau belum dijelaskan")
    reason(page, "1802-PU").select_option("SUBSIDY_ENDED")
    page.get_by_role("button", name="Periksa dan ajukan").click()
    expect(page.locator("[aria-current=step]")).to_have_text("Diajukan")
    page.get_by_text("Tarik kembali pengajuan").click()
    page.get_by_role("button", name="Tarik kembali", exact=True).click()
    expect(page.locator("[aria-current=step]")).to_have_text("Draf")
    page.context.close()
