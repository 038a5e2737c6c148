"""The only writer of targets, used by the form, file imports, the breakdown and the admin.

Every call is one transaction and writes a history row for each real change. What commands load (`published.py`, the
demonstration) is written in bulk beside it, see docs/decisions/targets.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import Denied, User
from coverage.models import Via, WorkerSegment
from targets import permissions
from targets.models import Target

from .changes import (
    REASON_LENGTH,
    Mistakes,
    PlaceKey,
    SavedTargets,
    TargetChange,
    TargetConflict,
    TargetKey,
    TargetValues,
    mistakes_of,
)

NO_REASON = "Tuliskan alasan perubahan, misalnya nomor surat."


class NoReason(Denied):
    """An existing target is changed or deleted without a reason."""


def save_targets(user: User, changes: Sequence[TargetChange], *, reason: str, via: Via) -> SavedTargets:
    """Create and change targets in one transaction; history for real changes only, with the reason.

    A new reference replaces the previous one of the same area, segment and year. A target that is no longer what the
    change expects is returned as a conflict, and then nothing is written.
    Raises Denied without permission, Mistakes with all wrong changes, NoReason for a change without a reason.
    """
    permissions.check_planner(user)
    changes = list(changes)
    _check(user, changes)
    reason = reason.strip()
    with transaction.atomic():
        stored = _lock_targets(changes)
        plan = _Plan(stored, changes)
        if plan.contested:
            return SavedTargets(conflicts=_conflicts(plan.contested, user))
        if (plan.changed or plan.released) and not reason:
            raise NoReason(NO_REASON)
        plan.write(user, reason, via)
    return SavedTargets(
        created=tuple(plan.created),
        changed=tuple(plan.changed),
        released=tuple(plan.released),
        unchanged=plan.unchanged,
    )


def choose_reference(user: User, target: Target, *, reason: str, via: Via) -> SavedTargets:
    """Make the target the reference of its area, segment and year; its values do not change."""
    stored = Target.objects.select_related("province", "regency", "segment", "source").get(pk=target.pk)
    return save_targets(user, [change_of(stored, is_reference=True)], reason=reason, via=via)


def change_of(target: Target, **replaced: Any) -> TargetChange:
    """A change of a stored target in the given values only; it expects the target's present values."""
    values: dict[str, Any] = {
        "province": target.province,
        "regency": target.regency,
        "segment": target.segment,
        "year": target.year,
        "source": target.source,
        "percent": target.percent,
        "workers": target.workers,
        "expected": TargetValues.of(target),
    }
    return TargetChange(**{**values, **replaced})


def delete_target(
    user: User, target: Target, *, reason: str, via: Via, expected: TargetValues | None = None
) -> TargetConflict | None:
    """Delete a target and keep its history. No other target becomes the reference instead.

    Returns a conflict, and deletes nothing, when the target is no longer as `expected`. Raises Denied without the
    permission or a reason, Target.DoesNotExist when it has been deleted already.
    """
    permissions.check_planner(user)
    change = change_of(target)
    if not permissions.plans_area(user, target.province):
        raise Denied(f"{change.area_name} di luar wilayah kerja kantor Anda.")
    reason = reason.strip()
    if not reason:
        raise NoReason("Tuliskan alasan menarik target ini, misalnya nomor surat.")
    with transaction.atomic():
        stored = _lock_targets([change]).get(change.key)
        if stored is None:
            raise Target.DoesNotExist
        if expected is not None and TargetValues.of(stored) != expected:
            return _conflicts([(change, expected, stored)], user)[0]
        key = stored.pk
        # django-simple-history reads both attributes.
        stored._change_reason = reason[:REASON_LENGTH]  # type: ignore[attr-defined]
        stored._history_user = user  # type: ignore[attr-defined]
        stored.delete()
        # The signal that writes this row does not set the extra columns.
        Target.history.filter(id=key, history_type="-").update(via=via)
    return None


def _check(user: User, changes: Sequence[TargetChange]) -> None:
    provinces = permissions.provinces_to_plan(user).values_list("pk", flat=True)
    wrong = mistakes_of(changes, provinces, nation=permissions.plans_nation(user))
    if wrong:
        raise Mistakes(wrong, changes)


