"""The product in a real browser: the main job, accessibility, the keyboard, a phone, and not one blocked or broken request.

Needs chromium (Debian: `apt-get install chromium`). Without it these tests are skipped and say so; with REQUIRE_BROWSER=1
they fail instead.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from reporting import months
from tests.conftest import PASSWORD, estimate, put, target

# The page is served by another thread, which sees only what is committed.
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
MONTH = "2026-09"
PAGES = {
    "ringkasan": f"/?bulan={MONTH}",
    "capaian": f"/capaian/?bulan={MONTH}&tingkat=kabkota&data=sementara",
    "wilayah": f"/wilayah/1802/?bulan={MONTH}",
    "entri": f"/entri/{MONTH}/",
    "sandi": "/sandi/",
    "tidak ada": "/wilayah/9999/",
}
TYPED, SHOWN = "45678", "45.678"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        sentence = "no chromium on this machine (Debian: apt-get install chromium)"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    # Playwright's event loop runs in this thread; Django takes that for asynchronous code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, headless=True)
            yield browser
            browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def lively(world):
    """Fourteen months of two regencies, verified up to August, potentials and a target: every drawing has something to draw."""
    for step in range(14):
        month = months.month_code(months.add_months(months.parse_month("2025-08"), step))
        for area, start in (("1801", 30000), ("1802", 40000)):
            count = start + 250 * step
            is_last = month == MONTH
            put(area, "PU", month, count, verified=None if is_last else count, own=not is_last)
    for area, workers in (("1801", 120000), ("1802", 150000)):
        estimate(area, "PU", workers)
        target(area, 2026, percent="45")
    target("18", 2026, percent="40")
    return world


# A busy machine is slow, not wrong.
expect.set_options(timeout=20_000)


@pytest.fixture
def complaints() -> list[str]:
    """Whatever the browser complained about while the test ran. Anything left here at the end fails it."""
    return []


@pytest.fixture
def page(browser: Browser, live_server, lively, complaints) -> Iterator[Page]:
    """A fresh visitor."""
    context = browser.new_context(base_url=live_server.url, viewport=DESK, locale="id-ID", color_scheme="light")
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.on("console", lambda message: note_message(complaints, message))
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on("requestfailed", lambda request: note(complaints, request.failure, f"{request.failure}: {request.url}"))
    page.on("response", lambda response: note_failure(complaints, response))
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', event =>"
        " console.error(`blocked: ${event.violatedDirective} ${event.blockedURI}`))"
    )
    yield page
    context.close()
    assert complaints == []


def note(complaints: list[str], text: str, sentence: str) -> None:
    """All but what says too little (`note_failure` names the address) or is our own doing (going on before all is loaded)."""
    if not text.startswith(("Failed to load resource", "net::ERR_ABORTED")):
        complaints.append(sentence)


def note_message(complaints: list[str], message) -> None:
    """All the browser says, hints too; of hints about Django's own forms in the admin nothing is held against us."""
    if message.type in ("warning", "error") or "/admin/" not in message.page.url:
        note(complaints, message.text, f"{message.type}: {message.text}")


def note_failure(complaints: list[str], response) -> None:
    """Anything but the page itself that answers 4xx or 5xx: a stylesheet, a script, a picture."""
    if response.status >= 400 and not response.request.is_navigation_request():
        complaints.append(f"{response.status}: {response.url}")


def log_in(page: Page, username: str = "entri") -> None:
    page.goto("/masuk/")
    page.get_by_label("Nama pengguna").fill(username)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("button", name="Keluar")).to_be_attached()


def count_field(page: Page, segment: str, area: str) -> Locator:
    return page.get_by_role("textbox", name=re.compile(f"^{segment}, .*{area}")).first


def row_of(page: Page, area: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=re.compile(area)))


def test_a_figure_entered_is_provisional_at_once_and_not_verified(page):
    log_in(page)
    page.goto(f"/entri/{MONTH}/")
    count_field(page, "Penerima Upah", "Lampung Tengah").fill(TYPED)
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("1 sel disimpan").first).to_be_visible()
    expect(count_field(page, "Penerima Upah", "Lampung Tengah")).to_have_value(SHOWN)

    address = f"/capaian/?bulan={MONTH}&tingkat=kabkota&provinsi=18&segmen=UCJ&data="
    page.goto(f"{address}sementara")
    expect(row_of(page, "Lampung Tengah")).to_contain_text(SHOWN)
    page.goto(f"{address}terverifikasi")
    expect(row_of(page, "Lampung Tengah")).to_be_visible()
    expect(page.get_by_role("main")).not_to_contain_text(SHOWN)


def test_what_the_policy_blocks_is_noticed(page, complaints):
    page.goto("/masuk/")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.wait_for_function("!getComputedStyle(document.body).color.includes('255, 0, 0')")
    page.evaluate("fetch('/static/tidak-ada.css')")
    page.wait_for_timeout(300)
    assert [text for text in complaints if "blocked: style-src" in text]
    assert [text for text in complaints if text.startswith("404: ")]
    complaints.clear()


def test_what_cannot_be_read_stays_as_typed_with_its_sentence(page):
    log_in(page)
    page.goto(f"/entri/{MONTH}/")
    count_field(page, "Penerima Upah", "Lampung Tengah").fill("25,5")
    count_field(page, "Penerima Upah", "Lampung Barat").fill("1234")
    page.get_by_role("button", name="Simpan").click()
    wrong = count_field(page, "Penerima Upah", "Lampung Tengah")
    expect(wrong).to_have_value("25,5")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(count_field(page, "Penerima Upah", "Lampung Barat")).to_have_value("1.234")
    sentence = page.locator(f"#{wrong.get_attribute('aria-describedby')}")
    assert len(sentence.inner_text()) > 20


@pytest.mark.parametrize("name", ["masuk", *PAGES])
def test_everybody_can_use_it(page, name):
    """axe finds nothing on a desk and on a phone, in light and in dark; nothing has to be pushed sideways on a phone."""
    if name == "masuk":
        page.goto("/masuk/")
    else:
        log_in(page)
        page.goto(PAGES[name])
    for viewport in (DESK, PHONE):
        page.set_viewport_size(viewport)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            results = Axe().run(page)
            assert results.violations_count == 0, f"{viewport['width']} px, {scheme}\n{results.generate_report()}"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], f"{name} is {width} px wide"


def test_the_keyboard_reaches_the_content_and_the_first_figure(page):
    log_in(page)
    page.goto(f"/entri/{MONTH}/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Langsung ke isi")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name || ''").startswith("p-"):
            break
    page.keyboard.type(TYPED)
    page.keyboard.press("Enter")
    expect(page.locator("input[name^='p-']").first).to_have_value(SHOWN)


def test_the_page_works_without_javascript(browser, live_server, lively):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    log_in(page)
    page.goto(f"/entri/{MONTH}/")
    count_field(page, "Penerima Upah", "Lampung Tengah").fill(TYPED)
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("1 sel disimpan").first).to_be_visible()
    context.close()


def test_the_admin_stays_within_the_policy(page):
    log_in(page, "admin")
    page.goto("/admin/coverage/coveragerecord/")
    page.locator("#result_list tbody a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto("/admin/accounts/user/add/")
    page.goto("/admin/targets/target/add/")
    expect(page.get_by_role("button", name="Simpan", exact=True)).to_be_visible()
