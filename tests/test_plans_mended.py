"""Files of targets that look right and are not: split numbers, formulas nobody worked out, fractions for percentages."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from coverage.models import ImportBatch
from tests.conftest import estimate, put
from tests.planners import planner_at


@pytest.fixture
def lampung(world):
    for area, workers, participants in (("1801", 60_000, 20_000), ("1802", 40_000, 12_000)):
        estimate(area, "PU", workers)
        put(area, "PU", "2026-06", participants, verified=participants)
    world.planner = planner_at(world.sumbagsel)
    world.client = Client()
    world.client.force_login(world.planner)
    return world


def send(world, content: str | bytes, name: str = "target.csv"):
    data = content.encode() if isinstance(content, str) else content
    return world.client.post("/sasaran/berkas/", {"berkas": SimpleUploadedFile(name, data)}, follow=True)


def workbook(*lines: list, formats: dict[str, str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    for cell, form in (formats or {}).items():
        book.active[cell].number_format = form
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("column", "number"), [("persen", "38,39"), ("target peserta", "1,174,328"), ("target peserta", "43,202")]
)
def test_a_number_split_by_the_separator_is_a_mistake(lampung, column, number):
    page = send(lampung, f"kode,tahun,sumber,{column}\n1801,2036,KANWIL,{number}\n")
    assert page.status_code == 422
    assert "Baris 2" in page.text
    assert "lebih banyak sel daripada judulnya (4)" in page.text
    assert not ImportBatch.objects.exists()


def test_a_formula_without_a_result_is_no_empty_cell(lampung):
    head = ["kode", "tahun", "sumber", "target peserta", "catatan"]
    page = send(lampung, workbook(head, ["1801", 2026, "KANWIL", "=100*5", "rapat"]), "target.xlsx")
    assert page.status_code == 422
    assert "Baris 2, kolom Target peserta" in page.text
    assert "rumus tanpa hasil" in page.text
    page = send(lampung, workbook(head, ["1801", 2026, "KANWIL", 500, '="a"&"b"']), "target.xlsx")
    assert page.status_code == 422
    assert "Baris 2, kolom Catatan" in page.text
    assert not ImportBatch.objects.exists()
