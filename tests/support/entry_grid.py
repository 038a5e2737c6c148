"""Fixtures and helpers of the browser tests of the entry grid."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from coverage.models import CoverageRecord
from coverage.periods import services as periods
from reporting import months
from tests.browser import test_browser as shared
from tests.conftest import estimate, make_period, put

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
    context.set_default_timeout(20_000)
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
    """Return the keys of the drafts stored on the device, in either of its storages."""
    return page.evaluate(KEPT)


def wait_for_drafts(page: Page, expected: list[str]) -> None:
    """Wait until the device stores these drafts, which it writes asynchronously."""
    deadline = time.monotonic() + 5
    while draft_keys(page) != expected and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert draft_keys(page) == expected
