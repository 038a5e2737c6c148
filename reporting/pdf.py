"""Paper: a typst template and data become a PDF that screen readers can read.

The data travel as JSON, never as markup: whatever stands in a name or a note is printed, not run. One compiler per
process is kept warm, because loading the fonts costs more than a page does.

It is made at the first page, never on import: typst starts threads of its own, and a process forked after that would
wait for them forever. A server that forks its workers (gunicorn) must not compile before it forks.
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

#: PDF for everybody: tagged, with title, language and a text for every picture; typst refuses to write less.
ACCESSIBLE: Final = "ua-1"
#: What typst says of a letter that no font has.
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

    `dated` becomes the creation date of the file, so that the same data give the same bytes. Threads queue: a page is a
    matter of milliseconds. Raises typst.TypstError when the template is wrong.
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
            # A letter that Open Sans does not have (an emoji in a note) breaks the promise of the standard, but must
            # not keep the page from anybody: then without the promise, tagged all the same.
            if LACKING not in error.message:
                raise
            found = compiler.compile(source, format="pdf", sys_inputs=inputs, timestamp=created)
    if not isinstance(found, bytes):
        raise TypeError("typst gave pages instead of one file")
    return found


def page_count(pdf: bytes) -> int:
    """Pages of a PDF made here, read from its page tree."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
