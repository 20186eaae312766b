"""Diagrams: an architecture drawn as a document, left to right or top down, the same bytes every time."""

from simulator.diagrams.cache import DiagramCache
from simulator.diagrams.drawing import Diagram, dot_source, draw
from simulator.diagrams.model import DiagramEdge, DiagramError, DiagramModel, DiagramNode
from simulator.diagrams.renderer import warm, warm_up

__all__ = [
    "Diagram",
    "DiagramCache",
    "DiagramEdge",
    "DiagramError",
    "DiagramModel",
    "DiagramNode",
    "dot_source",
    "draw",
    "warm",
    "warm_up",
]
