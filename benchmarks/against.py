"""Compares this commit with an older one, measured alternately in one run on the same database.

Each side is one process with warm caches. A pair is one run of each, in alternating order (old new, new old, ...), so
that other load on the machine affects both. The old side runs the cases of this commit: `benchmarks/` is copied into a
temporary work tree, which is removed afterwards.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HEAD = (
    "| measured | old ms | new ms | ratio | pair by pair | old processor ms | new processor ms | ratio "
    "| old queries | new queries |"
)
#: The least number of pairs for slow cases, which run a third as often as the others.
FEW = 4


class Failed(Exception):
    """A side could not answer a request."""


class Side:
    """A process of one commit."""

    def __init__(self, name: str, tree: Path, environment: dict[str, str]) -> None:
        self.name = name
        command = [sys.executable, "-m", "benchmarks.side"]
        self.process = subprocess.Popen(
            command, cwd=tree, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, **question: Any) -> Any:
        """The answer to a request. Raises Failed with the message of the side."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps(question), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise Failed(f"{self.name}: the process has ended")
        answer = json.loads(line)
        if isinstance(answer, dict) and "error" in answer:
            raise Failed(f"{self.name}: {answer['error']}")
        return answer

    def end(self) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()


def compare(commit: str, environment: dict[str, str], only: list[str], pairs: int) -> None:
    """Print the table of all cases. `environment` selects the database, which has the schema of this commit."""
    with contextlib.ExitStack() as stack:
        tree = stack.enter_context(work_tree(commit))
        sides = [Side("old", tree, environment), Side("new", ROOT, environment)]
        for side in sides:
            stack.callback(side.end)
        old, new = sides
        about, cases = (side.ask() for side in sides)
        if about["lacking"]:
            sys.exit(
                f"The database lacks what {commit} needs ({', '.join(about['lacking'])}), and the migrations of this "
                "commit do not bring it. Compare with a later commit."
            )
        new.ask(tidy=True)
        print(introduction(commit, about["strange"]))
        print(HEAD)
        print("|---|" + "---:|" * 9)
        for key, name, is_long in cases["cases"]:
            if only and key not in only:
                continue
            try:
                if is_long:  # slow writes leave many dead rows
                    new.ask(tidy=True)
                line = row(name, measure(old, new, key, max(FEW, pairs // 3) if is_long else pairs))
            except Failed as sentence:
                line = f"| {name} | {sentence} |"
            print(line, flush=True)


def measure(old: Side, new: Side, key: str, pairs: int) -> list[tuple[dict[str, float], dict[str, float]]]:
    """The results of old and new in each pair, after a warm-up run of each."""
    found = []
    for turn in range(pairs + 1):
        order = (old, new) if turn % 2 else (new, old)
        taken = {side.name: side.ask(case=key) for side in order}
        if turn:
            found.append((taken["old"], taken["new"]))
    return found


def row(name: str, found: list[tuple[dict[str, float], dict[str, float]]]) -> str:
    """A line of the table: medians and their ratio (new to old), and the ratios of the pairs with their range."""
    cells = []
    for what in ("wall", "processor"):
        before, after = (statistics.median(pair[side][what] for pair in found) for side in (0, 1))
        cells += [f"{before:,.0f}", f"{after:,.0f}", f"**{after / before:.2f}**"]
    ratios = sorted(after["wall"] / before["wall"] for before, after in found)
    cells.insert(3, f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")
    cells += [f"{max(pair[side]['queries'] for pair in found):,.0f}" for side in (0, 1)]
    return f"| {' | '.join([name, *cells])} |"


def introduction(commit: str, strange: list[str]) -> str:
    """The lines above the table: commits, schema and load of the machine."""
    old, new = (_git("log", "-1", "--format=%h (%cs)", name) for name in (commit, "HEAD"))
    changed = " with changes that are not committed" if _git("status", "--porcelain") else ""
    lines = [
        f"Old: {old}. New: {new}{changed}. A ratio below 1 says that the new one is faster.",
        "Processor time is that of the worker and of its database process.",
    ]
    if strange:
        lines.append(
            "The database has the schema of the new commit; the old code runs on it, without knowing "
            f"{', '.join(strange)}."
        )
    busy, processors = os.getloadavg()[0], os.cpu_count() or 1
    if busy > processors / 2:
        lines.append(
            f"The machine is busy (load {busy:.1f} on {processors} processors): ratios are fair, milliseconds are not."
        )
    return "\n".join([*lines, ""])


@contextlib.contextmanager
def work_tree(commit: str) -> Iterator[Path]:
    """A temporary work tree of the commit, with the benchmarks of this one."""
    with tempfile.TemporaryDirectory(prefix="semesta-old-") as folder:
        tree = Path(folder) / "tree"
        _git("worktree", "add", "--quiet", "--detach", str(tree), f"{commit}^{{commit}}")
        try:
            shutil.rmtree(tree / "benchmarks", ignore_errors=True)
            shutil.copytree(ROOT / "benchmarks", tree / "benchmarks")
            yield tree
        finally:
            _git("worktree", "remove", "--force", str(tree))


def _git(*command: str) -> str:
    """The output of git; exits with git's message on an error."""
    found = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True)
    if found.returncode:
        sys.exit(found.stderr.strip())
    return found.stdout.strip()