def _lock_targets(changes: Iterable[TargetChange]) -> dict[TargetKey, Target]:
    """Lock the targets of every area, segment and year in the changes, of all sources, until the transaction ends.

    The segment rows are locked first, which covers targets that do not exist yet: no two users create the same target
    or choose two references. Rows are locked in a fixed order, so there are no deadlocks.
    """
    places = {change.place for change in changes}
    if not places:
        return {}
    segments = {segment for _, segment, _ in places}
    for _ in WorkerSegment.objects.select_for_update(no_key=True).filter(pk__in=segments).order_by("pk"):
        pass
    areas = {area for area, _, _ in places}
    named: list[Q] = []
    if "" in areas:
        named.append(Q(province=None))
    if provinces := [area for area in areas if len(area) == 2]:
        named.append(Q(province__in=provinces, regency=None))
    if regencies := [area for area in areas if len(area) == 4]:
        named.append(Q(regency__in=regencies))
    rows = Target.objects.filter(reduce(or_, named), segment__in=segments, year__in={year for _, _, year in places})
    found = rows.order_by("pk").select_for_update()
    return {(row.area_code, row.segment_id, row.year, row.source_id): row for row in found}


class _Plan:
    """The rows to write for a list of changes."""

    def __init__(self, stored: dict[TargetKey, Target], changes: Sequence[TargetChange]) -> None:
        self.created: list[Target] = []
        self.changed: list[Target] = []
        self.released: list[Target] = []
        self.contested: list[tuple[TargetChange, TargetValues, Target | None]] = []
        self.unchanged = 0
        chosen = references_after(stored, changes)
        for change in changes:
            target = stored.get(change.key)
            before = TargetValues.of(target)
            wanted = change.wanted(before, chosen.get(change.place) == change.key)
            if change.expected is not None and before not in (change.expected, wanted):
                self.contested.append((change, wanted, target))
            elif target is None:
                self.created.append(_new(change, wanted))
            elif before == wanted:
                self.unchanged += 1
            else:
                self.changed.append(_set(target, wanted))
        named = {change.key for change in changes}
        for key, target in stored.items():
            place = key[:3]
            if target.is_reference and key not in named and place in chosen and chosen[place] != key:
                target.is_reference = False
                self.released.append(target)

    def write(self, user: User, reason: str, via: Via) -> None:
        """Write the rows. Released references come first: the database allows one per place at any moment."""
        now = timezone.now()
        history: dict[str, Any] = {
            "default_user": user,
            "default_change_reason": reason[:REASON_LENGTH],
            "default_date": now,
            "batch_size": 500,
            "custom_historical_attrs": {"via": via},
        }
        changed = [*self.released, *self.changed]
        for rows in (
            [target for target in changed if not target.is_reference],
            [target for target in changed if target.is_reference],
        ):
            if rows:
                bulk_update_with_history(rows, Target, list(TargetValues._fields), **history)
        if self.created:
            self.created = bulk_create_with_history(self.created, Target, **history)


def references_after(
    stored: Mapping[TargetKey, Target], changes: Sequence[TargetChange]
) -> dict[PlaceKey, TargetKey | None]:
    """The reference of every place after the changes; None where a change removes it."""
    chosen: dict[PlaceKey, TargetKey | None] = {key[:3]: key for key, target in stored.items() if target.is_reference}
    for change in changes:
        if change.is_reference is False and chosen.get(change.place) == change.key:
            chosen[change.place] = None
    for change in changes:
        if change.is_reference:
            chosen[change.place] = change.key
    for change in changes:
        if change.is_reference is None and change.key not in stored and change.place not in chosen:
            chosen[change.place] = change.key
    return chosen


def _new(change: TargetChange, wanted: TargetValues) -> Target:
    return Target(
        province_id=change.province_code,
        regency=change.regency,
        segment=change.segment,
        year=change.year,
        source=change.source,
        **wanted._asdict(),
    )


def _set(target: Target, wanted: TargetValues) -> Target:
    for name, value in wanted._asdict().items():
        setattr(target, name, value)
    return target


def _conflicts(
    contested: Sequence[tuple[TargetChange, TargetValues, Target | None]], reader: User
) -> tuple[TargetConflict, ...]:
    """Conflicts with both values, and who wrote the stored one (or deleted it) and when."""
    found = []
    for change, wanted, target in contested:
        last = _last_change(change, target)
        person = last.history_user if last else None
        found.append(
            TargetConflict(
                change=change,
                wanted=wanted,
                stored=TargetValues.of(target),
                changed_by=(person.get_full_name() or person.username) if person else "",
                changed_at=last.history_date if last else None,
            )
        )
    return tuple(found)


def _last_change(change: TargetChange, target: Target | None) -> Any:
    rows = Target.history.select_related("history_user").order_by("-history_date", "-history_id")
    if target is not None:
        return rows.filter(id=target.pk).first()
    return rows.filter(
        province_id=change.province_code,
        regency_id=change.regency.pk if change.regency else None,
        segment_id=change.segment.pk,
        year=change.year,
        source_id=change.source.pk,
    ).first()
