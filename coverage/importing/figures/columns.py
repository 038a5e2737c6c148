"""The columns of a file of figures."""

from __future__ import annotations

from enum import StrEnum

from coverage.importing.columns import FileColumns, FileHeading
from coverage.models.querysets import CodeSystem


class FigureFileColumn(StrEnum):
    """The columns, by the names used in messages."""

    CODE = "Kode"
    AREA = "Wilayah"
    SEGMENT = "Segmen"
    PARTICIPANTS = "Peserta"
    NOTE = "Keterangan"
    REASON = "Alasan"


COLUMNS = FileColumns(
    names={
        FigureFileColumn.CODE: (
            "kode kemendagri",
            "kode bps",
            "kode wilayah kemendagri",
            "kode wilayah bps",
            "kode wilayah",
            "kode kab kota",
            "kode kabupaten kota",
            "kode daerah",
            "kode",
        ),
        FigureFileColumn.AREA: (
            "wilayah",
            "nama wilayah",
            "kab kota",
            "kabupaten kota",
            "nama kab kota",
            "nama kabupaten kota",
        ),
        FigureFileColumn.SEGMENT: ("kode segmen", "segmen"),
        FigureFileColumn.PARTICIPANTS: ("peserta", "peserta aktif", "jumlah peserta", "jumlah peserta aktif"),
        FigureFileColumn.NOTE: ("keterangan", "catatan"),
        FigureFileColumn.REASON: ("alasan", "alasan perubahan"),
    },
    required=(FigureFileColumn.CODE, FigureFileColumn.SEGMENT, FigureFileColumn.PARTICIPANTS),
    for_people=("nama segmen", "potensi", "bulan lalu"),
)


def system_of(heading: FileHeading) -> CodeSystem | None:
    """The code system in the heading (`Kode BPS`); None without one."""
    words = heading.names[FigureFileColumn.CODE].split()
    return next((system for system in CodeSystem if system.value in words), None)
