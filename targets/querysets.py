"""Which targets a user may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import User


class TargetQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """All for BPJS Ketenagakerjaan; a local government those of its own area and the country's, which are law."""
        if user.reads_all_areas:
            return self
        if user.working_office:
            own = Q(province__government_office=user.office_id) | Q(regency__government_office=user.office_id)
            return self.filter(own | Q(province__isnull=True))
        return self.none()

    def administered_by(self, user: User) -> Self:
        """Targets in the care of the user's office: its own areas; for a regional office all of its provinces."""
        if user.writes_all_areas:
            return self
        office = user.working_office
        if office is None:
            return self.none()
        return self.filter(Q(province__regional_office=office) | Q(regency__branch_office=office))
