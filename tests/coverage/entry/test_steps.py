"""The entry page: flags and their reasons, submitting, withdrawing, correcting a returned month."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from coverage.models import PeriodReopening, ReportingPeriod, Submission, Via
from coverage.records.services import CellChange, save_cells
from coverage.submissions import services as submissions
from reporting import months
from tests.conftest import put
from tests.coverage.entry import test_page as page
from tests.coverage.entry.test_page import URL, grid, row, stored, values

october, entri = page.october, page.entri


# Questions and reasons


@pytest.fixture
def habit(world, october):
    """1802 PU stood near 4.600 for a year."""
    for step in range(13):
        put("1802", "PU", months.month_code(months.add_months(date(2025, 9, 1), step)), 4_500 + 8 * step)


def test_a_striking_figure_shows_its_question_and_asks_for_the_reason(habit, entri):
    entri.post(URL, {**grid(entri), "p-1802-PU": "2.000"})
    html = entri.get(URL).content.decode()
    pu = row(html, "1802-PU")
    assert "di luar kebiasaan. Pilih alasannya." in pu
    assert 'name="r-1802-PU"' in pu
    assert "r-1802-BPU" not in html
    assert re.search(r'data-last="4596" data-low="\d+" data-high="\d+"', pu)
    entri.post(URL, {**grid(entri), "r-1802-PU": "PROJECT_ENDED"})
    assert stored("1802", "PU").change_reason == "PROJECT_ENDED"
    assert "Pilih alasannya" not in row(entri.get(URL).content.decode(), "1802-PU")


def test_a_reason_goes_with_the_figure_it_explained(habit, entri):
    entri.post(URL, {**grid(entri), "p-1802-PU": "2.000", "r-1802-PU": "PROJECT_ENDED"})
    entri.post(URL, {**grid(entri), "p-1802-PU": "4.700", "r-1802-PU": "PROJECT_ENDED"})
    assert (stored("1802", "PU").participants, stored("1802", "PU").change_reason) == (4_700, "")


def test_an_invented_reason_is_refused_and_nothing_of_the_cell_is_saved(habit, entri):
    html = entri.post(URL, {**grid(entri), "p-1802-PU": "2.000", "r-1802-PU": "BORED"}).content.decode()
    assert "Pilih alasan dari daftar." in row(html, "1802-PU")
    assert stored("1802", "PU").origin == "CARRIED"


def test_a_reason_somebody_else_chose_meanwhile_is_not_overwritten_silently(habit, world, october, entri):
    entri.post(URL, {**grid(entri), "p-1802-PU": "2.000"})
    mine = grid(entri)
    save_cells(
        user=world.admin,
        office=world.tengah,
        period=october,
        changes=[CellChange("1802", "PU", 2_000, change_reason="DATA_CLEANED")],
        via=Via.FORM,
    )
    html = entri.post(URL, {**mine, "r-1802-PU": "OTHER"}).content.decode()
    assert "Orang lain mengubah alasan menjadi “Pembersihan data”" in row(html, "1802-PU")
    assert stored("1802", "PU").change_reason == "DATA_CLEANED"


# Handing in

FIGURES = {f"p-{area}-{segment}": "5.000" for area in ("1802", "1804") for segment in ("PU", "BPU", "JAKON", "PMI")}
REASONS = {"r-1802-BPU": "DATA_CLEANED"}  # from 54.004


def test_handing_in_saves_first_and_lists_what_is_missing(world, entri):
    html = entri.post(URL, {**grid(entri), "p-1802-PU": "4.706", "action": "submit"}).content.decode()
    assert stored("1802", "PU").participants == 4_706
    assert "7 sel belum diisi atau belum dijelaskan" in html
    assert html.count('href="#p-') == 7
    assert "Belum diisi" in row(html, "1804-PMI")
    assert "Belum diisi" not in row(html, "1802-PU")
    assert Submission.objects.get().status == "DRAFT"


def test_a_wrong_cell_holds_up_the_handing_in(entri):
    data = {**grid(entri), **FIGURES, **REASONS, "p-1802-PU": "5,5", "action": "submit"}
    html = entri.post(URL, data).content.decode()
    assert "Data belum diajukan." in html
    assert Submission.objects.get().status == "DRAFT"


def test_a_complete_month_is_handed_in_once_and_can_be_taken_back(entri):
    data = {**grid(entri), **FIGURES, **REASONS, "action": "submit"}
    page = entri.post(URL, data, follow=True)
    assert "diajukan ke Kantor Wilayah Sumbagsel" in page.content.decode()
    again = entri.post(URL, data, follow=True)
    assert again.status_code == 200
    assert "sudah diajukan" in again.content.decode()
    assert Submission.objects.get().events.count() == 1
    back = {"user": data["user"], "action": "withdraw", "reason": "keliru"}
    html = entri.post(URL, back, follow=True).content.decode()
    assert "ditarik kembali" in html
    assert "p-1802-PU" in values(html)
    assert "belum diajukan" in entri.post(URL, back, follow=True).content.decode()
    assert [event.action for event in Submission.objects.get().events.all()] == ["SUBMIT", "WITHDRAW"]


def test_a_submission_can_be_taken_back_only_by_the_account_that_opened_the_page(world, october, entri):
    entri.post(URL, {**grid(entri), **FIGURES, **REASONS, "action": "submit"})
    entri.post(URL, {"user": str(world.admin.pk), "action": "withdraw"})
    assert Submission.objects.get().status == "SUBMITTED"


def test_a_return_is_shown_at_its_cells_until_it_is_handed_in_again(world, october, entri):
    entri.post(URL, {**grid(entri), **FIGURES, **REASONS, "action": "submit"})
    submissions.send_back(
        user=world.verifikasi,
        submission=Submission.objects.get(),
        reason="Periksa lagi.",
        cells={("1804", "PU"): "Samakan dengan rekap."},
    )
    html = entri.get(URL).content.decode()
    assert "Periksa lagi." in html
    assert "Samakan dengan rekap." in row(html, "1804-PU")
    assert 'href="#p-1804-PU"' in html
    entri.post(URL, {**grid(entri), "p-1804-PU": "5.001", "action": "submit"})
    html = entri.get(URL).content.decode()
    assert "Samakan dengan rekap." not in html
    assert Submission.objects.get().status == "SUBMITTED"


def test_a_reopened_month_says_until_when_and_why(world, october, entri):
    ReportingPeriod.objects.filter(pk=october.pk).update(locked_at=timezone.now())
    until = timezone.localdate() + timedelta(days=3)
    PeriodReopening.objects.create(
        office=world.tengah, period=october, reason="Rekap susulan.", expires_on=until, opened_by=world.admin
    )
    html = entri.get(URL).content.decode()
    assert f"Dibuka kembali sampai {months.long_date(until)}:" in html
    assert "Rekap susulan." in html
    assert "p-1802-PU" in values(html)
