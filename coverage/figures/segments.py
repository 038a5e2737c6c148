"""The stored segments behind a segment, and the positions of cells added up over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coverage.models import WorkerSegment

from .position import Cell, Position, Value


@dataclass(frozen=True, slots=True)
class SegmentSum:
    """The stored segments behind a segment: itself for a basic one or a group, its components for a composite."""

    segment: WorkerSegment
    stored: tuple[WorkerSegment, ...]

    @classmethod
    def of(cls, segment: WorkerSegment) -> SegmentSum:
        if segment.kind == WorkerSegment.Kind.COMPOSITE:
            return cls(segment, tuple(sorted(segment.components.all(), key=lambda part: (part.position, part.code))))
        return cls(segment, (segment,))

    @classmethod
    def all_active(cls) -> list[SegmentSum]:
        """Every segment in use, in its order on screen. Two queries."""
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
        """Segments every regency must report; empty for groups, which are optional."""
        return frozenset(segment.pk for segment in self.stored if segment.is_expected)


def positions_by_cell(
    rows: Mapping[str, Mapping[Cell, Value]],
    potentials: Mapping[str, Mapping[Cell, int]],
    segments: SegmentSum,
    served: list[Cell],
) -> dict[Cell, Position]:
    """`rows` and `potentials` by segment; `served` are the regencies in use."""
    with_potential = set(segments.with_potential)
    parts = [(code, code in with_potential, rows.get(code, {}), potentials.get(code, {})) for code in segments.codes]
    expected = segments.expected
    found: dict[Cell, Position] = {}
    must_report = set(served)
    for cell in must_report.union(*(of_part for *_code, values, in_force in parts for of_part in (values, in_force))):
        participants = potential = rated_participants = rated_potential = None
        own: set[str] = set()
        changed = 0
        for code, has_potential, values, in_force in parts:
            workers = in_force.get(cell)
            if workers is not None:
                potential = workers if potential is None else potential + workers
            if cell not in values:
                continue
            value, is_own, is_changed = values[cell]
            changed += is_changed
            if value is None:
                continue
            participants = value if participants is None else participants + value
            if is_own:
                own.add(code)
            if workers is not None or not has_potential:
                rated_participants = value if rated_participants is None else rated_participants + value
        if participants is not None:
            # the whole area counts once it has a figure: leaving out the potential of a segment that is still blank
            # would show the rate of the other segment as if it were the rate of both
            rated_potential = potential
        if expected:
            counts = cell in must_report
            reported = counts and expected <= own
        else:  # a group is expected where something is known of it
            counts = participants is not None or potential is not None
            reported = bool(own)
        found[cell] = Position(
            participants,
            potential,
            rated_participants,
            rated_potential,
            reported=int(reported),
            carried=int(counts and not reported and participants is not None),
            expected=int(counts),
            changed=changed,
            province_wide=int(bool(expected) and cell[1] is None and bool(own)),
        )
    return found
