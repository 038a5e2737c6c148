"""Runs through a month in a running demonstration and takes the screenshots of the guides.

Called by make.py. Every step of the guides is done in a real browser, and a step that no longer works is an error. It
changes figures of the demonstration's open month, so recreate the demonstration before the next run.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path

import openpyxl
from playwright.sync_api import Browser, BrowserContext, Locator, Page

HERE = Path(__file__).resolve().parent
LARGEST = 180_000  # bytes
SIZE = {"width": 1180, "height": 1500}
MONTH, OFFICE = "2026-10", "KC-LAMPUNG-TENGAH"
ENTRY, REVIEW = f"/entri/{MONTH}/{OFFICE}/", f"/verifikasi/{MONTH}/{OFFICE}/"
LAMPUNG_2024 = "/wilayah/18/?bulan=2024-09&tahun=2024"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

LogIn = Callable[[Page, str], None]


class Studio:
    """Browser windows, one per user."""

    def __init__(self, browser: Browser, address: str, log_in: LogIn) -> None:
        self.browser, self.address, self.log_in = browser, address, log_in
        self.contexts: list[BrowserContext] = []

    def enter(self, username: str, **size: int) -> Page:
        context = self.browser.new_context(
            base_url=self.address, viewport={**SIZE, **size}, locale="id-ID", timezone_id="Asia/Jakarta"
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        self.log_in(page, username)
        return page

    def leave(self) -> None:
        for context in self.contexts:
            context.close()


def shoot(page: Page, name: str, *parts: str | Locator, pad: int = 12) -> None:
    """Take a screenshot that contains all parts. Raises AssertionError when the file is too large."""
    page.evaluate("document.activeElement?.blur()")
    page.wait_for_timeout(250)
    boxes = []
    for part in parts:
        locator = page.locator(part).first if isinstance(part, str) else part.first
        box = locator.bounding_box()
        assert box, f"{name}: {part} is not to be seen"
        boxes.append(box)
    scroll = page.evaluate("[scrollX, scrollY]")
    left = max(0, min(box["x"] for box in boxes) - pad)
    top = max(0, min(box["y"] for box in boxes) - pad) + scroll[1]
    right = max(box["x"] + box["width"] for box in boxes) + pad
    bottom = max(box["y"] + box["height"] for box in boxes) + pad + scroll[1]
    clip = {"x": left, "y": top, "width": min(right, page.viewport_size["width"]) - left, "height": bottom - top}
    picture = page.screenshot(clip=clip, full_page=True)
    assert len(picture) < LARGEST, f"{name}: {len(picture):,} bytes, show less"
    (HERE / f"panduan-{name}.png").write_bytes(picture)
    width, height = struct.unpack(">II", picture[16:24])
    print(f"panduan-{name}.png: {width} x {height}, {len(picture):,} bytes")  # noqa: T201


def cell(page: Page, name: str) -> Locator:
    return page.locator(f'input[name="p-{name}"]')


def row(page: Page, name: str) -> Locator:
    return page.locator(f'tr[data-row="{name}"]')


def area(page: Page, code: str) -> Locator:
    return page.locator(f'tbody[data-area="{code}"]')


def save(page: Page) -> None:
    """Save and wait until the response is on the page."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Simpan draf").click()
    page.locator("form.entry:not([aria-busy])").wait_for()
    page.wait_for_timeout(200)


def take_guides(browser: Browser, address: str, log_in: LogIn) -> None:
    studio = Studio(browser, address, log_in)
    entry, verifier = studio.enter("entri"), studio.enter("verifikasi", width=1366)
    fill(entry)
    two_at_once(entry, studio.enter("admin"))
    upload(entry)
    hand_in(entry)
    verify(verifier)
    mend(entry)
    verify_again(verifier)
    reopen(studio.enter("admin"), entry, verifier)
    reports(studio.enter("pimpinan", width=1366))
    planning(studio.enter("sasaran", width=1366))
    studio.leave()


