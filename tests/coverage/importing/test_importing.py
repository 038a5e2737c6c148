"""Rows of a file held against areas, segments and rules; the template; what stands meanwhile."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coverage.importing.figures.columns import COLUMNS
from coverage.importing.figures.matching import FigureMatcher
from coverage.importing.figures.stored import load
from coverage.importing.figures.template import write_template
from coverage.importing.matching import Matched
from coverage.importing.reader import read_upload
from coverage.models import CoverageRecord, Regency
from coverage.periods import services as periods
from tests.conftest import estimate, make_period, put
from tests.support.files import HEAD, Formula, text, xlsx

KEMENDAGRI, BPS = "kemendagri", "bps"


@pytest.fixture
def october(world):
    put("1802", "PU", "2026-09", 4_598)
    period = make_period("2026-10")
    periods.open_period(date(2026, 10, 1))
    estimate("1802", "PU", 16_068)
    return period


@pytest.fixture
def reading(world, october):
    """Reads a file as one of Kantor Cabang Lampung Tengah (1802, 1804)."""

    def held(data: bytes, system: str = KEMENDAGRI, office=world.tengah) -> Matched:
        return FigureMatcher(read_upload(data, COLUMNS), load(october, office), system).match()

    return held


def mistakes(matched: Matched) -> list[str]:
    return [str(mistake) for mistake in matched.mistakes]


def counts(matched: Matched) -> list[tuple]:
    assert mistakes(matched) == []
    return [(row.area, row.segment, row.participants) for row in matched.rows]


def csv(*rows: str, head: str = "kode;segmen;peserta;keterangan;alasan") -> bytes:
    return text(head, *rows)


# Headings


@pytest.mark.parametrize(
    "head",
    [
        "kode;segmen;peserta",
        "KODE ;Segmen; Jumlah Peserta ",
        "Kode Kab./Kota;Kode segmen;Peserta aktif",
        "kode_wilayah;SEGMEN;peserta",
    ],
)
def test_columns_are_known_by_name(reading, head):
    assert counts(reading(csv("1802;PU;5", head=head))) == [("1802", "PU", 5)]


def test_columns_may_stand_in_any_order_below_other_rows(reading):
    data = xlsx([["Laporan Oktober"], [], ["Peserta", "Catatan", "Segmen", "Kode"], [5, "ok", "PU", 1802]])
    matched = reading(data)
    assert counts(matched) == [("1802", "PU", 5)]
    assert matched.rows[0].note == "ok"
    assert matched.rows[0].line == 4


def test_other_columns_are_named_and_not_read(reading):
    matched = reading(csv("1802;PU;5;6;<b>", head="kode;segmen;peserta;Peserta tahun lalu;<i>lain</i>"))
    assert matched.remarks == ["Kolom yang tidak dibaca: Peserta tahun lalu, <i>lain</i>."]


def test_the_code_of_a_segment_wins_over_its_name(reading):
    data = csv("1802;upah;PU;5", head="kode;segmen;kode segmen;peserta")
    assert counts(reading(data)) == [("1802", "PU", 5)]


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        ("kode;segmen;jumlah", "Baris 1: Tidak ada kolom “Peserta”. Kolom yang wajib: Kode, Segmen, Peserta."),
        ("kode;jumlah", "Baris 1: Tidak ada kolom “Segmen” dan “Peserta”."),
        ("a;b;c", "Tidak ada baris judul dengan kolom Kode, Segmen, Peserta."),
        ("kode;segmen;peserta;peserta", "Baris 1, kolom Peserta: Kolom ini ada dua kali."),
        ("kode bps;segmen;peserta", "Judulnya menyebut Kode BPS, tetapi yang dipilih Kode Kemendagri."),
    ],
)
def test_a_heading_that_is_not_whole_says_what_is_missing(reading, head, sentence):
    (found,) = mistakes(reading(csv("1802;PU;5;6", head=head)))
    assert sentence in found


def test_a_file_without_rows_says_so(reading):
    assert mistakes(reading(csv())) == ["Tidak ada baris di bawah judul kolom."]


# Areas, in the code system that was stated


def test_the_code_system_decides_which_area_is_meant(reading):
    """1801 is Lampung Selatan for Kemendagri, another office's; Lampung Barat for BPS, here 1804."""
    data = csv("1801;PU;5")
    assert mistakes(reading(data)) == ["Baris 2, kolom Kode: 1801 bukan wilayah kantor ini."]
    assert counts(reading(data, BPS)) == [("1804", "PU", 5)]
    assert mistakes(reading(csv("1804;PU;5"), BPS)) == ["Baris 2, kolom Kode: 1804 tidak ada dalam daftar Kode BPS."]


