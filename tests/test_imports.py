"""Imports go strictly downward. The floors below are the ones docs/architecture.md describes.

A new module fails here until somebody says on which floor it lives.
"""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("reporting", "accounts", "coverage", "targets", "config")

#: From the ground up. Modules on one floor do not import each other. A package counts as one room unless its
#: modules are listed themselves; inside a room imports may not run in a circle.
FLOORS = """
reporting.apps reporting.filters reporting.months reporting.numbers reporting.terms
reporting.amounts reporting.axes reporting.charts reporting.days reporting.loading reporting.tables
reporting.choosing reporting.drawings reporting.exports reporting.fields reporting.lines reporting.pdf reporting.series
reporting.templatetags reporting.uploads reporting.newtables reporting.newfilters
reporting.streams reporting.views reporting.newviews

accounts.apps accounts.migrations accounts.models
accounts.admin_base accounts.backends accounts.forms accounts.links accounts.reference accounts.views
accounts.admin accounts.link_views accounts.middleware

coverage.apps coverage.known coverage.querysets coverage.stocks
coverage.rating coverage.vintages
coverage.migrations coverage.models
coverage.kept coverage.steps coverage.sums
coverage.access coverage.asof coverage.carrying coverage.completeness coverage.corrections coverage.datasets coverage.positions
coverage.timeline coverage.turns
coverage.ahead coverage.at_hand coverage.origins coverage.queue coverage.segment_sums
coverage.checks coverage.completeness_filters coverage.completeness_tables coverage.entry coverage.grid coverage.periods
coverage.published coverage.reference coverage.reminders coverage.tasks coverage.trail coverage.trail_filters
coverage.extract coverage.readiness
coverage.drafts coverage.extract_filters coverage.rows coverage.submissions coverage.trail_tables coverage.verification
coverage.reopenings coverage.verification_forms
coverage.addresses coverage.forms coverage.importing
coverage.entry_page
coverage.admin coverage.completeness_views coverage.extract_views coverage.file_views coverage.trail_views coverage.verification_views
coverage.views
coverage.urls

targets.addresses targets.apps targets.asof targets.breakdown targets.figure_tables targets.glossary targets.maps targets.progress targets.querysets targets.rights
targets.migrations targets.models targets.templatetags
targets.totals targets.wishes
targets.board
targets.planning targets.published targets.reference targets.standings
targets.agreement targets.segments targets.splits
targets.agreement_tables targets.breakdown_forms targets.breakdown_preview
targets.comparison targets.explanations targets.figure_links targets.filters targets.progress_filters targets.progress_tables targets.outlook targets.pictures targets.tables
targets.area_history targets.area_rank targets.area_submissions targets.area_targets
targets.breakdown_filters targets.area targets.area_filters targets.earlier targets.meeting targets.paper_filters targets.scorecard
targets.area_tables targets.breakdown_page targets.scorecard_words
targets.scorecard_paper
targets.plans
targets.admin targets.agreement_views targets.breakdown_views targets.area_views targets.views
targets.figure_views targets.meeting_views targets.scorecard_views
targets.urls

config.apps config.demo config.guides config.health config.memory config.menu config.replica config.static_storage
config.national
config.management config.settings
config.urls
config.wsgi
"""

#: Rooms planned in docs/architecture.md that later work opens.
PLANNED = {
    "coverage.entry_page",
    "coverage.reminders",
    "coverage.rows",
    "coverage.tasks",
}

#: Who writes facts and master data. Screens that answer questions have no way to them, not even through others.
WRITERS = {
    "accounts.links",
    "accounts.reference",
    "coverage.carrying",
    "coverage.datasets",
    "coverage.entry",
    "coverage.periods",
    "coverage.published",
    "coverage.reference",
    "coverage.reminders",
    "coverage.reopenings",
    "coverage.submissions",
    "coverage.turns",
    "reporting.loading",
    "targets.planning",
    "targets.published",
    "targets.reference",
}
READERS = {
    "coverage.ahead",
    "coverage.asof",
    "coverage.at_hand",
    "coverage.completeness",
    "coverage.completeness_filters",
    "coverage.completeness_tables",
    "coverage.corrections",
    "coverage.extract",
    "coverage.extract_filters",
    "coverage.extract_views",
    "coverage.grid",
    "coverage.kept",
    "coverage.known",
    "coverage.origins",
    "coverage.positions",
    "coverage.queue",
    "coverage.rating",
    "coverage.segment_sums",
    "coverage.steps",
    "coverage.stocks",
    "coverage.sums",
    "coverage.tasks",
    "coverage.timeline",
    "coverage.trail",
    "coverage.trail_tables",
    "coverage.verification",
    "coverage.vintages",
    "targets.addresses",
    "targets.agreement",
    "targets.agreement_tables",
    "targets.agreement_views",
    "targets.area",
    "targets.area_filters",
    "targets.area_history",
    "targets.area_rank",
    "targets.area_submissions",
    "targets.area_tables",
    "targets.area_targets",
    "targets.area_views",
    "targets.asof",
    "targets.board",
    "targets.breakdown",
    "targets.breakdown_filters",
    "targets.breakdown_forms",
    "targets.breakdown_page",
    "targets.breakdown_preview",
    "targets.comparison",
    "targets.earlier",
    "targets.explanations",
    "targets.figure_links",
    "targets.figure_tables",
    "targets.figure_views",
    "targets.filters",
    "targets.glossary",
    "targets.maps",
    "targets.meeting",
    "targets.meeting_views",
    "targets.outlook",
    "targets.paper_filters",
    "targets.pictures",
    "targets.progress",
    "targets.scorecard",
    "targets.scorecard_paper",
    "targets.scorecard_views",
    "targets.scorecard_words",
    "targets.segments",
    "targets.splits",
    "targets.standings",
    "targets.tables",
    "targets.totals",
    "targets.views",
}


