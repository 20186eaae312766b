"""The engine against SimPy: the same M/M/1 queue, the same draws, the same entries recorded.

Each measurement is a fresh process, variants in turn, so that neither warms the other; figures are medians of
CPU seconds. The engine runs through the production World, Service and Context. The bare kernel beside it is a
heap and callbacks with the same trace: what no general engine in this language can pass by much.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

import simpy

from benchmarks import Figure
from simulator.engine import LIMITS, Entry, EntryKind, Limit, Node, Notice, Service, ServiceConfig, World

LOAD = 0.8
CUSTOMERS = 60_000
ROUNDS = 5
SECOND = 1_000_000


def times(seed: int) -> tuple[Callable[[], int], Callable[[], int]]:
    """Draws of the time between arrivals and of the service time, in microseconds (mean service 1 s)."""
    arrivals, services = Random(seed), Random(seed + 1)
    return (
        lambda: int(arrivals.expovariate(LOAD) * SECOND),
        lambda: int(services.expovariate(1.0) * SECOND),
    )


@dataclass(slots=True)
class LineState:
    """How many wait, and whether somebody is served."""

    arrived: int = 0
    waiting: int = 0
    busy: bool = False


class Line(Service):
    """One server, one line, Poisson arrivals."""

    kind = "mm1_line"
    title = "Line"
    plate = "rows"
    State = LineState
    ENTRIES = {name: EntryKind(name) for name in ("arrived", "started", "ended")}

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.between_us, self.work_us = times(seed)

    def start(self, state: LineState, ctx: Any) -> None:
        ctx.schedule(self.between_us(), "arrive")

    def on_arrive(self, state: LineState, notice: Notice, ctx: Any) -> None:
        ctx.record("arrived")
        state.arrived += 1
        if state.arrived < CUSTOMERS:
            ctx.schedule(self.between_us(), "arrive")
        if state.busy:
            state.waiting += 1
        else:
            state.busy = True
            self.begin(ctx)

    def begin(self, ctx: Any) -> None:
        ctx.record("started")
        ctx.schedule(self.work_us(), "end")

    def on_end(self, state: LineState, notice: Notice, ctx: Any) -> None:
        ctx.record("ended")
        if state.waiting:
            state.waiting -= 1
            self.begin(ctx)
        else:
            state.busy = False


@contextmanager
def without_limits() -> Iterator[None]:
    """The queue records more than a lesson's run may."""
    before = dict(LIMITS)
    LIMITS.update(entries=Limit(1 << 60, "entries", ""), simulated_us=Limit(1 << 60, "us", ""))
    try:
        yield
    finally:
        LIMITS.update(before)


def engine(seed: int) -> list[Entry]:
    """The model in the production engine."""
    with without_limits():
        world = World([Node("line", Line(seed), ServiceConfig())], "1")
        world.run_until(1 << 59)
    return world.entries


def peer(seed: int) -> list[Entry]:
    """The model in SimPy, as its documentation would write it, recording the same entries."""
    between_us, work_us = times(seed)
    env = simpy.Environment()
    entries: list[Entry] = []
    server = simpy.Resource(env, capacity=1)

    def record(kind: str) -> None:
        entries.append(Entry(len(entries), int(env.now), "line", kind, None, None, None))

    def customer() -> Any:
        record("arrived")
        with server.request() as turn:
            yield turn
            record("started")
            yield env.timeout(work_us())
            record("ended")

    def source() -> Any:
        for _ in range(CUSTOMERS):
            yield env.timeout(between_us())
            env.process(customer())

    env.process(source())
    env.run()
    return entries


@dataclass(slots=True)
class Bare:
    """A heap of callbacks, and nothing else."""

    heap: list[Any] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    number: Any = field(default_factory=count)
    now: int = 0
    arrived: int = 0
    waiting: int = 0
    busy: bool = False

    def record(self, kind: str) -> None:
        self.entries.append(Entry(len(self.entries), self.now, "line", kind, None, None, None))


def bare(seed: int) -> list[Entry]:
    """The model on a bare kernel with the same trace."""
    between_us, work_us = times(seed)
    kernel = Bare()

    def plan(after_us: int, callback: Callable[[], None]) -> None:
        heappush(kernel.heap, (kernel.now + after_us, next(kernel.number), callback))

    def arrive() -> None:
        kernel.record("arrived")
        kernel.arrived += 1
        if kernel.arrived < CUSTOMERS:
            plan(between_us(), arrive)
        if kernel.busy:
            kernel.waiting += 1
        else:
            kernel.busy = True
            begin()

    def begin() -> None:
        kernel.record("started")
        plan(work_us(), end)

    def end() -> None:
        kernel.record("ended")
        if kernel.waiting:
            kernel.waiting -= 1
            begin()
        else:
            kernel.busy = False

    plan(between_us(), arrive)
    while kernel.heap:
        kernel.now, _, callback = heappop(kernel.heap)
        callback()
    return kernel.entries


VARIANTS: dict[str, Callable[[int], list[Entry]]] = {"engine": engine, "simpy": peer, "bare": bare}


def mean_queue_length(entries: list[Entry]) -> float:
    """The time average of how many wait, without the one who is served."""
    waiting = area = last_us = 0
    for entry in entries:
        area += waiting * (entry.at_us - last_us)
        last_us = entry.at_us
        waiting += {"arrived": 1, "started": -1}.get(entry.kind, 0)
    return area / last_us


def measured(name: str) -> float:
    """CPU seconds of one variant in a process of its own."""
    code = f"from benchmarks.bench_engine import timed; print(timed({name!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def timed(name: str) -> float:
    """CPU seconds of one variant in this process."""
    begun = time.process_time()
    VARIANTS[name](1)
    return time.process_time() - begun


def run() -> list[Figure]:
    """Entries a second against SimPy, and the mean queue length against theory."""
    assert [(e.at_us, e.kind) for e in engine(7)] == [(e.at_us, e.kind) for e in bare(7)], (
        "same model, same trace"
    )
    seconds: dict[str, list[float]] = {name: [] for name in VARIANTS}
    for _ in range(ROUNDS):
        for name in VARIANTS:
            seconds[name].append(measured(name))
    rate = {name: 3 * CUSTOMERS / statistics.median(values) for name, values in seconds.items()}
    means = [mean_queue_length(engine(seed)) for seed in range(10, 20)]
    spread = (
        2.26 * statistics.stdev(means) / len(means) ** 0.5
    )  # 95 % of Student's t with 9 degrees of freedom
    return [
        Figure("M/M/1, entries a CPU second, engine against SimPy 4", rate["engine"], "1/s", rate["simpy"]),
        Figure(
            "M/M/1, entries a CPU second, bare kernel against SimPy 4", rate["bare"], "1/s", rate["simpy"]
        ),
        Figure(
            "M/M/1 at load 0.8, mean queue length, engine against theory",
            statistics.mean(means),
            "customers",
            LOAD**2 / (1 - LOAD),
        ),
        Figure("M/M/1 at load 0.8, half of the mean's 95 % interval", spread, "customers"),
    ]
