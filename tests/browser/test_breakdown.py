"""Breaking a target down in a real browser: the remainder while one types, accessibility, and without scripts.

Without chromium these tests are skipped, as in tests/browser/test_browser.py.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Permission
from playwright.sync_api import expect

from targets.models import Target
from tests.browser import test_browser as browsing
from tests.browser.test_browser import DESK, PHONE, log_in
from tests.conftest import estimate, make_period, put, target

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
browser, complaints, page = browsing.browser, browsing.complaints, browsing.page

BY_HAND = "/sasaran/pecah/18/?tahun=2026&cara=tangan"


@pytest.fixture
def lively(world):
    """100,000 to give out over three regencies; the proposal by gap is 47,500, 32,500 and 20,000."""
    make_period("2026-09")
    for area, potential, participants in (
        ("1801", 100_000, 40_000),
        ("1802", 50_000, 30_000),
        ("1804", 20_000, 20_000),
    ):
        estimate(area, "PU", potential)
        put(area, "PU", "2026-09", participants, verified=participants)
    target("18", 2026, workers=100_000)
    target("1801", 2026, workers=41_000)
    world.verifikasi.user_permissions.add(Permission.objects.get(codename="plan_targets"))
    return world


def cell(page, area: str):
    return page.get_by_role("textbox", name=f"Usulan target Kabupaten {area}")


def test_the_remainder_runs_along_while_one_types(page):
    log_in(page, "verifikasi")
    page.goto(BY_HAND)
    bar = page.locator(".savebar")
    expect(bar).to_contain_text("Sisa 0 ✓ habis terbagi")
    south = cell(page, "Lampung Selatan")
    expect(south).to_have_value("47.500")
    south.fill("45000")
    expect(bar).to_contain_text("Sisa 2.500 ▼ belum terbagi")
    row = page.get_by_role("row").filter(has=south)
    expect(row).to_contain_text("45,00%")
    expect(row).to_contain_text("+5.000")
    south.press("Enter")
    expect(south).to_have_value("45.000")
    expect(cell(page, "Lampung Tengah")).to_be_focused()
    south.fill("48.000")
    expect(bar).to_contain_text("Sisa −500 ▲ melebihi target provinsi")
    south.fill("")  # the 41,000 in force stay
    expect(bar).to_contain_text("Sisa 6.500 ▼ belum terbagi")
    south.fill("45,5")
    expect(row).to_contain_text("“45,5” tidak jelas.")


def test_a_breakdown_goes_from_proposal_to_written_without_scripts(browser, live_server, lively):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="id-ID")
    page = context.new_page()
    log_in(page, "verifikasi")
    page.goto(BY_HAND)
    cell(page, "Lampung Selatan").fill("47.000")
    cell(page, "Lampung Tengah").fill("33.000")
    page.get_by_label("Alasan").fill("Surat 12")
    page.get_by_role("button", name="Pratinjau").click()
    expect(page.get_by_role("main")).to_contain_text("habis terbagi")
    page.get_by_role("button", name="Simpan 3 target").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa jumlah target 2026")
    context.close()
    found = Target.objects.filter(regency__isnull=False).order_by("regency").values_list("workers", flat=True)
    assert list(found) == [47_000, 33_000, 20_000]


@pytest.mark.parametrize(
    "address", ["/sasaran/periksa/?tahun=2026", "/sasaran/pecah/18/?tahun=2026", BY_HAND, "preview"]
)
def test_everybody_can_use_it(page, address):
    """axe finds nothing on a desk and on a phone, in light and in dark; nothing has to be pushed sideways on a phone."""
    log_in(page, "verifikasi")
    page.goto(BY_HAND if address == "preview" else address)
    if address == "preview":
        page.get_by_label("Alasan").fill("Surat 12")
        page.get_by_role("button", name="Pratinjau").click()
        expect(page.get_by_role("button", name="Sunting lagi")).to_be_visible()
    for viewport in (DESK, PHONE):
        page.set_viewport_size(viewport)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            results = Axe().run(page)
            assert results.violations_count == 0, f"{viewport['width']} px, {scheme}\n{results.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize(
    ("address", "name", "way_out"),
    [(BY_HAND, "Usulan target Kabupaten Lampung Selatan", "Daftar target"), ("/sasaran/isi/", "Catatan", "Batal")],
)
def test_the_browser_asks_before_what_was_typed_is_lost(page, address, name, way_out):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    log_in(page, "verifikasi")
    page.goto(address)
    page.get_by_role("link", name=way_out).first.click()
    page.wait_for_url("**/sasaran/*")
    assert asked == []
    page.goto(address)
    page.get_by_role("textbox", name=name).press_sequentially("47")
    page.get_by_role("link", name=way_out).first.click()
    page.wait_for_url("**/sasaran/*")
    assert asked == ["beforeunload"]
