"""What every template keeps to: it compiles, the strict Content-Security-Policy has nothing to block, it is in Indonesian."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "templates"
TEMPLATES = sorted(
    path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.suffix in (".html", ".svg")
)

#: What a Content-Security-Policy of `default-src 'self'` blocks without a word.
BLOCKED = {
    "inline style": r"\sstyle\s*=",
    "style element": r"<style\b",
    "inline script": r"<script\b(?![^>]*\bsrc=)",
    "inline event handler": r"\son[a-z]+\s*=\s*[\"']",
    "script address": r"javascript:",
    "data address": r"=\s*[\"']?data:|url\(",
    "other server": r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//",
}
#: Words that give away a sentence left in English. None of them is an Indonesian word.
ENGLISH = [
    "add",
    "amount",
    "back",
    "cancel",
    "change",
    "click",
    "close",
    "coverage",
    "date",
    "delete",
    "district",
    "download",
    "edit",
    "error",
    "export",
    "filter",
    "gap",
    "help",
    "home",
    "loading",
    "login",
    "logout",
    "month",
    "name",
    "next",
    "not found",
    "office",
    "page",
    "password",
    "please",
    "previous",
    "rate",
    "report",
    "save",
    "search",
    "select",
    "settings",
    "show",
    "sign",
    "submit",
    "success",
    "the",
    "upload",
    "user",
    "value",
    "view",
    "warning",
    "welcome",
    "worker",
    "workers",
    "year",
    "your",
]


def source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def words_on_screen(text: str) -> str:
    """What a reader sees or hears: text between tags, and the attributes that are read out."""
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|<script\b.*?</script>", " ", text, flags=re.S)
    said = re.findall(r'\b(?:title|alt|aria-label|placeholder|content)="([^"]*)"', text)
    text = " ".join([re.sub(r"<[^>]*>", " ", text), *said])
    return re.sub(r"{%.*?%}|{{.*?}}", " ", text, flags=re.S).lower()


def blocked(text: str) -> list[str]:
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", " ", text, flags=re.S)
    return [what for what, pattern in BLOCKED.items() if re.search(pattern, text, re.I)]


def english(text: str) -> list[str]:
    return [word for word in ENGLISH if re.search(rf"\b{word}\b", words_on_screen(text))]


def test_there_are_templates():
    assert len(TEMPLATES) > 20


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_compiles(name):
    assert engines["django"].get_template(name).origin.name == str(FOLDER / name)


def named_in(text: str) -> set[str]:
    """Templates that a template includes or extends by name."""
    return set(re.findall(r"{%\s*(?:include|extends)\s+[\"']([^\"']+)", text))


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_it_includes_exists(name):
    for other in named_in(source(name)):
        assert engines["django"].get_template(other)


def test_no_template_is_left_over():
    """Each is included, drawn by a view, or replaces one of Django's."""
    used = set().union(*(named_in(source(name)) for name in TEMPLATES))
    code = "".join(
        path.read_text()
        for app in ("accounts", "coverage", "guides", "reporting", "targets")
        for path in (ROOT / app).rglob("*.py")
    )
    replaced = ("admin/", "django/", "registration/", "400.html")
    drawn = tuple(re.findall(r'f"([\w/]+/_)\{', code))  # cells, named by the table that draws them
    left = [name for name in TEMPLATES if name not in used and f'"{name}"' not in code]
    assert [name for name in left if not name.startswith((*replaced, *drawn))] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_policy_has_nothing_to_block(name):
    assert blocked(source(name)) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_is_in_indonesian(name):
    assert english(source(name)) == []


@pytest.mark.parametrize("name", [name for name in TEMPLATES if "/_" in name])
def test_every_partial_says_what_it_expects(name):
    if re.search(r"{{|{%", source(name)):
        assert source(name).lstrip().startswith(("{#", "{% comment"))


@pytest.mark.parametrize(
    "planted",
    [
        '<p style="color:red">',
        "<style>p {}</style>",
        "<script>alert(1)</script>",
        '<button onclick="go()">',
        '<a href="javascript:go()">',
        '<img src="data:image/png;base64,AA">',
        '<script src="https://cdn.example/a.js"></script>',
    ],
)
def test_what_the_policy_blocks_is_found(planted):
    assert blocked(planted)


@pytest.mark.parametrize("planted", ["<h1>Coverage</h1>", '<a aria-label="Next page">', "{% if a %}Save{% endif %}"])
def test_english_is_found(planted):
    assert english(planted)


def test_the_names_of_variables_and_tags_are_no_text():
    assert english('{% url "home" %}{{ page.name }}<select name="user">{# the value #}</select>') == []
