"""A whole month in a real browser: branch, Kanwil and head office in turn, and after each step what `/capaian/` says.

Without chromium these tests are skipped, as in tests/browser/test_browser.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from coverage.models import Via
from coverage.periods import services as periods
from coverage.records.services import CellChange, save_cells
from reporting import months
from tests.browser import test_browser as shared
from tests.conftest import estimate, make_period, put
from tests.support import entry_grid as entry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
browser, complaints = shared.browser, shared.complaints

MONTH = "2026-10"
TODAY = date(2026, 11, 5)
URL = f"/entri/{MONTH}/"
QUEUE = f"/verifikasi/?bulan={MONTH}"
OFFICE = "Kantor Cabang Lampung Tengah"
SEGMENTS = {"PU": 4_500, "BPU": 54_000, "JAKON": 17_000, "PMI": 16_000}
#: What the regencies differ by.
AREAS = {"1801": 100, "1802": 0, "1804": 200, "3671": 300}
#: September's PU + BPU, all of it verified.
SEPTEMBER = {"1801": 58_882, "1802": 58_682, "1804": 59_082, "3671": 59_282}
#: The neighbour has entered a PU higher by 9 and never hands it in.
NEIGHBOUR = {"1801": 58_891, "3671": 59_282}
BLOCK = (
    "Kab/kota\tSegmen\tOktober\r\n"
    "Lampung Tengah\tPU\t4.600\r\n"
    "Lampung Tengah\tBPU\t54.1O0\r\n"
    "Lampung Tengah\tJAKON\t17.100\r\n"
    "Lampung Tengah\tPMI\t16.100\r\n"
    "Lampung Barat\tPU\t48.000\r\n"
    "Lampung Barat\tBPU\t54.300\r\n"
    "Lampung Barat\tJAKON\t17.300\r\n"
    "Lampung Barat\tPMI\t16.300\r\n"
)
PASTED = ["4.600", "54.1O0", "17.100", "16.100", "48.000", "54.300", "17.300", "16.300"]


@pytest.fixture
def stage(world, calendar):
    """Fourteen steady verified months of every regency; October is open, and the neighbour has begun it."""
    calendar(TODAY)
    for area, more in AREAS.items():
        for segment, start in SEGMENTS.items():
            if segment in ("PU", "BPU"):
                estimate(area, segment, 100_000)
            for step in range(14):
                month = months.month_code(months.add_months(months.parse_month("2025-08"), step))
                value = start + more + 7 * step
                put(area, segment, month, value, verified=value)
    period = make_period(MONTH)
    periods.open_period(period.month)
    change = CellChange("1801", "PU", 4_700)
    save_cells(user=world.tetangga, office=world.bandar, period=period, changes=[change], via=Via.FORM)
    return world


@pytest.fixture
def visit(browser, live_server, stage, complaints) -> Iterator[Callable[[str], Page]]:
    """`visit("entri")` is a page of that person, logged in, in a browser of their own, listened to in every tab."""
    opened: list[BrowserContext] = []

    def open_page(username: str) -> Page:
        context = browser.new_context(base_url=live_server.url, viewport=shared.DESK, locale="id-ID")
        context.set_default_timeout(20_000)
        context.add_init_script(
            "document.addEventListener('securitypolicyviolation', event =>"
            " console.error(`blocked: ${event.violatedDirective} ${event.blockedURI}`))"
        )
        context.on("console", lambda message: shared.note_message(complaints, message))
        context.on("weberror", lambda error: complaints.append(f"script: {error.error}"))
        context.on("requestfailed", lambda lost: shared.note(complaints, lost.failure, f"{lost.failure}: {lost.url}"))
        context.on("response", lambda response: shared.note_failure(complaints, response))
        opened.append(context)
        page = context.new_page()
        shared.log_in(page, username)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert complaints == []


@pytest.fixture
def read(stage):
    """`read("sementara")`: PU + BPU of every regency and province as the head office's reader gets it."""
    reader = Client()
    reader.force_login(stage.pimpinan)

    def ask(basis: str) -> dict[str, int]:
        found = {}
        for level in ("kabkota", "provinsi"):
            address = {"format": "json", "bulan": MONTH, "tingkat": level, "data": basis, "segmen": "UCJ"}
            answer = reader.get("/capaian/", address)
            assert answer.status_code == 200
            found |= {row["area_code"]: row["participants"] for row in answer.json()["rows"]}
        return found

    return ask


@pytest.fixture
def capaian(read):
    """Holds what `/capaian/` says against the two regencies of the branch, and all others as they were."""

    def check(step: str, *, working: tuple[int, int], verified: tuple[int, int]) -> None:
        assert read("sementara") == with_provinces(NEIGHBOUR, working), f"{step}: sementara"
        assert read("terverifikasi") == with_provinces(SEPTEMBER, verified), f"{step}: terverifikasi"

    return check


def with_provinces(others: dict[str, int], branch: tuple[int, int]) -> dict[str, int]:
    found = others | {"1802": branch[0], "1804": branch[1]}
    return found | {"18": found["1801"] + found["1802"] + found["1804"], "36": found["3671"]}


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="Periksa dan ajukan").click()
    page.get_by_role("button", name="Ya, ajukan").click()
    expect(page.locator("main > [role=status]")).to_contain_text("diajukan ke Kantor Wilayah Sumbagsel")


def save(page: Page, cells: int) -> None:
    entry.save(page)
    expect(page.locator("[data-saving]")).to_contain_text(f"{cells} sel disimpan")


def open_submission(page: Page) -> None:
    page.goto(QUEUE)
    page.get_by_role("rowheader", name=OFFICE).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(OFFICE)


