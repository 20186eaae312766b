"""From a model to a drawing: check, plan, ask Graphviz (or the cache), lay tracks, write the SVG."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from simulator.diagrams import renderer
from simulator.diagrams.cache import DiagramCache
from simulator.diagrams.lettering import width_px
from simulator.diagrams.model import DiagramError, DiagramModel, Direction, check
from simulator.diagrams.placement import across
from simulator.diagrams.plates import sheet
from simulator.diagrams.source import Plan, dot_text, plan, read_positions
from simulator.diagrams.svg import compose
from simulator.diagrams.tracks import route

# Part of the key of a kept layout: raise it when the meaning of a layout changes.
DRAWING_VERSION = 1


@dataclass(frozen=True)
class Diagram:
    """A drawing. `svg` is a complete element to put into a page; `width` and `height` are its viewBox in
    pixels; `digest` is the SHA-256 of `svg`, in hexadecimal.
    """

    svg: str
    width: float
    height: float
    digest: str


def draw(model: DiagramModel, *, direction: Direction, cache: DiagramCache | None = None) -> Diagram:
    """Draw a model: "LR" for wide places, "TB" for narrow ones. The same model gives the same bytes
    everywhere.

    Raises DiagramError for a model that is too large or does not hold together, and when there is no
    Graphviz.
    """
    found = cache.drawing(model, direction) if cache else None
    if found is not None:
        return found
    check(model, direction)
    drawing = plan(model, direction)
    positions = across(drawing, _positions(drawing, cache))
    svg, width, height = compose(drawing, route(drawing, positions, _label_room(drawing)))
    made = Diagram(svg, width, height, hashlib.sha256(svg.encode()).hexdigest())
    if cache:
        cache.keep_drawing(model, direction, made)
    return made


def dot_source(model: DiagramModel, direction: Direction) -> str:
    """The DOT text that Graphviz is given for this model. It holds names of our own and no author's text."""
    check(model, direction)
    return dot_text(plan(model, direction))


def _positions(drawing: Plan, cache: DiagramCache | None) -> dict[str, float]:
    source = dot_text(drawing)
    engine = renderer.current()
    key = hashlib.sha256(f"{DRAWING_VERSION}\n{engine.version}\n{source}".encode()).hexdigest()
    kept = cache.layout(key) if cache else None
    if kept is not None:
        try:
            return read_positions(kept, drawing)
        except DiagramError:
            pass  # whole, but not a layout: ask anew and overwrite it
    layout = engine.layout(source)
    positions = read_positions(layout, drawing)
    if cache:
        cache.keep_layout(key, layout)
    return positions


def _label_room(drawing: Plan) -> list[float]:
    """What the labels between each two ranks would like, for tracks that go from one straight to the next."""
    figures = sheet(drawing.direction)
    room = [0.0] * len(drawing.ranks.order)
    if drawing.direction == "TB":
        return room  # labels stand beside the tracks there, and height is dear
    for edge in drawing.model.edges:
        ranks = sorted((drawing.ranks.rank_of[edge.source], drawing.ranks.rank_of[edge.target]))
        if ranks[1] - ranks[0] == 1:
            wide = width_px(edge.label, figures.label_px) + figures.arrow + 14
            room[ranks[0]] = max(room[ranks[0]], wide)
    return room
