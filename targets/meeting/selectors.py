"""Reads the meeting page of a province: its regencies by rank, split into screens, and the sources of targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from accounts.models import User
from coverage.models import Province
from targets.progress.charts import LOOK_BACK
from targets.progress.data import AreaProgress, Level, Question
from targets.progress.definitions import Status
from targets.progress.report import ProgressReport, progress_report, targets_of

#: More rows could not be read from a distance; further regencies go to further screens.
ROWS_PER_SCREEN = 10


@dataclass(frozen=True, slots=True)
class MeetingSource:
    """The source and decree of a target. `mark` is the letter beside the figure if there are several."""

    source: str
    decree: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A regency on a screen, or the province below it."""

    area_progress: AreaProgress
    target_source: MeetingSource | None

    @property
    def name(self) -> str:
        """`Kab. Lampung Selatan`, `Kota Adm. Jakarta Timur`: shortened to be readable from a distance."""
        name = self.area_progress.area_name.replace(" Administrasi ", " Adm. ")
        return "Kab. " + name.removeprefix("Kabupaten ") if name.startswith("Kabupaten ") else name


@dataclass(frozen=True, slots=True)
class Screen:
    """The rows of one screen."""

    number: int
    rows: Sequence[MeetingRow]

    @property
    def target_sources(self) -> list[MeetingSource]:
        """The targets' sources on this screen, each once."""
        found = dict.fromkeys(row.target_source for row in self.rows if row.target_source)
        return sorted(found, key=lambda target_source: target_source.mark)

    @property
    def places(self) -> str:
        """`Peringkat 1–10`, `Peringkat 11`; without ranks nothing."""
        ranks = [row.area_progress.rank for row in self.rows if row.area_progress.rank]
        if not ranks:
            return ""
        return f"Peringkat {ranks[0]}" if ranks[0] == ranks[-1] else f"Peringkat {ranks[0]}–{ranks[-1]}"


@dataclass(frozen=True, slots=True)
class Meeting:
    """The data of the page. The first screen shows the province, the others its regencies by rank."""

    found: ProgressReport
    screens: list[Screen]
    #: The source of the province's own target.
    target_source: MeetingSource | None
    #: Number of regencies by status, from reached to not assessable, without zeros.
    counts: list[tuple[Status, int]]

    @property
    def last(self) -> int:
        return self.screens[-1].number if self.screens else 1


def meeting(user: User, province: Province, question: Question) -> Meeting:
    """The data of the page. The number of queries does not depend on the number of regencies."""
    question = replace(question, level=Level.REGENCY, province=province, office=None, status=None)
    found = progress_report(user, question, look_back=LOOK_BACK)
    target_sources = _target_sources(user, province, question)
    rows = [MeetingRow(row, target_sources.get(row.area_code)) for row in found.rows]
    counted = Counter(row.progress.status for row in found.rows if not row.is_province_wide)
    return Meeting(
        found=found,
        screens=[Screen(number, part) for number, part in enumerate(_parts(rows), start=2)],
        target_source=target_sources.get(province.code),
        counts=[(status, counted[status]) for status in Status if counted[status]],
    )


def _parts(rows: list[MeetingRow]) -> list[list[MeetingRow]]:
    """The rows split into as few screens as possible of equal size."""
    count = -(-len(rows) // ROWS_PER_SCREEN)
    size = -(-len(rows) // count) if count else 0
    return [rows[start : start + size] for start in range(0, len(rows), size)] if size else []


def _target_sources(user: User, province: Province, question: Question) -> dict[str, MeetingSource]:
    """The targets' sources by area; if there are several, each gets a letter."""
    rows = targets_of(user, question.known_on).filter(
        province=province.code, segment=question.segment, year=question.target_year
    )
    rows = rows.filter(source=question.source) if question.source else rows.filter(is_reference=True)
    said = {
        regency or province.code: (source, decree)
        for regency, source, decree in rows.order_by("regency").values_list("regency", "source__name", "decree")
    }
    sources = sorted({source for code, source in said.items() if code != province.code})
    marks = {source: _letter(place) if len(sources) > 1 else "" for place, source in enumerate(sources)}
    return {code: MeetingSource(*source, mark=marks.get(source, "")) for code, source in said.items()}


def _letter(place: int) -> str:
    """The letter for a place: a, b, ... z, aa, ab ..."""
    first, rest = divmod(place, 26)
    return (chr(96 + first) if first else "") + chr(97 + rest)
