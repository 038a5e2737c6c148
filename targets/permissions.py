"""Who sets targets, and for which areas: one function per question, refusals carry their sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from accounts.models import Denied, Office
from coverage.models import Province

if TYPE_CHECKING:
    from accounts.models import User

PLAN = "targets.plan_targets"


def plans_targets(user: User) -> bool:
    """Whether the user sets targets at all: with the right, at the head office or a regional one.

    A branch works towards targets and does not set them, whatever its role says; a local government reads.
    """
    if not user.has_perm(PLAN):
        return False
    office = user.working_office
    return user.writes_all_areas or (office is not None and office.kind == Office.Kind.REGIONAL)


def check_planner(user: User) -> None:
    """Return when the user sets targets, else Denied with the reason."""
    if not user.has_perm(PLAN):
        raise Denied("Akun Anda tidak diberi hak menetapkan target.")
    if not plans_targets(user):
        raise Denied("Target ditetapkan oleh Kantor Pusat dan Kantor Wilayah.")


def provinces_to_plan(user: User) -> QuerySet[Province]:
    """Provinces whose targets, and whose regencies' targets, the user sets."""
    return Province.objects.administered_by(user) if plans_targets(user) else Province.objects.none()


def plans_nation(user: User) -> bool:
    """Whether the user sets the targets of the country: the head office alone."""
    return plans_targets(user) and user.writes_all_areas


def plans_area(user: User, province: Province | None) -> bool:
    """Whether the user sets targets of this province and its regencies; None is the country. Asks no database."""
    if province is None or user.writes_all_areas:
        return plans_nation(user)
    return plans_targets(user) and province.regional_office_id == user.office_id
