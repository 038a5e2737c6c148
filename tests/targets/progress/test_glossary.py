"""The "?" beside each figure: one definition, usable without a script, on every page that shows the figure."""

from __future__ import annotations

import re

import pytest

from guides.views import FOLDER, anchor_of
from targets.progress.glossary import TERMS
from targets.progress.tables import ProgressTable
from tests.conftest import estimate, put, target

#: Columns that name or rank a row need no explanation.
PLAIN = {"area_name", "area_code", "target_source", "target_year", "expected", "changed_since_verified"}


@pytest.fixture
def reader(client, world):
    for area in ("1801", "1802"):
        estimate(area, "PU", 1000)
        put(area, "PU", "2024-06", 100, verified=100)
    target("18", 2024, percent=40)
    client.force_login(world.pimpinan)
    return client


def test_every_column_with_a_figure_has_its_term():
    columns = [bound.column for bound in ProgressTable([]).columns.iterall()]
    without = {column.name for column in columns if column.term is None}
    assert without <= PLAIN
    assert set(ProgressTable.screen) - without >= {
        "coverage_rate",
        "gap_workers",
        "required_per_month",
        "status",
        "bar",
        "spark",
    }


@pytest.mark.parametrize("term", TERMS.values(), ids=lambda term: term.key)
def test_a_term_is_a_sentence_and_leads_into_the_guide(term):
    assert term.meaning[0].isupper()
    assert term.meaning.endswith(".")
    assert len(term.meaning) < 120
    assert not term.formula or term.formula.endswith(".")
    assert term.source
    text = (FOLDER / "panduan-laporan.md").read_text(encoding="utf-8")
    assert term.anchor in {anchor_of(words) for words in re.findall(r"^#+ (.+)$", text, flags=re.M)}


@pytest.mark.parametrize(
    ("page", "keys"),
    [
        ("/", {"arti-coverage_rate", "arti-gap_workers", "arti-required_per_month", "arti-observed_per_month"}),
        ("/?provinsi=18", {"arti-status", "arti-uncovered", "kolom-coverage_rate", "kolom-required_per_month"}),
        ("/capaian/", {f"kolom-{key}" for key in ProgressTable.screen} - {"kolom-area_name"}),
        ("/wilayah/18/", {"arti-gap_workers", "arti-status"}),
        ("/segmen/", {"arti-coverage_rate"}),
        ("/segmen/?ukuran=perubahan", {"arti-change"}),
    ],
)
def test_every_question_mark_opens_its_own_words(reader, page, keys):
    text = reader.get(page).text
    opened = re.findall(r'popovertarget="([\w-]+)"', text)
    texts = re.findall(r'<div popover class="term" id="([\w-]+)"', text)
    assert sorted(opened) == sorted(texts) == sorted(set(texts))
    assert keys <= set(texts)
    for key in keys:
        assert TERMS[key.partition("-")[2]].meaning in text.replace("&quot;", '"')


def test_a_term_that_does_not_exist_fails_where_it_is_written(reader):
    from django.template import engines

    with pytest.raises(KeyError):
        engines["django"].from_string('{% load glossary %}{% arti "tidak ada" %}').render()
