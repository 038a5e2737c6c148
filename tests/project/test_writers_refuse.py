"""Every service checks permission and scope itself, whatever page calls it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from accounts.models import Denied, Office, User
from coverage.completeness import reminders
from coverage.importing.figures.batches import confirm, take_in
from coverage.importing.figures.stored import load
from coverage.models import CoverageRecord, PeriodReopening, Reminder, ReportingPeriod, Submission, Via
from coverage.periods import reopening as reopenings
from coverage.periods import services as periods
from coverage.permissions import OutOfScope, check_verifier, offices_for_verification
from coverage.records.services import CellChange, save_cells
from coverage.submissions import services as submissions
from targets.models import Target
from targets.planning.changes import Mistakes
from targets.planning.services import choose_reference, delete_target
from tests.conftest import make_period, target
from tests.support.files import text
from tests.targets.planning.test_planning import change
from tests.targets.planning.test_planning import save as save_targets

OCTOBER = date(2026, 10, 1)
RIGHTS = {
    "enter": "enter_records",
    "verify": "verify_submissions",
    "reopen": "add_periodreopening",
    "lock": "change_reportingperiod",
    "plan": "plan_targets",
}


def person(office: Office, *rights: str) -> User:
    """Somebody of this office with these rights and no others."""
    user = User.objects.create(username=f"{office.pk}-{'-'.join(rights)}", office=office)
    user.user_permissions.set(Permission.objects.filter(codename__in=[RIGHTS[right] for right in rights]))
    return User.objects.get(pk=user.pk)


@pytest.fixture
def desk(world) -> SimpleNamespace:
    """Two offices of Sumbagsel have handed October in, and it was locked and opened again for the third, Banten."""
    make_period("2026-10")
    period = periods.open_period(OCTOBER)
    for user, office, areas in (
        (world.entri, world.tengah, ("1802", "1804")),
        (world.tetangga, world.bandar, ["1801"]),
    ):
        changes = [CellChange(area, segment, 100) for area in areas for segment in ("PU", "BPU", "JAKON", "PMI")]
        save_cells(user=user, office=office, period=period, changes=changes, via=Via.FORM)
        submissions.submit(user=user, office=office, period=period)
    return SimpleNamespace(
        world=world,
        period=period,
        submission=Submission.objects.get(office=world.tengah),
        neighbour=Submission.objects.get(office=world.bandar),
    )


def state() -> list:
    """Everything a writer could have written."""
    return [
        list(CoverageRecord.objects.order_by("pk").values_list("participants", "verified_participants", "origin")),
        list(Submission.objects.order_by("pk").values_list("office", "status", "decided_by")),
        list(PeriodReopening.objects.order_by("pk").values_list("office", "closed_at")),
        list(ReportingPeriod.objects.values_list("month", "locked_at")),
        list(Target.objects.order_by("pk").values_list("province", "source", "percent", "is_reference")),
        Reminder.objects.count(),
    ]


def refuses(refusal, work) -> str:
    before = state()
    with pytest.raises(refusal) as caught:
        work()
    assert state() == before
    return str(caught.value)


# Figures


def test_the_writer_of_figures_refuses(desk):
    world = desk.world
    Submission.objects.update(status="DRAFT")

    def save(user):
        changes = [CellChange("1802", "PU", 1)]
        save_cells(user=user, office=world.tengah, period=desk.period, changes=changes, via=Via.FORM)

    others = [right for right in RIGHTS if right != "enter"]
    assert "tidak diberi hak mengisi" in refuses(Denied, lambda: save(person(world.tengah, *others)))
    for office in (world.bandar, world.sumbagsel, world.banten, world.pemda_office):
        refuses(OutOfScope, lambda office=office: save(person(office, *RIGHTS)))


def test_the_writer_of_files_refuses_what_its_offices_refuse(desk):
    world = desk.world
    Submission.objects.filter(office=world.tengah).update(status="DRAFT")
    data = text("kode;segmen;peserta", "1802;PU;1")
    _, batch = take_in(user=world.admin, office=None, period=desk.period, name="a.csv", data=data, system="kemendagri")
    stored = load(desk.period, None)
    for office in (world.bandar, world.sumbagsel):
        user = person(office, *RIGHTS)
        refuses(OutOfScope, lambda user=user: list(confirm(user=user, batch=batch, stored=stored)))
    batch.refresh_from_db()
    assert batch.confirmed_at is None


# Steps of a month


@pytest.mark.parametrize("step", ["submit", "withdraw"])
def test_the_writer_of_an_offices_own_steps_refuses(desk, step):
    world = desk.world
    if step == "submit":
        Submission.objects.update(status="DRAFT", submitted_at=None, submitted_by=None)

    def take(user):
        getattr(submissions, step)(user=user, office=world.tengah, period=desk.period)

    others = [right for right in RIGHTS if right != "enter"]
    refuses(Denied, lambda: take(person(world.tengah, *others)))
    for office in (world.bandar, world.sumbagsel):
        refuses(OutOfScope, lambda office=office: take(person(office, *RIGHTS)))


@pytest.mark.parametrize("decision", ["verify", "send_back", "verify_many"])
def test_the_writer_of_decisions_refuses(desk, decision):
    world = desk.world

    def decide(user):
        if decision == "verify":
            submissions.verify(user=user, submission=desk.submission)
        elif decision == "send_back":
            submissions.send_back(user=user, submission=desk.submission, reason="periksa")
        else:
            submissions.verify_many(user=user, submissions=[desk.submission], seen_at=timezone.now())

    others = [right for right in RIGHTS if right != "verify"]
    assert "tidak diberi hak memverifikasi" in refuses(Denied, lambda: decide(person(world.sumbagsel, *others)))
    for office in (world.banten, world.tengah, world.pemda_office):
        refuses(OutOfScope, lambda office=office: decide(person(office, *RIGHTS)))


def test_of_several_to_verify_one_that_is_not_the_users_keeps_all_of_them_out(desk):
    world = desk.world
    changes = [CellChange("3671", segment, 5) for segment in ("PU", "BPU", "JAKON", "PMI")]
    place = {"office": world.banten, "period": desk.period}
    save_cells(user=world.admin, changes=changes, via=Via.FORM, **place)
    foreign = submissions.submit(user=world.admin, **place)
    verifier = person(world.sumbagsel, "verify")
    refuses(
        OutOfScope,
        lambda: submissions.verify_many(
            user=verifier, submissions=[desk.submission, desk.neighbour, foreign], seen_at=timezone.now()
        ),
    )


def test_who_verifies_which_offices(world):
    """A Kanwil its branches and itself; a branch nobody, whatever its rights; a closed branch still belongs somewhere."""
    Office.objects.filter(pk=world.bandar.pk).update(is_active=False)
    verifier = person(world.sumbagsel, "verify")
    codes = set(offices_for_verification(verifier).values_list("pk", flat=True))
    assert codes == {"KW-SUMBAGSEL", "KC-LAMPUNG-TENGAH", "KC-BANDAR-LAMPUNG"}
    assert set(offices_for_verification(person(world.banten, "verify")).values_list("pk", flat=True)) == {"KW-BANTEN"}
    head = set(offices_for_verification(person(world.head, "verify")).values_list("pk", flat=True))
    assert head == codes | {"KW-BANTEN"}
    assert not offices_for_verification(person(world.tengah, "verify")).exists()
    Office.objects.filter(pk=world.sumbagsel.pk).update(is_active=False)
    with pytest.raises(OutOfScope):
        check_verifier(User.objects.get(pk=verifier.pk), world.tengah.pk)


# The month: locked, opened again


@pytest.mark.parametrize("step", ["lock", "unlock"])
def test_the_writer_of_locks_refuses(desk, step):
    world = desk.world
    if step == "unlock":
        periods.lock_period(user=world.admin, period=desk.period)

    def take(user):
        if step == "lock":
            periods.lock_period(user=user, period=desk.period)
        else:
            periods.unlock_period(user=user, period=desk.period, reason="keliru")

    others = [right for right in RIGHTS if right != "lock"]
    for user in (person(world.head, *others), person(world.sumbagsel, *RIGHTS), person(world.tengah, *RIGHTS)):
        assert "administrator Kantor Pusat" in refuses(Denied, lambda user=user: take(user))


def reopen(user, office, period) -> PeriodReopening:
    until = timezone.localdate() + timedelta(days=2)
    return reopenings.reopen_office(user=user, office=office, period=period, reason="koreksi", expires_on=until)


def test_the_writer_of_reopenings_refuses(desk):
    world = desk.world
    periods.lock_period(user=world.admin, period=desk.period)
    others = [right for right in RIGHTS if right != "reopen"]
    for office in (world.head, world.sumbagsel, world.tengah):
        user = person(office, *others)
        assert "oleh administrator" in refuses(Denied, lambda user=user: reopen(user, world.tengah, desk.period))
    for office in (world.banten, world.bandar, world.pemda_office):
        user = person(office, *RIGHTS)
        refuses(OutOfScope, lambda user=user: reopen(user, world.tengah, desk.period))


def test_a_month_is_opened_again_for_no_office_that_hands_nothing_in(desk):
    world = desk.world
    periods.lock_period(user=world.admin, period=desk.period)
    Office.objects.filter(pk=world.bandar.pk).update(is_active=False)
    for office in (world.head, world.pemda_office, world.bandar):
        refuses(OutOfScope, lambda office=office: reopen(world.admin, office, desk.period))


def test_an_account_that_may_not_log_in_cannot_reopen(desk):
    world = desk.world
    periods.lock_period(user=world.admin, period=desk.period)
    kanwil = person(world.sumbagsel, *RIGHTS)
    Office.objects.filter(pk=world.sumbagsel.pk).update(is_active=False)
    refuses(OutOfScope, lambda: reopen(User.objects.get(pk=kanwil.pk), world.tengah, desk.period))


def test_the_writer_that_closes_a_reopening_refuses(desk):
    world = desk.world
    periods.lock_period(user=world.admin, period=desk.period)
    reopening = reopen(world.admin, world.tengah, desk.period)

    def close(user):
        reopenings.close_reopening(user=user, reopening=reopening)

    others = [right for right in RIGHTS if right != "reopen"]
    for office in (world.head, world.sumbagsel):
        user = person(office, *others)
        assert "oleh administrator" in refuses(Denied, lambda user=user: close(user))
    for office in (world.banten, world.bandar):
        user = person(office, *RIGHTS)
        refuses(OutOfScope, lambda user=user: close(user))
    close(person(world.sumbagsel, "reopen"))


def test_the_writer_of_reminders_refuses(desk):
    world = desk.world
    Submission.objects.update(status="DRAFT")

    def remind(user):
        reminders.remind(user=user, office=world.tengah, period=desk.period)

    others = [right for right in RIGHTS if right != "verify"]
    refuses(Denied, lambda: remind(person(world.sumbagsel, *others)))
    for office in (world.banten, world.bandar):
        user = person(office, *RIGHTS)
        refuses(OutOfScope, lambda user=user: remind(user))


# Targets


@pytest.mark.parametrize("step", ["save", "choose", "withdraw"])
def test_the_writer_of_targets_refuses(world, step):
    target("18", 2026, percent=40)
    row = target("18", 2026, percent=41, source="KANWIL", reference=False)

    def take(user):
        if step == "save":
            save_targets(user, change(percent=Decimal(45)))
        elif step == "choose":
            choose_reference(user, row, reason="rapat", via=Via.FORM)
        else:
            delete_target(user, row, reason="dicabut", via=Via.FORM)

    others = [right for right in RIGHTS if right != "plan"]
    for office in (world.head, world.sumbagsel):
        user = person(office, *others)
        assert "tidak diberi hak menetapkan target" in refuses(Denied, lambda user=user: take(user))
    for office in (world.tengah, world.pemda_office):
        user = person(office, *RIGHTS)
        assert "Kantor Pusat dan Kantor Wilayah" in refuses(Denied, lambda user=user: take(user))
    foreign = person(world.banten, "plan")
    assert "di luar wilayah kerja" in refuses((Denied, Mistakes), lambda: take(foreign))


def test_a_national_target_is_withdrawn_by_the_head_office_alone(world):
    row = target(None, 2026, percent=40)

    def withdraw(user):
        delete_target(user, row, reason="dicabut", via=Via.FORM)

    refuses(Denied, lambda: withdraw(person(world.sumbagsel, "plan")))
    withdraw(person(world.head, "plan"))
    assert not Target.objects.exists()
