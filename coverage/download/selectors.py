"""Every figure a reader may see, as lines of a file: a line per area cell, segment and month. Reads only.

Names come from small tables in memory, so that a million rows are read from one table without joins.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.functions import Coalesce, TruncDate

from coverage.models import CoverageRecord, Province, Regency, ReportingPeriod, WorkerSegment
from coverage.models.querysets import CellQuerySet
from reporting.months import month_code
from reporting.streams import csv_text, rows_in_parts

if TYPE_CHECKING:
    from accounts.models import User

#: So many rows fit on a sheet, the line of titles left out.
LONGEST_SHEET = 1_048_575


class Content(models.TextChoices):
    """Which figures a file holds."""

    BOTH = "keduanya", "Keduanya"
    VERIFIED = "terverifikasi", "Terverifikasi"
    PROVISIONAL = "sementara", "Sementara"


@dataclass(frozen=True)
class Field:
    """A column of the file: stable key for programs, title for sheets, what it means."""

    key: str
    title: str
    meaning: str


PLACE = (
    Field("month", "Bulan", "Bulan posisi, misalnya 2026-09"),
    Field("segment_code", "Kode segmen", "Kode tetap segmen atau kelompok"),
    Field("segment", "Segmen", "Nama segmen atau kelompok"),
    Field("segment_kind", "Jenis segmen", "Segmen dapat dijumlahkan; kelompok saling beririsan, jangan dijumlahkan"),
    Field("province_code", "Kode provinsi", "Kode Kemendagri"),
    Field("province", "Provinsi", "Nama provinsi"),
    Field("regency_code", "Kode kab/kota", "Kode Kemendagri; kosong untuk angka tingkat provinsi yang tidak dirinci"),
    Field("regency", "Kab/kota", "Nama kabupaten atau kota"),
)
PROVISIONAL = (
    Field("participants", "Peserta aktif", "Angka sementara; kosong berarti belum lapor, bukan nol"),
    Field("origin", "Asal angka", "Diisi, dari berkas, angka bulan lalu, atau belum lapor"),
)
VERIFIED = (
    Field("verified_participants", "Peserta terverifikasi", "Kosong bila belum pernah diverifikasi"),
    Field("verified_on", "Diverifikasi pada", "Kosong bila nilainya mengalir dari verifikasi bulan sebelumnya"),
)


@dataclass(frozen=True)
class Style:
    """How a line is written. `fields` writes some fields and their texts side by side."""

    opening: str
    between: str
    blank: str
    ending: str
    fields: Callable[[Sequence[Field], Sequence[str | None]], str]
    #: What stands before a count.
    name: Callable[[Field], str]


CSV = Style("", ";", "", "\r\n", lambda fields, texts: csv_text([text or "" for text in texts]), lambda field: "")


def _json_fields(fields: Sequence[Field], texts: Sequence[str | None]) -> str:
    keys = [field.key for field in fields]
    return json.dumps(dict(zip(keys, texts, strict=True)), ensure_ascii=False)[1:-1]


JSON = Style("{", ", ", "null", "}\n", _json_fields, lambda field: f'"{field.key}": ')


class _Days(dict[date | None, str]):
    """A day -> how it is written; a day is worked out once, and a file has few different ones."""

    def __init__(self, style: Style, field: Field) -> None:
        self.style, self.field = style, field

    def __missing__(self, day: date | None) -> str:
        text = self.style.fields([self.field], [day.isoformat() if day else None])
        self[day] = text = f"{self.style.between}{text}{self.style.ending}"
        return text


@dataclass(frozen=True)
class Extract:
    """The file somebody asked for. None means everywhere, always, or all."""

    records: CellQuerySet
    content: Content

    @classmethod
    def of(
        cls,
        user: User,
        *,
        since: date | None = None,
        until: date | None = None,
        province: str | None = None,
        segment: str | None = None,
        content: Content = Content.BOTH,
    ) -> Extract:
        records: Any = CoverageRecord.objects.visible_to(user)
        asked = {"period__gte": since, "period__lte": until, "province": province, "segment": segment}
        records = records.filter(**{name: value for name, value in asked.items() if value})
        if content == Content.VERIFIED:
            records = records.filter(verified_participants__isnull=False)
        # Where it is read from is decided now: the lines are made when the request is already answered
        return cls(records.using(records.db), content)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns. Those of figures that were not asked for are left out: empty they would look like blanks."""
        provisional = () if self.content == Content.VERIFIED else PROVISIONAL
        verified = () if self.content == Content.PROVISIONAL else VERIFIED
        return (*PLACE, *provisional, *verified)

    def count(self) -> int:
        return self.records.count()

    def csv(self) -> Iterator[str]:
        """Parts of a text with BOM, `;` between, titles on top; nothing where there is nothing."""
        yield "\ufeff" + csv_text([field.title for field in self.fields]) + CSV.ending
        yield from self._parts(CSV, {value: str(label) for value, label in CoverageRecord.Origin.choices})

    def json_lines(self) -> Iterator[str]:
        """Parts of a text with an object per line; null where there is nothing."""
        yield from self._parts(JSON, {value: value for value in CoverageRecord.Origin.values})

    def _parts(self, style: Style, origins: Mapping[str, str]) -> Iterator[str]:
        """A line is put together out of pieces that are ready: this loop decides how long a million lines take."""
        count, more = VERIFIED if self.content == Content.VERIFIED else PROVISIONAL
        months = {
            month: f"{style.opening}{style.fields(PLACE[:1], [month_code(month)])}{style.between}"
            for month in ReportingPeriod.objects.values_list("month", flat=True)
        }
        segments = {
            segment.pk: style.fields(PLACE[1:4], [segment.pk, segment.name, _kind(segment)]) + style.between
            for segment in WorkerSegment.objects.all()
        }
        areas = {
            code: f"{style.fields(PLACE[4:], texts)}{style.between}{style.name(count)}" for code, texts in _areas()
        }
        blank, days = style.blank, _Days(style, VERIFIED[1])
        is_both = self.content == Content.BOTH
        after = f"{style.between}{style.name(VERIFIED[0])}" if is_both else style.ending
        sources = {
            value: f"{style.between}{style.fields(PROVISIONAL[1:], [text])}{after}" for value, text in origins.items()
        }
        extras: Mapping[Any, str] = days if self.content == Content.VERIFIED else sources
        read = [count.key, more.key, *((field.key for field in VERIFIED) if is_both else ())]
        rows = (
            self.records.annotate(area=Coalesce("regency_id", "province_id"), verified_on=TruncDate("verified_at"))
            # As the index on month and segment lies: the first line comes at once, nothing is sorted as a whole
            .order_by("period_id", "segment_id", "province_id", "regency_id")
            .values_list("period_id", "segment_id", "area", *read)
        )
        for part in rows_in_parts(rows):
            if is_both:
                yield "".join(
                    [
                        f"{months[month]}{segments[segment]}{areas[area]}{blank if figure is None else figure}"
                        f"{sources[origin]}{blank if verified is None else verified}{days[day]}"
                        for month, segment, area, figure, origin, verified, day in part
                    ]
                )
            else:
                yield "".join(
                    [
                        f"{months[month]}{segments[segment]}{areas[area]}{blank if figure is None else figure}"
                        f"{extras[extra]}"
                        for month, segment, area, figure, extra in part
                    ]
                )


def _kind(segment: WorkerSegment) -> str:
    return "kelompok" if segment.kind == WorkerSegment.Kind.GROUP else "segmen"


def _areas() -> Iterator[tuple[str, list[str | None]]]:
    """Code -> codes and names of province and regency. A code of two digits is province-wide."""
    provinces = dict(Province.objects.values_list("code", "name"))
    for code, name in provinces.items():
        yield code, [code, name, None, None]
    for code, name, province in Regency.objects.values_list("code", "name", "province"):
        yield code, [province, provinces[province], code, name]