def fill(page: Page) -> None:
    page.goto("/")
    shoot(page, "tugas", page.locator(".tasks"))
    page.get_by_role("link", name="Lanjutkan mengisi").click()
    page.locator("form.entry").wait_for()
    shoot(page, "entri", ".bar1", ".steps", area(page, "1802"))
    cell(page, "1802-PU").fill("8.392")
    cell(page, "1802-PMI").fill("2.710")
    cell(page, "1803-BPU").fill("43,2")
    cell(page, "1803-PMI").fill("0")
    page.keyboard.press("Tab")
    row(page, "1803-BPU").get_by_text("tidak jelas").wait_for()
    shoot(page, "tanda", area(page, "1802"), area(page, "1803"), pad=0)
    page.reload()
    shoot(page, "perangkat", "#isian-perangkat")
    page.locator("#isian-perangkat").get_by_role("button").first.click()
    cell(page, "1802-PU").fill("83.920")
    cell(page, "1803-BPU").fill("16.402")
    cell(page, "1803-PMI").fill("2.261")
    save(page)
    page.get_by_role("button", name="Tempel dari Excel").click()
    block = page.get_by_label("Isi yang disalin")
    block.fill(
        "Kab/kota\tSegmen\tOktober 2026\nTulang Bawang\tPU\t28.871\nTulang Bawang\tBPU\t8.702\n"
        "Tulang Bawang\tJAKON\t4.106\n"
    )
    shoot(page, "tempel", "#tempel", pad=0)
    page.get_by_role("button", name="Isikan ke tabel").click()
    row(page, "1805-JAKON").get_by_text("di luar kebiasaan").wait_for()
    page.get_by_role("button", name="Periksa dan ajukan").click()
    page.locator("#kurang").wait_for()
    shoot(page, "kurang", "#kurang", ".steps")


def two_at_once(page: Page, other: Page) -> None:
    page.goto(ENTRY)
    other.goto(ENTRY)
    cell(other, "1802-BPU").fill("32.480")
    save(other)
    cell(page, "1802-BPU").fill("32.640")
    save(page)
    page.locator("fieldset.conflict").wait_for()
    shoot(page, "bentrok", row(page, "1802-PU"), row(page, "1802-BPU"), pad=0)
    page.get_by_label("angka saya").check()
    save(page)
    page.locator("fieldset.conflict").wait_for(state="detached")


def upload(page: Page) -> None:
    page.goto(ENTRY)
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh templat XLSX").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    write_into(book, {("1805", "PMI"): 774, ("1805", "BPU"): 8_719})
    sheet = io.BytesIO()
    book.save(sheet)
    page.get_by_role("link", name="Unggah berkas").click()
    shoot(page, "berkas", ".steps2")
    page.get_by_label("Berkas XLSX atau CSV").set_input_files(
        {"name": download.value.suggested_filename, "mimeType": XLSX, "buffer": sheet.getvalue()}
    )
    page.get_by_role("button", name="Periksa berkas").click()
    page.locator(".tally").wait_for()
    shoot(page, "pratinjau", ".tally", "table.lines", ".savebar")
    page.get_by_role("button", name="Simpan 2 sel").click()
    page.locator("form.entry").wait_for()


def write_into(book: openpyxl.Workbook, figures: dict[tuple[str, str], int]) -> None:
    """Write values into the template's columns, found by their headings."""
    sheet = book.worksheets[0]
    for heading in sheet.iter_rows():
        columns = {str(place.value).strip().lower(): place.column for place in heading if place.value}
        if {"kode kemendagri", "peserta"} <= columns.keys():
            break
    else:
        raise AssertionError("The template has no heading row any more.")
    segment, participants = columns["segmen"], columns["peserta"]
    for line in sheet.iter_rows(min_row=heading[0].row + 1):
        place = (str(line[columns["kode kemendagri"] - 1].value), str(line[segment - 1].value))
        if place in figures:
            sheet.cell(line[0].row, participants, figures.pop(place))
    assert not figures, f"not in the template: {figures}"


def hand_in(page: Page) -> None:
    jakon = row(page, "1805-JAKON")
    jakon.get_by_role("combobox").select_option(label="Proyek konstruksi selesai")
    jakon.locator("input.note").fill("Bendungan selesai, 7.488 pekerja berhenti.")
    shoot(page, "alasan", jakon, pad=0)
    page.get_by_role("button", name="Periksa dan ajukan").click()
    page.locator("#ajukan").get_by_role("button", name="Ya, ajukan").wait_for()
    shoot(page, "ajukan", "#ajukan", pad=0)
    page.get_by_role("button", name="Ya, ajukan").click()
    page.get_by_text("Tarik kembali pengajuan").click()
    shoot(page, "diajukan", ".bar1", ".steps", ".withdraw")
    page.get_by_role("button", name="Tarik kembali", exact=True).click()
    page.get_by_role("button", name="Periksa dan ajukan").click()
    page.get_by_role("button", name="Ya, ajukan").click()
    page.locator(".withdraw").wait_for()


