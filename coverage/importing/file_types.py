"""Detects the type of a file by its content, not its name. Unsupported types raise Unreadable with a message."""

from __future__ import annotations

import io
import zipfile

from django.conf import settings

from reporting.numbers import format_count

from .sheets import Unreadable

#: The most bytes of a workbook's unpacked parts, and the most parts.
MAX_UNPACKED = 60 * 2**20
MAX_PARTS = 2_000

ACCEPTED = "Unggah berkas XLSX atau CSV."
_SAVE_AS_XLSX = "Buka berkasnya, pilih Simpan sebagai, jenis “Excel (.xlsx)”, lalu unggah hasilnya."

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: First bytes of unsupported files -> message.
_STARTS = (
    ((b"%PDF",), "Ini berkas PDF; angkanya tidak dapat dibaca."),
    (
        (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*"),
        "Ini gambar; angkanya tidak dapat dibaca.",
    ),
    ((b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ"), "Ini arsip. Keluarkan dahulu berkas di dalamnya."),
    ((b"{\\rtf",), "Ini dokumen teks (RTF), bukan lembar kerja."),
)
#: Part of a ZIP that identifies its type -> message. The first match counts.
_PARTS = (
    (
        "xl/vbaproject.bin",
        "Berkas ini memuat makro. Simpan sebagai “Excel (.xlsx)” tanpa makro, lalu unggah hasilnya.",
    ),
    ("xl/workbook.bin", "Ini berkas Excel biner (.xlsb). " + _SAVE_AS_XLSX),
    ("word/document.xml", "Ini dokumen Word, bukan lembar kerja."),
    ("ppt/presentation.xml", "Ini presentasi, bukan lembar kerja."),
)


class Broken(Unreadable):
    """The workbook is malformed."""

    def __init__(self) -> None:
        super().__init__("Berkas XLSX ini rusak. Simpan ulang dari Excel atau LibreOffice, lalu unggah lagi.")


def check_size(size: int) -> None:
    """Raises Unreadable for a file that is empty or too large; `size` in bytes."""
    if size == 0:
        raise Unreadable("Berkas ini kosong.")
    if size > settings.UPLOAD_MAX_BYTES:
        limit = format_count(settings.UPLOAD_MAX_BYTES // 2**20)
        raise Unreadable(f"Berkas ini lebih besar dari {limit} MB. Hapus lembar dan gambar yang tidak diperlukan.")


def open_workbook(data: bytes) -> zipfile.ZipFile | None:
    """The parts of an XLSX file; None for a text file. Raises Unreadable for other types."""
    check_size(len(data))
    if data.startswith(_OLE):
        raise Unreadable(_ole_sentence(data))
    if data.startswith(b"PK"):
        return _unpacked(data)
    for starts, sentence in _STARTS:
        if data.startswith(starts):
            raise Unreadable(f"{sentence} {ACCEPTED}")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        raise Unreadable(f"Ini gambar; angkanya tidak dapat dibaca. {ACCEPTED}")
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<?xml", b"<table", b"<meta")):
        raise Unreadable("Ini halaman web atau XML dengan nama berkas lembar kerja. " + _SAVE_AS_XLSX)
    return None


def _ole_sentence(data: bytes) -> str:
    """The message for an OLE container: an encrypted XLSX file, or an old Office format."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "Berkas ini dikunci dengan kata sandi. Buka di Excel, hapus kata sandinya, simpan, lalu unggah lagi."
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return "Ini berkas Excel lama (.xls). " + _SAVE_AS_XLSX
    return f"Ini dokumen Office lama, bukan lembar kerja yang dapat dibaca. {ACCEPTED}"


def _unpacked(data: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
    except Exception:  # zipfile raises many kinds of exceptions for broken input
        raise Broken from None
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Unreadable(
            f"Isi berkas ini lebih dari {MAX_UNPACKED // 2**20} MB setelah dibuka. "
            "Salin angkanya ke berkas baru, lalu unggah."
        )
    names = {part.filename.lower().replace("\\", "/") for part in parts}
    if any(name.startswith("xl/macrosheets/") for name in names):
        names.add("xl/vbaproject.bin")
    for name, sentence in _PARTS:
        if name in names:
            raise Unreadable(sentence if name.startswith("xl/") else f"{sentence} {ACCEPTED}")
    if "mimetype" in names and "content.xml" in names:
        raise Unreadable("Ini berkas OpenDocument (misalnya .ods). " + _SAVE_AS_XLSX)
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("Berkas ini dikunci dengan kata sandi. Hapus kata sandinya, lalu unggah lagi.")
    if not any(name.startswith("xl/workbook") for name in names):
        raise Unreadable(f"Ini arsip ZIP, bukan lembar kerja. {ACCEPTED}")
    return archive
