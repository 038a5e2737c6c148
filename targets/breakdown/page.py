"""What the page that breaks a target down shows: proposals per regency, their sum, what is left, what is unusual."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from reporting.numbers import format_count

from .arithmetic import remainder
from .filters import Start, Way
from .forms import Typed
from .proposal import Proposal, ProposalRow

#: How a division is explained to the reader.
WAY_WORDS = {
    Way.POTENTIAL: "usulan = target provinsi × potensi kab/kota ÷ jumlah potensi",
    Way.GAP: "usulan = peserta + (target provinsi − jumlah peserta) × belum terlindungi ÷ jumlah belum terlindungi",
    Way.BY_HAND: "usulan ditulis dengan tangan",
}


class Left(StrEnum):
    """Whether the target is given out, as sign, word and colour."""

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
    """A row of the page: what a regency stands at, and the field with what was typed.

    Without a field: the part of the province that belongs to no regency, and the province itself.
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
        """What the sum takes: the proposal, else the target that stays in force."""
        if self.wrong:
            return None
        return self.row.present_workers if self.row.workers is None else self.row.workers

    @property
    def is_kept(self) -> bool:
        return not self.wrong and self.row.workers is None and self.row.present_workers is not None


@dataclass(frozen=True)
class BreakdownSheet:
    """All regencies with their proposals, against the workers to give out."""

    proposal: Proposal
    total: int
    rows: tuple[SheetRow, ...]

    @property
    def whole(self) -> ProposalRow:
        """The province against what is given out."""
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
        """What is given out is not the provincial target in force."""
        return self.total != self.proposal.target_workers

    def remarks(self) -> list[str]:
        """Sentences about what is unusual; nothing is forbidden by them."""
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
    """The proposal a page starts with. Raises Undividable."""
    if start == Start.PRESENT:
        return proposal.present()
    return proposal.by_potential(total) if start == Start.POTENTIAL else proposal.by_gap(total)


def sheet_of(proposal: Proposal, total: int, typed: Typed) -> BreakdownSheet:
    """The page for what was typed, or for a proposal written as if it had been."""
    rows = proposal.proposing(typed.workers)
    return BreakdownSheet(
        proposal,
        total,
        tuple(SheetRow(row, typed.texts.get(row.code, ""), typed.wrong.get(row.code, "")) for row in rows),
    )