def test_a_name_beside_the_code_uncovers_the_wrong_code_system(reading):
    data = csv("1801;Kab. Lampung Barat;PU;5", "1805;Lampung Tengah;PU;6", head="kode;wilayah;segmen;peserta")
    assert counts(reading(data, BPS)) == [("1804", "PU", 5), ("1802", "PU", 6)]
    other = csv(
        "1802;Lampung Barat;PU;5",
        "1802;LAMPUNG TENGAH;BPU;5",
        "1804;Lampoeng Barat;PU;5",
        head="kode;wilayah;segmen;peserta",
    )
    assert mistakes(reading(other)) == [
        "Baris 2, kolom Wilayah: Dalam Kode Kemendagri, 1802 adalah Kabupaten Lampung Tengah."
    ]


@pytest.mark.parametrize("code", [1802, "1802", "18.02", 18.02, " 1802 ", "18,02", "\u200b1802"])
def test_codes_as_people_and_spreadsheets_write_them(reading, code):
    assert counts(reading(xlsx([HEAD, [code, "PU", 5]]))) == [("1802", "PU", 5)]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("9999", "9999 tidak ada dalam daftar Kode Kemendagri."),
        ("", "Kode wilayah kosong."),
        ("Lampung", "“Lampung” bukan kode wilayah."),
        ("180", "“180” bukan kode wilayah."),
        (18.1, "“18.1” tidak jelas. Tulis empat angka: 1801 atau 1810."),
        (1e300, "bukan kode wilayah"),
        (date(2018, 2, 18), "Berisi tanggal (18 Februari 2018), bukan kode wilayah."),
        (Formula("=NA()|#N/A"), "Berisi galat rumus (#N/A), bukan kode wilayah."),
    ],
)
def test_codes_that_mean_nothing_are_refused(reading, code, sentence):
    (found,) = mistakes(reading(xlsx([HEAD, [code, "PU", 5]])))
    assert found.startswith("Baris 2, kolom Kode: ")
    assert sentence in found


def test_a_kanwil_fills_its_provinces_and_no_branch(reading, world):
    matched = reading(csv("18;RT-RW;5.697", "18;TOTAL-UNSPLIT;760.468"), office=world.sumbagsel)
    assert counts(matched) == [("18", "RT-RW", 5_697), ("18", "TOTAL-UNSPLIT", 760_468)]
    found = mistakes(reading(csv("36;PU;5", "1802;PU;5"), office=world.sumbagsel))
    assert found == [
        "Baris 2, kolom Kode: 36 bukan wilayah kantor ini.",
        "Baris 3, kolom Kode: 1802 bukan wilayah kantor ini.",
    ]
    assert mistakes(reading(csv("18;PU;5"))) == ["Baris 2, kolom Kode: 18 bukan wilayah kantor ini."]


def test_a_national_file_may_name_every_area(reading):
    matched = reading(csv("18;PU;1", "1801;PU;2", "3671;PU;3"), office=None)
    assert counts(matched) == [("18", "PU", 1), ("1801", "PU", 2), ("3671", "PU", 3)]


# Segments


@pytest.mark.parametrize("segment", ["PU", "pu", "Penerima Upah", " penerima upah "])
def test_segments_by_code_or_name(reading, segment):
    assert counts(reading(csv(f"1802;{segment};5"))) == [("1802", "PU", 5)]


@pytest.mark.parametrize(
    ("segment", "sentence"),
    [
        ("XX", "“XX” bukan segmen."),
        ("", "Segmen kosong."),
        ("UCJ", "“UCJ” adalah gabungan dan dijumlahkan sendiri"),
        ("TOTAL-UNSPLIT", "tidak diisi untuk kab/kota; isi segmen rinciannya."),
    ],
)
def test_segments_that_cannot_be_filled_are_refused(reading, segment, sentence):
    (found,) = mistakes(reading(csv(f"1802;{segment};5")))
    assert found.startswith("Baris 2, kolom Segmen: ")
    assert sentence in found


