"""The player's modules, called from tests: a page that imports them and hands back what they return."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page

from simulator.engine import Picture, World, tell
from simulator.runs.clock import STANDING
from simulator.runs.frames import Cursor, View, encode
from simulator.scenarios import Scenario, entry_kinds, library, page_model

BLANK = '<!doctype html><title>Modules</title><link rel="icon" href="data:,">'


class Modules:
    """`call("quantities", "m.clockText(x)", x=…)`: an expression over the module `m` and plain arguments."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.route("**/modules/", lambda route: route.fulfill(body=BLANK, content_type="text/html"))
        page.goto("/modules/")

    def call(self, module: str, expression: str, **arguments: Any) -> Any:
        names = ", ".join(arguments)
        return self.page.evaluate(
            f"async ({{{names}}}) => {{ const m = await import('/static/js/player/{module}.js');"
            f" return {expression}; }}",
            arguments,
        )

    def run(self, body: str, **arguments: Any) -> Any:
        """A whole function body; `load(name)` imports a module."""
        names = ", ".join(arguments)
        return self.page.evaluate(
            f"async ({{{names}}}) => {{ const load = (name) => import(`/static/js/player/${{name}}.js`); {body} }}",
            arguments,
        )


def scenario() -> Scenario:
    return library()["payment-queue"]


def model() -> dict[str, Any]:
    """The page model as a page has it."""
    found: dict[str, Any] = json.loads(json.dumps(page_model(scenario())))
    return found


def view(world: World, count: int, *, horizon_us: int = 0) -> View:
    """What a server would tell of a world's first `count` entries."""
    kinds: dict[str, dict[str, int]] = {}
    for index, (service, name, _) in enumerate(entry_kinds(scenario())):
        kinds.setdefault(service, {})[name] = index
    return View(
        log=[],
        entries=world.entries,
        count=count,
        horizon_us=horizon_us,
        segment=STANDING,
        wall_us=0,
        next_us=None,
        ended=None,
        node_index={node.id: index for index, node in enumerate(world.nodes)},
        kind_index={node.id: kinds[node.service.kind] for node in world.nodes},
    )


def keyframe(world: World, count: int | None = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(encode(view(world, len(world.entries) if count is None else count)))
    return found


def frame(world: World, first: int, count: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(encode(view(world, count), Cursor(0, first)))
    return found


def told(world: World) -> list[str]:
    """Every entry's sentence, by the engine."""
    titles = scenario().titles
    kinds = {node.id: node.service for node in world.nodes}
    picture = Picture.of(kinds)
    return [tell(picture.kinds[e.node][e.kind].says, e, titles) for e in world.entries]


def pictured(world: World, count: int) -> dict[str, Any]:
    """Places and gauges after `count` entries, by the engine, as plain data."""
    picture = Picture.of({node.id: node.service for node in world.nodes}).add_all(world.entries[:count])
    stays = {
        node: [[m, s.place, s.since_us, s.until_us, s.entered_us, s.count, s.entry] for m, s in stays.items()]
        for node, stays in picture.stays.items()
    }
    return {"stays": stays, "gauges": picture.gauges}
