"""Explanations of figures, shown by the "?" of a heading and defined in one place per report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """The explanation of a figure: a definition in one sentence, the calculation in plain words, the source."""

    #: Stable; the name of the column that shows it.
    key: str
    title: str
    meaning: str
    formula: str = ""
    source: str = ""
    #: The heading in the managers' guide with more details.
    anchor: str = ""
