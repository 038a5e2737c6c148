"""Published figures: all numbers of the articles are loaded, conflicts are explained, nothing is counted twice."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import User
from coverage.models import CoverageRecord, Dataset, PublishedFigure, ReportingPeriod, WorkforceEstimate
from reporting.loading import read_csv
from reporting.numbers import round_count
from targets.models import Target
from tests.conftest import estimate, put, target

FACTS = (PublishedFigure, CoverageRecord, WorkforceEstimate, Target)


@pytest.fixture
def reference(db):
    call_command("load_reference", verbosity=0)


@pytest.fixture
def published(reference, capsys):
    call_command("load_published")
    capsys.readouterr()


def record(area: str, segment: str, month: date) -> CoverageRecord:
    return CoverageRecord.objects.get(province=area, regency=None, segment=segment, period=month)


def run(capsys) -> str:
    call_command("load_published")
    return capsys.readouterr().out


def test_every_number_of_the_five_articles_is_loaded(published):
    articles = Counter(code.rpartition("-")[0] for code in PublishedFigure.objects.values_list("code", flat=True))
    assert articles == {
        "ANTARA-LPG-2024": 10,
        "ANTARA-LPG-2022": 6,
        "LAMPOST-2024": 24,
        "JURNALISME-2024": 11,
        "ANTARA-BABEL-2024": 6,
    }
    assert not PublishedFigure.objects.filter(source="").exists()
    by_regency = PublishedFigure.objects.filter(regency__province="18", measure="COVERAGE_RATE")
    assert by_regency.values("regency").distinct().count() == 15
    for figure in PublishedFigure.objects.all():
        figure.full_clean()


DISPUTED = {
    "LAMPOST-2024-14": ("25.6", "dua kali"),
    "LAMPOST-2024-17": ("26.6", "dua kali"),
    "LAMPOST-2024-22": (None, "Pesawaran"),
    "LAMPOST-2024-07": ("1.9", "kabupaten induk"),
    "LAMPOST-2024-20": ("32.8", "terendah"),
    "ANTARA-LPG-2024-05": ("760500", "760.468"),
    "ANTARA-LPG-2024-09": ("36171", "49.594"),
    "ANTARA-LPG-2024-10": ("96.2", "78,3%"),
    "JURNALISME-2024-01": ("937000", "masih ada"),
    "JURNALISME-2024-08": ("325000", "364.000"),
}


def test_contradictions_and_only_they_are_marked_and_explained(published):
    disputed = {figure.code: figure for figure in PublishedFigure.objects.filter(is_disputed=True)}
    assert disputed.keys() == DISPUTED.keys()
    for code, (value, explained_by) in DISPUTED.items():
        assert disputed[code].value == (None if value is None else Decimal(value)), code
        assert explained_by in disputed[code].note, code


def test_an_estimated_date_is_said_to_be_one(published):
    for figure in PublishedFigure.objects.all():
        assert figure.is_date_estimated == ("diperkirakan" in figure.source), figure.code


def test_published_counts_are_verified_facts_of_the_province(published):
    lampung = record("18", "TOTAL-UNSPLIT", date(2024, 9, 1))
    assert (lampung.participants, lampung.verified_participants) == (760_468, 760_468)
    assert lampung.verified_at is not None
    assert lampung.origin == CoverageRecord.Origin.IMPORTED
    assert "Lampost.co" in lampung.note
    first = lampung.history.get()
    assert (first.via, first.history_change_reason) == ("COMMAND", "Lampost.co, 26 September 2024")
    assert record("16", "RENTAN", date(2024, 12, 1)).participants == 65_000
    assert record("18", "PETANI", date(2022, 7, 1)).participants == 2_172
    assert CoverageRecord.objects.count() == 9
    period = ReportingPeriod.objects.get(month=date(2024, 9, 1))
    assert (period.cut_off_on, period.due_on, period.closes_on) == (
        date(2024, 9, 24),
        date(2024, 10, 10),
        date(2024, 10, 20),
    )


def test_facts_agree_with_the_figures_they_rest_on(published):
    value = dict(PublishedFigure.objects.values_list("code", "value"))
    measure = dict(PublishedFigure.objects.values_list("code", "measure"))
    for row in read_csv(settings.FIXTURE_DIR / "published_records.csv"):
        assert int(row["participants"]) == sum(value[code] for code in row["figures"].split()), row
    for row in read_csv(settings.FIXTURE_DIR / "published_estimates.csv"):
        first, *percent = (value[code] for code in row["figures"].split())
        worked_out = round_count(Fraction(first) * 100 / Fraction(percent[0])) if percent else first
        assert int(row["workers"]) == worked_out, row
        assert (row["is_derived"] == "1") == bool(percent), row
    for row in read_csv(settings.FIXTURE_DIR / "published_targets.csv"):
        stated = {measure[code]: value[code] for code in row["figures"].split()}
        if stated:
            assert Decimal(row["percent"]) == stated["TARGET_RATE"], row
            assert (row["workers"] or None) == (
                str(int(stated["TARGET_WORKERS"])) if "TARGET_WORKERS" in stated else None
            ), row


def test_arithmetic_in_the_notes_is_right(published):
    """`43.202 : 72,3%` and `35.263 dari 760,5 ribu` are checked by the reader; so they are here."""
    checked = 0
    for figure in PublishedFigure.objects.all():
        for result, part, rate in re.findall(r"([\d.]+) orang \(turunan: ([\d.]+) : ([\d,]+)%\)", figure.note):
            number = [int(text.replace(".", "")) for text in (result, part)]
            assert number[0] == round_count(number[1] * 100 / Fraction(rate.replace(",", "."))), figure.code
            checked += 1
    assert checked == 4


def test_published_targets_by_source(published):
    lampung = Target.objects.get(province="18", year=2025)
    assert (lampung.percent, lampung.workers, lampung.source_id) == (Decimal("38.39"), 1_174_328, "PUSAT")
    assert Target.objects.get(province="18", year=2024).workers is None, "derived when read, not stored"
    national = Target.objects.filter(province=None, year=2025)
    assert {t.source_id: (t.percent, t.is_reference) for t in national} == {
        "RPJMN": (Decimal("32.15"), False),
        "KEMENDAGRI": (Decimal("52.15"), True),
    }


def test_second_run_changes_nothing(published, capsys):
    before = {model: (model.objects.count(), model.history.count()) for model in FACTS}
    verified_at = record("18", "RT-RW", date(2024, 9, 1)).verified_at
    loaded_at = Dataset.objects.get(code="published").loaded_at
    lines = run(capsys).splitlines()
    assert len(lines) == 5
    assert all(" 0 baru" in line and " 0 diubah" in line for line in lines), lines
    assert {model: (model.objects.count(), model.history.count()) for model in FACTS} == before
    assert record("18", "RT-RW", date(2024, 9, 1)).verified_at == verified_at
    assert Dataset.objects.get(code="published").loaded_at == loaded_at


def test_a_correction_by_a_person_is_left_alone_and_named(published, capsys):
    person = User.objects.create_superuser("orang")
    figure = PublishedFigure.objects.get(code="LAMPOST-2024-14")
    figure.is_disputed, figure._history_user = False, person
    figure.save()
    fact = record("18", "RT-RW", date(2024, 9, 1))
    fact.participants, fact._history_user = 5_700, person
    fact.save()
    output = run(capsys)
    figure.refresh_from_db()
    fact.refresh_from_db()
    assert not figure.is_disputed
    assert fact.participants == 5_700
    assert output.count("sudah diubah pengguna") == 2


def test_a_row_no_person_touched_follows_the_files(published, capsys):
    fact = record("18", "RT-RW", date(2024, 9, 1))
    fact.participants = 1
    fact.save()
    assert "1 diubah" in run(capsys)
    fact.refresh_from_db()
    assert fact.participants == 5_697


def test_the_reference_chosen_by_the_staff_stays(reference, capsys):
    chosen = target("18", 2025, percent=Decimal("40"), source="PEMDA", reference=True)
    call_command("load_published")
    call_command("load_published")
    chosen.refresh_from_db()
    assert chosen.is_reference
    assert not Target.objects.get(province="18", year=2025, source="PUSAT").is_reference
    assert Target.objects.get(province="18", year=2024, source="PUSAT").is_reference


def test_a_total_is_not_written_beside_figures_of_its_regencies(reference, capsys):
    put("1801", "PU", "2024-09", 100)
    put("1801", "RT-RW", "2024-09", 5)
    put("1801", "PU", "2024-10", 100)
    output = run(capsys)
    written = CoverageRecord.objects.filter(regency=None, period=date(2024, 9, 1)).values_list("segment", flat=True)
    assert set(written) == {"PERANGKAT-DESA", "GURU", "NON-ASN", "RENTAN"}
    assert output.count("akan terhitung dua kali") == 2
    assert "2 dilewati" in output
    assert "Lampung · TOTAL-UNSPLIT · September 2024" in output


def test_an_empty_figure_of_a_regency_is_no_reason_to_hold_back(reference):
    put("1801", "PU", "2024-09", None)
    put("3671", "PU", "2024-09", 100)
    put("1801", "JAKON", "2024-09", 100)
    call_command("load_published", verbosity=0)
    assert record("18", "TOTAL-UNSPLIT", date(2024, 9, 1)).participants == 760_468


def test_a_potential_is_not_written_beside_those_of_its_regencies(reference, capsys):
    estimate("1801", "BPU", 1_000, since="2025-01")
    estimate("1601", "RENTAN", 10, since="2024-01")
    output = run(capsys)
    assert not WorkforceEstimate.objects.filter(province="18", regency=None, segment="TOTAL-UNSPLIT").exists()
    assert not WorkforceEstimate.objects.filter(province="16", regency=None, segment="RENTAN").exists()
    assert WorkforceEstimate.objects.filter(province="16", regency=None, segment="TOTAL-UNSPLIT").exists()
    assert output.count("sudah punya potensi") == 3


def test_without_reference_data_the_command_says_what_to_do(db):
    with pytest.raises(CommandError, match="load_reference"):
        call_command("load_published")
