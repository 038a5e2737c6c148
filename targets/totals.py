"""What the target of a total is made of: targets of several areas added up, in workers, never rates."""

from __future__ import annotations

from collections.abc import Iterable

from reporting.numbers import format_count

from .progress import Progress, TargetFigure


def summed_target(parts: Iterable[Progress], year: int, of: str) -> TargetFigure | None:
    """Target workers of all areas together, named `jumlah target 5 provinsi`; of one area its own target.

    `of` says what the areas are. None as soon as one area with a potential has no target that can be counted.
    """
    counted: list[tuple[int, TargetFigure]] = []
    for part in parts:
        if part.potential is None:
            continue
        if part.target is None or part.target_workers is None:
            return None
        counted.append((part.target_workers, part.target))
    if not counted:
        return None
    if len(counted) == 1:
        return counted[0][1]
    name = f"jumlah target {format_count(len(counted))} {of}"
    setters = {target.source_name for _workers, target in counted}
    if len(setters) == 1:
        name += f", {setters.pop()}"
    return TargetFigure(year, workers=sum(workers for workers, _target in counted), source_name=name)
