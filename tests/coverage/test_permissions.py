"""Permissions to write a month of an office, and the sentences of refusals."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from accounts.models import Denied, Office, User
from coverage.models import Province, Regency, Submission
from coverage.permissions import OutOfScope, check_entry, is_correction, offices_for_entry
from tests.conftest import make_period


def grant(user: User, *codenames: str) -> User:
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    return User.objects.get(pk=user.pk)


def codes(user: User) -> set[str]:
    return set(offices_for_entry(user).values_list("code", flat=True))


def test_a_branch_and_a_kanwil_enter_for_themselves_only(world):
    assert codes(world.entri) == {"KC-LAMPUNG-TENGAH"}
    assert codes(world.verifikasi) == {"KW-SUMBAGSEL"}


def test_readers_and_governments_enter_for_nobody_even_with_a_stray_permission(world):
    assert codes(world.pimpinan) == codes(world.pemda) == set()
    assert codes(grant(world.pemda, "enter_records")) == set()


def test_the_head_office_enters_for_every_office_that_answers_for_an_area(world):
    Office.objects.create(code="KC-KOSONG", name="Tanpa wilayah", kind="BRANCH", parent=world.sumbagsel)
    everyone = {"KC-LAMPUNG-TENGAH", "KC-BANDAR-LAMPUNG", "KW-SUMBAGSEL", "KW-BANTEN"}
    assert codes(grant(world.pimpinan, "enter_records")) == everyone
    assert codes(world.admin) == everyone


def test_a_closed_office_or_account_enters_nothing(world):
    world.entri.is_active = False
    world.entri.save()
    Office.objects.filter(pk=world.bandar.pk).update(is_active=False)
    assert codes(User.objects.get(pk=world.entri.pk)) == codes(world.tetangga) == set()


def test_nobody_enters_for_an_office_whose_areas_are_all_switched_off(world):
    """Neither a Kanwil by its province alone nor a branch by its regencies."""
    Regency.objects.filter(branch_office__in=[world.banten, world.bandar]).update(is_active=False)
    assert codes(world.admin) == {"KC-LAMPUNG-TENGAH", "KW-SUMBAGSEL", "KW-BANTEN"}
    Province.objects.filter(pk="36").update(is_active=False)
    assert codes(world.admin) == {"KC-LAMPUNG-TENGAH", "KW-SUMBAGSEL"}


@pytest.mark.parametrize("status", [None, "DRAFT", "RETURNED"])
def test_the_office_may_write_while_the_month_is_with_it(world, status):
    period = make_period("2026-10")
    submission = status and Submission(office=world.tengah, period=period, status=status)
    check_entry(world.entri, world.tengah, period, submission)
    assert not is_correction(submission)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("SUBMITTED", "Data Oktober 2026 sudah diajukan dan menunggu verifikasi."),
        ("VERIFIED", "Data Oktober 2026 sudah diverifikasi. Koreksi dilakukan oleh petugas yang berhak mengoreksi."),
    ],
)
def test_a_submitted_month_is_closed_except_with_the_permission_to_correct(world, status, sentence):
    period = make_period("2026-10")
    submission = Submission(office=world.tengah, period=period, status=status)
    with pytest.raises(Denied) as refusal:
        check_entry(world.entri, world.tengah, period, submission)
    assert str(refusal.value) == sentence
    check_entry(grant(world.entri, "correct_records"), world.tengah, period, submission)
    assert is_correction(submission)


def test_a_locked_month_is_closed_for_everybody(world):
    by_date = make_period("2024-10", closes_on=date(2024, 11, 20))
    by_hand = make_period("2026-10", locked_at=timezone.now())
    with pytest.raises(Denied, match=r"^Periode Oktober 2024 sudah ditutup pada 20 November 2024\.$"):
        check_entry(world.admin, world.tengah, by_date, None)
    with pytest.raises(Denied, match=r"^Periode Oktober 2026 sudah dikunci\.$"):
        check_entry(grant(world.entri, "correct_records"), world.tengah, by_hand, None)


def test_another_office_does_not_exist_and_without_the_right_there_is_a_sentence(world):
    period = make_period("2026-10")
    with pytest.raises(OutOfScope):
        check_entry(world.tetangga, world.tengah, period, None)
    with pytest.raises(Denied, match="tidak diberi hak"):
        check_entry(world.pimpinan, world.tengah, period, None)
