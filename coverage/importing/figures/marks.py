"""The block above a template's heading that identifies it: office, month, code system, version."""

from __future__ import annotations

from collections.abc import Iterable

from coverage.importing.cells import shortened, text_of
from coverage.importing.columns import normalised
from coverage.importing.sheets import Sheet
from coverage.models.querysets import CodeSystem
from reporting import months

from .stored import StoredMonth

#: Increased when older templates would be misread.
VERSION = "Semesta 1"
TEMPLATE, OFFICE, MONTH, SYSTEM = "Templat", "Kantor", "Bulan", "Sistem kode"
NATIONAL = "NASIONAL"


def marks_of(stored: StoredMonth, system: str) -> dict[str, str]:
    """The expected block."""
    return {
        TEMPLATE: VERSION,
        OFFICE: stored.office.pk if stored.office else NATIONAL,
        MONTH: months.month_code(stored.period.month),
        SYSTEM: CodeSystem(system).label,
    }


def check_marks(sheet: Sheet, heading_row: int, stored: StoredMonth, system: str) -> Iterable[tuple[int, str, str]]:
    """(row, column, sentence) for every entry that does not fit here; none for files without the block."""
    expected = {normalised(word): (word, value) for word, value in marks_of(stored, system).items()}
    found: dict[str, tuple[int, str]] = {}
    for line, cells in sheet.rows:
        if line >= heading_row:
            break
        texts = [text for cell in cells if (text := text_of(cell))]
        if len(texts) > 1 and normalised(texts[0]) in expected:
            found.setdefault(normalised(texts[0]), (line, texts[1]))
    if normalised(TEMPLATE) not in found:
        return
    for key, (word, value) in expected.items():
        line, written = found.get(key, (0, ""))
        if written == value:
            continue
        if word == TEMPLATE:
            yield line, "", "Templat ini versi lain. Unduh templat terbaru dan isi kembali."
            return
        yield line, "", _SENTENCES[word].format(written=shortened(written) or "tidak tertulis", value=value)


_SENTENCES = {
    OFFICE: "Templat ini untuk kantor lain ({written}), bukan {value}.",
    MONTH: "Templat ini untuk bulan lain ({written}), bukan {value}.",
    SYSTEM: "Templat ini memakai {written}, tetapi yang dipilih {value}.",
}
