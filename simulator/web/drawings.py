"""Drawings of scenarios, both ways, made once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from simulator.diagrams import Diagram, DiagramCache, DiagramEdge, DiagramModel, DiagramNode, draw
from simulator.diagrams.model import Direction
from simulator.runs.heavy import laid_out
from simulator.runs.workshop import workshop
from simulator.scenarios import Scenario, topology

#: Finished drawings in memory, layouts in a folder that outlives the process.
_folder = Path(settings.BASE_DIR) / "var" / "drawings"
_cache = DiagramCache(_folder)
#: Up to this many services and connections a drawing takes 20 ms at most; a larger one goes to the workshop.
LARGE_NODES = 24
LARGE_EDGES = 40


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
    """Both drawings of a scenario. Raises DiagramError where there is no Graphviz, or an Undone."""
    model = diagram_model(scenario)
    wide, narrow = _drawn(model, "LR"), _drawn(model, "TB")
    # Authors' words were escaped when the drawing was composed.
    return Drawings(mark_safe(wide.svg), mark_safe(narrow.svg))  # noqa: S308


def _drawn(model: DiagramModel, direction: Direction) -> Diagram:
    if len(model.nodes) <= LARGE_NODES and len(model.edges) <= LARGE_EDGES:
        return draw(model, direction=direction, cache=_cache)
    found = _cache.drawing(model, direction)
    if found is None:
        found = workshop().do(laid_out, model, direction, str(_folder))
        _cache.keep_drawing(model, direction, found)
    return found


_NAMED = re.compile(r' (?:id|role|tabindex|aria-[a-z]+)="[^"]*"')


def picture_of(scenario: Scenario) -> SafeString:
    """The wide drawing as a mere picture, several of which may stand on a page: without ids and roles."""
    return mark_safe(_NAMED.sub("", drawings_of(scenario).wide))  # noqa: S308
