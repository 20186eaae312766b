"""What it costs to play a ten-minute run again: from nothing, and for a command that was learned late.

Without a database: a replica is built from a log in memory, as every process does that gets a first viewer.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import django

from benchmarks import Figure
from benchmarks.crowd.servers import memory_kb
from simulator.engine.service import WORLD_ENTRIES

SECOND = 1_000_000
MINUTE = 60 * SECOND
END_US = 10 * MINUTE
#: A late command lies so far before the end: what another process gave a moment ago; then a whole minute.
LATE_US = (SECOND // 2, MINUTE)
ROUNDS = 5


def busy_log() -> Iterator[tuple[int, str, dict[str, Any]]]:
    """A payment every second, twenty at once each minute; functions crash and are slow."""

    def put(setting: str, node: str, value: object) -> tuple[str, dict[str, Any]]:
        return "configure", {"node": node, "setting": setting, "value": value}

    def crash(node: str, on: bool, after: str) -> tuple[str, dict[str, Any]]:
        return "fault", {"node": node, "fault": "crash", "on": on, "parameters": {"after_step": after}}

    yield 0, *put("rate", "web", "1/s")
    for minute in range(10):
        start_us = minute * MINUTE
        yield start_us + 5 * SECOND, "send", {"node": "web", "count": 20}
        if minute % 3 == 1:
            yield start_us + 10 * SECOND, *crash("sales", True, "counted")
            yield start_us + 25 * SECOND, *crash("sales", False, "counted")
        if minute % 3 == 2:
            yield start_us + 20 * SECOND, *put("extra_latency", "sales", "2s")
            yield start_us + 40 * SECOND, *put("extra_latency", "sales", "0s")


@dataclass
class Replayed:
    """One measurement: seconds of processor and of wall, of the processor for late commands, and the size."""

    cpu_s: float
    wall_s: float
    late_s: list[float]
    entries: int
    commands: int
    kb: float


def replayed() -> Replayed:
    """Build a replica to minute ten in this process, then let it learn of late commands."""
    from simulator.runs.clock import Logged
    from simulator.runs.log import Log
    from simulator.runs.replica import Identity, Replica
    from simulator.scenarios import build_world, library

    scenario = library()["payment-queue"]
    nodes = build_world(scenario, "1").nodes
    kinds = {node.id: {**WORLD_ENTRIES, **node.service.ENTRIES} for node in nodes}
    log = Log("measured")
    log.extend(Logged(seq, *command) for seq, command in enumerate(busy_log(), 1))
    kb, cpu, wall = memory_kb(), time.process_time(), time.perf_counter()
    replica = Replica(build_world(scenario, "1"), log, kinds, Identity("measured", "", "1"))
    replica.catch_up(END_US)
    built = time.process_time() - cpu, time.perf_counter() - wall
    kb = memory_kb() - kb
    late = []
    for before_us in LATE_US:
        log.extend([Logged(len(log) + 1, END_US - before_us, "send", {"node": "web", "count": 1})])
        cpu = time.process_time()
        replica.catch_up(END_US)
        late.append(time.process_time() - cpu)
    return Replayed(*built, late, len(replica.entries), len(log), kb)


def figures() -> list[Figure]:
    """Medians of several processes."""
    rounds = [_in_a_process_of_its_own() for _ in range(ROUNDS)]

    def median(what: Callable[[Replayed], float]) -> float:
        return statistics.median(map(what, rounds))

    name = f"ten minutes, {rounds[0].commands} commands, {rounds[0].entries:,} entries"
    return [
        Figure(f"{name}: replica from nothing, CPU", median(lambda r: r.cpu_s), "s"),
        Figure(f"{name}: replica from nothing, wall", median(lambda r: r.wall_s), "s"),
        Figure(f"{name}: a command half a second late, CPU", median(lambda r: r.late_s[0]), "s"),
        Figure(f"{name}: a command a minute late, CPU", median(lambda r: r.late_s[1]), "s"),
        Figure(f"{name}: memory of the replica", median(lambda r: r.kb), "KB"),
    ]


def _in_a_process_of_its_own() -> Replayed:
    command = [sys.executable, "-m", "benchmarks.crowd.rebuilding"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Replayed(**json.loads(done.stdout))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(asdict(replayed())))
