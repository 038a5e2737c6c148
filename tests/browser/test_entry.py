"""The entry grid in a real browser: pasting, keys, live questions, handing in and taking back.

Without chromium these tests are skipped, as in tests/browser/test_browser.py.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from coverage.models import Submission
from coverage.submissions import services as submissions
from tests.conftest import put
from tests.support import entry_grid as grid
from tests.support.entry_grid import (
    URL,
    USUAL,
    check,
    count,
    figures,
    fill_all,
    hand_in,
    log_in,
    note,
    paste,
    reason,
    save,
    stored,
    told,
    visitor,
    wait_for_drafts,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
browser, complaints, page, stage = grid.browser, grid.complaints, grid.page, grid.stage


# Reading numbers


def test_script_and_server_read_every_spelling_alike(page):
    spellings = json.loads((Path(__file__).resolve().parents[1] / "support" / "number_spellings.json").read_text())
    read = page.evaluate(
        """async texts => {
            const { readCount } = await import("/static/js/entry/numbers.js");
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


def test_taking_a_pasted_block_back_leaves_what_was_changed_by_hand_since(page):
    count(page, "1804-PU").fill("99")
    paste(page, "4.706\n55.000\n17.617\n16.438")
    count(page, "1802-BPU").fill("55.500")
    note(page, "1802-JAKON").fill("dicek lagi")
    count(page, "1802-PMI").fill("")
    count(page, "1804-BPU").fill("77")
    page.get_by_role("button", name="Urungkan tempel").click()
    assert figures(page) == ["", "55.500", "17.617", "", "99", "77", "", ""]
    expect(note(page, "1802-JAKON")).to_have_value("dicek lagi")
    expect(told(page)).to_have_text("Tempelan diurungkan.")
    expect(page.get_by_role("button", name="Urungkan tempel")).to_be_hidden()
    expect(count(page, "1802-PU")).not_to_have_attribute("aria-invalid", "true")


def test_the_button_takes_back_the_last_block_only_and_its_notes_too(page):
    paste(page, "4.706\n55.000")
    paste(page, "1802\tPU\t4.800\tpabrik baru\n1804\tPU\t4.900\tpabrik lama")
    assert figures(page, ["1802-PU", "1804-PU"]) == ["4.800", "4.900"]
    page.get_by_role("button", name="Urungkan tempel").click()
    assert figures(page, ["1802-PU", "1802-BPU", "1804-PU"]) == ["4.706", "55.000", ""]
    expect(note(page, "1802-PU")).to_have_value("")
    expect(note(page, "1804-PU")).to_have_value("")


def test_the_undo_key_is_the_browsers_own_once_something_was_typed(page):
    """It takes back the last letter, never the block before it."""
    paste(page, "4.706\n55.000")
    page.locator("[name='n-1802-JAKON']").focus()
    page.keyboard.type("x")
    page.keyboard.press("Control+z")
    assert figures(page)[:2] == ["4.706", "55.000"]
    expect(note(page, "1802-JAKON")).to_have_value("")
    page.get_by_role("button", name="Urungkan tempel").click()
    assert figures(page)[:2] == ["", ""]


def test_pasted_notes_are_taken_back_too(page):
    paste(page, "satu\ndua", into="n-1802-PU")
    note(page, "1802-BPU").fill("dua, dicek")
    page.get_by_role("button", name="Urungkan tempel").click()
    expect(note(page, "1802-PU")).to_have_value("")
    expect(note(page, "1802-BPU")).to_have_value("dua, dicek")


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
