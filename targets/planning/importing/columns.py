"""The columns of a file of targets."""

from __future__ import annotations

from enum import StrEnum

from coverage.importing.columns import FileColumns


class TargetFileColumn(StrEnum):
    """The columns, by the names used in messages and the template."""

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


COLUMNS = FileColumns(
    names={
        TargetFileColumn.CODE: ("kode kemendagri", "kode wilayah", "kode"),
        TargetFileColumn.AREA: ("wilayah", "nama wilayah", "kab kota", "provinsi"),
        TargetFileColumn.SEGMENT: ("kode segmen", "segmen"),
        TargetFileColumn.YEAR: ("tahun", "tahun target"),
        TargetFileColumn.SOURCE: ("kode sumber", "sumber", "sumber target"),
        TargetFileColumn.PERCENT: ("target", "target cakupan", "persen", "persentase", "target persen"),
        TargetFileColumn.WORKERS: ("target peserta", "target pekerja", "pekerja", "jumlah pekerja", "peserta"),
        TargetFileColumn.REFERENCE: ("acuan",),
        TargetFileColumn.DECREE: ("dasar hukum",),
        TargetFileColumn.DECREE_DATE: ("tanggal dasar hukum", "tanggal"),
        TargetFileColumn.NOTE: ("catatan", "keterangan"),
    },
    required=(TargetFileColumn.CODE, TargetFileColumn.YEAR, TargetFileColumn.SOURCE),
    one_of=(TargetFileColumn.PERCENT, TargetFileColumn.WORKERS),
)
#: Field of the writer's mistakes -> column of the file.
FIELDS = {
    "area": TargetFileColumn.CODE,
    "segment": TargetFileColumn.SEGMENT,
    "year": TargetFileColumn.YEAR,
    "percent": TargetFileColumn.PERCENT,
    "workers": TargetFileColumn.WORKERS,
    "is_reference": TargetFileColumn.REFERENCE,
    "decree": TargetFileColumn.DECREE,
    "decree_date": TargetFileColumn.DECREE_DATE,
    "note": TargetFileColumn.NOTE,
}