def test_a_total_without_split_is_taken_where_there_is_one(reading):
    put("1802", "TOTAL-UNSPLIT", "2026-10", 5)
    assert counts(reading(csv("1802;TOTAL-UNSPLIT;6"))) == [("1802", "TOTAL-UNSPLIT", 6)]


# Head-counts


@pytest.mark.parametrize("count", ["43.202", "43,202", "43 202", "43202", 43202, 43202.0, Formula("=1|43202")])
def test_both_thousands_spellings_and_numbers_are_read(reading, count):
    assert counts(reading(xlsx([HEAD, ["1802", "PU", count]]))) == [("1802", "PU", 43_202)]


def test_zero_is_a_figure(reading):
    assert counts(reading(xlsx([HEAD, ["1802", "PU", 0]]))) == [("1802", "PU", 0)]


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (43.2, "“43,20” bukan bilangan bulat"),
        ("43,2", "“43,2” tidak jelas"),
        ("43.20", "“43.20” tidak jelas"),
        (-5, "negatif"),
        ("banyak", "“banyak” bukan angka"),
        ("-", "“-” bukan angka. Kosongkan bila belum ada angkanya"),
        (1e12, "terlalu besar"),
        (date(2026, 1, 2), "Berisi tanggal (2 Januari 2026), bukan jumlah peserta"),
        (True, "Berisi nilai benar/salah (BENAR), bukan jumlah peserta"),
        (Formula("=NA()|#N/A"), "Berisi galat rumus (#N/A), bukan jumlah peserta"),
        (Formula("=1/0|#DIV/0!"), "Berisi galat rumus (#DIV/0!), bukan jumlah peserta"),
    ],
)
def test_what_is_no_head_count_is_refused(reading, count, sentence):
    (found,) = mistakes(reading(xlsx([HEAD, ["1802", "PU", count]])))
    assert found.startswith("Baris 2, kolom Peserta: ")
    assert sentence in found


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("kode,segmen,peserta", "1802,PU,43,202"),
        ("kode,segmen,peserta,keterangan", "1802,PU,43,202"),
        ("kode,segmen,peserta,keterangan", "1802,PU,1,174,328"),
        ("kode,segmen,peserta,keterangan,alasan", "1802,PU,43,202,"),
    ],
)
def test_a_number_torn_apart_by_its_comma_is_refused(reading, head, row):
    """43 would be saved, and 202 kept as a note."""
    assert any("koma" in found or "kutip" in found for found in mistakes(reading(text(head, row))))


def test_a_number_with_a_comma_in_quotes_is_whole(reading):
    assert counts(reading(text("kode,segmen,peserta", '1802,PU,"43,202"'))) == [("1802", "PU", 43_202)]


# Notes, reasons, empty cells


def test_notes_come_on_one_line_without_invisible_letters(reading):
    data = xlsx(
        [
            HEAD,
            ["1802", "PU", 5, "baris satu\nbaris dua\u202e\u200b", "subsidi BERAKHIR"],
            ["1802", "BPU", 6, 12, "OTHER"],
        ]
    )
    first, second = reading(data).rows
    assert (first.note, first.reason) == ("baris satu baris dua", "SUBSIDY_ENDED")
    assert (second.note, second.reason) == ("12", "OTHER")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["1802", "PU", 5, "x" * 301], "kolom Keterangan: Keterangan paling banyak 300 huruf; ini 301."),
        (["1802", "PU", 5, Formula("=NA()|#N/A")], "kolom Keterangan: Berisi galat rumus (#N/A)."),
        (["1802", "PU", 5, "", "lupa"], "kolom Alasan: “lupa” bukan salah satu alasan: Subsidi berakhir,"),
    ],
)
def test_notes_and_reasons_that_do_not_fit_are_refused(reading, row, sentence):
    assert sentence in mistakes(reading(xlsx([HEAD, row])))[0]


def test_an_empty_cell_changes_nothing(reading):
    put("1802", "BPU", "2026-10", 55_000)
    matched = reading(csv("1802;PU;", "1802;BPU;;", "1802;JAKON;;baru dicek", ";;;"))
    assert counts(matched) == [("1802", "JAKON", None)]
    assert (matched.blank, matched.kept) == (2, 1)


