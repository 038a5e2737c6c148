"""Sums of the targets of several areas, always in workers and never in rates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reporting.numbers import format_count

from .definitions import Progress, TargetFigure


def summed_target(parts: Iterable[Progress], year: int, of: str) -> TargetFigure | None:
    """The sum of target workers, named `jumlah target 5 provinsi`; for one area its own target.

    `of` is the level in words. None if any area with a potential has no target in workers.
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


@dataclass(frozen=True, slots=True)
class RowTargets:
    """The sum of the rows' targets and the target of the total, in workers. `workers` is None without any target."""

    workers: int | None
    missing: int
    whole: int | None
    rows_are: str
    whole_is: str

    @classmethod
    def of(cls, rows: Iterable[Progress], whole: Progress, rows_are: str, whole_is: str) -> RowTargets:
        """`rows` are areas only; `rows_are` and `whole_is` are the words of the sentence: `kab/kota`, `provinsi`."""
        stated = [row.target_workers for row in rows]
        known = [workers for workers in stated if workers is not None]
        return cls(sum(known) if known else None, len(stated) - len(known), whole.target_workers, rows_are, whole_is)

    @property
    def sentence(self) -> str:
        """Says that the rows do not add up to the total; empty if they do."""
        missing = f"{format_count(self.missing)} {self.rows_are} belum punya target" if self.missing else ""
        if self.workers is None or self.whole is None or self.workers == self.whole:
            return f"{missing}." if missing else ""
        difference = self.workers - self.whole
        word = "lebih" if difference > 0 else "kurang"
        sums = (
            f"Target {self.rows_are} berjumlah {format_count(self.workers)}, "
            f"{word} {format_count(abs(difference))} dari {self.whole_is}"
        )
        return f"{sums}; {missing}." if missing else f"{sums}."
