"""Reminder mails to offices that have not submitted their month: once per stage by the calendar, or by hand.

The database row ensures that a stage is sent once: it is written before the mail is sent and deleted when the mail
server refuses. So concurrent runs never send a mail twice; a run that died in between leaves a row without recipients,
which a later run replaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import Denied, Office, User
from coverage import permissions
from coverage.models import CoverageRecord, Reminder, ReportingPeriod, SubmissionEvent
from reporting import months
from reporting.numbers import format_count

from .selectors import Mark, marks_by_office

if TYPE_CHECKING:
    from coverage.models.querysets import CellQuerySet

Stage = Reminder.Stage
#: Number of areas named in a mail; the entry page has all of them.
LONGEST_LIST = 15
#: A row without recipients that is older than this belongs to a run that died.
ABANDONED = timedelta(hours=1)


@dataclass(frozen=True)
class Notice:
    """The mail to one office about one month."""

    office: Office
    period: ReportingPeriod
    stage: str
    mark: Mark
    recipients: tuple[str, ...] = ()
    #: Codes of the segments without an own value, by name of the regency.
    missing: dict[str, list[str]] = field(default_factory=dict)
    returned_because: str = ""

    @property
    def subject(self) -> str:
        cells = f"{format_count(self.mark.tally.filled)} dari {format_count(self.mark.tally.expected)} sel"
        due = f"tenggat {months.long_date(self.period.due_on)}"
        return " ".join(f"Angka {self.period}: {cells} terisi, {due} ({self.office})".split())

    @property
    def body(self) -> str:
        address = reverse("entry", args=[months.month_code(self.period.month)])
        areas = list(self.missing.items())
        context = {
            "notice": self,
            "is_complete": self.mark.tally.filled == self.mark.tally.expected,
            "missing_cells": self.mark.tally.expected - self.mark.tally.filled,
            "areas": areas[:LONGEST_LIST],
            "more_areas": len(areas) - LONGEST_LIST,
            "days": months.days_away(self.period.due_on),
            "address": settings.SITE_URL + address,
        }
        return render_to_string("coverage/completeness/reminder.txt", context)

    @property
    def message(self) -> EmailMessage:
        return EmailMessage(self.subject, self.body, to=list(self.recipients))


@dataclass(frozen=True)
class Outcome:
    """Result of one notice. `why` gives the reason why nothing was sent; empty when it was."""

    notice: Notice
    why: str = ""
    is_failure: bool = False


def stage_days(period: ReportingPeriod) -> dict[Stage, date]:
    """Return the first day of each stage."""
    return {
        Stage.BEFORE: period.due_on - timedelta(days=settings.REMINDERS["days_before"]),
        Stage.DUE: period.due_on,
        Stage.OVERDUE: period.due_on + timedelta(days=settings.REMINDERS["days_after"]),
    }


def stage_on(period: ReportingPeriod, today: date) -> Stage | None:
    """Return the stage to send on this day; a missed day is made up for. None between stages and when closed."""
    if period.is_locked:
        return None
    begun = [stage for stage, day in stage_days(period).items() if day <= today]
    if begun[-1:] == [Stage.DUE] and today != period.due_on:
        return None  # the mail says that today is the due date
    return begun[-1] if begun else None


def send_stage(period: ReportingPeriod, stage: Stage, *, dry_run: bool = False) -> Iterator[Outcome]:
    """Mail every office that has not submitted the month and did not get this stage yet; yield the outcomes."""
    notices = notices_of(period, stage)
    sent = dict(Reminder.objects.filter(period=period, stage=stage).values_list("office", "sent_at"))
    for notice in notices:
        before = sent.get(notice.office.pk)
        if why := _obstacle(notice):
            yield Outcome(notice, why)
        elif dry_run:
            yield Outcome(notice, _already(before) if before else "")
        else:
            reminder = _claim(notice)
            if reminder is None:
                yield Outcome(notice, _already(before or timezone.now()))
                continue
            failure = _send(notice, reminder)
            yield Outcome(notice, failure, is_failure=bool(failure))


def remind(*, user: User, office: Office, period: ReportingPeriod) -> Reminder:
    """Mail one office on a verifier's request. Raises Denied with the reason, OutOfScope for a foreign office."""
    permissions.check_verifier(user, office.pk)
    permissions.check_open(office, period)
    notice = next(iter(notices_of(period, Stage.MANUAL, office=office)), None)
    if notice is None:
        raise Denied(f"{office} tidak punya data {period} yang menunggu: sudah diajukan, atau tidak wajib lapor.")
    if why := _obstacle(notice):
        raise Denied(f"Pengingat tidak dikirim ke {office}: {why}.")
    reminder = _claim(notice, user)
    if reminder is None:
        raise Denied(f"{office} baru saja diingatkan. Tunggu satu jam sebelum mengirim pengingat lagi.")
    if failure := _send(notice, reminder):
        raise Denied(f"Pengingat tidak dikirim ke {office}: {failure}. Coba lagi nanti.")
    return reminder


