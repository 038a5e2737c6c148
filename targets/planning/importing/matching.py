"""Matches rows of a file of targets with areas, segments and sources."""

from __future__ import annotations

from accounts.models import User
from coverage.importing.areas import AreaNames, read_code
from coverage.importing.cells import Wrong, read_text, shortened, text_of
from coverage.importing.matching import FileRow, Matched, Mistake, RowMatcher
from coverage.importing.sheets import Cell, Document
from coverage.models import Province, Regency, WorkerSegment
from targets.models import Target, TargetSource
from targets.permissions import plans_nation, provinces_to_plan
from targets.planning.changes import TargetChange, TargetKey, TargetValues, mistakes_of
from targets.planning.rows import NATION

from .cells import read_date, read_percent, read_reference, read_workers, read_year
from .columns import COLUMNS, FIELDS, TargetFileColumn


class TargetMatcher(RowMatcher):
    """Turns rows into `TargetChange`, checked by the rules of the writer before anything is written."""

    columns = COLUMNS

    def __init__(self, document: Document, user: User) -> None:
        super().__init__(document)
        self.nation = plans_nation(user)
        self.planned = set(provinces_to_plan(user).values_list("pk", flat=True))
        self.provinces: dict[str, Province] = {one.pk: one for one in Province.objects.filter(is_active=True)}
        self.regencies: dict[str, Regency] = {one.pk: one for one in Regency.objects.filter(is_active=True)}
        self.areas: dict[str, Province | Regency] = {**self.provinces, **self.regencies}
        self.names = AreaNames((code, area.name) for code, area in self.areas.items())
        segments = list(WorkerSegment.objects.filter(is_active=True))
        self.segments = {name.casefold(): one for one in segments for name in (one.pk, one.name)}
        self.headline = next((one for one in segments if one.is_headline), None)
        sources = list(TargetSource.objects.filter(is_active=True))
        self.sources = {name.casefold(): one for one in sources for name in (one.pk, one.name)}
        self.stored: dict[TargetKey, Target] = {
            (row.area_code, row.segment_id, row.year, row.source_id): row for row in Target.objects.order_by()
        }
        self.places: list[tuple[str, int]] = []

    def match(self) -> Matched:
        matched = super().match()
        for index, fields in mistakes_of(matched.rows, self.planned, nation=self.nation).items():
            sheet, line = self.places[index]
            for name, sentences in fields.items():
                column = FIELDS.get(name, "")
                matched.mistakes += [Mistake(sheet, line, column, sentence) for sentence in sentences]
        matched.mistakes.sort(key=lambda mistake: (mistake.sheet, mistake.line))
        return matched

    def match_row(self, row: FileRow) -> None:
        if row.beyond:
            row.wrong("", row.beyond)
            return
        code = row.read(TargetFileColumn.CODE, self._code)
        if code:
            row.read(TargetFileColumn.AREA, lambda cell: self._check_name(cell, code))
        segment = row.read(TargetFileColumn.SEGMENT, self._segment)
        year = row.read(TargetFileColumn.YEAR, read_year)
        source = row.read(TargetFileColumn.SOURCE, self._source)
        percent, workers = (
            row.read(TargetFileColumn.PERCENT, read_percent),
            row.read(TargetFileColumn.WORKERS, read_workers),
        )
        reference = row.read(TargetFileColumn.REFERENCE, read_reference)
        decree = row.read(TargetFileColumn.DECREE, lambda cell: read_text(cell) or None)
        day = row.read(TargetFileColumn.DECREE_DATE, read_date)
        note = row.read(TargetFileColumn.NOTE, lambda cell: read_text(cell) or None)
        if row.mistakes or not code or segment is None or year is None or source is None:
            return
        if percent is None and workers is None:
            if reference:
                row.wrong("", "Baris ini dijadikan acuan, tetapi target cakupan dan target peserta kosong.")
            self.matched.blank += 1
            return
        area = "" if code == NATION else code
        stored = self.stored.get((area, segment.pk, year, source.pk))
        # A missing column keeps what is stored; an empty cell beside a filled one clears it.
        if stored is not None:
            percent = percent if TargetFileColumn.PERCENT in row.values else stored.percent
            workers = workers if TargetFileColumn.WORKERS in row.values else stored.workers
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
        if earlier := self.earlier_place(change.key, row):
            row.wrong("", f"Target ini sudah ada di {earlier}.")
            return
        self.places.append((row.sheet, row.line))
        self.matched.rows.append(change)

    def _code(self, cell: Cell) -> str:
        if isinstance(cell, str) and text_of(cell).casefold() in (NATION, "id", "indonesia", "00"):
            return NATION
        code = read_code(cell)
        if code not in self.areas:
            raise Wrong(f"{code} tidak ada dalam daftar kode Kemendagri.")
        return code

    def _check_name(self, cell: Cell, code: str) -> None:
        """Report a name that belongs to another area than the code."""
        if code != NATION and self.names.contradicts(cell, code):
            raise Wrong(f"{code} adalah {self.areas[code].name} menurut kode Kemendagri.")

    def _segment(self, cell: Cell) -> WorkerSegment:
        """The segment; an empty cell or a missing column means the headline sum."""
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
