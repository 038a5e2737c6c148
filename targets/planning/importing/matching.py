"""Rows of a file of targets, held against areas, segments and sources. Every mistake is collected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from accounts.models import User
from coverage.importing.headings import SEARCHED_ROWS, normalised
from coverage.importing.matching import Mistake
from coverage.importing.parsing import Wrong, beyond_heading, names_of, plain_name, read_code, shortened, text_of
from coverage.importing.sheets import Cell, Document
from coverage.models import Province, Regency, WorkerSegment
from targets.models import Target, TargetSource
from targets.permissions import plans_nation, provinces_to_plan
from targets.planning.changes import TargetChange, TargetKey, TargetValues, mistakes_of
from targets.planning.rows import NATION

from .cells import read_date, read_percent, read_reference, read_text, read_workers, read_year


class Column(StrEnum):
    """What is read, under the name the sentences and the template use."""

    CODE = "Kode"
    AREA = "Wilayah"
    SEGMENT = "Segmen"
    YEAR = "Tahun"
    SOURCE = "Sumber"
    PERCENT = "Target (%)"
    WORKERS = "Target peserta"
    REFERENCE = "Acuan"
    DECREE = "Dasar hukum"
    DECREE_DATE = "Tanggal dasar hukum"
    NOTE = "Catatan"


REQUIRED = (Column.CODE, Column.YEAR, Column.SOURCE)
NAMES: dict[Column, tuple[str, ...]] = {
    Column.CODE: ("kode kemendagri", "kode wilayah", "kode"),
    Column.AREA: ("wilayah", "nama wilayah", "kab kota", "provinsi"),
    Column.SEGMENT: ("kode segmen", "segmen"),
    Column.YEAR: ("tahun", "tahun target"),
    Column.SOURCE: ("kode sumber", "sumber", "sumber target"),
    Column.PERCENT: ("target", "target cakupan", "persen", "persentase", "target persen"),
    Column.WORKERS: ("target peserta", "target pekerja", "pekerja", "jumlah pekerja", "peserta"),
    Column.REFERENCE: ("acuan",),
    Column.DECREE: ("dasar hukum",),
    Column.DECREE_DATE: ("tanggal dasar hukum", "tanggal"),
    Column.NOTE: ("catatan", "keterangan"),
}
#: Columns of the template that are there to be read by people.
FOR_PEOPLE = ("potensi", "peserta kini", "cakupan kini")
#: Where a mistake the writer's rules find stands in the file.
FIELDS = {
    "area": Column.CODE,
    "segment": Column.SEGMENT,
    "year": Column.YEAR,
    "percent": Column.PERCENT,
    "workers": Column.WORKERS,
    "is_reference": Column.REFERENCE,
    "decree": Column.DECREE,
    "decree_date": Column.DECREE_DATE,
    "note": Column.NOTE,
}


@dataclass
class MatchedTargets:
    """What a file says, and what is wrong with it."""

    changes: list[TargetChange] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    #: Rows without a target: they change nothing.
    blank: int = 0


def match_targets(document: Document, user: User) -> MatchedTargets:
    """Every row of every sheet that has the headings."""
    matched = MatchedTargets()
    reader = _Reader(user, matched)
    tables = [(sheet, found) for sheet in document.sheets if (found := _find_heading(sheet.rows))]
    if not tables:
        needed = ", ".join(REQUIRED)
        sentence = f"Tidak ada baris judul dengan kolom {needed}, dan {Column.PERCENT} atau {Column.WORKERS}."
        matched.mistakes.append(Mistake("", 0, "", f"{sentence} Pakai templat, atau tulis judul itu."))
        return matched
    for sheet, (number, columns, width) in tables:
        for line, cells in sheet.rows:
            if line > number:
                values = {column: cells[at] if at < len(cells) else "" for column, at in columns.items()}
                if any(not isinstance(value, str) or value.strip() for value in values.values()):
                    name = sheet.name if len(tables) > 1 else ""
                    if beyond := beyond_heading(document.separator, cells[width:], width):
                        matched.mistakes.append(Mistake(name, line, "", beyond))
                    else:
                        reader.row(values, name, line)
    if document.hidden:
        matched.remarks.append("Lembar tersembunyi tidak dibaca: " + ", ".join(document.hidden[:8]) + ".")
    if document.formulas:
        matched.remarks.append("Berkas ini memuat rumus. Yang dibaca adalah hasil terakhir yang tersimpan di dalamnya.")
    if not matched.changes and not matched.mistakes and not matched.blank:
        matched.mistakes.append(Mistake("", 0, "", "Tidak ada baris di bawah judul kolom."))
    reader.check()
    return matched


def _find_heading(rows: Iterable[tuple[int, Sequence[Cell]]]) -> tuple[int, dict[Column, int], int] | None:
    """(row number, where each column stands, how many cells the heading fills)."""
    for number, cells in rows:
        if number > SEARCHED_ROWS:
            break
        names = [normalised(cell) for cell in cells]
        columns = {
            column: names.index(name)
            for column, accepted in NAMES.items()
            if (name := next((name for name in accepted if name in names), None))
        }
        if columns.keys() >= set(REQUIRED) and columns.keys() & {Column.PERCENT, Column.WORKERS}:
            return number, columns, max(at for at, cell in enumerate(cells, 1) if cell != "")
    return None


class _Reader:
    def __init__(self, user: User, matched: MatchedTargets) -> None:
        self.matched = matched
        self.nation = plans_nation(user)
        self.planned = set(provinces_to_plan(user).values_list("pk", flat=True))
        self.provinces: dict[str, Province] = {one.pk: one for one in Province.objects.filter(is_active=True)}
        self.regencies: dict[str, Regency] = {one.pk: one for one in Regency.objects.filter(is_active=True)}
        self.named: dict[str, set[str]] = {}
        areas: list[Province | Regency] = [*self.provinces.values(), *self.regencies.values()]
        for area in areas:
            for name in names_of(area.name):
                self.named.setdefault(name, set()).add(area.pk)
        segments = list(WorkerSegment.objects.filter(is_active=True))
        self.segments = {name.casefold(): one for one in segments for name in (one.pk, one.name)}
        self.headline = next((one for one in segments if one.is_headline), None)
        sources = list(TargetSource.objects.filter(is_active=True))
        self.sources = {name.casefold(): one for one in sources for name in (one.pk, one.name)}
        self.stored: dict[TargetKey, Target] = {
            (row.area_code, row.segment_id, row.year, row.source_id): row for row in Target.objects.order_by()
        }
        self.places: list[tuple[str, int]] = []
        self.first: dict[TargetKey, int] = {}

    def row(self, values: dict[Column, Cell], sheet: str, line: int) -> None:
        def wrong(column: str, sentence: str) -> None:
            self.matched.mistakes.append(Mistake(sheet, line, column, sentence))

        def read(column: Column, how: Any) -> Any:
            try:
                return how(values.get(column, ""))
            except ValueError as mistake:
                wrong(column, str(mistake))
                return None

        before = len(self.matched.mistakes)
        code = read(Column.CODE, self._code)
        if code:
            read(Column.AREA, lambda cell: self._check_name(cell, code))
        segment = read(Column.SEGMENT, self._segment)
        year = read(Column.YEAR, read_year)
        source = read(Column.SOURCE, self._source)
        percent, workers = read(Column.PERCENT, read_percent), read(Column.WORKERS, read_workers)
        reference = read(Column.REFERENCE, read_reference)
        decree = read(Column.DECREE, lambda cell: read_text(cell) or None)
        day = read(Column.DECREE_DATE, read_date)
        note = read(Column.NOTE, lambda cell: read_text(cell) or None)
        if len(self.matched.mistakes) > before:
            return
        if percent is None and workers is None:
            if reference:
                wrong("", "Baris ini dijadikan acuan, tetapi target cakupan dan target peserta kosong.")
            self.matched.blank += 1
            return
        area = "" if code == NATION else code
        stored = self.stored.get((area, segment.pk, year, source.pk))
        # A column the file does not have leaves what is stored; an empty cell beside a filled one empties it.
        if stored is not None:
            percent = percent if Column.PERCENT in values else stored.percent
            workers = workers if Column.WORKERS in values else stored.workers
        change = TargetChange(
            province=self.provinces.get(area[:2]),
            regency=self.regencies.get(area),
            segment=segment,
            year=year,
            source=source,
            percent=percent,
            workers=workers,
            is_reference=reference,
            decree=decree,
            decree_date=day or (stored.decree_date if stored and decree in (None, stored.decree) else None),
            note=note,
            expected=TargetValues.of(stored),
        )
        if change.key in self.first:
            wrong("", f"Target ini sudah ada di baris {self.first[change.key]}.")
            return
        self.first[change.key] = line
        self.places.append((sheet, line))
        self.matched.changes.append(change)

    def check(self) -> None:
        """The rules of the writer, said before anything is written."""
        for index, fields in mistakes_of(self.matched.changes, self.planned, nation=self.nation).items():
            sheet, line = self.places[index]
            for name, sentences in fields.items():
                column = FIELDS.get(name, "")
                self.matched.mistakes += [Mistake(sheet, line, column, sentence) for sentence in sentences]
        self.matched.mistakes.sort(key=lambda mistake: (mistake.sheet, mistake.line))

    def _code(self, cell: Cell) -> str:
        if isinstance(cell, str) and text_of(cell).casefold() in (NATION, "id", "indonesia", "00"):
            return NATION
        code = read_code(cell)
        if code not in self.provinces and code not in self.regencies:
            raise Wrong(f"{code} tidak ada dalam daftar kode Kemendagri.")
        return code

    def _check_name(self, cell: Cell, code: str) -> None:
        """The name beside the code, when it is that of another area: then one of the two is wrong."""
        if code != NATION and code not in self.named.get(plain_name(text_of(cell)), {code}):
            name = (self.regencies.get(code) or self.provinces[code]).name
            raise Wrong(f"{code} adalah {name} menurut kode Kemendagri.")

    def _segment(self, cell: Cell) -> WorkerSegment:
        """An empty cell, or no column, means the headline sum."""
        text = text_of(cell)
        found = self.segments.get(text.casefold()) if text else self.headline
        if found is None:
            raise Wrong(f"“{shortened(text)}” bukan segmen.")
        return found

    def _source(self, cell: Cell) -> TargetSource:
        text = text_of(cell)
        if not text:
            raise Wrong("Sumber kosong. Tulis siapa yang menetapkan target ini.")
        found = self.sources.get(text.casefold())
        if found is None:
            known = ", ".join(sorted({source.pk for source in self.sources.values()}))
            raise Wrong(f"“{shortened(text)}” bukan sumber target. Pakai salah satu kode: {known}.")
        return found
