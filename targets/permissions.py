"""Permissions for targets; Denied carries the sentence for the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from accounts.models import Denied, Office
from coverage.models import Province

if TYPE_CHECKING:
    from accounts.models import User

PLAN = "targets.plan_targets"


def plans_targets(user: User) -> bool:
    """Whether the user may set targets: with the permission, at the head office or a regional office.

    Branches and local governments do not set targets, whatever their role.
    """
    if not user.has_perm(PLAN):
        return False
    office = user.working_office
    return user.writes_all_areas or (office is not None and office.kind == Office.Kind.REGIONAL)


def check_planner(user: User) -> None:
    """Raises Denied with the reason when the user may not set targets."""
    if not user.has_perm(PLAN):
        raise Denied("Akun Anda tidak diberi hak menetapkan target.")
    if not plans_targets(user):
        raise Denied("Target ditetapkan oleh Kantor Pusat dan Kantor Wilayah.")


def provinces_to_plan(user: User) -> QuerySet[Province]:
    """The provinces whose targets, including those of their regencies, the user may set."""
    return Province.objects.administered_by(user) if plans_targets(user) else Province.objects.none()


def plans_nation(user: User) -> bool:
    """Whether the user may set national targets: the head office only."""
    return plans_targets(user) and user.writes_all_areas


def plans_area(user: User, province: Province | None) -> bool:
    """Whether the user may set targets of this province and its regencies (None: the country). No query."""
    if province is None or user.writes_all_areas:
        return plans_nation(user)
    return plans_targets(user) and province.regional_office_id == user.office_id
