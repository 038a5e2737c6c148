"""What a figure means, in words: shown beside the figure by the "?" of a heading and kept in one place per report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """One figure explained: what it is in one sentence, how it is worked out in plain words, where it comes from."""

    #: Stable; the key of the column that shows it.
    key: str
    title: str
    meaning: str
    formula: str = ""
    source: str = ""
    #: The heading of the managers' guide that tells more.
    anchor: str = ""
