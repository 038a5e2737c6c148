"""What holds for the whole repository: dependencies, files, licences, migrations."""

from __future__ import annotations

import itertools
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parents[2]
OURS = ("accounts", "config", "coverage", "demonstration", "guides", "operations", "reporting", "targets")
#: Lines.
LONGEST = 500
#: Written by hand; drawings, data and what `makemigrations` writes are not.
SOURCE = (".py", ".html", ".js")

#: Named here because no line of ours imports them.
USED_BY_OTHERS = {
    "argon2-cffi": "PASSWORD_HASHERS",
    "brotli": "whitenoise",
    "gunicorn": "server",
    "psycopg": "DATABASE_URL",
    "tzdata": "zoneinfo",
}
IMPORTED_AS = {
    "django": "django",
    "django-axes": "axes",
    "django-csp": "csp",
    "django-environ": "environ",
    "django-filter": "django_filters",
    "django-simple-history": "simple_history",
    "django-tables2": "django_tables2",
    "markdown-it-py": "markdown_it",
    "python-calamine": "python_calamine",
    "ttf-opensans": "ttf_opensans",
    "typst": "typst",
    "whitenoise": "whitenoise",
    "xlsxwriter": "xlsxwriter",
}


def tracked() -> list[Path]:
    """Every file of the repository. Without git (an unpacked archive): every file but those of tools."""
    try:
        listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
        names = [name for name in listing.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file()]
    skipped = re.compile(r"^(\.git|\.venv|var|\.[a-z]+_cache|\.hypothesis)/|__pycache__")
    return [ROOT / name for name in names if not skipped.search(name) and (ROOT / name).is_file()]


def requirements(name: str) -> tuple[dict[str, str], dict[str, str]]:
    """(direct, brought along): distribution -> version."""
    parts: tuple[dict[str, str], dict[str, str]] = ({}, {})
    direct = True
    for line in (ROOT / name).read_text().splitlines():
        if "bring along" in line:
            direct = False
        if line and not line.startswith(("#", "-r ")):
            distribution, _, version = line.partition("==")
            parts[0 if direct else 1][re.sub(r"\[.*\]", "", distribution).lower()] = version
    return parts


def test_coverage_py_is_not_installed():
    """Its name is our app's: with it installed `import coverage` would be a gamble."""
    assert find_spec("pytest_cov") is None
    assert Path(find_spec("coverage").origin).parent == ROOT / "coverage"
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert not {"coverage", "pytest-cov"} & set().union(*requirements(name))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned(name):
    for line in (ROOT / name).read_text().splitlines():
        assert re.fullmatch(r"(#.*|-r requirements\.txt|[\w.-]+(\[[\w-]+\])?==[\w.]+)?", line), line


def test_the_pins_are_what_is_installed():
    from importlib.metadata import version

    for name in ("requirements.txt", "requirements-dev.txt"):
        for part in requirements(name):
            for distribution, pinned in part.items():
                assert version(distribution) == pinned, f"run pip install -r {name}"


def test_every_direct_requirement_is_used_and_explained():
    direct = requirements("requirements.txt")[0]
    assert set(direct) == set(USED_BY_OTHERS) | set(IMPORTED_AS)
    code = "".join(path.read_text() for app in OURS for path in (ROOT / app).rglob("*.py"))
    for distribution, module in IMPORTED_AS.items():
        assert re.search(rf"(import|from|[\"'])\s*{module}\b", code), distribution
    explained = (ROOT / "docs" / "dependencies.md").read_text().lower()
    for distribution in [*direct, *requirements("requirements-dev.txt")[0]]:
        assert f"| {distribution} |" in explained, distribution


def test_no_file_names_a_machine_or_a_package_host():
    forbidden = re.compile(
        "|".join(
            [
                r"(?<![\w.])/(?:home|root|Users|work)/\w",  # absolute paths of somebody's machine
                r"--(?:extra-)?index-" + "url",
                r"pypi\." + "org",
                "python" + "hosted",
            ]
        )
    )
    here = Path(__file__).resolve()
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked()
        if path != here and path.suffix not in (".png", ".mo", ".csv")
        for match in [forbidden.search(path.read_text(encoding="utf-8"))]
        if match
    ]
    assert found == []


def test_files_stay_short_enough_to_read():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked()
        if path.suffix in SOURCE and "migrations" not in path.parts
        for lines in [len(path.read_text(encoding="utf-8").splitlines())]
        if lines > LONGEST
    }
    assert long == {}, "split by subject"


def test_no_module_has_a_name_that_says_nothing():
    assert not [path for path in tracked() if re.fullmatch(r"(utils?|helpers?|common|misc)", path.stem)]


def test_borrowed_data_comes_with_its_licence():
    notes = (ROOT / "fixtures" / "README.md").read_text(encoding="utf-8")
    licences = sorted(path.name for path in (ROOT / "fixtures" / "licences").iterdir())
    assert licences
    assert [name for name in licences if f"licences/{name}" not in notes] == []
    named = set(re.findall(r"licences/([\w.-]+\.txt)", notes))
    assert named == set(licences)
    for path in (ROOT / "fixtures").glob("*.*"):
        assert path.name == "README.md" or f"`{path.name}`" in notes, f"{path.name}: say where it is from"


def test_migrations_are_linear_and_named():
    loader = MigrationLoader(None, replace_migrations=False)
    for app in OURS:
        names = sorted(name for label, name in loader.disk_migrations if label == app)
        if not list(apps.get_app_config(app).get_models()):
            assert names == []
            continue
        assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
        assert not [name for name in names if "auto" in name or name.endswith("initial")]
        assert len(loader.graph.leaf_nodes(app)) == 1
        for before, name in itertools.pairwise(names):
            own = [parent for label, parent in loader.disk_migrations[app, name].dependencies if label == app]
            assert own == [before]


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_page_of_the_decisions_is_in_their_index():
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert [
        path.name for path in folder.glob("*.md") if path.name != "README.md" and f"({path.name})" not in index
    ] == []


def test_links_between_documents_lead_somewhere():
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "fixtures").glob("*.md")]:
        for link in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            if not link.startswith(("http://", "https://", "mailto:")):
                assert (page.parent / link).exists(), f"{page.name}: {link}"
