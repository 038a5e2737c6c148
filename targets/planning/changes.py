"""Requested changes of targets and their validation. Nothing is written here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils import timezone

from coverage.models import Province, Regency, WorkerSegment
from reporting.numbers import MAX_COUNT, format_count, parse_count
from targets.models import Target, TargetSource

#: Area code (empty for the country), segment, year; each has at most one reference.
PlaceKey = tuple[str, str, int]
#: The place and the source of the target.
TargetKey = tuple[str, str, int, str]

FIRST_YEAR, LAST_YEAR = 2014, 2060
LEAST_PERCENT, MOST_PERCENT = Decimal("0.001"), Decimal(200)
DECREE_LENGTH = int(Target._meta.get_field("decree").max_length or 0)
REASON_LENGTH = 100
NOTE_LENGTH = 1_000
FIRST_DECREE_YEAR = 1990
NOT_ABOVE_ZERO = "Target harus lebih dari nol."
NEITHER = "Isi persentase atau jumlah pekerja, paling sedikit salah satu."


def read_heads(typed: str | int | float | None) -> int | None:
    """The head-count of a target as typed; None for an empty value. Raises ValueError with an Indonesian sentence."""
    try:
        return parse_count(typed)
    except ValueError as wrong:
        raise ValueError(str(wrong).replace("Jumlah peserta tidak boleh kurang dari nol.", NOT_ABOVE_ZERO)) from None


class TargetValues(NamedTuple):
    """The values of a target. `TargetValues()` means that there is no target."""

    percent: Decimal | None = None
    workers: int | None = None
    is_reference: bool = False
    decree: str = ""
    decree_date: date | None = None
    note: str = ""

    @classmethod
    def of(cls, target: Target | None) -> TargetValues:
        """The stored values; empty for None."""
        return cls(*(getattr(target, name) for name in cls._fields)) if target else cls()

    @property
    def exists(self) -> bool:
        return self.percent is not None or self.workers is not None

    @property
    def text(self) -> str:
        """The values as text, for a hidden form field or a stored upload; `read` parses it."""
        return json.dumps(self, default=str)

    @classmethod
    def read(cls, text: str) -> TargetValues | None:
        """The values from the output of `text`; None when it cannot be parsed."""
        try:
            percent, workers, is_reference, decree, day, note = json.loads(text)
            return cls(
                percent=None if percent is None else Decimal(percent),
                workers=None if workers is None else int(workers),
                is_reference=bool(is_reference),
                decree=str(decree),
                decree_date=None if day is None else date.fromisoformat(day),
                note=str(note),
            )
        except (ArithmeticError, TypeError, ValueError):
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetChange:
    """A requested change of one target, identified by area, segment, year and source.

    Neither province nor regency means the country. `percent` is in percent (38.39), `workers` a head-count; at least
    one is given. `is_reference` None keeps it, and makes a new target the reference when its place has none. `decree`,
    `decree_date` and `note` None keep what is stored. `expected` are the values the user saw, for the optimistic lock;
    None skips the check.
    """

    province: Province | None
    regency: Regency | None = None
    segment: WorkerSegment
    year: int
    source: TargetSource
    percent: Decimal | None
    workers: int | None
    is_reference: bool | None = None
    decree: str | None = None
    decree_date: date | None = None
    note: str | None = None
    expected: TargetValues | None = None

    @property
    def area_code(self) -> str:
        return self.regency.pk if self.regency else self.province.pk if self.province else ""

    @property
    def area_name(self) -> str:
        return str(self.regency or self.province or "Nasional")

    @property
    def province_code(self) -> str | None:
        """The code of the province, or of the regency's province."""
        return self.regency.province_id if self.regency else self.province.pk if self.province else None

    @property
    def place(self) -> PlaceKey:
        return self.area_code, self.segment.pk, self.year

    @property
    def key(self) -> TargetKey:
        return *self.place, self.source.pk

    def wanted(self, stored: TargetValues, is_reference: bool) -> TargetValues:
        """The values after the change."""
        return TargetValues(
            percent=self.percent,
            workers=self.workers,
            is_reference=is_reference,
            decree=stored.decree if self.decree is None else self.decree.strip(),
            decree_date=stored.decree_date if self.decree_date is None and self.decree is None else self.decree_date,
            note=stored.note if self.note is None else self.note.strip(),
        )

    def __str__(self) -> str:
        return f"{self.area_name}, {self.segment}, {self.year}, {self.source}"


