"""The verdicts: what a viewer ends with against a fresh replay of (revision, seed, commands)."""

from __future__ import annotations

import json
import sqlite3
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import psycopg

from simulator.engine import Entry, WorldCommand
from simulator.engine.trace import trace_bytes
from simulator.scenarios import Scenario, build_world
from tests.faults.driver import Given
from tests.faults.viewer import Viewer

RUN = (
    "SELECT revision.document, run.seed FROM runs_run run "
    "JOIN runs_revision revision ON revision.digest = run.revision_id WHERE run.id = {}"
)
COMMANDS = "SELECT seq, at_us, kind, body, client_key FROM runs_command WHERE run_id = {} ORDER BY seq"


@dataclass(frozen=True)
class Kept:
    """One command as the database holds it."""

    seq: int
    at_us: int
    kind: str
    body: dict[str, Any]
    key: str


@dataclass(frozen=True)
class Record:
    """What is kept of a run."""

    document: str
    seed: str
    commands: list[Kept]

    def number_of(self, key: str) -> Kept:
        return next(command for command in self.commands if command.key == key)


def _rows(database_url: str, query: str, run: str) -> list[tuple[Any, ...]]:
    if database_url.startswith("sqlite"):
        connection = sqlite3.connect(urlsplit(database_url).path, timeout=20)
        try:
            return connection.execute(query.format("?"), [run]).fetchall()
        finally:
            connection.close()
    url = database_url.replace("postgres://", "postgresql://")
    with psycopg.connect(url) as connection:
        return connection.execute(query.format("%s"), [run]).fetchall()


def record_of(database_url: str, run: str) -> Record:
    """Read past the application: straight from the tables."""
    ((document, seed),) = _rows(database_url, RUN, run)
    commands = []
    for seq, at_us, kind, body, key in _rows(database_url, COMMANDS, run):
        commands.append(Kept(seq, at_us, kind, json.loads(body) if isinstance(body, str) else body, key))
    return Record(document, seed, commands)


def replay(record: Record, until_us: int) -> list[Entry]:
    """The run made anew by the engine alone, from its beginning."""
    world = build_world(Scenario.from_canonical(record.document), record.seed)
    for command in record.commands:
        if command.kind not in ("clock", "warp") and command.at_us <= until_us:
            world.run_until(command.at_us - 1)
            world.add_command(WorldCommand(command.seq, command.at_us, command.kind, command.body))
    world.run_until(until_us)
    return world.entries


@dataclass
class Verdict:
    """Figures, and what went wrong. Nothing wrong is a pass."""

    scenario: str
    figures: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def must(self, holds: bool, sentence: str) -> None:
        if not holds:
            self.wrong.append(sentence)

    def add(self, name: str, number: float) -> None:
        self.figures[name] = self.figures.get(name, 0) + number

    def note(self, name: str, values: Iterable[float]) -> None:
        self.figures.setdefault(name, []).extend(values)

    def judge(self, record: Record, viewers: Sequence[Viewer], given: Sequence[Given]) -> None:
        """The log is dense, every accepted command is in it once, and every viewer holds the replay."""
        numbers = [command.seq for command in record.commands]
        self.must(numbers == list(range(1, len(numbers) + 1)), f"the log has gaps: {numbers}")
        keys = [command.key for command in record.commands]
        for command in given:
            times = keys.count(command.key)
            self.must(command.status < 500, f"{command.kind} got {command.status}")
            self.must(
                times == (command.status == 204) or command.status == 0,
                f"{command.kind} was answered {command.statuses} and is in the log {times} times",
            )
            self.add("commands accepted", int(command.status == 204))
            self.add("answers lost and asked for again", command.tries - 1)
        self.add("server errors answered", sum(s >= 500 for c in given for s in c.statuses))
        self.add("runs", 1)
        self._same(record, viewers)

    def _same(self, record: Record, viewers: Sequence[Viewer]) -> None:
        for viewer in viewers:
            log = viewer.log
            fresh = replay(record, log.horizon_us)
            same = log.bytes == trace_bytes(fresh)
            self.must(log.commands == len(record.commands), f"viewer {viewer.name} {viewer.state}")
            self.must(same, f"viewer {viewer.name} differs: {difference(log.entries, fresh)}")
            warps = [[c.at_us, c.body["to_us"]] for c in record.commands if c.kind == "warp"]
            self.must(
                sorted(log.warps) == sorted(warps),
                f"viewer {viewer.name} knows the warps {log.warps}, not {warps}",
            )
            self.add("logs compared with a fresh replay", 1)
            self.add("entries compared", len(fresh))
            self.add("connections", viewer.connections)
            self.add("asked for everything again", viewer.begun_anew)


def difference(known: Sequence[Entry], fresh: Sequence[Entry]) -> str:
    """Where two traces part."""
    for one, other in zip(known, fresh, strict=False):
        if one != other:
            return f"entry {one.id} is {one}, not {other}"
    return f"{len(known)} entries, not {len(fresh)}"


def spread(values: Sequence[float]) -> str:
    """Least, middle, 95th percentile and greatest."""
    if not values:
        return "none"
    ordered = sorted(values)
    middle, high = statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return (
        f"{len(ordered)} × min {ordered[0]:.3g}, median {middle:.3g}, p95 {high:.3g}, max {ordered[-1]:.3g}"
    )
