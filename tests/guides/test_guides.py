"""The guides for staff: every role reads them, their links work, and what they name exists on the pages."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from guides.views import FOLDER, GUIDES, PICTURES, anchor_of, picture_files, read_guide, size_of
from tests.project.test_templates import blocked, english
from tests.support.scope import ROLES, enter, make_stage

ROOT = Path(__file__).resolve().parents[2]
#: Bytes, for slow connections.
LARGEST_PICTURE = 180_000
#: Bold in a guide, but composed of parts in the templates.
COMPOSED = {"Simpan … sel"}
SCREENS = (
    *("accounts", "config", "coverage", "demonstration", "operations", "reporting", "targets"),
    *("templates", "static/js", "locale"),
)


@pytest.fixture
def stage(world):
    return make_stage(world)


def text_of(name: str) -> str:
    return (FOLDER / f"panduan-{name}.md").read_text(encoding="utf-8")


def on_screen() -> str:
    """Return all text of templates and code, without tags and placeholders."""
    files = [
        path
        for folder in SCREENS
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".html", ".js", ".txt", ".po")
    ]
    said = "\n".join(path.read_text(encoding="utf-8") for path in files)
    return re.sub(r"\s+", " ", re.sub(r"<[^>\n]*>", "", said))


def anchors(name: str) -> set[str]:
    return {anchor_of(words) for words in re.findall(r"^#+ (.+)$", text_of(name), flags=re.M)}


@pytest.mark.parametrize("role", [role for role in ROLES if role != "stranger"])
def test_every_role_reads_every_guide_from_the_footer(stage, role):
    client = enter(stage, role)
    assert 'href="/panduan/"' in client.get("/").text
    index = client.get("/panduan/").text
    for name, (title, _) in GUIDES.items():
        assert f'href="/panduan/{name}/"' in index
        page = client.get(f"/panduan/{name}/").text
        assert f"<h1>{title}</h1>" in page
        assert page.count("<h1") == 1
        assert blocked(page) == []
        assert f'href="/panduan/gambar/{next(iter(picture_names(name)))}"' in page


def picture_names(name: str) -> list[str]:
    return re.findall(r"!\[[^\]]+\]\(pictures/([^)]+)\)", text_of(name))


def test_pages_link_to_the_guide_about_them(stage):
    branch, verifier = enter(stage, "entri"), enter(stage, "verifikasi")
    assert 'href="/panduan/entri/"' in branch.get("/entri/2026-09/").text
    assert 'href="/panduan/verifikasi/"' in verifier.get("/verifikasi/").text
    assert 'href="/panduan/verifikasi/#memeriksa' in verifier.get("/verifikasi/2026-09/KC-LAMPUNG-TENGAH/").text
    for report in ("/", "/capaian/", "/segmen/", "/wilayah/18/"):
        assert 'href="/panduan/laporan/#arti-setiap-angka"' in branch.get(report).text


def test_links_from_pages_into_guides_name_an_existing_heading():
    for page in (ROOT / "templates").rglob("*.html"):
        for name, anchor in re.findall(r"{% url 'guide' '(\w+)' %}#([\w-]+)", page.read_text(encoding="utf-8")):
            assert anchor in anchors(name), f"{page.name}: {name}#{anchor}"


@pytest.mark.parametrize("name", GUIDES)
def test_links_between_guides_name_existing_guides_and_headings(name):
    links = re.findall(r"(?<!\!)\[[^\]]+\]\(([^)]+)\)", text_of(name))
    for link in links:
        found = re.fullmatch(r"(?:panduan-([a-z]+)\.md)?(?:#([a-z0-9-]+))?", link)
        assert found, f"{link}: the page inside the product cannot follow it"
        assert found[1] in (None, *GUIDES)
        assert found[2] is None or found[2] in anchors(found[1] or name), link
    assert ".md" not in re.sub(r"<[^>]+>", "", read_guide(name).html)
    assert not re.findall(r'href="[^"]*\.md', read_guide(name).html)


@pytest.mark.parametrize("name", GUIDES)
def test_headings_have_unique_anchors(name):
    headings = re.findall(r"^##+ (.+)$", text_of(name), flags=re.M)
    assert len({anchor_of(words) for words in headings}) == len(headings) > 5
    for words in headings:
        assert f'id="{anchor_of(words)}"' in read_guide(name).html


def test_every_picture_exists_is_small_and_is_used():
    named = [picture for name in GUIDES for picture in picture_names(name)]
    assert len(named) == len(set(named)) > 15
    assert set(named) == set(picture_files())
    for picture, path in picture_files().items():
        assert path.stat().st_size < LARGEST_PICTURE, picture
        width, height = size_of(path)
        assert f'width="{width}" height="{height}"' in "".join(read_guide(name).html for name in GUIDES)


def test_a_picture_is_served_as_png(stage):
    name = picture_names("entri")[0]
    answer = enter(stage, "entri").get(f"/panduan/gambar/{name}")
    assert answer["Content-Type"] == "image/png"
    assert b"".join(answer.streaming_content) == (PICTURES / name).read_bytes()


@pytest.mark.parametrize(
    "address",
    [
        "/panduan/gambar/../panduan-entri.md",
        "/panduan/gambar/..%2fpanduan-entri.md",
        "/panduan/gambar/..%2f..%2fconfig%2fsettings.py",
        "/panduan/gambar/%2e%2e%2f%2e%2e%2fmanage.py",
        "/panduan/gambar/overview.png",
        "/panduan/gambar/make.py",
        "/panduan/gambar/panduan-entri.png%00",
        "/panduan/gambar/",
        "/panduan/definitions/",
        "/panduan/..%2fdefinitions/",
    ],
)
def test_nothing_else_of_the_folder_is_shown(stage, address):
    # a NUL is an invalid path
    assert enter(stage, "admin").get(address).status_code == (400 if "%00" in address else 404)


def test_menus_buttons_and_marks_named_in_a_guide_exist_in_the_templates():
    said = on_screen()
    for name in GUIDES:
        bold = set(re.findall(r"\*\*(.+?)\*\*", text_of(name).replace("\n", " "))) - COMPOSED
        assert len(bold) > 15
        assert sorted(words for words in bold if words not in said) == [], f"{name}: not on any page"


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_is_in_indonesian(name):
    guide = read_guide(name)
    assert english(html.unescape(guide.html)) == []


def test_guides_use_the_terms_of_the_agency():
    for name in GUIDES:
        assert not re.search(r"\b(gap|UHC|dashboard|upload|download|submit|approve|user)\b", text_of(name), re.I)


def test_raw_html_in_a_guide_is_escaped(tmp_path, monkeypatch):
    (tmp_path / "panduan-entri.md").write_text(
        "# Judul\n\n<script>alert(1)</script>\n\n[x](javascript:alert)\n\n| a |\n|--:|\n| 1 |\n"
    )
    monkeypatch.setattr("guides.views.FOLDER", tmp_path)
    made = read_guide("entri").html
    assert "<script" not in made
    assert "&lt;script" in made
    assert 'href="javascript' not in made
    assert 'style="' not in made
    assert '<td class="n">1</td>' in made
