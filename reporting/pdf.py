"""Compiles a typst template with data to an accessible PDF.

Data are passed as JSON and never as markup, so that text in names and notes is not executed. One compiler per process
is kept, because loading the fonts takes longer than compiling a page.

It is created for the first page and not on import: typst starts threads, and a process forked after that would wait for
them forever. A server that forks its workers (gunicorn) must not compile before it forks.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final

import ttf_opensans
import typst
from django.conf import settings

#: Tagged, with title, language and a text for every picture; typst raises an error otherwise.
ACCESSIBLE: Final = "ua-1"
#: typst's message about a character that is missing in the fonts.
LACKING = "could not be displayed with font"

_lock = threading.Lock()
#: The process that owns the compiler, and the compiler.
_warm: tuple[int, typst.Compiler] | None = None


class CompiledBeforeFork(RuntimeError):
    """A page was compiled before the worker was forked; compiling in the worker would hang."""


def _compiler() -> typst.Compiler:
    global _warm
    if _warm is None:
        fonts = typst.Fonts(
            include_system_fonts=False,  # the same page on every machine
            include_embedded_fonts=False,
            font_paths=[Path(ttf_opensans.__file__).parent / "ttf"],
        )
        _warm = os.getpid(), typst.Compiler(root=_folder(), font_paths=fonts, ignore_system_fonts=True)
    owner, compiler = _warm
    if owner != os.getpid():
        raise CompiledBeforeFork("typst was used before this worker was forked")
    return compiler


def _folder() -> Path:
    return Path(settings.BASE_DIR) / "templates"


def compile_pdf(template: str, data: Mapping[str, Any], dated: date) -> bytes:
    """The PDF of `templates/<template>` with `data`, which the template reads from `sys.inputs.data`.

    `dated` is the creation date of the file, so that the same data give the same bytes. Threads are serialized, because
    a page takes milliseconds. Raises typst.TypstError when the template is invalid.
    """
    source = _folder() / template
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    created = datetime.combine(dated, time(), UTC)
    with _lock:
        compiler = _compiler()
        try:
            found = compiler.compile(
                source, format="pdf", sys_inputs=inputs, pdf_standards=[ACCESSIBLE], timestamp=created
            )
        except typst.TypstError as error:
            # A character missing in Open Sans (an emoji in a note) violates the standard, but must
            # not prevent the page: it is then written tagged, without claiming the standard.
            if LACKING not in error.message:
                raise
            found = compiler.compile(source, format="pdf", sys_inputs=inputs, timestamp=created)
    if not isinstance(found, bytes):
        raise TypeError("typst gave pages instead of one file")
    return found


def page_count(pdf: bytes) -> int:
    """The number of pages of a PDF from `compile_pdf`, read from its page tree."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
