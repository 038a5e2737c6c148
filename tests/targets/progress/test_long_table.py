"""A table of several pages: figures read for one page are the same as figures read for all."""

from __future__ import annotations

import re

import pytest

from coverage.figures.reader import FigureReader
from coverage.models import Province, Regency, WorkerSegment
from reporting.months import parse_month
from targets.progress.data import Level, Question
from targets.progress.report import progress_report
from tests.conftest import estimate, put, target

MONTHS = [f"2025-{month:02d}" for month in range(3, 13)] + ["2026-01", "2026-02", "2026-03"]
TABLE = "/capaian/?bulan=2026-03&tingkat=kabkota"


@pytest.fixture
def sixty_regencies(world):
    """Sixty regencies in two provinces, an unsplit part of Lampung, and some blanks."""
    for number in range(60):
        province = ("18", "36")[number % 2]
        code = f"{province}{20 + number // 2}"
        Regency.objects.create(
            code=code,
            bps_code=code,
            name=f"Kabupaten {code}",
            kind="KABUPATEN",
            province=Province.objects.get(pk=province),
            branch_office=world.tengah,
        )
        estimate(code, "PU", 1_000 + 10 * number)
        target(code, 2026, percent=40)
        for place, month in enumerate(MONTHS):
            if (number + place) % 7:
                put(code, "PU", month, 100 + number * place, verified=100 + number * place)
    put("18", "PU", "2026-03", 55, verified=55)
    return world


def rows_in(page: str) -> list[str]:
    """Body rows as texts and drawings, and the total."""
    return re.findall(r"<tr><t[hd](?! scope=\"col\").*?</tr>", page, re.DOTALL)


def test_a_page_of_a_long_table_says_what_the_whole_table_says(client, sixty_regencies):
    client.force_login(sixty_regencies.pimpinan)
    for order in ("", "&urut=-participants", "&urut=status", "&urut=-observed_per_month"):
        whole = client.get(f"{TABLE}{order}&per_halaman=600").content.decode()
        *all_rows, total = rows_in(whole)
        assert len(all_rows) > 60
        found = []
        for number in (1, 2):
            *rows, foot = rows_in(client.get(f"{TABLE}{order}&halaman={number}").content.decode())
            assert foot == total
            found += rows
        assert found == all_rows


def test_the_months_of_a_long_table_are_read_for_the_rows_of_the_page_only(client, sixty_regencies, monkeypatch):
    asked = []
    for name in ("monthly_participants", "monthly_participants_of"):
        read = getattr(FigureReader, name)

        def counted(self, *args, read=read, **options):
            found = read(self, *args, **options)
            asked.append(len(found))
            return found

        monkeypatch.setattr(FigureReader, name, counted)
    client.force_login(sixty_regencies.pimpinan)
    client.get(TABLE)
    assert asked == [50]
    asked.clear()
    client.get(f"{TABLE}&urut=status")
    assert len(asked) == 1
    assert asked[0] > 60


def test_a_row_alone_is_not_asked_for_alone(sixty_regencies, django_assert_num_queries):
    """Reading the pace of one row without prefetching reads that of all: never a query per row."""
    question = Question(month=parse_month("2026-03"), segment=WorkerSegment.objects.get(pk="UCJ"), level=Level.REGENCY)
    found = progress_report(sixty_regencies.pimpinan, question)
    with django_assert_num_queries(1):
        assert [row.progress.observed_per_month for row in found.rows]
