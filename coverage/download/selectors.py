"""Streams every figure a user may see as lines of a file, one per area cell, segment and month. Reads only.

Names are looked up in memory, so that a million rows are read from one table without joins.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models.functions import Coalesce, TruncDate

from coverage.models import CoverageRecord, Province, Regency, ReportingPeriod, WorkerSegment
from coverage.models.querysets import CellQuerySet
from reporting.months import month_code
from reporting.streams import csv_text, rows_in_parts

from .tables import PLACE, PROVISIONAL, VERIFIED, Content, columns_of, kind_of

#: Rows that fit on a spreadsheet below the header.
LONGEST_SHEET = 1_048_575


@dataclass(frozen=True)
class Style:
    """Format of a line. `fields` formats several columns and their texts."""

    opening: str
    between: str
    blank: str
    ending: str
    fields: Callable[[Sequence[str], Sequence[str | None]], str]
    #: Returns the prefix of a count.
    name: Callable[[str], str]


CSV = Style("", ";", "", "\r\n", lambda names, texts: csv_text([text or "" for text in texts]), lambda name: "")


def _json_fields(names: Sequence[str], texts: Sequence[str | None]) -> str:
    return json.dumps(dict(zip(names, texts, strict=True)), ensure_ascii=False)[1:-1]


JSON = Style("{", ", ", "null", "}\n", _json_fields, lambda name: f'"{name}": ')


class _Days(dict[date | None, str]):
    """Formatted days, cached because a file has few different ones."""

    def __init__(self, style: Style, name: str) -> None:
        self.style, self.name = style, name

    def __missing__(self, day: date | None) -> str:
        text = self.style.fields([self.name], [day.isoformat() if day else None])
        self[day] = text = f"{self.style.between}{text}{self.style.ending}"
        return text


@dataclass(frozen=True)
class Extract:
    """Streams files of these records, with the columns of `tables.DownloadTable`."""

    records: CellQuerySet
    content: Content

    def count(self) -> int:
        return self.records.count()

    def csv(self) -> Iterator[str]:
        """Yield chunks of CSV with BOM, header and `;` as separator; missing values are empty."""
        yield "\ufeff" + csv_text([column.verbose_name for column in columns_of(self.content)]) + CSV.ending
        yield from self._parts(CSV, {value: str(label) for value, label in CoverageRecord.Origin.choices})

    def json_lines(self) -> Iterator[str]:
        """Yield chunks of JSON Lines, an object per line; missing values are null."""
        yield from self._parts(JSON, {value: value for value in CoverageRecord.Origin.values})

    def _parts(self, style: Style, origins: Mapping[str, str]) -> Iterator[str]:
        """Yield chunks of lines, joined from precomputed pieces: this loop runs for each of a million lines."""
        count, more = VERIFIED if self.content == Content.VERIFIED else PROVISIONAL
        months = {
            month: f"{style.opening}{style.fields(PLACE[:1], [month_code(month)])}{style.between}"
            for month in ReportingPeriod.objects.values_list("month", flat=True)
        }
        segments = {
            segment.pk: style.fields(PLACE[1:4], [segment.pk, segment.name, kind_of(segment)]) + style.between
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
        read = [count, more, *(VERIFIED if is_both else ())]
        rows = (
            self.records.annotate(area=Coalesce("regency_id", "province_id"), verified_on=TruncDate("verified_at"))
            # The order of the index on month and segment: no sort, so that the first line is sent at once
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


def _areas() -> Iterator[tuple[str, list[str | None]]]:
    """Yield area codes with codes and names of province and regency. A code of two digits is province-wide."""
    provinces = dict(Province.objects.values_list("code", "name"))
    for code, name in provinces.items():
        yield code, [code, name, None, None]
    for code, name, province in Regency.objects.values_list("code", "name", "province"):
        yield code, [province, provinces[province], code, name]
