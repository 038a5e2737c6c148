"""Guides for staff: the Markdown files `docs/panduan-*.md` as pages, with their pictures.

In the files, links between guides name the file and pictures lie in `docs/pictures`; both become URLs here.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

FOLDER = settings.BASE_DIR / "docs"
PICTURES = FOLDER / "pictures"
#: Name in the address: (title, readers). Nothing else in `docs/` is shown.
GUIDES = {
    "entri": ("Panduan entri", "Petugas entri di Kantor Cabang dan Kantor Wilayah"),
    "verifikasi": ("Panduan verifikasi", "Verifikator di Kantor Wilayah"),
    "sasaran": ("Panduan sasaran", "Pengelola target di Kantor Pusat dan Kantor Wilayah"),
    "laporan": ("Panduan laporan", "Pimpinan, pemerintah daerah, dan semua pembaca laporan"),
}
#: Raw HTML is off, so the output of `_render` is safe.
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
PICTURE_NAME = re.compile(r"panduan-[a-z0-9-]+\.png")
GUIDE_LINK = re.compile(r"(?:panduan-([a-z]+)\.md)?(#[a-z0-9-]+)?")


@dataclass(frozen=True)
class GuideHeading:
    """A heading with the anchor to link to."""

    anchor: str
    text: str


@dataclass(frozen=True)
class Guide:
    """A rendered guide. `sections` are its headings of the second level, in order."""

    name: str
    title: str
    readers: str
    html: SafeString
    sections: tuple[GuideHeading, ...]


@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    return render(request, "guides/guides.html", {"guides": [read_guide(name) for name in GUIDES]})


@require_safe
def guide(request: HttpRequest, name: str) -> HttpResponse:
    if name not in GUIDES:
        raise Http404("Panduan ini tidak ada.")
    others = [(other, title) for other, (title, _) in GUIDES.items() if other != name]
    return render(request, "guides/guide.html", {"guide": read_guide(name), "others": others})


@require_safe
def picture(request: HttpRequest, name: str) -> FileResponse:
    """Return a picture of a guide. The name is looked up in the listing and never joined to a path."""
    found = picture_files().get(name)
    if found is None:
        raise Http404("Gambar ini tidak ada.")
    response = FileResponse(found.open("rb"), content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    return response


def picture_files() -> dict[str, Path]:
    """Return the guides' pictures by file name."""
    return {path.name: path for path in PICTURES.glob("panduan-*.png") if PICTURE_NAME.fullmatch(path.name)}


def read_guide(name: str) -> Guide:
    """Return the rendered guide. Raises OSError when the file is missing."""
    path = FOLDER / f"panduan-{name}.md"
    return _render(name, path.read_text(encoding="utf-8"))


@lru_cache(maxsize=2 * len(GUIDES))
def _render(name: str, text: str) -> Guide:
    tokens = MARKDOWN.parse(text)
    sections = []
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            words = _plain(tokens[index + 1])
            token.attrSet("id", anchor_of(words))
            if token.tag == "h2":
                sections.append(GuideHeading(anchor_of(words), words))
        elif token.type in ("th_open", "td_open"):
            _align(token)
    for inline in tokens:
        for token in inline.children or ():
            if token.type == "link_open":
                token.attrSet("href", _address(str(token.attrGet("href"))))
        inline.children = [part for token in inline.children or () for part in _parts_of(token)] or None
    title, readers = GUIDES[name]
    body = _without_title(tokens)
    html = MARKDOWN.renderer.render(body, MARKDOWN.options, {})
    html = html.replace("<table>", '<div class="scroll"><table>').replace("</table>", "</table></div>")
    # Rendered from our own files with raw HTML off
    return Guide(name, title, readers, mark_safe(html), tuple(sections))  # noqa: S308


def anchor_of(words: str) -> str:
    """Return the heading as an anchor: `Kosong bukan nol` -> `kosong-bukan-nol`."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def _plain(inline: Token) -> str:
    return "".join(child.content for child in inline.children or () if child.type in ("text", "code_inline"))


def _without_title(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens without the file's first heading: the page template has a heading already."""
    is_titled = len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[0].tag == "h1"
    return list(tokens[3:] if is_titled else tokens)


def _align(token: Token) -> None:
    """Replace the library's style attribute by a class: the content security policy forbids inline style."""
    style = str(token.attrs.pop("style", ""))
    if style.endswith("right"):
        token.attrSet("class", "n")
    if token.tag == "th":
        token.attrSet("scope", "col")


def _address(link: str) -> str:
    """Return the URL of the guide a link names; all other links unchanged."""
    parts = GUIDE_LINK.fullmatch(link)
    if parts is None or parts[1] is None:
        return link
    return reverse("guide", args=[parts[1]]) + (parts[2] or "")


def _parts_of(token: Token) -> list[Token]:
    """Wrap a picture in a link to itself, so that a phone can show it in full size; other tokens stay."""
    if token.type != "image":
        return [token]
    _point_to_picture(token)
    opening = Token("link_open", "a", 1, attrs={"href": str(token.attrGet("src"))})
    return [opening, token, Token("link_close", "a", -1)]


def _point_to_picture(token: Token) -> None:
    name = str(token.attrGet("src")).removeprefix("pictures/")
    token.attrSet("src", reverse("guide-picture", args=[name]))
    found = picture_files().get(name)
    if found:
        # Size known in advance, so that the layout does not shift while pictures load
        width, height = size_of(found)
        token.attrSet("width", str(width))
        token.attrSet("height", str(height))
    token.attrSet("loading", "lazy")


def size_of(path: Path) -> tuple[int, int]:
    """Return width and height in pixels from the header of a PNG file."""
    with path.open("rb") as file:
        width, height = struct.unpack(">II", file.read(24)[16:])
    return width, height