def verify(page: Page) -> None:
    open_submission(page)
    page.get_by_role("button", name="Verifikasi", exact=True).click()
    expect(page.get_by_text("Angkanya kini terverifikasi")).to_be_visible()


def test_a_month_from_the_first_figure_to_the_correction_after_the_lock(visit, capaian, complaints):
    before = (SEPTEMBER["1802"], SEPTEMBER["1804"])
    capaian("opened", working=before, verified=before)

    # The branch pastes, mends what cannot be read, answers the question, saves and hands in.
    branch = visit("entri")
    branch.goto(URL)
    entry.paste(branch, BLOCK)
    assert entry.figures(branch) == PASTED
    expect(entry.told(branch)).to_contain_text("7 angka ditempel, 1 tidak terbaca")
    expect(entry.count(branch, "1802-BPU")).to_have_attribute("aria-invalid", "true")
    expect(entry.check(branch, "1804-PU")).to_contain_text("di luar kebiasaan. Pilih alasannya.")
    capaian("pasted", working=before, verified=before)

    entry.count(branch, "1802-BPU").fill("54.100")
    entry.reason(branch, "1804-PU").select_option("DATA_CLEANED")
    save(branch, 8)
    tenfold = (58_700, 102_300)
    capaian("saved", working=tenfold, verified=before)

    hand_in(branch)
    capaian("handed in", working=tenfold, verified=before)

    # Kanwil finds it in the queue and returns one cell.
    kanwil = visit("verifikasi")
    kanwil.goto(QUEUE)
    expect(kanwil.get_by_role("row").filter(has_text=OFFICE)).to_contain_text("1 sel bertanda")
    open_submission(kanwil)
    flagged = kanwil.get_by_role("table", name="Sel yang perlu diperiksa")
    expect(flagged.get_by_role("textbox")).to_have_count(1)
    flagged.get_by_label("Yang perlu diperbaiki: Penerima Upah, Kabupaten Lampung Barat").fill("Kelebihan satu nol?")
    kanwil.get_by_label("Alasan pengembalian").fill("Satu angka janggal.")
    kanwil.get_by_role("button", name="Kembalikan ke kantor").click()
    expect(kanwil.get_by_text("dikembalikan ke kantor beserta alasannya")).to_be_visible()
    capaian("returned", working=tenfold, verified=before)

    # The branch sees that cell and no other, mends it and hands in again. Another tab stays open as it is.
    branch.goto(URL)
    expect(branch.locator("[aria-current=step]")).to_have_text("Dikembalikan")
    expect(branch.locator(".notice")).to_contain_text("Satu angka janggal.")
    expect(branch.locator(".notice").get_by_role("link")).to_have_count(1)
    expect(branch.locator("td").filter(has_text="Perbaiki:")).to_have_count(1)
    expect(branch.locator("#c-1804-PU")).to_contain_text("Kelebihan satu nol?")
    left_open = branch.context.new_page()
    left_open.goto(URL)
    entry.count(branch, "1804-PU").fill("4.800")
    hand_in(branch)
    mended = (58_700, 59_100)
    capaian("handed in again", working=mended, verified=before)

    verify(kanwil)
    capaian("verified", working=mended, verified=mended)

    # The head office locks the month by hand.
    head = visit("admin")
    head.goto("/admin/coverage/reportingperiod/")
    head.get_by_role("row").filter(has_text="Oktober 2026").get_by_role("checkbox").check()
    head.locator("select[name=action]").select_option(label="Kunci bulan terpilih")
    head.locator("button[name=index]").click()
    head.locator("#content-main input[type=submit]").click()
    expect(head.get_by_text("Oktober 2026 dikunci.")).to_be_visible()
    capaian("locked", working=mended, verified=mended)

    # The branch is refused, in the tab it had left open and in a fresh one, and told why.
    refusal = "Periode Oktober 2026 sudah dikunci."
    entry.count(left_open, "1802-PU").fill("4.650")
    entry.save(left_open)
    expect(left_open.get_by_text(refusal).first).to_be_visible()
    expect(entry.count(left_open, "1802-PU")).to_have_value("4.650")
    assert [text for text in complaints if not text.startswith("403: ")] == []
    assert len(complaints) == 1  # the refusal itself
    complaints.clear()
    left_open.close()
    branch.goto(URL)
    expect(branch.locator(".notice").filter(has_text=refusal)).to_be_visible()
    expect(branch.get_by_role("button", name="Simpan draf")).to_have_count(0)
    capaian("refused", working=mended, verified=mended)

    # It opens the month again for that office alone, with a reason and a last day.
    head.goto("/admin/coverage/periodreopening/add/")
    head.locator("select[name=office]").select_option(label=OFFICE)
    head.locator("select[name=period]").select_option(label="Oktober 2026")
    head.locator("[name=reason]").fill("Rekap PU keliru")
    head.locator("[name=expires_on]").fill("2026-11-09")
    head.locator("input[name=_save]").click()
    expect(head.locator(".messagelist .success")).to_be_visible()
    capaian("opened again", working=mended, verified=mended)

    branch.goto(URL)
    expect(branch.get_by_text("Dibuka kembali sampai 9 November 2026:")).to_be_visible()
    expect(branch.get_by_text("Rekap PU keliru").first).to_be_visible()
    # What was refused is still on the device.
    branch.get_by_role("button", name="Pulihkan").click()
    expect(entry.count(branch, "1802-PU")).to_have_value("4.650")
    save(branch, 1)
    assert entry.draft_keys(branch) == []
    corrected = (58_750, 59_100)
    capaian("corrected", working=corrected, verified=mended)

    hand_in(branch)
    capaian("correction handed in", working=corrected, verified=mended)

    verify(kanwil)
    capaian("verified again", working=corrected, verified=corrected)
