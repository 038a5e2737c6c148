"""Rows of a file against areas, segments and rules. Every mistake is collected, none stops at the first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from coverage.models import CellKey, WorkerSegment
from coverage.models.querysets import CodeSystem

from .context import Place, Standing
from .headings import REQUIRED, Column, Heading, find_heading, nearest_heading
from .marks import check_marks
from .parsing import (
    Wrong,
    beyond_heading,
    is_split,
    names_of,
    plain_name,
    read_code,
    read_count,
    read_note,
    read_reason,
    shortened,
    text_of,
)
from .sheets import Cell, Document, Sheet


class FileRow(NamedTuple):
    """What one row wants. `participants` None leaves the figure, `note` and `reason` None leave those."""

    area: str
    segment: str
    participants: int | None
    note: str | None
    reason: str | None
    sheet: str
    line: int

    @property
    def key(self) -> CellKey:
        return self.area, self.segment


class Mistake(NamedTuple):
    """A sentence about a place in the file: the row as the spreadsheet counts it, and the column by its heading."""

    sheet: str
    line: int
    column: str
    sentence: str

    @property
    def place(self) -> str:
        """`Baris 12, kolom Peserta`; empty when the whole file is meant."""
        parts = [f"lembar {self.sheet}"] if self.sheet else []
        parts += [f"baris {self.line}"] if self.line else []
        parts += [f"kolom {self.column}"] if self.column else []
        place = ", ".join(parts)
        return place[:1].upper() + place[1:]

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}" if self.place else self.sentence


@dataclass
class Matched:
    """What a file says, and what is wrong with it."""

    rows: list[FileRow] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    #: What was read differently from what one might think, in sentences.
    remarks: list[str] = field(default_factory=list)
    #: Rows whose cells are all empty.
    blank: int = 0
    #: Rows without a figure in the file where one is stored.
    kept: int = 0


def match(document: Document, standing: Standing, system: str) -> Matched:
    """Hold every row against what the office may fill. The code system is the one stated, never guessed."""
    matched = Matched()
    tables = [(sheet, found) for sheet in document.sheets if (found := find_heading(sheet.rows))]
    if not tables:
        matched.mistakes.append(_no_heading(document.sheets))
        return matched
    several = len(tables) > 1
    for sheet, (number, heading) in tables:
        name = sheet.name if several else ""
        if not matched.mistakes:  # every sheet of a template says the same
            matched.mistakes += (Mistake(name, *mistake) for mistake in check_marks(sheet, number, standing, system))
        matched.mistakes += (Mistake(name, number, *mistake) for mistake in _heading_mistakes(heading, system))
    if not matched.mistakes:
        reader = _Reader(standing, system, document.separator, matched)
        for sheet, (number, heading) in tables:
            reader.read(sheet, number, heading, sheet.name if several else "")
        if not matched.rows and not matched.mistakes and not matched.blank:
            matched.mistakes.append(Mistake("", 0, "", "Tidak ada baris di bawah judul kolom."))
    matched.remarks += _remarks(document, [sheet.name for sheet, _ in tables], [found[1] for _, found in tables])
    return matched


def _no_heading(sheets: Iterable[Sheet]) -> Mistake:
    """No sheet has a whole heading row: what is missing where it is nearest."""
    needed = ", ".join(REQUIRED)
    for sheet in sheets:
        nearest = nearest_heading(sheet.rows)
        if nearest:
            number, heading = nearest
            missing = " dan ".join(f"“{column}”" for column in heading.missing)
            return Mistake(sheet.name, number, "", f"Tidak ada kolom {missing}. Kolom yang wajib: {needed}.")
    return Mistake("", 0, "", f"Tidak ada baris judul dengan kolom {needed}. Pakai templat, atau tulis judul itu.")


def _heading_mistakes(heading: Heading, system: str) -> Iterable[tuple[str, str]]:
    for column in heading.doubled:
        yield column, "Kolom ini ada dua kali. Hapus salah satu."
    if heading.system and heading.system != system:
        yield (
            Column.CODE,
            f"Judulnya menyebut {heading.system.label}, tetapi yang dipilih {CodeSystem(system).label}.",
        )


def _remarks(document: Document, read: list[str], headings: list[Heading]) -> list[str]:
    remarks = []
    extra = dict.fromkeys(name for heading in headings for name in heading.extra)
    if extra:
        remarks.append("Kolom yang tidak dibaca: " + _listed(extra) + ".")
    unread = [sheet.name for sheet in document.sheets if sheet.rows and sheet.name not in read]
    if unread:
        remarks.append("Lembar tanpa kolom Kode, Segmen, dan Peserta tidak dibaca: " + _listed(unread) + ".")
    if document.hidden:
        remarks.append("Lembar tersembunyi tidak dibaca: " + _listed(document.hidden) + ".")
    if document.formulas:
        remarks.append("Berkas ini memuat rumus. Yang dibaca adalah hasil terakhir yang tersimpan di dalam berkas.")
    return remarks


def _listed(names: Iterable[str]) -> str:
    shown = [name if len(name) <= 40 else name[:40] + "…" for name in names]
    return ", ".join(shown[:8]) + (f" dan {len(shown) - 8} lainnya" if len(shown) > 8 else "")


class _Reader:
    """Reads the rows below a heading."""

    def __init__(self, standing: Standing, system: str, separator: str, matched: Matched) -> None:
        self.standing = standing
        self.system = CodeSystem(system)
        self.separator = separator
        self.matched = matched
        self.places = {place.code_in(system): place for place in standing.places}
        self.named: dict[str, set[str]] = {}
        for place in standing.places:
            for name in names_of(place.name):
                self.named.setdefault(name, set()).add(place.code)
        self.segments = {
            name: segment
            for segment in standing.segments.values()
            for name in (segment.pk.casefold(), segment.name.casefold())
        }
        self.composites = {name.casefold(): shown for pk, shown in standing.composites.items() for name in (pk, shown)}
        self.first: dict[CellKey, str] = {}

    def read(self, sheet: Sheet, heading_row: int, heading: Heading, name: str) -> None:
        for line, cells in sheet.rows:
            if line <= heading_row:
                continue
            values = {column: cells[index] if index < len(cells) else "" for column, index in heading.columns.items()}
            if any(value != "" and str(value).strip() for value in values.values()):
                self._row(values, beyond_heading(self.separator, cells[heading.width :], heading.width), name, line)

    def _row(self, values: dict[Column, Cell], beyond: str, sheet: str, line: int) -> None:
        def wrong(column: str, sentence: str) -> None:
            self.matched.mistakes.append(Mistake(sheet, line, column, sentence))

        def read(column: Column, how):
            try:
                return how(values.get(column, ""))
            except ValueError as mistake:
                wrong(column, str(mistake))
                return None

        before = len(self.matched.mistakes)
        place: Place | None = read(Column.CODE, self._place)
        if place:
            read(Column.AREA, lambda cell: self._check_name(cell, place))
        segment: WorkerSegment | None = read(Column.SEGMENT, self._segment)
        participants = read(Column.PARTICIPANTS, read_count)
        note = read(Column.NOTE, read_note)
        reason = read(Column.REASON, read_reason)
        if self.separator == "," and is_split(values):
            wrong(Column.PARTICIPANTS, "Angka terbelah oleh koma. Tulis tanpa pemisah ribuan, atau apit dengan kutip.")
        elif beyond:
            wrong("", beyond)
        if place and segment:
            if not self.standing.offers(place, segment):
                wrong(Column.SEGMENT, f"“{segment.name}” tidak diisi untuk kab/kota; isi segmen rinciannya.")
            where = f"lembar {sheet}, baris {line}" if sheet else f"baris {line}"
            earlier = self.first.setdefault((place.code, segment.pk), where)
            if earlier != where:
                wrong("", f"Wilayah dan segmen ini sudah ada di {earlier}.")
        if len(self.matched.mistakes) > before or place is None or segment is None:
            return
        stands = self.standing.at((place.code, segment.pk))
        if participants is None and stands.participants is not None:
            self.matched.kept += 1
        if participants is None and note in (None, stands.note) and reason in (None, stands.reason):
            self.matched.blank += 1
            return
        self.matched.rows.append(FileRow(place.code, segment.pk, participants, note, reason, sheet, line))

    def _place(self, cell: Cell) -> Place:
        code = read_code(cell)
        place = self.places.get(code)
        if place is None:
            raise Wrong(f"{code} tidak ada dalam daftar {self.system.label}.")
        if not self.standing.is_in_scope(place):
            raise Wrong(f"{code} bukan wilayah kantor ini.")
        return place

    def _check_name(self, cell: Cell, place: Place) -> None:
        """The name beside the code, when it is that of another area: the code is mistyped or of the other system."""
        if place.code not in self.named.get(plain_name(text_of(cell)), {place.code}):
            raise Wrong(f"Dalam {self.system.label}, {place.code_in(self.system)} adalah {place.name}.")

    def _segment(self, cell: Cell) -> WorkerSegment:
        text = text_of(cell)
        if not text:
            raise Wrong("Segmen kosong.")
        segment = self.segments.get(text.casefold())
        if segment:
            return segment
        if text.casefold() in self.composites:
            raise Wrong(f"“{shortened(text)}” adalah gabungan dan dijumlahkan sendiri; isi segmen rinciannya.")
        raise Wrong(f"“{shortened(text)}” bukan segmen. Pakai kodenya, misalnya PU, BPU, JAKON, atau PMI.")
