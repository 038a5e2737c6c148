"""The month-end rush: 325 branches save, submit and read for a minute, and every acknowledged save is checked.

    python benchmarks/rush.py                        # about three minutes, on PostgreSQL at 127.0.0.1:5432
    python benchmarks/rush.py --seconds 20 --keep    # again on the database of the last run

Runs on this machine only, in a database of its own (`semesta_rush`, thrown away before each run), on gunicorn as the
README starts it. Exits with status 1 when a request failed, or when acknowledged figures and those in the database
differ.

A simulated user opens the grid, saves some cells, submits and withdraws, reads reports, and pauses (`--pause`). Client
and server share the processors; the client's share is printed.
"""

from __future__ import annotations

import argparse
import html
import http.client
import os
import random
import re
import statistics
import sys
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]

import rush_setup
from rush_setup import EntryDesk

HIDDEN = re.compile(r'<input type="hidden" name="(csrfmiddlewaretoken|user|seen)" value="([^"]*)"')
COUNT = re.compile(r'<input class="count" name="p-([^"]+)"[^>]*? value="([^"]*)"([^>]*)>')
NOTE = re.compile(r'<input class="note" name="n-([^"]+)" value="([^"]*)"')
CARRIED = re.compile(r'placeholder="([^"]+)"')
CONTESTED = re.compile(r'name="choice-([^"]+)"')
WRONG = re.compile(r'name="p-([^"]+)"[^>]*aria-invalid="true"')
#: Seconds to wait for a response. After a timeout it is unknown whether the figure was saved.
TIMEOUT = 90
REPORTS = ("/", "/capaian/", "/capaian/?tingkat=kabkota&provinsi={province}", "/wilayah/{regency}/", "/segmen/")


class Figure(NamedTuple):
    """The identity of a saved figure. A user enters a value in a cell only once, so all are distinct."""

    office: str
    month: str
    cell: str
    value: int | None


@dataclass(frozen=True)
class SavedFigure:
    """A figure acknowledged by the server."""

    figure: Figure
    at: float


