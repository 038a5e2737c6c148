"""Months in the admin: opening, locking with a confirmation, reopening with a reason."""

from __future__ import annotations

from datetime import date

import pytest

from coverage.models import CoverageRecord, PeriodReopening, ReportingPeriod, Submission
from coverage.periods.services import open_period
from tests.conftest import make_period
from tests.support.admin_pages import may, page_of

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def page(client, world, calendar):
    """October is open; the administrator of the head office is there."""
    calendar(date(2026, 11, 5))
    make_period("2026-10")
    open_period(OCTOBER)
    client.force_login(world.admin)
    return client


def act(client, model, action: str, *rows, **answer):
    data = {"action": action, "_selected_action": [row.pk for row in rows], **answer}
    return client.post(page_of(model, "changelist"), data, follow=True)


def told(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_the_next_month_is_proposed_and_opening_it_writes_its_cells(page, world, calendar):
    calendar(date(2026, 12, 1))
    page.force_login(world.admin)
    form = page.get(page_of(ReportingPeriod, "add"))
    assert form.context["adminform"].form["month"].value() == date(2026, 11, 1)
    assert page.post(page_of(ReportingPeriod, "add"), {"month": "2026-11-01"}).status_code == 302
    assert CoverageRecord.objects.filter(period=date(2026, 11, 1)).count() == 16


def test_a_month_that_is_not_over_is_not_opened(page):
    answer = page.post(page_of(ReportingPeriod, "add"), {"month": "2026-11-01"})
    assert "November 2026 belum berakhir; dapat dibuka mulai 1 Desember 2026." in answer.content.decode()
    assert ReportingPeriod.objects.count() == 1


def test_locking_asks_first_and_says_what_stays_unverified(page, world):
    october = ReportingPeriod.objects.get()
    Submission.objects.create(office=world.tengah, period=october, status="SUBMITTED")
    question = act(page, ReportingPeriod, "lock", october).content.decode()
    assert "1 pengajuan masih menunggu verifikasi" in question
    assert 'value="2026-10-01"' in question
    assert ReportingPeriod.objects.get().locked_at is None
    assert told(act(page, ReportingPeriod, "lock", october, answered="1")) == ["Oktober 2026 dikunci."]
    assert ReportingPeriod.objects.get().locked_by == world.admin
    assert told(act(page, ReportingPeriod, "lock", october, answered="1")) == [
        "Periode Oktober 2026 sudah dikunci pada 5 November 2026."
    ]


def test_unlocking_needs_a_reason(page):
    october = ReportingPeriod.objects.get()
    act(page, ReportingPeriod, "lock", october, answered="1")
    refused = act(page, ReportingPeriod, "unlock", october, answered="1", reason="")
    assert refused.context["form"].errors["reason"]
    assert ReportingPeriod.objects.get().locked_at is not None
    act(page, ReportingPeriod, "unlock", october, answered="1", reason="keliru")
    assert ReportingPeriod.objects.get().locked_at is None
    assert "keliru" in page.get(page_of(ReportingPeriod, "history", "2026-10-01")).content.decode()


def test_a_month_is_opened_again_for_one_office(page, world):
    act(page, ReportingPeriod, "lock", ReportingPeriod.objects.get(), answered="1")
    values = {"office": world.tengah.pk, "period": "2026-10-01", "reason": "rekap keliru", "expires_on": "2026-11-08"}
    assert page.post(page_of(PeriodReopening, "add"), {**values, "reason": ""}).status_code == 200
    assert page.post(page_of(PeriodReopening, "add"), values).status_code == 302
    reopening = PeriodReopening.objects.get()
    assert (reopening.opened_by, reopening.is_active) == (world.admin, True)
    again = page.post(page_of(PeriodReopening, "add"), values).content.decode()
    assert "sudah dibuka kembali untuk Kantor Cabang Lampung Tengah" in again
    shown = page.get(page_of(PeriodReopening, "change", reopening.pk))
    assert not shown.context["has_change_permission"]
    assert told(act(page, PeriodReopening, "close_now", reopening)) == [
        "Kantor Cabang Lampung Tengah · Oktober 2026 ditutup."
    ]


def test_several_offices_are_opened_again_at_once_each_with_its_own_answer(page, world):
    verified = Submission.objects.create(office=world.tengah, period_id=OCTOBER, status="VERIFIED")
    draft = Submission.objects.create(office=world.bandar, period_id=OCTOBER)
    question = act(page, Submission, "reopen", verified, draft)
    assert "Buka kembali bulan" in question.content.decode()
    answer = {"answered": "1", "reason": "rekap keliru", "expires_on": "2026-11-08"}
    assert sorted(told(act(page, Submission, "reopen", verified, draft, **answer))) == [
        "Oktober 2026 dibuka kembali untuk Kantor Cabang Lampung Tengah sampai 8 November 2026.",
        "Oktober 2026 masih terbuka untuk Kantor Cabang Bandar Lampung, tidak perlu dibuka kembali.",
    ]
    verified.refresh_from_db()
    assert verified.status == "RETURNED"


def test_a_kanwil_opens_again_for_its_branches_and_locks_nothing(client, page, world):
    codenames = ["view_submission", "view_reportingperiod", "change_reportingperiod"]
    client.force_login(may(world.verifikasi, "view_periodreopening", "add_periodreopening", *codenames))
    choices = client.get(page_of(PeriodReopening, "add")).context["adminform"].form.fields["office"].queryset
    assert set(choices) == {world.sumbagsel, world.tengah, world.bandar}
    foreign = {"office": world.banten.pk, "period": "2026-10-01", "reason": "x", "expires_on": "2026-11-08"}
    assert "office" in client.post(page_of(PeriodReopening, "add"), foreign).context["adminform"].form.errors
    act(client, ReportingPeriod, "lock", ReportingPeriod.objects.get(), answered="1")
    assert ReportingPeriod.objects.get().locked_at is None


def test_the_question_has_no_inline_style(page):
    question = act(page, ReportingPeriod, "unlock", ReportingPeriod.objects.get()).content.decode()
    assert "<textarea" in question
    assert "style=" not in question
