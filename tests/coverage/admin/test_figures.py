"""Figures in the admin: Indonesian numbers, writing through `save_cells`, concurrent changes."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from coverage.models import (
    CoverageRecord,
    PublishedFigure,
    Regency,
    ReportingPeriod,
    Submission,
    Via,
    WorkforceEstimate,
)
from targets.models import Target
from tests.conftest import put
from tests.support.admin_pages import fill, form_of, keeps_books, page_of


@pytest.fixture
def filled(world):
    return fill(world)


@pytest.mark.parametrize("typed", ["250.000", "250,000", "250 000", "250000"])
def test_a_potential_is_the_same_number_in_every_spelling(client, filled, typed):
    client.force_login(filled.admin)
    address = page_of(WorkforceEstimate, "change", filled.estimate.pk)
    values = {**form_of(client.get(address)), "workers": typed, "history_reason": "surat 12"}
    assert client.post(address, values).status_code == 302
    filled.estimate.refresh_from_db()
    assert filled.estimate.workers == 250000
    latest = filled.estimate.history.first()
    assert (latest.via, latest.history_change_reason, latest.history_user) == (Via.ADMIN, "surat 12", filled.admin)


@pytest.mark.parametrize("typed", ["25,5", "2.50", "-3", "banyak"])
def test_what_is_no_head_count_is_refused_and_stays_as_typed(client, filled, typed):
    client.force_login(filled.admin)
    for row, name in ((filled.estimate, "workers"), (filled.target, "workers"), (filled.record, "participants")):
        address = page_of(type(row), "change", row.pk)
        before = getattr(row, name)
        response = client.post(address, {**form_of(client.get(address)), name: typed})
        assert typed in response.context["adminform"].form.errors[name][0]
        assert f'value="{typed}"' in response.content.decode()
        row.refresh_from_db()
        assert getattr(row, name) == before


def test_seven_digits_are_shown_with_points_and_read_back_unchanged(client, filled):
    client.force_login(filled.admin)
    address = page_of(Target, "change", filled.target.pk)
    response = client.get(address)
    assert 'value="1.174.328"' in response.content.decode()
    assert 'value="38,39"' in response.content.decode()
    assert client.post(address, form_of(response)).status_code == 302
    filled.target.refresh_from_db()
    assert (filled.target.workers, str(filled.target.percent)) == (1174328, "38.390")
    assert filled.target.history.count() == 1, "saving without a change is no change"


@pytest.mark.parametrize(
    ("typed", "stored"), [("40,5", "40.500"), ("38,125", "38.125"), ("40.5", None), ("38.390", None), ("300", None)]
)
def test_a_percentage_has_its_decimals_behind_a_comma(client, filled, typed, stored):
    client.force_login(filled.admin)
    address = page_of(Target, "change", filled.target.pk)
    response = client.post(address, {**form_of(client.get(address)), "percent": typed, "history_reason": "surat 12"})
    filled.target.refresh_from_db()
    assert str(filled.target.percent) == (stored or "38.390")
    assert (response.status_code == 302) is bool(stored)


@pytest.mark.parametrize(
    ("typed", "stored"), [("250.000", 250000), ("250,000", 250000), ("250 000", 250000), ("25,5", None), ("2.50", None)]
)
def test_a_published_head_count_is_never_divided_by_a_thousand(client, filled, typed, stored):
    client.force_login(filled.admin)
    address = page_of(PublishedFigure, "change", filled.published.pk)
    client.post(address, {**form_of(client.get(address)), "value": typed})
    filled.published.refresh_from_db()
    assert filled.published.value == (stored or 760468)


def test_a_date_is_day_month_year(client, filled):
    client.force_login(filled.admin)
    address = page_of(WorkforceEstimate, "change", filled.estimate.pk)
    assert client.post(address, {**form_of(client.get(address)), "effective_from": "01/10/2026"}).status_code == 302
    filled.estimate.refresh_from_db()
    assert filled.estimate.effective_from.isoformat() == "2026-10-01"


def correct(client, record, **changed):
    address = page_of(CoverageRecord, "change", record.pk)
    return client.post(address, {**form_of(client.get(address)), **changed})


def test_a_figure_is_corrected_through_the_writer_with_history(client, filled):
    client.force_login(keeps_books(filled.entri))
    assert correct(client, filled.record, participants="43.300", note="pembetulan").status_code == 302
    filled.record.refresh_from_db()
    assert (filled.record.participants, filled.record.note, filled.record.changed_by) == (
        43300,
        "pembetulan",
        filled.entri,
    )
    latest = filled.record.history.first()
    assert (latest.via, latest.history_user, latest.participants) == (Via.ADMIN, filled.entri, 43300)
    page = client.get(page_of(CoverageRecord, "history", filled.record.pk)).content.decode()
    assert re.search(r"43\.202\s*→\s*43\.300", page)
    assert "Admin" in page
    assert "entri" in page


def test_saving_without_a_change_writes_no_history(client, filled):
    client.force_login(keeps_books(filled.entri))
    before = filled.record.history.count()
    assert correct(client, filled.record).status_code == 302
    assert filled.record.history.count() == before


def test_a_carried_figure_stays_carried_when_only_the_note_is_written(client, filled):
    carried = put("1804", "PU", "2026-09", 500, own=False)
    client.force_login(keeps_books(filled.entri))
    assert 'name="participants" value' not in client.get(page_of(CoverageRecord, "change", carried.pk)).content.decode()
    assert correct(client, carried, note="belum ada kabar").status_code == 302
    carried.refresh_from_db()
    assert (carried.note, carried.has_own_value) == ("belum ada kabar", False)


def test_a_change_made_meanwhile_is_shown_and_not_overwritten(client, filled):
    client.force_login(keeps_books(filled.entri))
    address = page_of(CoverageRecord, "change", filled.record.pk)
    mine = {**form_of(client.get(address)), "participants": "43.300"}
    CoverageRecord.objects.filter(pk=filled.record.pk).update(
        participants=50000, changed_by=filled.admin, changed_at=timezone.now()
    )
    response = client.post(address, mine)
    assert response.status_code == 200
    (sentence,) = response.context["adminform"].form.errors["participants"]
    assert "admin mengubah sel ini menjadi 50.000" in sentence
    assert "43.300" in sentence
    assert 'value="43.300"' in response.content.decode()
    filled.record.refresh_from_db()
    assert filled.record.participants == 50000
    again = re.findall(r'name="(seen_\w+)"(?: value="([^"]*)")?', response.content.decode())
    assert client.post(address, {**mine, **dict(again)}).status_code == 302
    filled.record.refresh_from_db()
    assert filled.record.participants == 43300


def test_a_closed_month_refuses_with_its_sentence(client, filled):
    ReportingPeriod.objects.filter(month="2026-09-01").update(closes_on="2026-10-20", due_on="2026-10-10")
    client.force_login(keeps_books(filled.entri))
    response = correct(client, filled.record, participants="1")
    assert "sudah ditutup pada 20 Oktober 2026" in response.content.decode()
    filled.record.refresh_from_db()
    assert filled.record.participants == 43202


def test_a_figure_that_was_handed_in_is_corrected_only_with_a_reason(client, filled):
    Submission.objects.filter(pk=filled.submission.pk).update(status="SUBMITTED")
    client.force_login(filled.admin)
    refused = correct(client, filled.record, participants="1")
    assert "history_reason" in refused.context["adminform"].form.errors
    assert correct(client, filled.record, participants="43.000", history_reason="salah ketik").status_code == 302
    assert filled.record.history.first().history_change_reason == "salah ketik"


def test_a_figure_is_entered_for_a_new_cell(client, filled):
    client.force_login(keeps_books(filled.entri))
    values = {"regency": "1804", "segment": "BPU", "period": "2026-09-01", "participants": "12.400"}
    assert client.post(page_of(CoverageRecord, "add"), values).status_code == 302
    record = CoverageRecord.objects.get(regency="1804", segment="BPU")
    assert (record.participants, record.province_id, record.origin) == (12400, "18", "ENTERED")


def test_a_cell_that_exists_is_not_entered_twice(client, filled):
    client.force_login(keeps_books(filled.entri))
    values = {"regency": "1802", "segment": "PU", "period": "2026-09-01", "participants": "1"}
    assert "sudah ada" in client.post(page_of(CoverageRecord, "add"), values).content.decode()


def test_opening_a_month_in_the_admin_writes_its_cells(client, filled):
    client.force_login(filled.admin)
    assert client.post(page_of(ReportingPeriod, "add"), {"month": "01/10/2026"}).status_code == 302
    record = CoverageRecord.objects.get(period="2026-10-01", regency="1802", segment="PU")
    assert (record.participants, record.origin) == (43202, "CARRIED")


def test_the_code_of_an_area_stays(client, filled):
    client.force_login(filled.admin)
    assert "code" not in client.get(page_of(Regency, "change", "1802")).context["adminform"].form.fields