def verify(page: Page) -> None:
    page.goto("/verifikasi/")
    shoot(page, "antrean", ".states", "table.queue", ".savebar")
    page.goto(f"/verifikasi/{MONTH}/KC-BANDAR-LAMPUNG/")
    shoot(page, "periksa", "h1", "dl.figs", page.locator("table.cells"))
    page.goto(REVIEW)
    flagged = page.locator("table.cells").first
    flagged.get_by_label("Yang perlu diperbaiki").first.fill("Sebutkan nama dan nomor proyeknya.")
    page.get_by_label("Alasan pengembalian").fill("JAKON turun tajam. Lengkapi keterangannya.")
    shoot(page, "kembalikan", page.get_by_role("heading", name="Perlu diperiksa"), flagged)
    shoot(page, "alasan-kembali", "#kembalikan")
    page.get_by_role("button", name="Kembalikan ke kantor").click()
    page.get_by_text("dikembalikan").first.wait_for()
    page.goto("/verifikasi/")
    page.get_by_label("Kantor Cabang Muara Enim").check()
    page.get_by_label("Kantor Cabang Pangkal Pinang").check()
    page.get_by_role("button", name="Verifikasi yang dicentang").click()
    page.get_by_text("diverifikasi").first.wait_for()
    page.goto(f"/kelengkapan/?bulan={MONTH}")
    shoot(page, "kelengkapan", ".states", page.locator("tbody tr").nth(6), pad=6)
    page.goto("/riwayat/2026-09/1802/BPU/")
    shoot(page, "riwayat", "h1", "table")


def mend(page: Page) -> None:
    page.goto(ENTRY)
    shoot(page, "dikembalikan", ".steps", ".notice.warning")
    jakon = row(page, "1805-JAKON")
    shoot(page, "perbaiki", jakon, pad=0)
    jakon.locator("input.note").fill("Bendungan Margatiga, SPK 17/2024, selesai; 7.488 pekerja berhenti.")
    page.get_by_role("button", name="Periksa dan ajukan").click()
    page.get_by_role("button", name="Ya, ajukan").click()
    page.locator(".withdraw").wait_for()


def verify_again(page: Page) -> None:
    page.goto(REVIEW)
    page.get_by_role("button", name="Verifikasi", exact=True).click()
    page.get_by_text("diverifikasi").first.wait_for()


def reopen(admin: Page, page: Page, verifier: Page) -> None:
    """Reopen a closed month, correct it, and show the change to the verifier."""
    admin.goto("/admin/coverage/periodreopening/add/")
    admin.get_by_label("Kantor").select_option(label="Kantor Cabang Lampung Tengah")
    admin.get_by_label("Periode").select_option(label="September 2026")
    admin.get_by_label("Alasan").fill("Data unit Kotabumi terlambat diterima; BPU Lampung Utara diperbaiki.")
    shoot(admin, "buka-kembali", "#periodreopening_form")
    admin.get_by_role("button", name="Simpan", exact=True).click()
    admin.wait_for_url("**/periodreopening/")
    page.goto(f"/entri/2026-09/{OFFICE}/")
    page.get_by_text("Dibuka kembali sampai").wait_for()
    cell(page, "1803-BPU").fill("16.612")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("button[name=action][value=save]").click()
    page.get_by_text("sel disimpan").first.wait_for()
    verifier.goto(f"/verifikasi/2026-09/{OFFICE}/")
    shoot(verifier, "berubah", "h1", ".notice.warning")


def reports(page: Page) -> None:
    page.goto(LAMPUNG_2024)
    shoot(page, "ringkasan", ".bar1", ".hero", ".hero + *")
    shoot(page, "lintasan", page.locator("figure", has_text="lintasan ke target"))
    targets = page.get_by_role("heading", name="Target menurut sumber")
    shoot(page, "target", targets, page.locator("section", has=targets).locator("table"))
    published = page.get_by_role("heading", name="Angka terbitan")
    shoot(page, "terbitan", published, page.locator("section", has=published).locator("tbody tr").nth(4), pad=6)
    page.goto("/capaian/?tingkat=kabkota&provinsi=18")
    shoot(page, "capaian", ".filters", page.locator("tbody tr").nth(5), pad=6)
    page.goto("/capaian/?tingkat=kabkota&provinsi=18&bulan=2026-09&banding=2026-03")
    shoot(page, "banding", ".th", page.locator("tbody tr").nth(5), pad=6)
    page.get_by_text("Kolom", exact=True).click()
    shoot(page, "kolom", ".th", ".choose", pad=6)
    page.goto("/segmen/?kanwil=KW-SUMBAGSEL")
    shoot(page, "segmen", ".filters", page.locator("tfoot tr"), pad=6)


def planning(page: Page) -> None:
    page.goto("/sasaran/?tahun=2025&kanwil=KW-SUMBAGSEL")
    shoot(page, "sasaran", ".bar1", page.locator("table.report"), pad=6)
