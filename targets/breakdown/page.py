"""The data of the breakdown page: proposals per regency, their sum, the remainder and remarks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from reporting.numbers import format_count

from .arithmetic import remainder
from .filters import Start, Way
from .forms import Typed
from .proposal import Proposal, ProposalRow

#: Explanations of the methods.
WAY_WORDS = {
    Way.POTENTIAL: "usulan = target provinsi × potensi kab/kota ÷ jumlah potensi",
    Way.GAP: "usulan = peserta + (target provinsi − jumlah peserta) × belum terlindungi ÷ jumlah belum terlindungi",
    Way.BY_HAND: "usulan ditulis dengan tangan",
}


class Left(StrEnum):
    """The state of the remainder, with sign, word and colour."""

    NOTHING = "nothing"
    SOME = "some"
    TOO_MUCH = "too_much"

    @classmethod
    def of(cls, heads: int) -> Left:
        return cls.NOTHING if heads == 0 else cls.SOME if heads > 0 else cls.TOO_MUCH

    @property
    def label(self) -> str:
        return {"nothing": "habis terbagi", "some": "belum terbagi", "too_much": "melebihi target provinsi"}[self]

    @property
    def sign(self) -> str:
        return {"nothing": "✓", "some": "▼", "too_much": "▲"}[self]

    @property
    def css(self) -> str:
        return {"nothing": "ok", "some": "down", "too_much": "warn"}[self]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of the page: a regency with the text of its input field.

    The part of the province not broken down and the province itself have no field.
    """

    row: ProposalRow
    text: str = ""
    wrong: str = ""

    @property
    def is_regency(self) -> bool:
        return len(self.row.code) == 4

    @property
    def is_province(self) -> bool:
        return len(self.row.code) == 2

    @property
    def counted(self) -> int | None:
        """The workers in the sum: the proposal, else the target in force; None for an invalid input."""
        if self.wrong:
            return None
        return self.row.present_workers if self.row.workers is None else self.row.workers

    @property
    def is_kept(self) -> bool:
        return not self.wrong and self.row.workers is None and self.row.present_workers is not None


@dataclass(frozen=True)
class BreakdownSheet:
    """All regencies with their proposals, and the workers to distribute."""

    proposal: Proposal
    total: int
    rows: tuple[SheetRow, ...]

    @property
    def whole(self) -> ProposalRow:
        """The row of the province, with the workers to distribute as its target."""
        return replace(self.proposal.total, workers=self.total)

    @property
    def sum(self) -> int:
        return sum(row.counted or 0 for row in self.rows)

    @property
    def left(self) -> int:
        return remainder(self.total, (row.counted for row in self.rows))

    @property
    def left_is(self) -> Left:
        return Left.of(self.left)

    @property
    def wrong(self) -> list[SheetRow]:
        return [row for row in self.rows if row.wrong]

    @property
    def is_scenario(self) -> bool:
        """Whether the workers to distribute differ from the provincial target in force."""
        return self.total != self.proposal.target_workers

    def remarks(self) -> list[str]:
        """Warnings about unusual proposals; they do not prevent saving."""
        found = []
        in_force = self.proposal.target_workers
        if in_force is not None and self.is_scenario:
            found.append(
                f"Yang dibagi {format_count(self.total)} pekerja, bukan target provinsi yang tersimpan "
                f"({format_count(in_force)})."
            )
        at = self.proposal.total.position
        if at.participants is not None and self.total < at.participants:
            found.append(
                f"Target ini sudah terlampaui: peserta aktif {self.proposal.province} {format_count(at.participants)}."
            )
        whole = self.proposal.whole
        if whole is not None and whole.position.participants:
            found.append(
                f"{format_count(whole.position.participants)} peserta belum dirinci per kab/kota. Mereka terhitung di "
                "provinsi, tidak mengurangi bagian kab/kota mana pun."
            )
        for words, applies in _UNUSUAL:
            names = [line.row.name for line in self.rows if applies(line)]
            if names:
                found.append(f"{words}: {', '.join(names)}.")
        return found


_UNUSUAL: tuple[tuple[str, Callable[[SheetRow], bool]], ...] = (
    ("Tanpa potensi", lambda line: not line.row.position.potential),
    ("Belum punya angka peserta", lambda line: line.row.position.participants is None),
    ("Tanpa usulan, target sekarang tetap dihitung", lambda line: line.is_kept),
    ("Usulan lebih dari 200% potensi, periksa angkanya", lambda line: (line.row.rate or 0) > 2),
    ("Usulan di atas potensi", lambda line: line.row.is_beyond and (line.row.rate or 0) <= 2),
    ("Usulan di bawah peserta sekarang", lambda line: line.row.added is not None and line.row.added < 0),
)


def proposed(proposal: Proposal, total: int, start: Start) -> dict[str, int | None]:
    """The initial proposal of the page. Raises Undividable."""
    if start == Start.PRESENT:
        return proposal.present()
    return proposal.by_potential(total) if start == Start.POTENTIAL else proposal.by_gap(total)


def sheet_of(proposal: Proposal, total: int, typed: Typed) -> BreakdownSheet:
    """The page's data for the typed values, or for a proposal in the same form."""
    rows = proposal.proposing(typed.workers)
    return BreakdownSheet(
        proposal,
        total,
        tuple(SheetRow(row, typed.texts.get(row.code, ""), typed.wrong.get(row.code, "")) for row in rows),
    )