# Mistakes, all at once


def test_every_mistake_is_told_with_row_and_column(reading):
    data = csv("1802;PU;43,2", "9999;XX;-4", "1802;BPU;5", "1801;BPU;5", "1802;bpu;6", "1802;BPU;7")
    assert mistakes(reading(data)) == [
        "Baris 2, kolom Peserta: “43,2” tidak jelas. Tulis bilangan bulat tanpa desimal, misalnya 43.202 atau 43202.",
        "Baris 3, kolom Kode: 9999 tidak ada dalam daftar Kode Kemendagri.",
        "Baris 3, kolom Segmen: “XX” bukan segmen. Pakai kodenya, misalnya PU, BPU, JAKON, atau PMI.",
        "Baris 3, kolom Peserta: “-4” negatif. Jumlah peserta tidak boleh kurang dari nol.",
        "Baris 5, kolom Kode: 1801 bukan wilayah kantor ini.",
        "Baris 6: Wilayah dan segmen ini sudah ada di baris 4.",
        "Baris 7: Wilayah dan segmen ini sudah ada di baris 4.",
    ]


def test_with_several_sheets_the_sheet_is_named(reading):
    data = xlsx(
        [HEAD, ["1802", "PU", 5]], [HEAD, ["1802", "PU", 6]], [["catatan"]], names=["Segmen", "Kelompok", "Lain"]
    )
    matched = reading(data)
    assert mistakes(matched) == [
        "Lembar Kelompok, baris 2: Wilayah dan segmen ini sudah ada di lembar Segmen, baris 2."
    ]
    assert matched.remarks == ["Lembar tanpa kolom Kode, Segmen, dan Peserta tidak dibaca: Lain."]


def test_formulas_and_hidden_sheets_are_mentioned(reading):
    data = xlsx([HEAD, ["1802", "PU", Formula("=2+3|5")]], [HEAD], names=["Isi", "Rahasia"], hidden=[1])
    assert reading(data).remarks == [
        "Lembar tersembunyi tidak dibaca: Rahasia.",
        "Berkas ini memuat rumus. Yang dibaca adalah hasil terakhir yang tersimpan di dalam berkas.",
    ]


# The template


def template(office, period):
    return openpyxl.load_workbook(io.BytesIO(write_template(load(period, office))))


def saved(book) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_the_template_holds_the_cells_of_the_office(world, october):
    put("1802", "PU", "2026-10", 4_706)
    put("1802", "RENTAN", "2026-10", 12)
    CoverageRecord.objects.filter(participants=4_706).update(note="=1+1", change_reason="OTHER")
    book = template(world.tengah, october)
    assert book.sheetnames == ["Segmen", "Kelompok"]
    main, groups = (list(sheet.iter_rows(values_only=True)) for sheet in book)
    assert main[2:6] == [
        ("Templat", "Semesta 1") + (None,) * 7,
        ("Kantor", "KC-LAMPUNG-TENGAH") + (None,) * 7,
        ("Bulan", "2026-10") + (None,) * 7,
        ("Sistem kode", "Kode Kemendagri") + (None,) * 7,
    ]
    assert main[6][5:7] == ("Sep 26", "Okt 26")
    assert main[8] == (
        "1802",
        "Kabupaten Lampung Tengah",
        "PU",
        "Penerima Upah",
        16_068,
        4_598,
        4_706,
        "=1+1",
        "Lainnya",
    )
    assert [row[2] for row in main[8:]] == ["PU", "BPU", "JAKON", "PMI"] * 2
    assert [(row[0], row[2], row[6]) for row in groups[8:]] == [
        ("1802", "RENTAN", 12), ("1802", "RT-RW", None), ("1804", "RENTAN", None), ("1804", "RT-RW", None),
    ]  # fmt: skip


