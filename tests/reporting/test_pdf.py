"""PDFs: the given data, the same bytes for the same data, thread safety."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from reporting import pdf

DAY = date(2024, 9, 24)
TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set text(font: "Open Sans", lang: "id")
= #data.title
#data.note
"""


@pytest.fixture
def sheet(settings, tmp_path, monkeypatch):
    """Compiles the small template above with a title and a note."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "small.typ").write_text(TEMPLATE)
    settings.BASE_DIR = tmp_path
    monkeypatch.setattr(pdf, "_warm", None)
    return lambda title="Rapor", note="isi": pdf.compile_pdf("small.typ", {"title": title, "note": note}, DAY)


def test_a_page_is_tagged_and_says_its_language_and_title(sheet):
    found = sheet("Rapor Lampung")
    assert found.startswith(b"%PDF-1.7")
    assert pdf.page_count(found) == 1
    for said in (rb"/Lang ?\(id\)", rb"/MarkInfo", rb"/StructTreeRoot", rb"pdfuaid", rb"Rapor Lampung"):
        assert re.search(said, found), said


def test_the_same_data_give_the_same_bytes(sheet):
    assert sheet() == sheet()
    assert sheet() != sheet(note="lain")


@pytest.mark.parametrize(
    "note",
    ['#panic("x")', "*tebal* _miring_ = judul", "$ x^2 $ ] } \\ \" '", "<label> @ref // komentar", "`kode` #[x]"],
)
def test_what_is_typed_is_printed_and_never_run(sheet, note):
    assert pdf.page_count(sheet(title=note, note=note)) == 1


def test_a_letter_the_fonts_lack_does_not_keep_the_page_away(sheet):
    found = sheet(note="selesai 😀 漢")
    assert pdf.page_count(found) == 1
    assert b"/StructTreeRoot" in found


def test_a_mistake_in_the_template_is_not_hidden(sheet, settings):
    (settings.BASE_DIR / "templates" / "wrong.typ").write_text("#data.missing")
    with pytest.raises(Exception, match="unknown variable"):
        pdf.compile_pdf("wrong.typ", {}, DAY)


def test_threads_get_their_own_pages(sheet):
    alone = [sheet(f"Rapor {number}") for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda number: sheet(f"Rapor {number}"), range(12)))
    assert together == alone


def test_a_worker_forked_after_a_page_refuses_instead_of_hanging(sheet, monkeypatch):
    sheet()
    monkeypatch.setattr(os, "getpid", lambda: -1)
    with pytest.raises(pdf.CompiledBeforeFork):
        sheet()


def test_importing_compiles_nothing(monkeypatch):
    """A server imports before it forks."""
    import importlib

    monkeypatch.setattr(pdf, "_warm", None)
    importlib.reload(pdf)
    assert pdf._warm is None