class Mistakes(ValidationError):
    """All mistakes at once: index of the change -> field ("" for the whole change) -> sentences."""

    def __init__(self, by_change: dict[int, dict[str, list[str]]], changes: Sequence[TargetChange]) -> None:
        self.by_change = by_change
        super().__init__(
            [
                f"{changes[number]}: {sentence}"
                for number, fields in sorted(by_change.items())
                for sentences in fields.values()
                for sentence in sentences
            ]
        )


def mistakes_of(
    changes: Sequence[TargetChange], provinces: Iterable[str], *, nation: bool
) -> dict[int, dict[str, list[str]]]:
    """The mistakes of the changes. `provinces` and `nation` say which targets the user may set."""
    allowed = set(provinces)
    found: dict[int, dict[str, list[str]]] = {}
    keys: set[TargetKey] = set()
    references: set[PlaceKey] = set()
    for number, change in enumerate(changes):

        def complain(field: str, sentence: str, number: int = number) -> None:
            found.setdefault(number, {}).setdefault(field, []).append(sentence)

        if change.province_code is None and not nation:
            complain("area", "Target nasional ditetapkan oleh Kantor Pusat.")
        elif change.province_code is not None and change.province_code not in allowed:
            complain("area", f"{change.area_name} di luar wilayah kerja kantor Anda.")
        if change.regency and change.province and change.regency.province_id != change.province.pk:
            complain("area", "Kab/kota itu tidak berada di provinsi yang dipilih.")
        for field, sentence in _wrong_values(change):
            complain(field, sentence)
        if change.key in keys:
            complain("", "Target ini tertulis dua kali.")
        keys.add(change.key)
        if change.is_reference:
            if change.place in references:
                complain("is_reference", "Hanya satu acuan untuk tiap wilayah, segmen, dan tahun.")
            references.add(change.place)
    return found


def _wrong_values(change: TargetChange) -> Iterable[tuple[str, str]]:
    if change.segment.kind == WorkerSegment.Kind.BASIC:
        yield "segment", "Target ditetapkan untuk gabungan segmen atau kelompok, bukan untuk segmen dasar."
    if not FIRST_YEAR <= change.year <= LAST_YEAR:
        yield "year", f"Tahun target antara {FIRST_YEAR} dan {LAST_YEAR}."
    if change.percent is None and change.workers is None:
        yield "", NEITHER
    if change.percent is not None:
        if not LEAST_PERCENT <= change.percent <= MOST_PERCENT:
            yield "percent", "Target cakupan lebih dari 0% dan paling besar 200%."
        elif change.percent != change.percent.quantize(LEAST_PERCENT):
            yield "percent", "Tulis paling banyak tiga angka di belakang koma."
    if change.workers is not None and change.workers <= 0:
        yield "workers", NOT_ABOVE_ZERO
    elif change.workers is not None and change.workers > MAX_COUNT:
        yield "workers", "Jumlah pekerja di luar batas."
    if change.decree is not None and len(change.decree.strip()) > DECREE_LENGTH:
        yield "decree", f"Dasar hukum paling panjang {DECREE_LENGTH} huruf."
    if change.decree_date is not None:
        stored = change.expected.decree if change.expected else ""
        if not (stored if change.decree is None else change.decree.strip()):
            yield "decree", "Tulis juga dasar hukumnya, bukan tanggalnya saja."
        today = timezone.localdate()
        last = (today.year + 1, today.month, today.day)
        day = change.decree_date
        if day.year < FIRST_DECREE_YEAR or (day.year, day.month, day.day) > last:
            yield "decree_date", f"Tanggal dasar hukum antara tahun {FIRST_DECREE_YEAR} dan setahun dari sekarang."
    if change.note is not None and len(change.note.strip()) > NOTE_LENGTH:
        yield (
            "note",
            f"Catatan paling panjang {format_count(NOTE_LENGTH)} huruf; ini {format_count(len(change.note.strip()))}.",
        )


@dataclass(frozen=True, slots=True)
class TargetConflict:
    """A target that another user changed meanwhile, with both values; nothing was written."""

    change: TargetChange
    wanted: TargetValues
    stored: TargetValues
    changed_by: str
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SavedTargets:
    """The written targets; with `conflicts` nothing was written.

    `released` are targets that are no longer the reference because another one was chosen.
    """

    created: tuple[Target, ...] = ()
    changed: tuple[Target, ...] = ()
    released: tuple[Target, ...] = ()
    unchanged: int = 0
    conflicts: tuple[TargetConflict, ...] = ()

    @property
    def wrote(self) -> bool:
        return bool(self.created or self.changed or self.released)
