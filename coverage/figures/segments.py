"""Groups of stored segments, as reports select them."""

from __future__ import annotations

from dataclasses import dataclass

from coverage.models import WorkerSegment


@dataclass(frozen=True, slots=True)
class SegmentGroup:
    """The stored segments behind a segment: itself for a basic one or a group, its components for a composite."""

    segment: WorkerSegment
    stored: tuple[WorkerSegment, ...]

    @classmethod
    def of(cls, segment: WorkerSegment) -> SegmentGroup:
        if segment.kind == WorkerSegment.Kind.COMPOSITE:
            return cls(segment, tuple(sorted(segment.components.all(), key=lambda part: (part.position, part.code))))
        return cls(segment, (segment,))

    @classmethod
    def all_active(cls) -> list[SegmentGroup]:
        """Return a group for every segment in use, in display order. Two queries."""
        segments = WorkerSegment.objects.filter(is_active=True).order_by("position", "code")
        return [cls.of(segment) for segment in segments.prefetch_related("components")]

    @property
    def codes(self) -> list[str]:
        return [segment.pk for segment in self.stored]

    @property
    def with_potential(self) -> list[str]:
        return [segment.pk for segment in self.stored if segment.has_potential]

    @property
    def expected(self) -> frozenset[str]:
        """Return the segments every regency must report; empty for groups, which are optional."""
        return frozenset(segment.pk for segment in self.stored if segment.is_expected)
