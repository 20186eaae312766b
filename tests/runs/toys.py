"""A tiny scenario for tests of runs: a bell that rings by itself, and a desk that takes a while.

Its services are made so that the registry of services does not see them.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from simulator.engine import EntryKind, Gauge, Latency, Link, Node, Service, ServiceConfig, World
from simulator.engine.service import FaultKind
from simulator.runs.revisions import Blueprint, keep

SECOND = 1_000_000
HOP = Latency(p50="40ms", p99="90ms")


@dataclass
class BellState:
    rung: int = 0


class Bell(Service):
    title = "Bell"
    plate = "person"
    State = BellState
    ENTRIES = {
        "rang": EntryKind("{node} rang for {message}.", interest="normal", tone="moving"),
        "listened": EntryKind("{node} listened.", interest="idle"),
    }
    GAUGES = {"rung": Gauge("Rung")}

    class Config(ServiceConfig):
        every_us: int = 700_000
        gap_us: int = 0  # after five rings
        boom_at_us: int | None = None
        circles_at_us: int | None = None

    def start(self, state, ctx):
        ctx.schedule(ctx.config.every_us, "ring")
        ctx.schedule(100_000, "listen")
        if ctx.config.boom_at_us is not None:
            ctx.schedule(ctx.config.boom_at_us, "boom")
        if ctx.config.circles_at_us is not None:
            ctx.schedule(ctx.config.circles_at_us, "circle")

    def on_ring(self, state, notice, ctx):
        state.rung += 1
        self.ring(ctx)
        wait = ctx.config.gap_us if ctx.config.gap_us and state.rung % 5 == 0 else ctx.config.every_us
        ctx.schedule(wait, "ring")

    def on_listen(self, state, notice, ctx):
        ctx.record("listened")
        ctx.schedule(250_000, "listen")

    def on_circle(self, state, notice, ctx):
        ctx.schedule(0, "circle")

    def on_boom(self, state, notice, ctx):
        raise AssertionError("a bug of ours")

    def ring(self, ctx):
        message = ctx.new_message()
        ctx.send("desk", "Serve", after_us=ctx.latency_us("hop", HOP), entry="rang", message=message)

    def on_command_send(self, state, notice, ctx):
        for _ in range(notice.body["count"]):
            self.ring(ctx)

    def check_command(self, kind, body, config):
        super().check_command(kind, body, config)
        if kind == "send" and not 1 <= body.get("count", 0) <= 200:
            raise ValueError("One command sends 1 to 200 messages.")


@dataclass
class DeskState:
    served: list[str] = field(default_factory=list)


class Desk(Service):
    title = "Desk"
    plate = "rows"
    State = DeskState
    ENTRIES = {
        "took": EntryKind(
            "{node} took {message}.", "{message} is being served since {at_us:clock}.", place="working"
        ),
        "served": EntryKind(
            "{node} served {message}.",
            "{message} was served.",
            place="stored",
            gauges={"served": 1},
            interest="bookmark",
        ),
    }
    GAUGES = {"served": Gauge("Served", headline=True)}
    FAULTS = {"asleep": FaultKind("Asleep", "It serves nobody.")}

    class Config(ServiceConfig):
        pace: float = Field(1.0, gt=0, json_schema_extra={"adjustable": True})

    def on_Serve(self, state, notice, ctx):
        ctx.record("took", notice.message)
        if "asleep" in ctx.faults:
            return
        work = int(ctx.stream("work").exponential_us(500_000) / ctx.config.pace)
        ctx.schedule(work, "done", notice.message)

    def on_done(self, state, notice, ctx):
        state.served.append(notice.message)
        ctx.record("served", notice.message)


Bell.kind, Desk.kind = "bell", "desk"


def world_of(seed: str = "1", **bell: Any) -> World:
    """A new world of a bell and a desk."""
    return World(
        [
            Node("bell", Bell(), Bell.Config(title="Bell", **bell)),
            Node("desk", Desk(), Desk.Config(title="Front desk")),
        ],
        seed,
    )


def _kind(service: type[Service], name: str, kind: EntryKind) -> dict[str, Any]:
    return {"service": service.kind, "name": name, "says": kind.says, "interest": kind.interest}


def page_model() -> dict[str, Any]:
    """The part of a page model that runs need."""
    from simulator.engine.service import WORLD_ENTRIES

    kinds = [
        _kind(service, name, kind)
        for service in (Bell, Desk)
        for name, kind in {**WORLD_ENTRIES, **service.ENTRIES}.items()
    ]
    nodes = [{"id": "bell", "kind": "bell", "title": "Bell"}, {"id": "desk", "kind": "desk", "title": "Desk"}]
    return {"scenario": "bell", "title": "A bell and a desk", "nodes": nodes, "kinds": kinds, "edges": []}


_numbers = itertools.count()


@dataclass(frozen=True)
class ToyScenario:
    """As much of a scenario as `create_run` asks for."""

    digest: str
    id: str = "bell"
    title: str = "A bell and a desk"
    canonical_json: str = "{}"
    source_text: str = "# a bell"
    links: tuple[Link, ...] = ()


def toy(**bell: Any) -> ToyScenario:
    """A scenario of a bell that rings by its config, known to this process as a stored one would be."""
    scenario = ToyScenario(f"toy-{next(_numbers)}")
    keep(Blueprint(scenario.digest, scenario.title, scenario, page_model(), lambda s: world_of(s, **bell)))
    return scenario
