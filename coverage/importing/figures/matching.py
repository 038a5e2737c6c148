"""Matches rows of a file of figures with areas, segments and the cells an office may fill."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from coverage.importing.areas import AreaNames, read_code
from coverage.importing.cells import Wrong, shortened, text_of
from coverage.importing.matching import FileRow, FileTable, Mistake, RowMatcher, listed
from coverage.importing.sheets import Cell, Document
from coverage.models import CellKey, WorkerSegment
from coverage.models.querysets import CodeSystem

from .cells import is_split, read_count, read_note, read_reason
from .columns import COLUMNS, FigureFileColumn, system_of
from .marks import check_marks
from .stored import Place, StoredMonth


class FigureRow(NamedTuple):
    """The values of one row. None in `participants`, `note` or `reason` keeps the stored value."""

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


class FigureMatcher(RowMatcher):
    """Turns rows into `FigureRow`. The code system is the one chosen, never guessed."""

    columns = COLUMNS

    def __init__(self, document: Document, stored: StoredMonth, system: str) -> None:
        super().__init__(document)
        self.stored = stored
        self.system = CodeSystem(system)
        self.places = {place.code_in(system): place for place in stored.places}
        self.names = AreaNames((place.code, place.name) for place in stored.places)
        self.segments = {
            name: segment
            for segment in stored.segments.values()
            for name in (segment.pk.casefold(), segment.name.casefold())
        }
        self.composites = {name.casefold() for names in stored.composites.items() for name in names}

    def check_table(self, table: FileTable) -> Iterable[Mistake]:
        if not self.matched.mistakes:  # all sheets of a template have the same block
            for mistake in check_marks(table.sheet, table.line, self.stored, self.system):
                yield Mistake(table.name, *mistake)
        for column in table.heading.doubled:
            yield Mistake(table.name, table.line, column, "Kolom ini ada dua kali. Hapus salah satu.")
        written = system_of(table.heading)
        if written and written != self.system:
            sentence = f"Judulnya menyebut {written.label}, tetapi yang dipilih {self.system.label}."
            yield Mistake(table.name, table.line, FigureFileColumn.CODE, sentence)

    def explain_no_heading(self) -> Mistake:
        """The missing columns of the row most similar to a heading."""
        for sheet in self.document.sheets:
            nearest = COLUMNS.find_nearest(sheet.rows)
            if nearest:
                number, heading = nearest
                missing = " dan ".join(f"“{column}”" for column in heading.missing)
                sentence = f"Tidak ada kolom {missing}. Kolom yang wajib: {COLUMNS.needed}."
                return Mistake(sheet.name, number, "", sentence)
        return super().explain_no_heading()

    def remarks(self, tables: list[FileTable]) -> Iterable[str]:
        extra = dict.fromkeys(name for table in tables for name in table.heading.extra)
        if extra:
            yield f"Kolom yang tidak dibaca: {listed(extra)}."
        read = [table.sheet.name for table in tables]
        unread = [sheet.name for sheet in self.document.sheets if sheet.rows and sheet.name not in read]
        if unread:
            yield f"Lembar tanpa kolom Kode, Segmen, dan Peserta tidak dibaca: {listed(unread)}."
        yield from super().remarks(tables)

    def match_row(self, row: FileRow) -> None:
        place = row.read(FigureFileColumn.CODE, self._place)
        if place:
            row.read(FigureFileColumn.AREA, lambda cell: self._check_name(cell, place))
        segment = row.read(FigureFileColumn.SEGMENT, self._segment)
        participants = row.read(FigureFileColumn.PARTICIPANTS, read_count)
        note = row.read(FigureFileColumn.NOTE, read_note)
        reason = row.read(FigureFileColumn.REASON, read_reason)
        if self.document.separator == "," and is_split(row.values):
            sentence = "Angka terbelah oleh koma. Tulis tanpa pemisah ribuan, atau apit dengan kutip."
            row.wrong(FigureFileColumn.PARTICIPANTS, sentence)
        elif row.beyond:
            row.wrong("", row.beyond)
        if place and segment:
            if not self.stored.offers(place, segment):
                sentence = f"“{segment.name}” tidak diisi untuk kab/kota; isi segmen rinciannya."
                row.wrong(FigureFileColumn.SEGMENT, sentence)
            if earlier := self.earlier_place((place.code, segment.pk), row):
                row.wrong("", f"Wilayah dan segmen ini sudah ada di {earlier}.")
        if row.mistakes or place is None or segment is None:
            return
        cell = self.stored.at((place.code, segment.pk))
        if participants is None and cell.participants is not None:
            self.matched.kept += 1
        if participants is None and note in (None, cell.note) and reason in (None, cell.reason):
            self.matched.blank += 1
            return
        self.matched.rows.append(FigureRow(place.code, segment.pk, participants, note, reason, row.sheet, row.line))

    def _place(self, cell: Cell) -> Place:
        code = read_code(cell)
        place = self.places.get(code)
        if place is None:
            raise Wrong(f"{code} tidak ada dalam daftar {self.system.label}.")
        if not self.stored.is_in_scope(place):
            raise Wrong(f"{code} bukan wilayah kantor ini.")
        return place

    def _check_name(self, cell: Cell, place: Place) -> None:
        """Report a name that belongs to another area than the code, which is mistyped or of the other code system."""
        if self.names.contradicts(cell, place.code):
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
