"""Reading files: what a workbook and a text file are read as, and what is refused before anything is believed."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.importing import file_types
from coverage.importing.figures.columns import COLUMNS
from coverage.importing.reader import read_upload
from coverage.importing.sheets import Odd, Unreadable
from tests.support.files import HEAD, Formula, archive, rebuilt, replaced, text, xlsx

GOOD = xlsx([HEAD, ["1802", "PU", 43202, "ok"], ["1802", "BPU", "12.881"]])


def rows(data: bytes):
    (sheet,) = read_upload(data, COLUMNS).sheets
    return [(number, list(cells)) for number, cells in sheet.rows]


def refusal(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read_upload(data, COLUMNS)
    return str(caught.value)


# Workbooks


def test_rows_keep_the_numbers_the_spreadsheet_shows():
    data = xlsx([[], ["judul"], [None, None], [None, "kode", 43202, 43.2]])
    assert rows(data) == [(2, ["judul", "", "", ""]), (4, ["", "kode", 43202.0, 43.2])]


def test_dates_logical_values_and_errors_are_no_numbers():
    ((_, cells),) = rows(xlsx([[date(2026, 1, 2), True, Formula("=1/0|#DIV/0!"), Formula("=NA()|#N/A"), 5]]))
    assert [str(cell.kind) for cell in cells[:4]] == ["tanggal", "nilai benar/salah", "galat rumus", "galat rumus"]
    assert [cell.shown for cell in cells[:4]] == ["2 Januari 2026", "BENAR", "#DIV/0!", "#N/A"]
    assert cells[4] == 5


def test_an_error_in_the_last_cell_is_not_taken_for_an_empty_one():
    assert rows(xlsx([["a"], [None, Formula("=NA()|#N/A")]]))[1][1][1].shown == "#N/A"
    assert [type(cell) for cell in rows(xlsx([[Formula("=NA()|#N/A")]]))[0][1]] == [Odd]


def test_of_a_formula_the_last_result_is_read_and_counted():
    document = read_upload(xlsx([[Formula("=40000+3202|43202")]]), COLUMNS)
    assert document.sheets[0].rows == ((1, (43202.0,)),)
    assert document.formulas == 1


def test_hidden_sheets_are_named_and_not_read():
    document = read_upload(xlsx([["a"]], [["b"]], names=["Isi", "Lama"], hidden=[1]), COLUMNS)
    assert [sheet.name for sheet in document.sheets] == ["Isi"]
    assert document.hidden == ("Lama",)


def test_an_empty_workbook_has_no_rows():
    assert rows(xlsx([])) == []


def test_cells_that_are_only_coloured_reach_nowhere():
    data = replaced(GOOD, "sheet1.xml", "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>')
    assert len(rows(data)) == 3


def test_parts_with_other_names_are_found():
    """As other programs than Excel name them; the letters of a reference need not be those of the part."""
    data = xlsx([["kode", 43202, date(2026, 1, 2)]])
    renamed = {
        "xl/workbook.xml": "xl/workbook22.xml",
        "xl/_rels/workbook.xml.rels": "xl/_rels/workbook22.xml.rels",
        "xl/sharedStrings.xml": "xl/texts.xml",
        "xl/styles.xml": "xl/looks.xml",
        "xl/worksheets/sheet1.xml": "xl/worksheets/one.xml",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(b"sharedStrings.xml", b"Texts.xml").replace(b"styles.xml", b"looks.xml")
            content = content.replace(b"xl/workbook.xml", b"/xl/workbook22.xml").replace(b"sheet1.xml", b"One.xml")
            new.writestr(renamed.get(name, name), content)
    assert rows(buffer.getvalue()) == rows(data)
    assert rows(data)[0][1][2].shown == "2 Januari 2026"


def test_cells_without_references_follow_each_other():
    data = xlsx([["a", "b", Formula("=NA()|#N/A")], ["c"]])
    for place in (' r="A1"', ' r="B1"', ' r="C1"', ' r="1"', ' r="A2"', ' r="2"'):
        data = replaced(data, "sheet1.xml", place, "")
    assert rows(data) == rows(xlsx([["a", "b", Formula("=NA()|#N/A")], ["c"]]))


# Files nobody should send


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "kosong"),
        (b"%PDF-1.7 \n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "gambar"),
        (b"\xff\xd8\xff\xe0", "gambar"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "gambar"),
        (b"\x1f\x8b\x08", "arsip"),
        (b"Rar!\x1a\x07", "arsip"),
        (b"{\\rtf1 kode;segmen;peserta}", "RTF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "Excel lama (.xls)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "kata sandi"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "Office lama"),
        (b"<!DOCTYPE html><table><tr><td>kode", "halaman web"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook>", "halaman web atau XML"),
        (archive(word__document_xml=b"<a/>"), "dokumen Word"),
        (archive(ppt__presentation_xml=b"<a/>"), "presentasi"),
        (archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content_xml=b"<a/>"), ".ods"),
        (archive(xl__workbook_bin=b"x"), ".xlsb"),
        (archive(laporan_csv=b"kode;segmen;peserta"), "arsip ZIP"),
        (rebuilt(GOOD, lambda _, content: content, xl__vbaProject_bin=b"x"), "makro"),
        (rebuilt(GOOD, lambda _, content: content, xl__macrosheets__sheet1_xml=b"<a/>"), "makro"),
        (GOOD[: len(GOOD) // 2], "rusak"),
        (GOOD[:20], "rusak"),
        (bytes(range(256)) * 4, "bukan teks"),
        (b'kode;segmen;peserta\n1802;PU;"43', "Tanda kutip"),
        (b"kode;segmen\x81;peserta\xff\x8d", "Huruf"),
    ],
)
def test_what_cannot_be_read_says_why(data, sentence):
    assert sentence in refusal(data)


def test_the_name_of_a_file_proves_nothing():
    assert rows(text("kode;segmen;peserta", "1802;PU;5"))  # sent as oktober.xlsx it is read all the same


def test_a_zip_locked_with_a_password_is_refused():
    data = bytearray(archive(xl__workbook_xml=b"<a/>"))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "kata sandi" in refusal(bytes(data))


def test_a_file_that_is_too_large_is_refused_before_it_is_opened(settings):
    settings.UPLOAD_MAX_BYTES = 3 * 2**20
    assert "lebih besar dari 3 MB" in refusal(b"a" * (3 * 2**20 + 1))


# Files made to do harm


def test_a_zip_bomb_is_refused_by_its_directory():
    bomb = rebuilt(GOOD, lambda _, content: content, xl__worksheets__sheet9_xml=b" " * (file_types.MAX_UNPACKED + 1))
    assert len(bomb) < 200_000
    started = time.perf_counter()
    assert "setelah dibuka" in refusal(bomb)
    assert time.perf_counter() - started < 1


def test_a_zip_bomb_that_lies_about_its_size_is_refused():
    data = rebuilt(GOOD, lambda name, content: content + b" " * 10**7 if name.endswith("sheet1.xml") else content)
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        size = found.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != data
    assert "rusak" in refusal(lying)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("</sheetData>", '<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>', "baris 1.048.576"),
        ("</sheetData>", '<row r="9"><c r="XFD9"><v>1</v></c></row></sheetData>', "jauh di kanan"),
        ("</sheetData>", '<row r="59000"><c r="GA59000"><v>1</v></c></row></sheetData>', "terlalu banyak sel"),
        ("</sheetData>", '<row r="0"><c><v>1</v></c></row></sheetData>', "rusak"),
        ("</sheetData>", f'<row r="{"9" * 5000}"><c><v>1</v></c></row></sheetData>', "rusak"),
        ("</sheetData>", '<row r="9"><c r="É9"><v>1</v></c></row></sheetData>', "rusak"),
        ("</sheetData>", "", "rusak"),
        ("<worksheet", '<!DOCTYPE a [<!ENTITY b "bb">]><worksheet', "rusak"),
        ('encoding="UTF-8"', 'encoding="KLINGON"', "rusak"),
    ],
)
def test_a_sheet_made_to_unfold_to_something_huge_is_refused(old, new, sentence):
    assert sentence in refusal(replaced(GOOD, "sheet1.xml", old, new))


def test_one_long_text_used_many_times_is_refused():
    data = xlsx([["teks"] * 100 for _ in range(500)])
    started = time.perf_counter()
    assert "teks yang terlalu panjang" in refusal(replaced(data, "sharedStrings.xml", "teks", "x" * 1_000_000))
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels", "worksheets/sheet1.xml"]
)
def test_a_workbook_without_one_of_its_parts_is_refused(part):
    data = rebuilt(GOOD, lambda name, content: None if name.endswith(part) else content)
    assert refusal(data)


# Text files


@pytest.mark.parametrize(
    "data",
    [
        text("kode;segmen;peserta", "1802;PU;43.202"),
        text("kode;segmen;peserta", "1802;PU;43.202", encoding="utf-8-sig"),
        text("kode;segmen;peserta", "1802;PU;43.202", end="\n"),
        text("kode;segmen;peserta", "1802;PU;43.202", end="\r"),
        text("kode\tsegmen\tpeserta", "1802\tPU\t43.202"),
        text("kode\tsegmen\tpeserta", "1802\tPU\t43.202", encoding="utf-16"),
        text("kode,segmen,peserta", "1802,PU,43.202"),
        text('"kode","segmen","peserta"', '"1802","PU","43.202"'),
        text("sep=,", "kode,segmen,peserta", "1802,PU,43.202"),
    ],
)
def test_text_files_as_programs_write_them(data):
    assert rows(data) == [(1, ["kode", "segmen", "peserta"]), (2, ["1802", "PU", "43.202"])]


def test_the_separator_is_the_one_that_makes_the_heading():
    data = text("Laporan, Kanwil, bulan, Oktober", "kode;segmen;peserta;keterangan", "1802;PU;5;satu, dua, tiga, empat")
    assert rows(data)[2] == (3, ["1802", "PU", "5", "satu, dua, tiga, empat"])


def test_letters_of_the_old_windows_code_page_are_read():
    assert rows(text("kode;segmen;peserta;keterangan", "1802;PU;5;Café – ½", encoding="cp1252"))[1][1][3] == "Café – ½"


def test_rows_of_text_are_counted_as_a_spreadsheet_counts_them():
    data = text("kode;segmen;peserta;keterangan", "", '1802;PU;1;"dua\nbaris"', ";;;", "1802;BPU;2;")
    assert [number for number, _ in rows(data)] == [1, 3, 5]


@pytest.mark.parametrize("data", [b"a;b\n" * 60_001, (b";" * 300 + b"a\n"), (b"a" + b";" * 150 + b"\n") * 7000])
def test_a_text_file_that_is_too_long_or_too_wide_is_refused(data):
    assert "terlalu panjang atau terlalu lebar" in refusal(data)


# No bytes at all make the reader fail


def survives(data: bytes) -> None:
    try:
        document = read_upload(data, COLUMNS)
    except Unreadable:
        return
    assert all(number > 0 and cells for sheet in document.sheets for number, cells in sheet.rows)


@given(st.binary(max_size=400))
@settings(max_examples=200)
def test_no_bytes_crash_the_reader(data):
    survives(data)


@given(st.text(alphabet=';,\t"\n\r 0123456789.kodesgmnprt\u00a0é\ufeff=', max_size=200))
@settings(max_examples=150)
def test_no_text_crashes_the_reader(data):
    survives(data.encode())


@given(st.data())
@settings(max_examples=150)
def test_no_damaged_workbook_crashes_the_reader(data):
    broken = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    survives(bytes(broken))


@given(st.data())
@settings(max_examples=150)
def test_no_damaged_part_crashes_the_reader(data):
    """Damage inside the XML, behind the checksums of the ZIP."""
    part = data.draw(st.sampled_from(["sheet1.xml", "workbook.xml", "workbook.xml.rels", "styles.xml", "Strings.xml"]))
    pieces = st.sampled_from(
        ["<", ">", "/", '"', "&", "r=", "t=", "s=", "v>", "c ", "99999999999", "-1", "\x00", "é", ""]
    )

    def change(name, content):
        if not name.endswith(part):
            return content
        at = data.draw(st.integers(0, len(content)))
        cut = data.draw(st.integers(0, 12))
        return content[:at] + data.draw(pieces).encode() + content[at + cut :]

    survives(rebuilt(GOOD, change))