def notices_of(period: ReportingPeriod, stage: Stage, *, office: Office | None = None) -> list[Notice]:
    """Return a notice for every office that has to submit the month. Six queries, whatever their number."""
    records = CoverageRecord.objects.all()
    if office is not None:
        records = records.of_office(office)
    marks = {
        code: by_month[period.month]
        for code, by_month in marks_by_office(records, [period]).items()
        if by_month[period.month].is_with_the_office
    }
    if not marks:
        return []
    offices = Office.objects.filter(pk__in=marks).order_by("name")
    addresses, missing, returned = _addresses(marks), _missing(records, period, marks), _returned(period, marks)
    return [
        Notice(
            at,
            period,
            stage,
            marks[at.pk],
            tuple(addresses.get(at.pk, ())),
            missing.get(at.pk, {}),
            returned.get(at.pk, ""),
        )
        for at in offices
    ]


def _addresses(offices: dict[str, Mark]) -> dict[str, list[str]]:
    """Return the mail addresses of each office's active users with the permission to enter figures."""
    found: dict[str, list[str]] = {}
    people = User.objects.with_perm(permissions.ENTER, backend="django.contrib.auth.backends.ModelBackend")
    rows = people.filter(office__in=offices, office__is_active=True).exclude(email="")
    for office, address in rows.order_by("email").values_list("office", "email").distinct():
        found.setdefault(office, []).append(address)
    return found


def _missing(records: CellQuerySet, period: ReportingPeriod, offices: dict[str, Mark]) -> dict[str, dict[str, list]]:
    found: dict[str, dict[str, list]] = {}
    rows = records.filter(
        period=period,
        segment__is_active=True,
        segment__is_expected=True,
        regency__is_active=True,
        regency__branch_office__in=offices,
    ).exclude(origin__in=CoverageRecord.OWN)
    for office, name, segment in rows.order_by("regency", "segment__position", "segment").values_list(
        "regency__branch_office", "regency__name", "segment"
    ):
        found.setdefault(office, {}).setdefault(name, []).append(segment)
    return found


def _returned(period: ReportingPeriod, offices: dict[str, Mark]) -> dict[str, str]:
    """Return the reason of the return, for offices whose month was returned."""
    events = SubmissionEvent.objects.filter(
        submission__period=period,
        submission__office__in=offices,
        submission__status="RETURNED",
        action=SubmissionEvent.Action.RETURN,
    )
    return dict(events.order_by("at").values_list("submission__office", "reason"))


def _obstacle(notice: Notice) -> str:
    """Return why no mail can be sent; empty when it can."""
    if not notice.office.is_active:
        return "kantor tidak aktif"
    return "" if notice.recipients else "belum ada petugas entri dengan alamat surel"


def _already(sent_at: datetime) -> str:
    return f"pengingat tahap ini sudah dikirim {months.moment(sent_at)}"


def _claim(notice: Notice, user: User | None = None) -> Reminder | None:
    """Create the row of this reminder before the mail is sent; None when another reminder excludes it."""
    now = timezone.now()
    with transaction.atomic():
        # Concurrent requests for the same office wait here.
        Office.objects.select_for_update(no_key=True).get(pk=notice.office.pk)
        earlier = Reminder.objects.filter(office=notice.office, period=notice.period)
        earlier.filter(recipients=[], sent_at__lt=now - ABANDONED).delete()
        if notice.stage == Stage.MANUAL:
            pause = timedelta(minutes=settings.REMINDERS["pause_minutes"])
            if earlier.filter(sent_at__gt=now - pause).exists():
                return None
        elif earlier.filter(stage=notice.stage).exists():
            return None
        return Reminder.objects.create(
            office=notice.office, period=notice.period, stage=notice.stage, sent_at=now, sent_by=user
        )


def _send(notice: Notice, reminder: Reminder) -> str:
    """Send the mail and store the recipients; on failure delete the row. Return the error, empty when sent."""
    try:
        notice.message.send()
    except OSError as error:  # SMTPException is one
        reminder.delete()
        return f"server surel menolak atau tidak menjawab ({error})"
    reminder.recipients = list(notice.recipients)
    reminder.save(update_fields=["recipients"])
    return ""
