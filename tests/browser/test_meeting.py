"""The meeting page in a real browser: screens by keys and by links, a whole screen each, on paper a sheet each.

Without chromium these tests are skipped, as in tests/browser/test_browser.py.
"""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from coverage.models import Regency
from tests.browser import test_browser as browsing
from tests.browser.test_browser import DESK, PHONE, log_in
from tests.conftest import estimate, make_period, put, target

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
browser, complaints, page = browsing.browser, browsing.complaints, browsing.page

ROOM = "/rapat/18/?bulan=2026-09"
PROJECTOR = {"width": 1920, "height": 1080}


@pytest.fixture
def lively(world):
    """Twelve regencies: two screens of six, besides the province's own."""
    make_period("2026-09")
    for number in range(10, 19):
        Regency.objects.create(
            code=f"18{number}",
            bps_code=f"18{number}",
            name=f"Kabupaten Kepulauan Siau Tagulandang Biaro {number}",
            kind="KABUPATEN",
            province=world.lampung,
            branch_office=world.bandar,
        )
    for area in Regency.objects.filter(province="18"):
        estimate(area.code, "PU", 100_000)
        put(area.code, "PU", "2026-09", 30_000, verified=30_000)
        target(area.code, 2026, percent=35)
    return world


def sizes(page) -> list[int]:
    return page.evaluate("[...document.querySelectorAll('.screen')].map((one) => one.offsetHeight)")


def test_arrow_keys_and_links_lead_from_screen_to_screen(page):
    log_in(page, "pimpinan")
    page.goto(ROOM)
    for key, screen in (
        ("ArrowRight", 2),
        ("PageDown", 3),
        ("ArrowRight", 3),
        ("ArrowLeft", 2),
        ("Home", 1),
        ("End", 3),
    ):
        page.keyboard.press(key)
        expect(page).to_have_url(re.compile(f"#layar-{screen}$"))
        expect(page.locator(f"#layar-{screen} :is(h1, h2)").first).to_be_in_viewport()
    page.locator("#layar-3").get_by_role("link", name="Sebelumnya").click()
    expect(page).to_have_url(re.compile("#layar-2$"))


@pytest.mark.parametrize("window", [DESK, PROJECTOR], ids=["1366", "1920"])
def test_every_screen_fits_the_window(page, window):
    page.set_viewport_size(window)
    log_in(page, "pimpinan")
    page.goto(ROOM)
    assert sizes(page) == [window["height"]] * 3
    assert page.evaluate("[...document.querySelectorAll('.scroll')].every((one) => one.scrollWidth <= one.clientWidth)")


def test_the_page_is_accessible_and_fits_a_phone(page):
    log_in(page, "pimpinan")
    for window in (DESK, PHONE):
        page.set_viewport_size(window)
        page.goto(ROOM)
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= window["width"]


def test_on_paper_every_screen_is_a_sheet(page):
    log_in(page, "pimpinan")
    page.goto(ROOM)
    printed = page.pdf(prefer_css_page_size=True)
    assert re.search(rb"/Count 3\b", printed)
    assert re.search(rb"/MediaBox ?\[0 0 84\d", printed), "not A4 landscape"