@dataclass
class Notes:
    """The observations of one user."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    saved: list[SavedFigure] = field(default_factory=list)


class Person(threading.Thread):
    """A simulated user, who works until the end and stops after the current response."""

    def __init__(self, desk: EntryDesk, port: int, month: str, pause: float, end: float) -> None:
        super().__init__(daemon=True)
        self.desk, self.port, self.month, self.pause, self.end = desk, port, month, pause, end
        self.grid = f"/entri/{month}/"
        self.typed: dict[str, set[int]] = defaultdict(set)
        self.notes = Notes()
        self.dice = random.Random(desk.number)
        self.cookies = {"sessionid": desk.session}
        #: The grid after the last save.
        self.page = ""

    def run(self) -> None:
        time.sleep(self.dice.random() * self.pause)
        while time.monotonic() < self.end:
            try:
                self.dice.choices((self.enter, self.hand_in, self.read), (50, 10, 40))[0]()
            except Exception as error:
                self.notes.errors.append(f"{type(error).__name__}: {error}")
            thinks = self.dice.expovariate(1 / self.pause) if self.pause else 0
            time.sleep(max(0, min(thinks, self.end - time.monotonic())))

    def ask(self, kind: str, path: str, fields: list[tuple[str, str]] | None = None) -> tuple[int, str]:
        """Send a request, timed from before the connection to the last byte. A status of 500 or above is an error."""
        body = urlencode(fields) if fields is not None else None
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-Forwarded-Proto": "https",
            "Referer": f"https://127.0.0.1:{self.port}{self.grid}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        started = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            connection.request("GET" if body is None else "POST", path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        self.notes.times[kind].append(time.monotonic() - started)
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        if answer.status >= 400 and not (answer.status == 403 and self.desk.is_shared):
            self.notes.errors.append(f"{answer.status} {kind} {path}: {' '.join(text[:200].split())}")
        if answer.status in (301, 302) and "/masuk/" in (answer.headers["Location"] or ""):
            self.notes.errors.append(f"logged out at {kind} {path}")
        return answer.status, text

    def open_grid(self) -> str:
        return self.ask("open the grid", self.grid)[1]

    def enter(self) -> None:
        """Change some cells, save the draft, and continue with the returned grid."""
        page = self.page or self.open_grid()
        self.page = ""
        cells = [found[0] for found in COUNT.findall(page)]
        if not cells:
            self.notes.outcomes["grid closed: the other person of the office has handed in"] += 1
            return
        some = self.dice.sample(cells, self.dice.randint(1, len(cells)))
        if self.send("save the grid", page, set(some), "save") == 302:
            self.page = self.open_grid()

    def hand_in(self) -> None:
        """Fill the missing cells, submit, and withdraw, so that entry can continue."""
        page = self.page or self.open_grid()
        self.page = ""
        if not COUNT.search(page):
            return
        empty = {name for name, text, _ in COUNT.findall(page) if not text}
        status = self.send("hand in", page, empty, "submit")
        self.notes.outcomes["handed in" if status == 302 else "to be completed or explained before handing in"] += 1
        if status == 302:
            page = self.open_grid()
            fields = [(name, html.unescape(value)) for name, value in HIDDEN.findall(page)]
            self.ask("take back", self.grid, [*fields, ("action", "withdraw"), ("reason", "Uji beban")])

    def send(self, kind: str, page: str, change: set[str], action: str) -> int:
        """Post the whole grid as a browser does, with new figures in the cells of `change`."""
        fields = [(name, html.unescape(value)) for name, value in HIDDEN.findall(page)]
        notes = dict(NOTE.findall(page))
        sent: dict[str, int] = {}
        for name, text, rest in COUNT.findall(page):
            if name in change:
                carried = CARRIED.search(rest)
                before = int((text or (carried[1] if carried else "0")).replace(".", ""))
                sent[name] = self.new_figure(name, before)
                text = str(sent[name])
                # the reason is stored only for a flagged figure
                fields += [(f"n-{name}", "Uji beban"), (f"r-{name}", "OTHER")]
            else:
                fields.append((f"n-{name}", html.unescape(notes.get(name, ""))))
            fields.append((f"p-{name}", text))
        status, answer = self.ask(kind, self.grid, [*fields, ("action", action)])
        if status == 200:  # conflicts and errors are marked, the rest is saved
            contested, wrong = set(CONTESTED.findall(answer)), set(WRONG.findall(answer))
            self.notes.outcomes["cells asked back: somebody else was faster"] += len(contested & sent.keys())
            self.notes.errors += [f"refused figure {name}: {sent[name]}" for name in wrong & sent.keys()]
            sent = {name: figure for name, figure in sent.items() if name not in contested | wrong}
        if status in (200, 302):
            now = time.monotonic()
            self.notes.saved += [
                SavedFigure(Figure(self.desk.branch, self.month, name, figure), now) for name, figure in sent.items()
            ]
        elif status == 403:
            self.notes.outcomes["refused: the other person of the office had handed in"] += 1
        return status

    def new_figure(self, cell: str, before: int) -> int:
        """A figure that was never in the cell before, so that it can be identified.

        Close enough to `before` not to be flagged, except in small cells.
        """
        widest = max(1, before // 100)
        figure = before
        while figure == before or figure in self.typed[cell]:
            figure = max(0, before + self.dice.choice((-1, 1)) * self.dice.randint(1, widest))
            widest += 1
        self.typed[cell].add(figure)
        return figure

    def read(self) -> None:
        regency = self.dice.choice(self.desk.regencies)
        path = self.dice.choice(REPORTS).format(regency=regency, province=regency[:2])
        self.ask(f"read {path.partition('?')[0].replace(regency, '..')}", path)


def look_up(people: list[Person], month: str, since: datetime) -> list[str]:
    """Differences between acknowledged figures and the history, and between the last one of a cell and its record."""
    from coverage.models import CoverageRecord

    branch = {regency: person.desk.branch for person in people for regency in person.desk.regencies}
    shared = {regency for person in people if person.desk.is_shared for regency in person.desk.regencies}
    found: set[Figure] = set()
    last_written: dict[str, int | None] = {}
    history = CoverageRecord.history.filter(history_date__gte=since, history_user__isnull=False)
    for regency, segment, period, value in history.order_by("history_date", "history_id").values_list(
        "regency", "segment", "period", "participants"
    ):
        one = Figure(branch.get(regency, "another office"), f"{period:%Y-%m}", f"{regency}-{segment}", value)
        found.add(one)
        if one.month == month:
            last_written[one.cell] = value
    stored = {
        f"{regency}-{segment}": value
        for regency, segment, value in CoverageRecord.objects.filter(period=f"{month}-01").values_list(
            "regency", "segment", "participants"
        )
    }
    saved = sorted((one for person in people for one in person.notes.saved), key=lambda one: one.at)
    acknowledged = {one.figure for one in saved}
    last = {one.figure.cell: one.figure.value for one in saved}
    lost, unasked = acknowledged - found, found - acknowledged
    wrong = [f"acknowledged, not in the history: {one}" for one in sorted(lost)]
    wrong += [f"in the history, never acknowledged: {one}" for one in sorted(unasked, key=str)]
    strayed = 0
    for cell, value in last.items():
        # with two users at one office the order of their figures is unknown
        if stored.get(cell) not in ((last_written.get(cell),) if cell[:4] in shared else (value,)):
            strayed += 1
            wrong.append(f"{cell}: {value} was acknowledged last, the record says {stored.get(cell)}")
    print(
        f"\nProof: {len(saved):,} acknowledgements of {len(acknowledged):,} figures in {len(last):,} cells, "
        f"{len(found):,} figures in the history, compared by office, month, cell and value. "
        f"Acknowledged but not found: {len(lost)}. Found but never acknowledged: {len(unasked)}. "
        f"Cells whose record is not the last figure: {strayed}."
    )
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=60, help="how long the rush lasts, at most 600")
    parser.add_argument("--branches", type=int, default=325, help="at most one per regency")
    parser.add_argument("--pause", type=float, default=45, help="seconds a person thinks between two steps, on average")
    parser.add_argument("--months", type=int, default=14, help="months of national data")
    parser.add_argument("--keep", action="store_true", help="use the database of the last run again")
    parser.add_argument("--server", default="postgres://postgres@127.0.0.1:5432")
    parser.add_argument("--database", default="semesta_rush")
    chosen = parser.parse_args()
    seconds = min(chosen.seconds, 600)
    started = time.monotonic()
    address = rush_setup.own_database(chosen.server, chosen.database, chosen.months, keep=chosen.keep)
    for name in ("DEBUG", "DATABASE_REPLICA_URL"):
        os.environ.pop(name, None)
    os.environ.update(rush_setup.settings_of(address))
    desks, month = rush_setup.set_up(chosen.branches)
    print(f"{len({desk.branch for desk in desks})} branches, {len(desks)} people, month {month}", end=" ")
    print(f"(prepared in {time.monotonic() - started:.0f} s)", flush=True)
    threading.stack_size(512 * 1024)
    with rush_setup.running_server() as server:
        since = datetime.now(UTC)
        begun, mine = time.monotonic(), time.process_time()
        people = [Person(desk, server.port, month, chosen.pause, begun + seconds) for desk in desks]
        for person in people:
            person.start()
        for person in people:
            person.join(max(0, begun + seconds + 2 * TIMEOUT - time.monotonic()))
        lasted, mine = time.monotonic() - begun, time.process_time() - mine
        memory, server_cpu = server.peak_memory(), server.cpu_seconds()
    unfinished = sum(person.is_alive() for person in people)
    errors = [error for person in people for error in person.notes.errors]
    report(people, lasted)
    print(f"\nWorkers: peak memory {memory} MiB, {server_cpu:.0f} s of processor; this client {mine:.0f} s.")
    wrong = look_up(people, month, since)
    print(f"Errors: {len(errors)}; people who never got an answer: {unfinished}.")
    for sentence in [*errors[:20], *wrong[:20]]:
        print(" ", sentence)
    sys.exit(bool(errors or wrong or unfinished))


def report(people: list[Person], lasted: float) -> None:
    """Print requests by kind with their times and results."""
    times: dict[str, list[float]] = defaultdict(list)
    outcomes: Counter[str] = Counter()
    for person in people:
        outcomes += person.notes.outcomes
        for kind, found in person.notes.times.items():
            times[kind] += found
    everything = [one for found in times.values() for one in found]
    print(f"\n| request | number | per second | median ms | p95 ms | longest ms |\n|{'---|' * 6}")
    for kind, found in [*sorted(times.items()), ("all", everything)]:
        ordered = sorted(found)
        p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        print(
            f"| {kind} | {len(found):,} | {len(found) / lasted:.1f} | {statistics.median(ordered) * 1000:.0f} "
            f"| {p95 * 1000:.0f} | {ordered[-1] * 1000:.0f} |"
        )
    for outcome, number in outcomes.most_common():
        print(f"{outcome}: {number:,}")


if __name__ == "__main__":
    main()
