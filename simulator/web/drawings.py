"""Drawings of scenarios, both ways, made once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from simulator.diagrams import DiagramCache, DiagramEdge, DiagramModel, DiagramNode, draw
from simulator.scenarios import Scenario, topology

#: Finished drawings in memory, layouts in a folder that outlives the process.
_cache = DiagramCache(Path(settings.BASE_DIR) / "var" / "drawings")


@dataclass(frozen=True)
class Drawings:
    """The same architecture for wide and for narrow places: SVG elements to put into a page."""

    wide: SafeString
    narrow: SafeString


def diagram_model(scenario: Scenario) -> DiagramModel:
    """A scenario as the drawing room takes it."""
    seen = topology(scenario)
    return DiagramModel(
        title=seen.title,
        description=seen.description,
        nodes=tuple(DiagramNode(n.id, n.kind, n.title, n.description, n.plate) for n in seen.nodes),
        edges=tuple(DiagramEdge(e.id, e.source, e.target, e.label, e.description) for e in seen.edges),
    )


def drawings_of(scenario: Scenario) -> Drawings:
    """Both drawings of a scenario. Raises DiagramError where there is no Graphviz."""
    model = diagram_model(scenario)
    wide = draw(model, direction="LR", cache=_cache)
    narrow = draw(model, direction="TB", cache=_cache)
    # Authors' words were escaped when the drawing was composed.
    return Drawings(mark_safe(wide.svg), mark_safe(narrow.svg))  # noqa: S308


_NAMED = re.compile(r' (?:id|role|tabindex|aria-[a-z]+)="[^"]*"')


def picture_of(scenario: Scenario) -> SafeString:
    """The wide drawing as a mere picture, several of which may stand on a page: without ids and roles."""
    return mark_safe(_NAMED.sub("", drawings_of(scenario).wide))  # noqa: S308