def floors() -> dict[str, int]:
    """Room -> height."""
    lines = [line.split() for line in FLOORS.strip().splitlines() if line.strip()]
    return {room: height for height, rooms in enumerate(lines) for room in rooms}


def source_files(root: Path = ROOT) -> dict[str, Path]:
    """Dotted name -> file, for every module of ours. An empty `__init__.py` is no module."""
    found = {}
    for app in APPS:
        for path in sorted((root / app).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            if parts[-1] == "__init__":
                if not path.read_text().strip():
                    continue
                parts = parts[:-1]
            found[".".join(parts)] = path
    return found


def imports_of(module: str, tree: ast.AST, *, is_package: bool) -> Iterator[str]:
    """Dotted names of ours that the module imports, also inside functions and under TYPE_CHECKING."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.split(".") if is_package else module.split(".")[:-1]
                package = package[: len(package) - node.level + 1]
                base = ".".join([*package, base] if base else package)
            # `from .models import Office` names an attribute or a module: both are asked for
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in APPS)


def room_of(name: str, rooms: dict[str, int]) -> str | None:
    """The room a dotted name lies in: the longest declared prefix."""
    parts = name.split(".")
    prefixes = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((prefix for prefix in prefixes if prefix in rooms), None)


def walk(root: Path = ROOT) -> list[tuple[str, str]]:
    """(importing module, imported dotted name) of the whole product."""
    found = []
    for module, path in source_files(root).items():
        tree = ast.parse(path.read_text())
        found += [(module, name) for name in imports_of(module, tree, is_package=path.name == "__init__.py")]
    return found


def mistakes(edges: list[tuple[str, str]]) -> list[str]:
    """A sentence per import that does not go downward."""
    rooms, found = floors(), []
    for module, name in edges:
        here, there = room_of(module, rooms), room_of(name, rooms)
        if here is None:
            found.append(f"{module} has no floor: add it to FLOORS")
        elif there is None:
            found.append(f"{module} imports {name}, which has no floor")
        elif here != there and rooms[there] > rooms[here]:
            found.append(f"{module} imports {name}: upward")
        elif here != there and rooms[there] == rooms[here]:
            found.append(f"{module} imports {name}: sideways")
    return found


def circles(edges: list[tuple[str, str]]) -> list[str]:
    """Imports that run in a circle, module by module."""
    modules = dict.fromkeys(source_files(), 0)
    sorter: graphlib.TopologicalSorter[str] = graphlib.TopologicalSorter()
    for module, name in edges:
        target = room_of(name, modules)
        if target and target != module and not module.startswith(f"{target}."):
            sorter.add(module, target)
    try:
        sorter.prepare()
    except graphlib.CycleError as error:
        return [" -> ".join(error.args[1])]
    return []


def ways_to_writers(edges: list[tuple[str, str]]) -> list[str]:
    """How a reader reaches a writer, directly or through others."""
    rooms = floors()
    below: dict[str, set[str]] = {}
    for module, name in edges:
        here, there = room_of(module, rooms), room_of(name, rooms)
        if here and there and here != there:
            below.setdefault(here, set()).add(there)
    found = []
    for reader in sorted(READERS):
        ways = [[reader]]
        seen = {reader}
        while ways:
            way = ways.pop()
            if way[-1] in WRITERS:
                found.append(" -> ".join(way))
                continue
            for room in below.get(way[-1], set()) - seen:
                seen.add(room)
                ways.append([*way, room])
    return found


def test_every_module_lives_on_a_floor():
    rooms = floors()
    homeless = [module for module in source_files() if module not in APPS and room_of(module, rooms) is None]
    assert homeless == [], "add these to FLOORS, on the lowest floor that lies above everything they import"


def test_every_room_of_the_list_exists():
    modules = source_files()
    empty = [
        room
        for room in floors()
        if room not in PLANNED and not any(module == room or module.startswith(f"{room}.") for module in modules)
    ]
    assert empty == []


def test_imports_go_strictly_downward():
    edges = walk()
    assert len(edges) > 100
    assert mistakes(edges) == []


def test_imports_never_run_in_a_circle():
    assert circles(walk()) == []


def test_readers_have_no_way_to_a_writer():
    assert floors().keys() >= WRITERS | READERS
    assert ways_to_writers(walk()) == []


@pytest.mark.parametrize(
    ("module", "line", "complaint"),
    [
        ("reporting.tables", "from coverage.models import Regency", "upward"),
        ("coverage.positions", "def lazily():\n    from targets.models import Target", "upward"),
        ("coverage.models.facts", "from ..entry import save_cells", "upward"),
        ("coverage.periods", "from .entry import save_cells", "sideways"),
        ("accounts.forms", "import accounts.views", "sideways"),
        ("targets.views", "from coverage import brand_new", "no floor"),
        ("coverage.brand_new", "from .models import Regency", "no floor"),
    ],
)
def test_a_planted_violation_is_caught(module, line, complaint):
    edges = [(module, name) for name in imports_of(module, ast.parse(line), is_package=False)]
    assert edges
    assert [sentence for sentence in mistakes(edges) if complaint in sentence]


def test_a_planted_way_to_a_writer_is_caught():
    edges = [*walk(), ("coverage.positions", "coverage.access"), ("coverage.access", "coverage.entry.save_cells")]
    assert "targets.standings -> coverage.positions -> coverage.access -> coverage.entry" in ways_to_writers(edges)


def test_a_planted_circle_is_caught():
    assert circles([*walk(), ("coverage.models.areas", "coverage.models.facts.CoverageRecord")])