def test_only_the_inputs_of_the_template_are_open(world, october):
    sheet = template(world.tengah, october)["Segmen"]
    assert sheet.protection.sheet
    assert sheet.freeze_panes == "A9"
    assert [cell.protection.locked for cell in sheet[9]] == [True] * 6 + [False] * 3
    assert all(cell.protection.locked for row in sheet["A1:I8"] for cell in row)
    count, note, reason = sheet.data_validations.dataValidation
    assert (str(count.sqref), count.type, count.formula1) == ("G9:G16", "whole", "0")
    assert count.error == "Tulis bilangan bulat dari 0 sampai 999.999.999, tanpa desimal."
    assert (str(note.sqref), note.type, note.formula1) == ("H9:H16", "textLength", "300")
    assert "Subsidi berakhir" in reason.formula1
    assert sheet["G9"].number_format == "#,##0"


def test_a_text_in_the_template_is_never_a_formula(world, october):
    put("1802", "PU", "2026-10", 1)
    CoverageRecord.objects.filter(participants=1).update(note="=cmd|' /C calc'!A0")
    assert template(world.tengah, october)["Segmen"]["H9"].data_type == "s"


def test_the_template_unfilled_changes_nothing(world, october, reading):
    put("1802", "PU", "2026-10", 4_706)
    matched = reading(write_template(load(october, world.tengah)))
    assert mistakes(matched) == []
    assert matched.remarks == []
    assert [row.key for row in matched.rows] == [("1802", "PU")]
    assert matched.blank == 11


def test_the_filled_template_is_read_as_it_was_filled(world, october, reading):
    book = template(world.tengah, october)
    book["Segmen"]["G9"], book["Segmen"]["H9"], book["Segmen"]["I9"] = 4_706, "pabrik baru", "Lainnya"
    book["Kelompok"]["G10"] = "1.200"
    rows = reading(saved(book)).rows
    assert [tuple(row[:5]) for row in rows] == [
        ("1802", "PU", 4_706, "pabrik baru", "OTHER"),
        ("1802", "RT-RW", 1_200, None, None),
    ]


def test_the_national_template_holds_every_area(world, october):
    book = template(None, october)
    assert book["Segmen"]["B4"].value == "NASIONAL"
    assert {row[0] for row in book["Segmen"].iter_rows(min_row=9, values_only=True)} == {"1801", "1802", "1804", "3671"}
    assert {"18", "36"} <= {row[0] for row in book["Kelompok"].iter_rows(min_row=9, values_only=True)}


def test_a_template_of_another_office_month_or_version_is_refused(world, october, reading):
    make_period("2026-09")
    data = write_template(load(october, world.bandar))
    assert mistakes(reading(data)) == [
        "Lembar Segmen, baris 4: Templat ini untuk kantor lain (KC-BANDAR-LAMPUNG), bukan KC-LAMPUNG-TENGAH."
    ]
    september = CoverageRecord.objects.get(participants=4_598, period="2026-09-01").period
    assert "bulan lain (2026-09), bukan 2026-10" in mistakes(reading(write_template(load(september, world.tengah))))[0]
    own = write_template(load(october, world.tengah))
    assert "memakai Kode Kemendagri, tetapi yang dipilih Kode BPS" in mistakes(reading(own, BPS))[0]
    book = openpyxl.load_workbook(io.BytesIO(own))
    book["Segmen"]["B3"] = "Semesta 0"
    assert "versi lain" in mistakes(reading(saved(book)))[0]
    assert mistakes(reading(write_template(load(october, None))))[0].endswith("(NASIONAL), bukan KC-LAMPUNG-TENGAH.")


def test_a_template_saved_as_text_still_says_whose_it_is(reading):
    lines = ["Templat;Semesta 1", "Kantor;KC-BANDAR-LAMPUNG", "Bulan;2026-10", "Sistem kode;Kode Kemendagri"]
    (found,) = mistakes(reading(text(*lines, "kode;segmen;peserta", "1802;PU;5")))
    assert found.startswith("Baris 2: Templat ini untuk kantor lain")


# Queries


def test_one_office_and_the_whole_country_take_equally_many_queries(world, october):
    def queries(office) -> int:
        with CaptureQueriesContext(connection) as captured:
            data = csv("18;RT-RW;5") if office is None else csv("1802;PU;5")
            FigureMatcher(read_upload(data, COLUMNS), load(october, office), KEMENDAGRI).match()
        return len(captured)

    one = queries(world.tengah)
    put("1801", "RENTAN", "2026-10", 5)
    Regency.objects.filter(pk="1801").update(branch_office=world.tengah)
    assert queries(world.tengah) == queries(None) == one <= 7
