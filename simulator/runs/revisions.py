"""Revisions: scenarios stored under their hash, and what a run needs of one, built once a process.

The one place of this room that knows `simulator.scenarios`.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from simulator.engine import EntryKind, Picture, World
from simulator.engine.service import WORLD_ENTRIES, Service
from simulator.runs.models import Revision

KEPT = 64


@dataclass(frozen=True)
class Blueprint:
    """A scenario as runs see it: how its world is built, and its page model.

    `scenario` is the checked scenario itself, for pages that show more of it.
    """

    digest: str
    title: str
    scenario: Any
    model: Mapping[str, Any]
    build: Callable[[str], World]
    source: str = ""

    @cached_property
    def _probe(self) -> World:
        return self.build("probe")

    @cached_property
    def services(self) -> dict[str, Service]:
        """The services by node id."""
        return {node.id: node.service for node in self._probe.nodes}

    @cached_property
    def configs(self) -> dict[str, Any]:
        """Each node's config as the document says it."""
        return {node.id: node.config for node in self._probe.nodes}

    @cached_property
    def entry_kinds(self) -> dict[str, dict[str, EntryKind]]:
        """What the entries of each node mean."""
        return {node: {**WORLD_ENTRIES, **service.ENTRIES} for node, service in self.services.items()}

    @cached_property
    def titles(self) -> dict[str, str]:
        """The name on each plate."""
        return {node["id"]: node.get("title") or node["id"] for node in self.model["nodes"]}

    @cached_property
    def node_index(self) -> dict[str, int]:
        """Where each node stands in the page model."""
        return {node["id"]: index for index, node in enumerate(self.model["nodes"])}

    @cached_property
    def kind_index(self) -> dict[str, dict[str, int]]:
        """Where each node's entry kinds stand in the page model."""
        by_service: dict[str, dict[str, int]] = {}
        for index, kind in enumerate(self.model["kinds"]):
            by_service.setdefault(kind["service"], {})[kind["name"]] = index
        return {node["id"]: by_service.get(node["kind"], {}) for node in self.model["nodes"]}

    def check(self, kind: str, body: Mapping[str, Any]) -> None:
        """ValueError with a sentence if the world would not take such a command."""
        self._probe.check_command(kind, body)

    def picture(self) -> Picture:
        """An empty picture."""
        return Picture.of(self.services)


_kept: OrderedDict[str, Blueprint] = OrderedDict()
_lock = threading.Lock()


def keep(blueprint: Blueprint) -> Blueprint:
    """Remember a blueprint, and forget the least used beyond a number."""
    with _lock:
        _kept[blueprint.digest] = blueprint
        _kept.move_to_end(blueprint.digest)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return blueprint


def blueprint_of(digest: str) -> Blueprint:
    """The blueprint of a stored revision."""
    with _lock:
        found = _kept.get(digest)
    return found or keep(_read(digest))


def store(scenario: Any) -> Revision:
    """The scenario's revision, stored when it is new."""
    revision, _ = Revision.objects.get_or_create(
        digest=scenario.digest,
        defaults={
            "scenario_id": scenario.id,
            "title": scenario.title,
            "document": scenario.canonical_json,
            "source": scenario.source_text or "",
        },
    )
    return revision


def _read(digest: str) -> Blueprint:
    from simulator import scenarios

    revision = Revision.objects.get(pk=digest)
    scenario = scenarios.Scenario.from_canonical(revision.document)
    return Blueprint(
        digest=digest,
        title=revision.title,
        scenario=scenario,
        model=scenarios.page_model(scenario),
        build=lambda seed: scenarios.build_world(scenario, seed),
        source=revision.source,
    )
