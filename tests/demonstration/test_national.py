"""The national data set: invented for measuring, repeatable, and never beside other data."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from accounts.models import User
from coverage.models import CoverageRecord, Dataset, Submission, SubmissionEvent, WorkerSegment, WorkforceEstimate
from demonstration.demo.areas import read_areas
from demonstration.national import figures, loading
from targets.models import Target

TODAY = date(2026, 11, 5)
#: Of the figures below. Changes with every change of what is invented; then raise `loading.VERSION`.
FINGERPRINT = "d9f4ba809cbc3ef8"


def generate(count: int = 2) -> None:
    call_command("load_reference", verbosity=0)
    loading.generate(count, TODAY, lambda done, steps, what: None, provinces=("19", "76"))


@pytest.fixture
def national(db, settings):
    settings.DEBUG = True
    generate()


def fingerprint() -> str:
    fields = ("period", "regency", "segment", "participants", "verified_participants", "origin")
    rows = [
        *CoverageRecord.objects.order_by().values_list(*fields),
        *WorkforceEstimate.objects.order_by().values_list("effective_from", "regency", "segment", "workers"),
        *Target.objects.order_by().values_list("year", "province", "regency", "source", "percent"),
    ]
    # sorted here: the two databases do not agree where nothing stands, nor on the order of letters and hyphens
    return hashlib.sha256("".join(sorted(map(repr, rows))).encode()).hexdigest()[:16]


def test_it_is_the_same_on_every_machine_and_day(national):
    assert fingerprint() == FINGERPRINT


def test_every_regency_has_twenty_segments_in_every_month(national):
    per_month = CoverageRecord.objects.order_by().values("period", "regency").annotate(segments=Count("segment"))
    assert {row["segments"] for row in per_month} == {20}
    assert len(per_month) == 2 * (7 + 6)
    assert WorkerSegment.objects.filter(code__startswith="PERAGAAN-").count() == 3


def test_a_short_span_is_the_end_of_a_long_one():
    areas = [area for area in read_areas() if area.province == "19"]
    plan = figures.plan_cells(areas, ["RENTAN"])[0]
    long, short = (figures.participants(plan, figures.span_of(date(2026, 10, 1), count)) for count in (40, 12))
    assert long[-12:] == short


def test_it_comes_with_users_submissions_and_targets_of_several_sources(national):
    assert set(User.objects.values_list("username", flat=True)) >= {"entri", "verifikasi", "pimpinan", "pemda", "admin"}
    assert Submission.objects.filter(status="VERIFIED").exists()
    assert SubmissionEvent.objects.filter(action="VERIFY").exists()
    assert Target.objects.order_by().values("source").distinct().count() == 3
    assert Dataset.objects.get(code=loading.MARK).is_demonstration


def test_run_again_it_leaves_what_is_there(national, capsys):
    Dataset.objects.filter(code=loading.MARK).update(version=loading.version_of(2))
    before = CoverageRecord.objects.count()
    call_command("generate_national", months=2)
    assert "sudah ada" in capsys.readouterr().out
    assert CoverageRecord.objects.count() == before


def test_another_span_is_not_mixed_in(national):
    with pytest.raises(CommandError, match="2 bulan"):
        call_command("generate_national", months=3)


def test_it_refuses_a_database_with_data_and_a_server(world, settings):
    settings.DEBUG = True
    with pytest.raises(CommandError, match="tidak kosong"):
        call_command("generate_national", months=1)
    settings.DEBUG = False
    with pytest.raises(CommandError, match="bukan di server"):
        call_command("generate_national", months=1)
